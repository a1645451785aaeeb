#include "calendar/calendar_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::calendar {
namespace {

std::string event(const std::string& uid, const std::string& more) {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20260101T000000Z\r\n" + more +
         "END:VEVENT\r\n";
}

std::string file(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Work\r\n" + events + "END:VCALENDAR\r\n";
}

const std::string kTimes = "DTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\n";

std::vector<std::string> uidsOf(CalendarFile& calendar) {
  std::vector<std::string> uids;
  while (const auto item = calendar.next()) uids.push_back(item->uid);
  return uids;
}

TEST(CalendarFile, YieldsPartsOfOneUidTogetherWhereverTheyStand) {
  const auto calendar = CalendarFile::open(
      file(event("b", "RECURRENCE-ID:20260303T090000Z\r\nSUMMARY:Moved\r\n" + kTimes) +
           event("a", "SUMMARY:Single\r\n" + kTimes) +
           event("b", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Series\r\n" + kTimes)));
  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ((*calendar)->head().name, "Work");
  EXPECT_EQ((*calendar)->size(), 2U);
  const auto first = (*calendar)->next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->master.content.summary, "Series");
  ASSERT_EQ(first->overrides.size(), 1U);
  EXPECT_EQ(first->overrides[0].event.content.summary, "Moved");
  EXPECT_EQ((*calendar)->next()->uid, "a");
  EXPECT_FALSE((*calendar)->next());
}

TEST(CalendarFile, KeepsTheNewerOfTwinsAndTellsOfTheOther) {
  const auto calendar =
      CalendarFile::open(file(event("a", "SEQUENCE:2\r\nSUMMARY:Newer\r\n" + kTimes) +
                              event("a", "SEQUENCE:1\r\nSUMMARY:Older\r\n" + kTimes)));
  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ((*calendar)->next()->master.content.summary, "Newer");
  ASSERT_EQ((*calendar)->issues().size(), 1U);
  EXPECT_EQ((*calendar)->issues()[0].summary, "Older");
}

TEST(CalendarFile, TellsTheSameAgainAfterRewind) {
  // An event without a rule that has a changed occurrence: told when the item is put together.
  const auto calendar = CalendarFile::open(
      file(event("a", kTimes) + event("a", "RECURRENCE-ID:20260305T090000Z\r\n" + kTimes) +
           event("no-times", "SUMMARY:Left out\r\n") + event("z", kTimes)));
  ASSERT_TRUE(calendar.ok());
  const std::vector<std::string> uids = uidsOf(**calendar);
  const std::vector<ImportIssue> issues((*calendar)->issues().begin(), (*calendar)->issues().end());
  EXPECT_THAT(uids, testing::ElementsAre("a", "z"));
  ASSERT_EQ(issues.size(), 2U);
  (*calendar)->rewind();
  EXPECT_EQ((*calendar)->issues().size(), 1U);
  EXPECT_EQ(uidsOf(**calendar), uids);
  EXPECT_TRUE(std::equal(issues.begin(), issues.end(), (*calendar)->issues().begin(),
                         (*calendar)->issues().end()));
}

TEST(CalendarFile, NamesTheLineOfAnEventThatIsReadAgain) {
  const auto calendar =
      CalendarFile::open(file("\r\n\r\n" + event("x", kTimes) + event("a", kTimes) +
                              event("a", "RECURRENCE-ID:20260305T090000Z\r\n" + kTimes)));
  ASSERT_TRUE(calendar.ok());
  uidsOf(**calendar);
  ASSERT_EQ((*calendar)->issues().size(), 1U);
  EXPECT_EQ((*calendar)->issues()[0].line, 18U);
}

TEST(CalendarFile, ReadsTextOfSixteenBitUnits) {
  const std::string plain = file(event("a", "SUMMARY:One\r\n" + kTimes));
  std::string wide = "\xFF\xFE";
  for (const char c : plain) {
    wide += c;
    wide += '\0';
  }
  const auto calendar = CalendarFile::open(std::move(wide));
  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ((*calendar)->next()->master.content.summary, "One");
}

TEST(CalendarFile, CountsWhatIsAboveTheLimitOfReports) {
  std::string events;
  for (int i = 0; i < 5; ++i) events += event("e" + std::to_string(i), "SUMMARY:No times\r\n");
  ReadOptions options;
  options.maxIssues = 3;
  const auto calendar = CalendarFile::open(file(events), options);
  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ((*calendar)->issues().size(), 3U);
  EXPECT_EQ((*calendar)->issuesDropped(), 2U);
}

}  // namespace
}  // namespace sw::calendar
