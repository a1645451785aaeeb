#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "calendar/recurrence.h"
#include "unit/calendar/recurrence_testing.h"

namespace sw::calendar {
namespace {

using testing::at;
using testing::instant;
using testing::slowExpand;
using testing::slowInstants;
using testing::zoneOf;

/// Rules as people and their enemies write them. The seed is printed; SW_TEST_SEED repeats a run.
class RandomRules {
 public:
  RandomRules() : seed_(std::random_device{}()) {
    if (const char* text = std::getenv("SW_TEST_SEED")) {
      seed_ = static_cast<unsigned>(std::strtoul(text, nullptr, 10));
    }
    random_.seed(seed_);
    std::cout << "seed " << seed_ << '\n';
  }

  int number(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  bool chance(int percent) { return number(1, 100) <= percent; }

  RecurrenceRule rule(Frequency slowest = Frequency::kYearly) {
    RecurrenceRule rule;
    rule.frequency = static_cast<Frequency>(number(0, static_cast<int>(slowest)));
    const bool fine = rule.frequency < Frequency::kDaily;
    if (chance(50)) rule.interval = static_cast<std::uint32_t>(number(1, fine ? 200 : 5));
    if (chance(25)) fill(rule.byMonth, 3, 1, 12, false);
    if (chance(20)) fill(rule.byMonthDay, 4, 1, 31, true);
    if (chance(8)) fill(rule.byYearDay, 6, 1, 366, true);
    if (chance(10)) fill(rule.byWeekNo, 4, 1, 53, true);
    if (chance(40)) {
      for (int i = number(1, 4); i > 0; --i) {
        const int most = rule.frequency == Frequency::kMonthly ? 5 : 53;
        const int ordinal = chance(40) ? number(1, most) * (chance(50) ? 1 : -1) : 0;
        rule.byDay.push_back(
            {static_cast<Weekday>(number(0, 6)), static_cast<std::int8_t>(ordinal)});
      }
    }
    if (chance(25)) fill(rule.byHour, 3, 0, 23, false);
    if (chance(20)) fill(rule.byMinute, 3, 0, 59, false);
    if (chance(10)) fill(rule.bySecond, 2, 0, 60, false);
    if (chance(25)) fill(rule.bySetPos, 3, 1, chance(70) ? 4 : 366, true);
    if (chance(30)) rule.weekStart = static_cast<Weekday>(number(0, 6));
    normalize(rule);
    return rule;
  }

  /// One without more occurrences than a test can walk through.
  RecurrenceRule coarseRule() {
    RecurrenceRule out = rule();
    if (out.frequency < Frequency::kHourly) out.frequency = Frequency::kDaily;
    return out;
  }

 private:
  template <class T>
  void fill(std::vector<T>& out, int most, int low, int high, bool negatives) {
    for (int i = number(1, most); i > 0; --i) {
      const int value = number(low, high);
      out.push_back(static_cast<T>(negatives && chance(40) ? -value : value));
    }
  }

  unsigned seed_;
  std::mt19937 random_;
};

Recurrence seriesOf(const RecurrenceRule& rule, std::string_view start, std::string_view zone) {
  Recurrence out;
  out.start = at(start);
  out.zone = zoneOf(zone);
  out.rules.push_back(rule);
  return out;
}

std::vector<base::UtcSeconds> startsOf(const RecurrenceSet& set, base::UtcSeconds from,
                                       base::UtcSeconds to) {
  std::vector<base::UtcSeconds> out;
  set.visit(from, to, [&out](std::span<const Occurrence> batch) {
    for (const Occurrence& one : batch) out.push_back(one.utc);
    return true;
  });
  return out;
}

/// How far a slow expansion of the rule may look.
std::chrono::days horizonOf(const RecurrenceRule& rule) {
  switch (rule.frequency) {
    case Frequency::kSecondly: return std::chrono::days(1);
    case Frequency::kMinutely: return std::chrono::days(40);
    case Frequency::kHourly: return std::chrono::days(800);
    default: return std::chrono::days(4000);
  }
}

TEST(RecurrenceProperty, ExpandsAsTheDefinitionSays) {
  RandomRules random;
  for (int round = 0; round < 150; ++round) {
    const RecurrenceRule rule = random.rule();
    SCOPED_TRACE(formatRule(rule));
    const char* start = random.chance(50) ? "20231017T013000" : "20240229T235930";
    const auto end = at(start) + horizonOf(rule);
    const auto expected = slowExpand(rule, at(start), end);
    const RecurrenceSet set(seriesOf(rule, start, "UTC"));
    const auto found = startsOf(set, instant("00010101T000000Z"),
                                base::UtcSeconds(end.time_since_epoch()) + std::chrono::seconds(1));
    ASSERT_EQ(found, slowInstants(expected, base::Zone::utc()));
  }
}

TEST(RecurrenceProperty, ExpandsAcrossClockChangesAsTheDefinitionSays) {
  RandomRules random;
  const char* const zones[] = {"Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia",
                               "America/St_Johns", "Antarctica/Troll"};
  for (int round = 0; round < 150; ++round) {
    RecurrenceRule rule = random.rule(Frequency::kMonthly);
    if (rule.frequency == Frequency::kSecondly) rule.frequency = Frequency::kMinutely;
    const base::Zone zone = zoneOf(zones[random.number(0, 4)]);
    const char* start = zone.name() == "Pacific/Apia" ? "20111225T013000" : "20240315T013000";
    SCOPED_TRACE(std::string(zone.name()) + " " + formatRule(rule));
    const auto end = at(start) + std::min(horizonOf(rule), std::chrono::days(400));
    auto expected = slowInstants(slowExpand(rule, at(start), end), zone);
    const auto until = zone.toUtc(end) - std::chrono::hours(48);
    std::erase_if(expected, [&](base::UtcSeconds time) { return time >= until; });
    const RecurrenceSet set(seriesOf(rule, start, zone.name()));
    ASSERT_EQ(startsOf(set, base::UtcSeconds::min(), until), expected);

    // With COUNT, every instant counts once.
    if (expected.size() < 3) continue;
    rule.count = static_cast<std::uint32_t>(random.number(1, static_cast<int>(expected.size())));
    expected.resize(*rule.count);
    const Recurrence counted = seriesOf(rule, start, zone.name());
    ASSERT_EQ(startsOf(RecurrenceSet(counted), base::UtcSeconds::min(), base::UtcSeconds::max()),
              expected);
    const ResolvedRecurrence resolved = RecurrenceSet(counted).resolve();
    ASSERT_EQ(resolved.first, expected.front());
    ASSERT_EQ(resolved.last, expected.back());
    ASSERT_EQ(startsOf(RecurrenceSet(counted, &resolved), base::UtcSeconds::min(),
                       base::UtcSeconds::max()),
              expected);
  }
}

TEST(RecurrenceProperty, AWindowIsTheFullWalkFiltered) {
  RandomRules random;
  for (int round = 0; round < 100; ++round) {
    Recurrence recurrence = seriesOf(random.rule(), "20240310T013000", "America/New_York");
    const Frequency frequency = recurrence.rules.front().frequency;
    if (frequency == Frequency::kSecondly) continue;
    if (random.chance(30)) recurrence.rules.push_back(random.coarseRule());
    if (random.chance(30)) recurrence.exclusionRules.push_back(random.coarseRule());
    if (random.chance(40)) recurrence.rules.front().count = random.number(1, 3000);
    const auto begin = instant("20240101T000000Z");
    const int length = 86400 * (frequency == Frequency::kMinutely ? 100 : 1500);
    const auto end = begin + std::chrono::seconds(length);
    for (int i = random.number(0, 5); i > 0; --i) {
      SeriesTime time;
      time.local = recurrence.start + std::chrono::hours(random.number(0, 30000));
      recurrence.dates.push_back(time);
    }
    const RecurrenceSet set(recurrence);
    auto all = startsOf(set, begin, end);
    for (std::size_t i = 0; i < all.size(); i += 3) {
      if (random.chance(10)) {
        recurrence.exclusions.push_back(
            {base::LocalSeconds(all[i].time_since_epoch()), base::Zone::utc(), false, {}});
      }
    }
    const ResolvedRecurrence resolved = RecurrenceSet(recurrence).resolve();
    const RecurrenceSet plain(recurrence);
    const RecurrenceSet known(recurrence, &resolved);
    all = startsOf(plain, begin, end);
    RecurrenceSet::Cursor cursor(known);
    for (int i = 0; i < 20; ++i) {
      const auto from = begin + std::chrono::seconds(random.number(0, length));
      const int width = random.number(0, random.chance(50) ? 86400 : length / 10);
      const auto to = from + std::chrono::seconds(width);
      if (to > end) continue;
      std::vector<base::UtcSeconds> expected;
      std::copy_if(all.begin(), all.end(), std::back_inserter(expected),
                   [&](base::UtcSeconds time) { return time >= from && time < to; });
      SCOPED_TRACE(formatRule(recurrence.rules.front()));
      ASSERT_EQ(startsOf(plain, from, to), expected);
      ASSERT_EQ(startsOf(known, from, to), expected);
      // One cursor, sought back and forth, one occurrence at a time.
      cursor.seek(from, to);
      for (const base::UtcSeconds time : expected) {
        const auto next = cursor.next();
        ASSERT_TRUE(next);
        ASSERT_EQ(next->utc, time);
        ASSERT_TRUE(!random.chance(2) || known.contains(time));
      }
      ASSERT_FALSE(cursor.next());
    }
  }
}

TEST(RecurrenceProperty, WritesWhatItReads) {
  RandomRules random;
  for (int round = 0; round < 2000; ++round) {
    RecurrenceRule rule = random.rule();
    if (random.chance(30)) rule.count = random.number(1, 1000000);
    if (random.chance(30)) {
      const auto kind = static_cast<Until::Kind>(random.number(0, 2));
      rule.until = Until{kind, kind == Until::Kind::kDate ? at("20301231") : at("20301231T101112")};
    }
    const std::string text = formatRule(rule);
    const auto again = parseRule(text);
    ASSERT_TRUE(again) << text << ": " << again.error().describe();
    ASSERT_EQ(*again, rule) << text;
  }
}

}  // namespace
}  // namespace sw::calendar
