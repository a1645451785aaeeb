#include "calendar/recurrence_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/calendar/recurrence_testing.h"

namespace sw::calendar {
namespace {

using std::chrono::seconds;
using testing::at;
using ::testing::ElementsAre;
using testing::zoneOf;

SeriesStart berlin() { return {at("20240101T090000"), false, false, zoneOf("Europe/Berlin")}; }

std::vector<std::string> rewritten(const SeriesStart& start,
                                   const std::vector<std::string>& lines) {
  const auto read = parseRecurrence(start, lines);
  EXPECT_TRUE(read) << read.error().describe();
  return read ? formatRecurrence(*read) : std::vector<std::string>();
}

TEST(RecurrenceLines, AreWrittenAsTheyWereMeant) {
  const char* const kQuotedZone = R"(rdate;tzid="Asia/Tokyo":20240107T120000,20240108T120000)";
  EXPECT_THAT(rewritten(berlin(), {"RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20240105T090000",
                                   "EXDATE:20240106T080000Z", kQuotedZone,
                                   "RDATE;VALUE=PERIOD:20240109T080000Z/PT1H30M",
                                   "EXDATE;VALUE=DATE:20240110"}),
              ElementsAre("RRULE:FREQ=DAILY", "RDATE;TZID=Asia/Tokyo:20240107T120000",
                          "RDATE;TZID=Asia/Tokyo:20240108T120000",
                          "RDATE;VALUE=PERIOD:20240109T080000Z/PT1H30M",
                          "EXDATE;TZID=Europe/Berlin:20240105T090000", "EXDATE:20240106T080000Z",
                          "EXDATE;VALUE=DATE:20240110"));
  const SeriesStart floating{at("20240101T090000"), false, true, zoneOf("Europe/Berlin")};
  EXPECT_THAT(rewritten(floating, {"EXDATE:20240105T090000"}),
              ElementsAre("EXDATE:20240105T090000"));
  const SeriesStart days{at("20240101"), true, false, zoneOf("Europe/Berlin")};
  EXPECT_THAT(rewritten(days, {"EXDATE:20240105T090000Z"}),
              ElementsAre("EXDATE;VALUE=DATE:20240105"));
}

TEST(RecurrenceLines, NameTheLineAndPartOfEachProblem) {
  const std::vector<std::string> lines = {"RRULE:FREQ=DAILY;BYHOUR=99;COUNT=x", "EXDATE:yesterday",
                                          "EXDATE;TZID=Mars/Olympus:20240101T000000", "hello",
                                          "DTSTART:20240101"};
  const auto read = parseRecurrence(berlin(), lines);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), base::Code::kInvalid);
  std::vector<std::string> fields;
  for (const auto& detail : read.error().details()) fields.push_back(detail.field);
  EXPECT_THAT(fields, ElementsAre("recurrence[0].BYHOUR", "recurrence[0].COUNT", "recurrence[1]",
                                  "recurrence[2].TZID", "recurrence[3]", "recurrence[4]"));
}

TEST(RecurrenceLines, RefuseWholeDaysMoreOftenThanDaily) {
  const SeriesStart days{at("20240101"), true, false, zoneOf("UTC")};
  EXPECT_FALSE(parseRecurrence(days, std::vector<std::string>{"RRULE:FREQ=HOURLY"}));
  EXPECT_TRUE(parseRecurrence(days, std::vector<std::string>{"RRULE:FREQ=DAILY;BYHOUR=3"}));
}

TEST(RecurrenceLines, AreBounded) {
  std::string line = "EXDATE:20240101T000000Z";
  for (std::size_t i = 0; i < kMaxSeriesTimes; ++i) line += ",20240101T000000Z";
  EXPECT_FALSE(parseRecurrence(berlin(), std::vector<std::string>{line}));
  EXPECT_FALSE(parseRecurrence(
      berlin(), std::vector<std::string>(kMaxRules + 1, std::string("RRULE:FREQ=DAILY"))));
}

TEST(RecurrenceLines, UseTheZonesOfTheFile) {
  const ZoneResolver resolver = [](std::string_view) {
    return base::Result<base::Zone>(zoneOf("Asia/Tokyo"));
  };
  const auto read = parseRecurrence(
      berlin(), std::vector<std::string>{"RDATE;TZID=Tokyo Standard Time:20240107T120000"},
      Strictness::kStrict, resolver);
  ASSERT_TRUE(read);
  EXPECT_EQ(instantOf(*read, read->dates.at(0)), testing::instant("20240107T030000Z"));
}

TEST(RecurrenceLines, FallBackToTheSeriesZoneWhenLenient) {
  std::vector<std::string> notes;
  const auto read =
      parseRecurrence(berlin(), std::vector<std::string>{"EXDATE;TZID=Nowhere:20240107T090000", ""},
                      Strictness::kLenient, {}, &notes);
  ASSERT_TRUE(read);
  EXPECT_EQ(instantOf(*read, read->exclusions.at(0)), testing::instant("20240107T080000Z"));
  EXPECT_EQ(notes.size(), 1U);
}

TEST(RecurrenceLines, QuoteZoneNamesThatWouldEndTheParameter) {
  const std::string name = "Office: Berlin; 2nd, floor";
  const auto odd = base::Zone::define(name, std::chrono::hours(3), {}, false);
  ASSERT_TRUE(odd.ok());
  const SeriesStart start{at("20240101T090000"), false, false, *odd};
  const ZoneResolver zones = [&](std::string_view wanted) -> base::Result<base::Zone> {
    if (wanted == name) return *odd;
    return base::Error(base::Code::kInvalid, "unknown: " + std::string(wanted));
  };
  const std::vector<std::string> lines{
      R"(EXDATE;TZID="Office: Berlin; 2nd, floor":20240105T090000)"};
  const auto read = parseRecurrence(start, lines, Strictness::kStrict, zones);
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(instantOf(*read, read->exclusions.at(0)), testing::instant("20240105T060000Z"));
  EXPECT_EQ(formatRecurrence(*read), lines);
}

TEST(Duration, IsReadAndWritten) {
  EXPECT_EQ(parseDuration("P1W"), seconds(604800));
  EXPECT_EQ(parseDuration("P1DT2H3M4S"), seconds(93784));
  EXPECT_EQ(parseDuration("+PT15M"), seconds(900));
  EXPECT_EQ(parseDuration("PT0S"), seconds(0));
  for (const char* text : {"", "P", "PT", "P1DT", "1D", "-PT1H", "PT1D", "P1H", "PT1M1H", "P1",
                           "PT1H1H", "P99999999999D", "P40000D"}) {
    EXPECT_FALSE(parseDuration(text)) << text;
  }
  for (const int value : {0, 1, 59, 60, 3600, 86399, 86400, 90061, 604800}) {
    EXPECT_EQ(parseDuration(formatDuration(seconds(value))), seconds(value)) << value;
  }
}

}  // namespace
}  // namespace sw::calendar
