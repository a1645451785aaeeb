#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "calendar/recurrence.h"
#include "calendar/recurrence_lines.h"

namespace sw::calendar {
namespace {

using base::json::Value;

std::vector<std::string> strings(Value list) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < list.size(); ++i) out.emplace_back(*list.at(i).asString());
  return out;
}

std::vector<std::string> linesOf(Value one, bool date, bool utc) {
  std::vector<std::string> lines;
  for (const auto& rule : strings(one.find("rrules"))) lines.push_back("RRULE:" + rule);
  for (const auto& rule : strings(one.find("exrules"))) lines.push_back("EXRULE:" + rule);
  const auto times = [&](std::string_view name, Value list) {
    for (std::string time : strings(list)) {
      if (utc && !date && time.back() != 'Z') time += 'Z';
      lines.push_back(std::string(name) + (time.size() == 8 ? ";VALUE=DATE:" : ":") + time);
    }
  };
  times("RDATE", one.find("rdates"));
  times("EXDATE", one.find("exdates"));
  return lines;
}

std::string textOf(const Occurrence& occurrence, bool utc, bool date) {
  std::string text;
  if (utc) {
    const base::LocalSeconds at(occurrence.utc.time_since_epoch());
    appendBasicTime(text, Until::Kind::kUtc, at);
  } else {
    appendBasicTime(text, date ? Until::Kind::kDate : Until::Kind::kLocal, occurrence.local);
  }
  return text;
}

void check(Value one) {
  const bool date = one.find("date").asBool().value_or(false);
  const bool utc = one.find("utc").asBool().value_or(false);
  const auto start = parseBasicTime(*one.find("dtstart").asString());
  ASSERT_TRUE(start);
  SeriesStart series;
  series.local = start->time;
  series.allDay = date;
  series.floating = !utc && one.find("tzid").isNull();
  if (const auto name = one.find("tzid").asString()) {
    const auto zone = base::Zone::find(*name);
    ASSERT_TRUE(zone) << *name;
    series.zone = *zone;
  }
  const auto recurrence = parseRecurrence(series, linesOf(one, date, utc));
  ASSERT_TRUE(recurrence) << recurrence.error().describe();

  const bool inUtc = !one.find("expected_utc").isMissing();
  const auto expected = strings(one.find(inUtc ? "expected_utc" : "expected_local"));
  const bool complete = *one.find("complete").asBool();
  const RecurrenceSet set(*recurrence);
  std::vector<std::string> found;
  for (const Occurrence& occurrence :
       set.between(base::UtcSeconds::min(), base::UtcSeconds::max(),
                   complete ? expected.size() + 1 : expected.size())) {
    found.push_back(textOf(occurrence, inUtc, date));
  }
  EXPECT_EQ(found, expected);

  // Resolved, the same comes out; and what is written reads as the same series.
  const ResolvedRecurrence resolved = set.resolve();
  const RecurrenceSet known(*recurrence, &resolved);
  EXPECT_EQ(known.between(base::UtcSeconds::min(), base::UtcSeconds::max(), expected.size()).size(),
            expected.size());
  const auto again = parseRecurrence(series, formatRecurrence(*recurrence));
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(*again, *recurrence);
}

TEST(RecurrenceConformance, PassesTheCollectedCases) {
  const std::filesystem::path path = SW_SOURCE_DIR "/../shared/conformance/rrule.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the collection is not on this machine";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto document = base::json::Document::parse(text);
  ASSERT_TRUE(document) << document.error().describe();
  const Value cases = document->root().find("cases");
  ASSERT_GT(cases.size(), 0U);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(std::string(*cases.at(i).find("id").asString()) + " " +
                 cases.at(i).find("rrules").serialize());
    check(cases.at(i));
  }
}

}  // namespace
}  // namespace sw::calendar
