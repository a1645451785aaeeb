#include "calendar/recurrence_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::calendar {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string canonical(std::string_view text, Strictness strictness = Strictness::kStrict) {
  const auto rule = parseRule(text, strictness);
  return rule ? formatRule(*rule) : rule.error().describe();
}

TEST(RecurrenceRule, IsWrittenCanonically) {
  EXPECT_EQ(canonical("freq=weekly;wkst=mo;byday=fr,mo,we;interval=1"),
            "FREQ=WEEKLY;BYDAY=MO,WE,FR");
  EXPECT_EQ(canonical("BYSETPOS=-1;BYMONTH=12,1;BYDAY=-1SU,+2MO;FREQ=YEARLY;COUNT=7;WKST=SU"),
            "FREQ=YEARLY;COUNT=7;BYDAY=2MO,-1SU;BYMONTH=1,12;BYSETPOS=-1;WKST=SU");
  EXPECT_EQ(canonical("FREQ=DAILY;UNTIL=20240101T000000z"), "FREQ=DAILY;UNTIL=20240101T000000Z");
  EXPECT_EQ(canonical("FREQ=DAILY;UNTIL=00010101"), "FREQ=DAILY;UNTIL=00010101");
}

TEST(RecurrenceRule, DropsRepeatedValues) {
  EXPECT_EQ(canonical("FREQ=MONTHLY;BYMONTHDAY=3,1,3,-1;BYSETPOS=3,3,-3"),
            "FREQ=MONTHLY;BYMONTHDAY=-1,1,3;BYSETPOS=-3,3");
}

TEST(RecurrenceRule, NamesEveryProblemAtOnce) {
  const auto rule = parseRule("FREQ=OFTEN;COUNT=0;BYHOUR=24;BYDAY=XX;FOO=1;UNTIL=2024");
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().code(), Code::kInvalid);
  std::vector<std::string> fields;
  for (const auto& detail : rule.error().details()) fields.push_back(detail.field);
  EXPECT_THAT(fields, ElementsAre("FREQ", "COUNT", "BYHOUR", "BYDAY", "FOO", "UNTIL"));
}

TEST(RecurrenceRule, RefusesWhatIsOutOfRange) {
  for (const char* part : {"INTERVAL=0",
                           "INTERVAL=-1",
                           "COUNT=0",
                           "COUNT=99999999999",
                           "BYSECOND=61",
                           "BYSECOND=-1",
                           "BYMINUTE=60",
                           "BYHOUR=24",
                           "BYMONTHDAY=0",
                           "BYMONTHDAY=32",
                           "BYMONTHDAY=-32",
                           "BYYEARDAY=0",
                           "BYYEARDAY=367",
                           "BYWEEKNO=0",
                           "BYWEEKNO=54",
                           "BYMONTH=0",
                           "BYMONTH=13",
                           "BYMONTH=-1",
                           "BYSETPOS=0",
                           "BYSETPOS=367",
                           "BYDAY=0MO",
                           "BYDAY=54MO",
                           "BYDAY=M",
                           "BYDAY=",
                           "BYHOUR=1,,2",
                           "BYHOUR= 1",
                           "WKST=XX",
                           "UNTIL=20240230",
                           "UNTIL=20240101T250000",
                           "UNTIL=00000101",
                           "X-FOO=1",
                           "",
                           "BYHOUR",
                           "COUNT=1;COUNT=1"}) {
    const auto rule = parseRule(std::string("FREQ=DAILY;") + part);
    ASSERT_FALSE(rule) << part;
    EXPECT_EQ(rule.error().code(), Code::kInvalid) << part;
  }
  EXPECT_FALSE(parseRule(""));
  EXPECT_THAT(canonical("COUNT=3"), HasSubstr("FREQ is missing"));
}

TEST(RecurrenceRule, RefusesOtherCalendarsByName) {
  EXPECT_THAT(canonical("RSCALE=CHINESE;FREQ=YEARLY"), HasSubstr("RFC 7529"));
  EXPECT_THAT(canonical("FREQ=YEARLY;SKIP=FORWARD"), HasSubstr("RFC 7529"));
  EXPECT_THAT(canonical("RSCALE=CHINESE;FREQ=YEARLY", Strictness::kLenient), HasSubstr("RFC 7529"));
  EXPECT_EQ(canonical("RSCALE=GREGORIAN;FREQ=YEARLY", Strictness::kLenient), "FREQ=YEARLY");
}

TEST(RecurrenceRule, IsBoundedInLength) {
  EXPECT_THAT(canonical("FREQ=DAILY;BYHOUR=" + std::string(kMaxRuleText, '1')),
              HasSubstr("at most"));
  std::string many = "FREQ=DAILY;BYHOUR=1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  EXPECT_THAT(canonical(many), HasSubstr("BYHOUR has more than 1000 values"));
}

TEST(RecurrenceRule, RepairsWhatFilesGetWrong) {
  std::vector<std::string> notes;
  const auto rule = parseRule(
      " RRULE:freq=weekly; byday = mo, fr,;INTERVAL=0;;X-EVOLUTION=1;WKST=;"
      "BYDAY=MO, FR,;",
      Strictness::kLenient, &notes);
  ASSERT_TRUE(rule) << rule.error().describe();
  EXPECT_EQ(formatRule(*rule), "FREQ=WEEKLY;BYDAY=MO,FR");
  EXPECT_GE(notes.size(), 6U);
  EXPECT_FALSE(parseRule("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", Strictness::kLenient));
  EXPECT_FALSE(parseRule("FREQ=WEEKLY;FOO=1", Strictness::kLenient));
}

TEST(RecurrenceRule, AcceptsCombinationsWithAPlainMeaning) {
  for (const char* text : {"FREQ=DAILY;COUNT=3;UNTIL=20240101", "FREQ=MINUTELY;BYDAY=1TU,-1TH",
                           "FREQ=MONTHLY;BYWEEKNO=53;BYDAY=MO", "FREQ=WEEKLY;BYMONTHDAY=1",
                           "FREQ=YEARLY;BYSETPOS=1", "FREQ=DAILY;BYSECOND=60"}) {
    EXPECT_TRUE(parseRule(text)) << text;
  }
}

TEST(BasicTime, ReadsALeapSecondAsTheSecondBefore) {
  const auto leap = parseBasicTime("20161231T235960Z");
  ASSERT_TRUE(leap);
  EXPECT_EQ(leap->time, parseBasicTime("20161231T235959Z")->time);
  for (const char* text : {"", "2016123", "20161331", "20160230", "20161231X235959",
                           "20161231T2359", "20161231T235959X", "20161231T235961", "-0161231"}) {
    EXPECT_FALSE(parseBasicTime(text)) << text;
  }
}

}  // namespace
}  // namespace sw::calendar
