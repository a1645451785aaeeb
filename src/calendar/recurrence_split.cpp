#include "calendar/recurrence_split.h"

#include <algorithm>

namespace sw::calendar {
namespace {

using base::Code;
using base::Error;
using base::Result;

/// Where the series is cut: the occurrence and how its time is written.
struct Cut {
  base::UtcSeconds at;
  base::LocalSeconds local;
};

/// The latest UNTIL that still excludes the cut.
Until justBefore(const Recurrence& recurrence, const Cut& cut) {
  if (recurrence.allDay) return {Until::Kind::kDate, cut.local - std::chrono::days(1)};
  if (recurrence.floating) return {Until::Kind::kLocal, cut.local - std::chrono::seconds(1)};
  return {Until::Kind::kUtc, localOf(secondsOf(cut.at) - 1)};
}

/// Whether the rule alone gives the cut occurrence.
bool takesPart(const Recurrence& recurrence, const RecurrenceRule& rule, const Cut& cut) {
  const ZonedRule zoned(rule, recurrence.start, recurrence.allDay, recurrence.zone);
  RuleCursor cursor(zoned);
  cursor.seekUncounted(cut.at, cut.at + std::chrono::seconds(1));
  return !cursor.nextBatch().empty();
}

/// Writes out what the rule takes from DTSTART, so that another DTSTART leaves it as it is.
void pinToStart(RecurrenceRule& rule, base::LocalSeconds start, bool allDay) {
  const std::int64_t day = floorDiv(secondsOf(start), kDaySeconds);
  const auto clock = static_cast<int>(secondsOf(start) - day * kDaySeconds);
  const CivilDate date = civilOf(day);
  if (!allDay) {
    if (rule.byHour.empty() && rule.frequency > Frequency::kHourly) {
      rule.byHour = {static_cast<std::uint8_t>(clock / 3600)};
    }
    if (rule.byMinute.empty() && rule.frequency > Frequency::kMinutely) {
      rule.byMinute = {static_cast<std::uint8_t>(clock / 60 % 60)};
    }
    if (rule.bySecond.empty() && rule.frequency > Frequency::kSecondly) {
      rule.bySecond = {static_cast<std::uint8_t>(clock % 60)};
    }
  }
  if (!rule.byDay.empty() || !rule.byMonthDay.empty() || !rule.byYearDay.empty()) return;
  if (rule.frequency < Frequency::kWeekly) return;
  if (rule.frequency == Frequency::kWeekly || !rule.byWeekNo.empty()) {
    rule.byDay = {{static_cast<Weekday>(weekdayOf(day)), 0}};
    return;
  }
  rule.byMonthDay = {static_cast<std::int8_t>(date.day)};
  if (rule.frequency == Frequency::kYearly && rule.byMonth.empty()) {
    rule.byMonth = {static_cast<std::uint8_t>(date.month)};
  }
}

/// Cuts the rules; a rule without a part on one side is left out there.
Result<void> splitRules(const Recurrence& whole, const std::vector<RecurrenceRule>& rules,
                        const Cut& cut, const ResolvedRule* resolved,
                        std::vector<RecurrenceRule>& before, std::vector<RecurrenceRule>& after) {
  for (const RecurrenceRule& rule : rules) {
    const ResolvedRule* known = resolved == nullptr ? nullptr : resolved++;
    RecurrenceRule head = rule;
    RecurrenceRule tail = rule;
    bool hasHead = true;
    bool hasTail = true;
    if (rule.count) {
      const auto count = countBefore(whole, rule, cut.at, known);
      if (!count) {
        return Error(Code::kInvalid, "the series is too long to be cut: " + formatRule(rule));
      }
      hasHead = *count > 0;
      hasTail = *count < *rule.count;
      head.count = count;
      tail.count = *rule.count - *count;
    } else {
      head.until = justBefore(whole, cut);
      const ZonedRule zoned(rule, whole.start, whole.allDay, whole.zone);
      RuleCursor cursor(zoned);
      cursor.seek(base::UtcSeconds::min(), cut.at);
      hasHead = !cursor.nextBatch().empty();
      cursor.seek(cut.at);
      hasTail = !cursor.nextBatch().empty();
    }
    if (hasHead) before.push_back(std::move(head));
    if (!hasTail) continue;
    if (!takesPart(whole, rule, cut)) {
      if (rule.interval != 1) {
        return Error(Code::kInvalid,
                     "the series cannot be cut here: the rule " + formatRule(rule) +
                         " does not include this occurrence, and its interval counts from the "
                         "start of the series");
      }
      pinToStart(tail, whole.start, whole.allDay);
    }
    after.push_back(std::move(tail));
  }
  return {};
}

}  // namespace

Result<SplitRecurrence> splitRecurrence(const Recurrence& recurrence, base::UtcSeconds at,
                                        const ResolvedRecurrence* resolved) {
  const RecurrenceSet set(recurrence, resolved);
  const std::vector<Occurrence> found = set.between(at, at + std::chrono::seconds(1), 1);
  if (found.empty()) {
    return Error(Code::kNotFound, "no occurrence of the series starts at this time");
  }
  const Cut cut{at, found.front().local};
  const std::size_t ruleCount = recurrence.rules.size();
  const bool fits =
      resolved != nullptr && resolved->rules.size() == ruleCount + recurrence.exclusionRules.size();
  const ResolvedRule* known = fits ? resolved->rules.data() : nullptr;

  Recurrence head = recurrence;
  Recurrence tail = recurrence;
  head.rules.clear();
  tail.rules.clear();
  head.exclusionRules.clear();
  tail.exclusionRules.clear();
  SW_CHECK(splitRules(recurrence, recurrence.rules, cut, known, head.rules, tail.rules));
  SW_CHECK(splitRules(recurrence, recurrence.exclusionRules, cut,
                      known == nullptr ? nullptr : known + ruleCount, head.exclusionRules,
                      tail.exclusionRules));
  tail.start = cut.local;
  // A bare day takes its time from DTSTART, which moves.
  for (std::vector<SeriesTime>* dates : {&head.dates, &tail.dates}) {
    for (SeriesTime& time : *dates) {
      if (!time.isDate || recurrence.allDay) continue;
      time.local = recurrence.zone.toLocal(instantOf(recurrence, time));
      time.isDate = false;
    }
  }
  const auto isBefore = [&](const SeriesTime& time) { return instantOf(recurrence, time) < at; };
  const auto isFrom = [&](const SeriesTime& time) { return !isBefore(time); };
  std::erase_if(head.dates, isFrom);
  std::erase_if(tail.dates, isBefore);
  // The day of the cut can be excluded on neither side as a whole, or the cut would not be there.
  std::erase_if(head.exclusions, isFrom);
  std::erase_if(tail.exclusions, isBefore);

  SplitRecurrence out;
  out.after = std::move(tail);
  const auto first = set.first();
  if (!first || first->utc >= at) return out;
  if (head.rules.empty() && !recurrence.rules.empty()) {
    // Without a rule DTSTART would become an occurrence of its own accord.
    head.start = first->local;
  }
  out.before = std::move(head);
  return out;
}

}  // namespace sw::calendar
