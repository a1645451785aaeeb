#include "calendar/event_reader.h"

#include "unit/calendar/calendar_world.h"

namespace sw::calendar {
namespace {

using Titles = std::vector<std::string>;

class EventReaderTest : public CalendarWorld {};

TEST_F(EventReaderTest, AWindowMeansOverlap) {
  create(meeting("Night", "2026-03-02T22:00:00", "2026-03-03T06:00:00"));
  EXPECT_EQ(titles("2026-03-03T00:00:00Z", "2026-03-03T01:00:00Z").size(), 1U);
  EXPECT_TRUE(titles("2026-03-03T05:00:00Z", "2026-03-03T08:00:00Z").empty());
  EXPECT_TRUE(titles("2026-03-02T08:00:00Z", "2026-03-02T21:00:00Z").empty());
}

TEST_F(EventReaderTest, AnAllDayEventLiesInTheCalendarsZone) {
  EventContent holiday;
  holiday.summary = "Holiday";
  holiday.start = allDay("2026-03-02");
  holiday.end = allDay("2026-03-03");
  create(holiday);
  EXPECT_EQ(titles("2026-03-01T22:00:00Z", "2026-03-01T23:00:01Z"),
            (Titles{"2026-03-01T23:00:00Z Holiday"}));
  EXPECT_TRUE(titles("2026-03-02T23:00:00Z", "2026-03-03T12:00:00Z").empty());
}

TEST_F(EventReaderTest, AnAllDaySeriesFollowsTheCalendarsClock) {
  EventContent holiday;
  holiday.summary = "Sunday";
  holiday.start = allDay("2026-03-22");
  holiday.end = allDay("2026-03-23");
  holiday.recurrence = {"RRULE:FREQ=WEEKLY;COUNT=3"};
  create(holiday);
  // Clocks go forward on the 29th: that Sunday has 23 hours.
  EXPECT_EQ(titles("2026-03-20T00:00:00Z", "2026-04-10T00:00:00Z"),
            (Titles{"2026-03-21T23:00:00Z Sunday", "2026-03-28T23:00:00Z Sunday",
                    "2026-04-04T22:00:00Z Sunday"}));
}

TEST_F(EventReaderTest, PagesFollowEachOtherWithoutGapOrRepeat) {
  create(meeting("A", "2025-12-31T23:30:00", "2026-01-01T00:30:00", {"RRULE:FREQ=DAILY"}));
  create(meeting("B", "2026-01-01T09:00:00", "2026-01-01T10:00:00", {"RRULE:FREQ=DAILY"}));
  const std::string from = "2026-01-01T00:00:00Z";
  const std::string to = "2026-12-31T00:00:00Z";
  const EventList whole = list(from, to, 2000);
  ASSERT_GT(whole.items().size(), 700U);
  std::size_t seen = 0;
  std::optional<ListPosition> after;
  for (bool more = true; more;) {
    const EventList page = list(from, to, 7, after);
    for (const ListedEvent& item : page.items()) {
      ASSERT_LT(seen, whole.items().size());
      EXPECT_EQ(item.position, whole.items()[seen].position);
      ++seen;
    }
    more = page.more();
    if (!page.items().empty()) after = page.items().back().position;
  }
  EXPECT_EQ(seen, whole.items().size());
}

TEST_F(EventReaderTest, AReaderSeesPrivateEventsAsBusy) {
  EventContent content = meeting("Doctor", "2026-03-02T09:00:00", "2026-03-02T10:00:00");
  content.visibility = Visibility::kPrivate;
  create(content);
  access_[0].role = accounts::AccessRole::kReader;
  const EventList found = list("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
  ASSERT_EQ(found.items().size(), 1U);
  std::string view;
  found.items()[0].appendView(view);
  EXPECT_EQ(view.find("Doctor"), std::string::npos);
  EXPECT_NE(view.find("2026-03-02T09:00:00+01:00"), std::string::npos);
}

TEST_F(EventReaderTest, AFreeBusyReaderSeesNoTitleOfAnyOccurrence) {
  create(meeting("Plan", "2026-03-02T09:00:00", "2026-03-02T10:00:00", {"RRULE:FREQ=DAILY"}));
  access_[0].role = accounts::AccessRole::kFreeBusyReader;
  const EventList found = list("2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z");
  ASSERT_EQ(found.items().size(), 2U);
  for (const ListedEvent& item : found.items()) {
    std::string view;
    item.appendView(view);
    EXPECT_EQ(view.find("Plan"), std::string::npos) << view;
  }
}

TEST_F(EventReaderTest, HidesEventsFromStrangers) {
  const EventId id = create(meeting("Mine", "2026-03-02T09:00:00", "2026-03-02T10:00:00"));
  const auto found =
      base::runBlocking(reader_.find(base::newUuid(clock_), id, accounts::AccessRole::kReader));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), base::Code::kNotFound);
}

TEST_F(EventReaderTest, AGapInTheClockKeepsTheWallClockOfTheSeries) {
  // 02:30 does not exist on 2026-03-29 in Berlin; by the offset before it is 03:30.
  create(
      meeting("Early", "2026-03-29T02:30:00", "2026-03-29T02:45:00", {"RRULE:FREQ=DAILY;COUNT=2"}));
  EXPECT_EQ(titles("2026-03-28T00:00:00Z", "2026-04-01T00:00:00Z"),
            (Titles{"2026-03-29T01:30:00Z Early", "2026-03-30T00:30:00Z Early"}));
}

}  // namespace
}  // namespace sw::calendar
