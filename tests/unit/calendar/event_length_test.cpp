#include "calendar/event_length.h"

#include "calendar/event_record.h"
#include "calendar/ical_reader.h"
#include "calendar/ical_writer.h"
#include "calendar/series_expansion.h"
#include "unit/calendar/calendar_world.h"

namespace sw::calendar {
namespace {

class EventLengthTest : public CalendarWorld {
 protected:
  /// A daily series over the night in which Berlin's clocks go forward (2026-03-29).
  static EventContent overTheChange(const std::string& duration, const std::string& end) {
    EventContent content =
        meeting("Daily", "2026-03-27T12:00:00", end, {"RRULE:FREQ=DAILY;COUNT=4"});
    content.duration = duration;
    return content;
  }
  static std::vector<std::string> endsOf(const EventContent& content) {
    const auto series = SeriesExpansion::make(content, nullptr, {});
    std::vector<std::string> ends;
    series->visit(base::kMinTime, base::kMaxTime, [&](const SeriesOccurrence& occurrence) {
      ends.push_back(base::formatInstant(occurrence.end));
      return true;
    });
    return ends;
  }
  static ImportedCalendar read(const std::string& properties) {
    auto file = readCalendar(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n" +
        properties + "END:VEVENT\r\nEND:VCALENDAR\r\n");
    EXPECT_TRUE(file.ok());
    return *std::move(file);
  }
};

TEST_F(EventLengthTest, RepeatsNominalDaysByTheWallClock) {
  EXPECT_EQ(endsOf(overTheChange("P1D", "2026-03-28T12:00:00")),
            (std::vector<std::string>{"2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z",
                                      "2026-03-30T10:00:00Z", "2026-03-31T10:00:00Z"}));
}

TEST_F(EventLengthTest, RepeatsTheExactLengthByTheEnd) {
  EXPECT_EQ(endsOf(overTheChange("", "2026-03-28T12:00:00")),
            (std::vector<std::string>{"2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z",
                                      "2026-03-30T10:00:00Z", "2026-03-31T10:00:00Z"}));
}

TEST_F(EventLengthTest, AddsHoursExactlyAfterTheDays) {
  // Two hours from noon of the 29th, when it is an hour nearer.
  EXPECT_EQ(endsOf(overTheChange("P1DT2H", "2026-03-28T14:00:00"))[1], "2026-03-29T12:00:00Z");
  EXPECT_EQ(endsOf(overTheChange("PT24H", "2026-03-28T12:00:00"))[1], "2026-03-29T11:00:00Z");
}

TEST_F(EventLengthTest, CountsOnlyWhileItLeadsFromStartToEnd) {
  EXPECT_TRUE(nominalLengthOf(overTheChange("P1D", "2026-03-28T12:00:00")));
  EXPECT_FALSE(nominalLengthOf(overTheChange("P1D", "2026-03-28T13:00:00")));
  EXPECT_FALSE(nominalLengthOf(overTheChange("nonsense", "2026-03-28T12:00:00")));
  EXPECT_FALSE(nominalLengthOf(overTheChange("", "2026-03-28T12:00:00")));
  EventContent elsewhere = overTheChange("P1D", "2026-03-28T12:00:00");
  elsewhere.end.timeZone = "Europe/London";
  EXPECT_FALSE(nominalLengthOf(elsewhere));
}

TEST_F(EventLengthTest, FindsTheLastOccurrenceUpToItsEnd) {
  // The last begins before clocks go back, and so lasts 25 hours.
  EventContent content =
      meeting("Daily", "2026-10-22T12:00:00", "2026-10-23T12:00:00", {"RRULE:FREQ=DAILY;COUNT=3"});
  content.duration = "P1D";
  create(content);
  const auto found = titles("2026-10-25T10:30:00Z", "2026-10-25T10:45:00Z");
  EXPECT_EQ(found, std::vector<std::string>{"2026-10-24T10:00:00Z Daily"});
  EXPECT_TRUE(titles("2026-10-25T11:00:00Z", "2026-10-25T11:15:00Z").empty());
}

TEST_F(EventLengthTest, StaysWithTheStoredEvent) {
  const EventContent content = overTheChange("P1D", "2026-03-28T12:00:00");
  const auto found = find(create(content));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(toEvent(found->record)->content, content);
}

TEST_F(EventLengthTest, IsWrittenAsItWasRead) {
  for (const std::string& lines :
       {std::string("DTSTART;TZID=Europe/Berlin:20260327T120000\r\nDURATION:P1DT2H\r\n"),
        std::string("DTSTART;VALUE=DATE:20260327\r\nDURATION:P3D\r\n"),
        std::string("DTSTART:20260327T120000Z\r\nDURATION:PT30M\r\n")}) {
    const ImportedCalendar first = read(lines);
    ASSERT_EQ(first.items.size(), 1U);
    EXPECT_FALSE(first.items[0].master.content.duration.empty()) << lines;
    const std::string text = writeCalendar(first, base::Instant{});
    EXPECT_NE(text.find(lines), std::string::npos) << text;
    EXPECT_EQ(readCalendar(text)->items[0].master.content, first.items[0].master.content);
  }
  const ImportedCalendar byEnd =
      read("DTSTART:20260327T120000Z\r\nDTEND:20260327T123000Z\r\nDURATION:PT30M\r\n");
  EXPECT_EQ(byEnd.items[0].master.content.duration, "");
  EXPECT_NE(writeCalendar(byEnd, base::Instant{}).find("DTEND:20260327T123000Z"),
            std::string::npos);
}

TEST_F(EventLengthTest, GivesWayToAnEndThatAnEditorSets) {
  EventContent content = overTheChange("P1D", "2026-03-28T12:00:00");
  content.end = berlin("2026-03-27T13:00:00");
  const std::string text = [&] {
    ImportedCalendar file;
    file.items.push_back({"1", {content, {}, {}}, {}});
    return writeCalendar(file, base::Instant{});
  }();
  EXPECT_EQ(text.find("DURATION"), std::string::npos);
  EXPECT_EQ(endsOf(content)[0], "2026-03-27T12:00:00Z");
}

}  // namespace
}  // namespace sw::calendar
