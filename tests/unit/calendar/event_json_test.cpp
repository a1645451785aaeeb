#include "calendar/event_json.h"

#include <gtest/gtest.h>

#include "base/time_format.h"

namespace sw::calendar {
namespace {

base::Zone berlin() { return *base::Zone::find("Europe/Berlin"); }

EventContent read(const std::string& json, base::json::Problems& problems) {
  const auto document = base::json::Document::parse(json);
  EXPECT_TRUE(document.ok());
  return readEventContent(document->root(), berlin(), EventJsonSource::kRequest, problems);
}

EventContent everything() {
  EventContent content;
  content.summary = "Sum \"mary\"\n";
  content.description = "Text\twith }{ and ü";
  content.location = "Here";
  content.colorId = "7";
  content.status = EventStatus::kTentative;
  content.transparency = Transparency::kTransparent;
  content.visibility = Visibility::kConfidential;
  content.start = {base::parseDateTime("2026-03-29T02:30:00")->local, false, "Europe/Berlin"};
  content.end = {base::parseDateTime("2026-03-29T05:30:00")->local, false, "Asia/Tokyo"};
  content.end.local += std::chrono::hours(24);
  content.recurrence = {"RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260330T003000Z"};
  content.organizer = Person{"boss@example.com", "Boss"};
  content.attendees = {
      {{"a@example.com", "A"}, ResponseStatus::kAccepted, true, true, true, "ok", 3},
      {{"b@example.com", ""}, ResponseStatus::kDeclined, false, false, false, "", 0}};
  content.reminders = {false,
                       {{"popup", std::chrono::minutes(5)}, {"email", std::chrono::minutes(60)}}};
  content.sequence = 4;
  content.privateProperties = {{"k", "v"}};
  content.sharedProperties = {{"s", "t"}};
  content.conferenceData = R"({"id":"abc"})";
  content.sourceUrl = "https://example.com";
  content.sourceTitle = "Page";
  content.unknownLines = "X-A:1\nX-B:2\n";
  return content;
}

TEST(EventDocument, GivesBackExactlyWhatWasStored) {
  const EventContent content = everything();
  const auto read = fromDocument(toDocument(content), toResidue(content));
  ASSERT_TRUE(read.ok()) << read.error().describe();
  EXPECT_TRUE(*read == content) << toDocument(*read);
}

TEST(EventDocument, GivesBackAllDayAndFloatingTimes) {
  EventContent content;
  content.start = {base::parseDateTime("0001-01-01T00:00:00")->local, true, ""};
  content.end = {base::parseDateTime("9999-12-31T00:00:00")->local, true, ""};
  auto read = fromDocument(toDocument(content), "");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(*read == content);
  EXPECT_TRUE(isWallClock(toDocument(content)));
  content.start.allDay = content.end.allDay = false;
  content.start.local += std::chrono::hours(9);
  read = fromDocument(toDocument(content), "");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(*read == content);
  EXPECT_TRUE(isWallClock(toDocument(content)));
}

TEST(EventDocument, DamageIsNotTakenForContent) {
  for (const char* text : {"", "\"start\":5", "\"start\":{\"date\":\"2026-03-01\"}", "{}"}) {
    const auto read = fromDocument(text, "");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), base::Code::kCorrupted) << text;
  }
}

TEST(EventBody, AnOffsetFixesTheInstantWhereTheZoneDisagrees) {
  base::json::Problems problems;
  const EventContent content = read(
      R"({"start":{"dateTime":"2026-03-02T09:00:00-05:00","timeZone":"Europe/Berlin"},
          "end":{"dateTime":"2026-03-02T10:00:00-05:00"}})",
      problems);
  ASSERT_TRUE(problems.empty()) << problems.toError().describe();
  EXPECT_EQ(content.start.local, base::parseDateTime("2026-03-02T15:00:00")->local);
  EXPECT_EQ(content.start.timeZone, "Europe/Berlin");
  EXPECT_EQ(content.end.local, base::parseDateTime("2026-03-02T16:00:00")->local);
  EXPECT_EQ(content.end.timeZone, "Europe/Berlin");
}

TEST(EventBody, TheSecondPassOfAnOverlapKeepsItsInstant) {
  base::json::Problems problems;
  const EventContent content = read(
      R"({"start":{"dateTime":"2026-10-25T02:30:00+01:00","timeZone":"Europe/Berlin"},
          "end":{"dateTime":"2026-10-25T03:30:00+01:00","timeZone":"Europe/Berlin"}})",
      problems);
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(content.start.timeZone, "UTC");
  EXPECT_EQ(content.start.local, base::parseDateTime("2026-10-25T01:30:00")->local);
}

TEST(EventBody, NamesEveryProblem) {
  base::json::Problems problems;
  read(R"({"summary":1,"start":{"dateTime":"soon"},"color":"red",
           "attendees":[{"email":"x"},5],"reminders":{"overrides":[{"method":"sms"}]}})",
       problems);
  std::vector<std::string> fields;
  const base::Error error = problems.toError();
  for (const auto& problem : error.details()) fields.push_back(problem.field);
  EXPECT_EQ(fields,
            (std::vector<std::string>{"summary", "start.dateTime", "end", "attendees[0].email",
                                      "attendees[1]", "reminders.overrides[0].method",
                                      "reminders.overrides[0].minutes", "color"}));
}

TEST(EventCheck, ComparesStartAndEnd) {
  EventContent content = everything();
  content.end = content.start;
  base::json::Problems fine;
  checkEventContent(content, fine);
  EXPECT_TRUE(fine.empty());
  content.end.local -= std::chrono::seconds(1);
  base::json::Problems reversed;
  checkEventContent(content, reversed);
  EXPECT_EQ(reversed.toError().details().at(0).field, "end.dateTime");
}

TEST(EventCheck, RefusesARecurrenceThatNeverHappens) {
  EventContent content = everything();
  content.recurrence = {"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"};
  base::json::Problems problems;
  checkEventContent(content, problems);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems.toError().details().at(0).field, "recurrence");
}

}  // namespace
}  // namespace sw::calendar
