#include "calendar/ical_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/time_format.h"
#include "calendar/series_expansion.h"

namespace sw::calendar {
namespace {

using std::chrono::minutes;

std::string calendarOf(std::string_view body) {
  return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n" + std::string(body) +
         "END:VCALENDAR\n";
}

std::string eventOf(std::string_view lines) {
  return "BEGIN:VEVENT\n" + std::string(lines) + "END:VEVENT\n";
}

ImportedCalendar readBody(std::string_view body) {
  auto calendar = readCalendar(calendarOf(body));
  EXPECT_TRUE(calendar.ok());
  return calendar.ok() ? *std::move(calendar) : ImportedCalendar{};
}

/// The content of the only event.
EventContent readEvent(std::string_view lines) {
  const ImportedCalendar calendar = readBody(eventOf("UID:1\n" + std::string(lines)));
  EXPECT_EQ(calendar.items.size(), 1U);
  return calendar.items.empty() ? EventContent{} : calendar.items[0].master.content;
}

std::string timeText(const EventTime& time) {
  std::string out;
  base::appendBasicUtc(out, base::UtcSeconds(time.local.time_since_epoch()));
  out = time.allDay ? out.substr(0, 8) : out.substr(0, 15);
  return time.timeZone.empty() ? out : out + " " + time.timeZone;
}

bool hasIssue(const ImportedCalendar& calendar, std::string_view part) {
  return std::any_of(calendar.issues.begin(), calendar.issues.end(), [&](const ImportIssue& issue) {
    return issue.problem.find(part) != std::string::npos;
  });
}

TEST(IcalReader, ReadsTheCalendarsOwnProperties) {
  const ImportedCalendar calendar = readBody(
      "X-WR-CALNAME:Old\nNAME:Team\\, all\nX-WR-CALDESC:d\nX-WR-TIMEZONE:W. Europe Standard Time\n"
      "COLOR:teal\n");
  EXPECT_EQ(calendar.name, "Team, all");
  EXPECT_EQ(calendar.description, "d");
  EXPECT_EQ(calendar.timeZone, "Europe/Berlin");
  EXPECT_EQ(calendar.color, "teal");
  EXPECT_TRUE(calendar.items.empty());
  EXPECT_TRUE(calendar.issues.empty());
}

TEST(IcalReader, ReadsEveryFormOfStartAndEnd) {
  const auto times = [](std::string_view lines) {
    const EventContent content = readEvent(lines);
    return timeText(content.start) + " - " + timeText(content.end);
  };
  EXPECT_EQ(times("DTSTART:20260301T090000Z\nDTEND:20260301T100000Z\n"),
            "20260301T090000 UTC - 20260301T100000 UTC");
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20260301T090000\nDURATION:PT90M\n"),
            "20260301T090000 Europe/Berlin - 20260301T103000 Europe/Berlin");
  EXPECT_EQ(times("DTSTART;VALUE=DATE:20260301\n"), "20260301 - 20260302");
  EXPECT_EQ(times("DTSTART:20260301\nDTEND:20260301\n"), "20260301 - 20260302");
  EXPECT_EQ(times("DTSTART:20260301T090000\n"), "20260301T090000 - 20260301T090000");
  EXPECT_EQ(times("DTSTART;VALUE=DATE:20260301\nDURATION:P3D\n"), "20260301 - 20260304");
  // A day is nominal, an hour exact: clocks go forward on 29 March.
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D\n"),
            "20260328T120000 Europe/Berlin - 20260329T120000 Europe/Berlin");
  EXPECT_EQ(times("DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:PT24H\n"),
            "20260328T120000 Europe/Berlin - 20260329T130000 Europe/Berlin");
  EXPECT_EQ(times("DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin:20260301T090000\n"),
            "20260301T090000 Europe/Berlin - 20260301T090000 Europe/Berlin");
}

TEST(IcalReader, RepairsEndsThatContradictTheStart) {
  const auto read = [](std::string_view lines) {
    return readBody(eventOf("UID:1\n" + std::string(lines)));
  };
  auto calendar = read("DTSTART:20260301T090000Z\nDTEND:20260301T080000Z\n");
  EXPECT_EQ(timeText(calendar.items.at(0).master.content.end), "20260301T090000 UTC");
  EXPECT_TRUE(hasIssue(calendar, "DTEND is before DTSTART"));
  calendar = read("DTSTART;VALUE=DATE:20260301\nDTEND:20260303T120000Z\n");
  EXPECT_EQ(timeText(calendar.items.at(0).master.content.end), "20260304");
  EXPECT_TRUE(hasIssue(calendar, "DTEND has a time though DTSTART is a date"));
  calendar = read("DTSTART:20260301T090000Z\nDURATION:-PT1H\n");
  EXPECT_TRUE(hasIssue(calendar, "DURATION is negative"));
  calendar = read("DTSTART;VALUE=DATE:20260301T090000\n");
  EXPECT_EQ(timeText(calendar.items.at(0).master.content.start), "20260301");
}

TEST(IcalReader, ReportsWhatItLeavesOutAndReadsTheRest) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:a\nSUMMARY:No start\n") + eventOf("UID:b\nDTSTART:soon\n") +
               "BEGIN:VTODO\nUID:c\nSUMMARY:Task\nEND:VTODO\nBEGIN:VJOURNAL\nEND:VJOURNAL\n"
               "BEGIN:VFREEBUSY\nEND:VFREEBUSY\nBEGIN:X-THING\nEND:X-THING\n" +
               eventOf("UID:d\nDTSTART:20260301\n"));
  ASSERT_EQ(calendar.items.size(), 1U);
  EXPECT_EQ(calendar.items[0].uid, "d");
  ASSERT_EQ(calendar.issues.size(), 6U);
  for (const ImportIssue& issue : calendar.issues) {
    EXPECT_EQ(issue.kind, ImportIssue::Kind::kSkipped);
  }
  EXPECT_EQ(calendar.issues[0].uid, "a");
  EXPECT_EQ(calendar.issues[0].summary, "No start");
  EXPECT_EQ(calendar.issues[0].line, 4U);
  EXPECT_EQ(calendar.issues[1].line, 10U);
  EXPECT_EQ(calendar.issues[2].summary, "Task");
}

TEST(IcalReader, RefusesWhatIsNoCalendar) {
  EXPECT_EQ(readCalendar("hello").error().code(), base::Code::kMalformed);
  EXPECT_EQ(readCalendar("").error().code(), base::Code::kMalformed);
  ReadOptions small;
  small.maxBytes = 10;
  EXPECT_EQ(readCalendar(calendarOf(""), small).error().code(), base::Code::kPayloadTooLarge);
  EXPECT_TRUE(readCalendar("BEGIN:VCALENDAR\n").ok());
  EXPECT_EQ(readCalendar(eventOf("DTSTART:20260301\n"))->items.size(), 1U);
}

TEST(IcalReader, MakesTheSameUidForTheSameEventWithoutOne) {
  const auto uid = [](std::string_view stamp, std::string_view summary) {
    return readBody(eventOf("DTSTAMP:" + std::string(stamp) +
                            "\nDTSTART:20260301\nSUMMARY:" + std::string(summary) + "\n"))
        .items.at(0)
        .uid;
  };
  EXPECT_EQ(uid("20260101T000000Z", "a"), uid("20270101T000000Z", "a"));
  EXPECT_NE(uid("20260101T000000Z", "a"), uid("20260101T000000Z", "b"));
}

TEST(IcalReader, KeepsTheNewerOfTwins) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:1\nDTSTART:20260301\nSEQUENCE:2\nSUMMARY:new\n") +
               eventOf("UID:1\nDTSTART:20260301\nSEQUENCE:1\nSUMMARY:old\n"));
  ASSERT_EQ(calendar.items.size(), 1U);
  EXPECT_EQ(calendar.items[0].master.content.summary, "new");
  EXPECT_TRUE(hasIssue(calendar, "another event has the same UID"));
}

TEST(IcalReader, TiesChangedOccurrencesToTheirSeries) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:1\nRECURRENCE-ID:20260309T080000Z\nDTSTART:20260310T110000Z\n") +
               eventOf("UID:1\nDTSTART;TZID=Europe/Berlin:20260302T090000\nRRULE:FREQ=WEEKLY\n") +
               eventOf("UID:1\nRECURRENCE-ID;VALUE=DATE:20260316\nDTSTART:20260316T110000Z\n"
                       "STATUS:CANCELLED\nRRULE:FREQ=DAILY\n"));
  ASSERT_EQ(calendar.items.size(), 1U);
  const auto& overrides = calendar.items[0].overrides;
  ASSERT_EQ(overrides.size(), 2U);
  EXPECT_EQ(timeText(overrides[0].originalStart), "20260309T090000 Europe/Berlin");
  EXPECT_EQ(overrides[0].originalKey, base::parseBasicUtc("20260309T080000Z"));
  EXPECT_EQ(overrides[1].originalKey, base::parseBasicUtc("20260316T080000Z"));
  EXPECT_EQ(overrides[1].event.content.status, EventStatus::kCancelled);
  EXPECT_TRUE(overrides[1].event.content.recurrence.empty());
}

TEST(IcalReader, KeepsChangedOccurrencesWithoutTheirSeries) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:1\nRECURRENCE-ID:20260309T080000Z\nDTSTART:20260310T110000Z\n"
                       "DTEND:20260310T120000Z\nSUMMARY:x\n"));
  ASSERT_EQ(calendar.items.size(), 1U);
  const EventContent& master = calendar.items[0].master.content;
  EXPECT_EQ(master.recurrence, (std::vector<std::string>{"RDATE:20260309T080000Z"}));
  EXPECT_EQ(timeText(master.start), "20260309T080000 UTC");
  EXPECT_EQ(timeText(master.end), "20260309T090000 UTC");
  EXPECT_TRUE(master.unknownLines.starts_with(kDetachedLine));
  EXPECT_EQ(calendar.items[0].overrides.size(), 1U);
}

TEST(IcalReader, SplitsASeriesAtAChangeOfAllThatFollows) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:s@x\nDTSTART:20260302T090000Z\nDTEND:20260302T093000Z\n"
                       "RRULE:FREQ=DAILY;COUNT=20\n") +
               eventOf("UID:s@x\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260310T090000Z\n"
                       "DTSTART:20260310T100000Z\nDTEND:20260310T110000Z\n") +
               eventOf("UID:s@x\nRECURRENCE-ID:20260312T090000Z\nDTSTART:20260312T150000Z\n"));
  ASSERT_EQ(calendar.items.size(), 2U);
  EXPECT_EQ(calendar.items[0].uid, "s@x");
  EXPECT_EQ(calendar.items[0].master.content.recurrence,
            (std::vector<std::string>{"RRULE:FREQ=DAILY;COUNT=8"}));
  EXPECT_TRUE(calendar.items[0].overrides.empty());
  EXPECT_EQ(calendar.items[1].uid, "s_R20260310T090000@x");
  EXPECT_EQ(calendar.items[1].master.content.recurrence,
            (std::vector<std::string>{"RRULE:FREQ=DAILY;COUNT=12"}));
  EXPECT_EQ(timeText(calendar.items[1].master.content.start), "20260310T100000 UTC");
  ASSERT_EQ(calendar.items[1].overrides.size(), 1U);
  EXPECT_EQ(calendar.items[1].overrides[0].originalKey, base::parseBasicUtc("20260312T100000Z"));
}

TEST(IcalReader, KeepsAnEventWhoseRuleCannotBeRead) {
  const EventContent content = readEvent("DTSTART:20260301T090000Z\nRRULE:FREQ=NEVER\n");
  EXPECT_TRUE(content.recurrence.empty());
  EXPECT_EQ(content.unknownLines, "RRULE:FREQ=NEVER\n");
}

TEST(IcalReader, RepairsRulesAndDates) {
  EXPECT_EQ(readEvent("DTSTART;TZID=Europe/Berlin:20260302T090000\n"
                      "RRULE:FREQ=DAILY;UNTIL=20260310T080000\n")
                .recurrence,
            (std::vector<std::string>{"RRULE:FREQ=DAILY;UNTIL=20260310T080000Z"}));
  EXPECT_EQ(readEvent("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=9\n"
                      "EXDATE:20260303T000000Z,20260304\n")
                .recurrence,
            (std::vector<std::string>{"RRULE:FREQ=DAILY;COUNT=9",
                                      "EXDATE;VALUE=DATE:20260303,20260304"}));
  EXPECT_EQ(readEvent("DTSTART;TZID=W. Europe Standard Time:20260302T090000\n"
                      "RRULE:FREQ=DAILY\nEXDATE;TZID=W. Europe Standard Time:20260303T090000\n")
                .recurrence.back(),
            "EXDATE;TZID=Europe/Berlin:20260303T090000");
  // A start that the rule does not make is a date of its own.
  EXPECT_EQ(readEvent("DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;BYMONTH=1\n").recurrence.back(),
            "RDATE:20260302T090000Z");
  EXPECT_EQ(readEvent("DTSTART:19990101T090000\nRRULE:W1 FR #10\n").recurrence,
            (std::vector<std::string>{"RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=FR;COUNT=10"}));
  EXPECT_EQ(readEvent("DTSTART:19990129T090000\nRRULE:MP1 1- FR #0\n").recurrence,
            (std::vector<std::string>{"RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=-1FR"}));
}

TEST(IcalReader, ReadsPeople) {
  const EventContent content = readEvent(
      "DTSTART:20260301\nORGANIZER;CN=\"Lovelace, Ada\":MAILTO:ada@example.org\n"
      "ATTENDEE;PARTSTAT=ACCEPTED:mailto:Ada@example.org\n"
      "ATTENDEE;CN=Bob;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;RSVP=TRUE:mailto:bob@example.org\n"
      "ATTENDEE;CUTYPE=ROOM;X-NUM-GUESTS=2:mailto:room@example.org\n");
  ASSERT_TRUE(content.organizer);
  EXPECT_EQ(*content.organizer, (Person{"ada@example.org", "Lovelace, Ada"}));
  ASSERT_EQ(content.attendees.size(), 3U);
  EXPECT_TRUE(content.attendees[0].organizer);
  EXPECT_EQ(content.attendees[0].response, ResponseStatus::kAccepted);
  EXPECT_TRUE(content.attendees[1].optional);
  EXPECT_EQ(content.attendees[1].response, ResponseStatus::kDeclined);
  EXPECT_TRUE(content.attendees[2].resource);
  EXPECT_EQ(content.attendees[2].additionalGuests, 2);
  EXPECT_EQ(content.unknownLines,
            "ATTENDEE;RSVP=TRUE:mailto:bob@example.org\n"
            "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org\n");
}

TEST(IcalReader, KeepsNoParameterThatContradictsALaterOne) {
  const EventContent content = readEvent(
      "DTSTART:20260301\nATTENDEE;ROLE=NO-SUCH;ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:b@example."
      "org\n");
  ASSERT_EQ(content.attendees.size(), 1U);
  EXPECT_TRUE(content.attendees[0].optional);
  EXPECT_EQ(content.unknownLines, "ATTENDEE;RSVP=TRUE:mailto:b@example.org\n");
}

TEST(IcalReader, ReadsAlarmsAsReminders) {
  const EventContent content = readEvent(
      "DTSTART:20260301\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT15M\nEND:VALARM\n"
      "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER;RELATED=START:-P1D\nSUMMARY:s\nEND:VALARM\n"
      "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;RELATED=END:-PT5M\nEND:VALARM\n"
      "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:PT5M\nEND:VALARM\n");
  EXPECT_FALSE(content.reminders.useDefault);
  EXPECT_EQ(content.reminders.overrides,
            (std::vector<ReminderOverride>{{"popup", minutes(15)}, {"email", minutes(1440)}}));
  std::size_t alarms = 0;
  for (std::size_t at = content.unknownLines.find("BEGIN:VALARM"); at != std::string::npos;
       at = content.unknownLines.find("BEGIN:VALARM", at + 1)) {
    ++alarms;
  }
  EXPECT_EQ(alarms, 4U);
  EXPECT_TRUE(readEvent("DTSTART:20260301\n").reminders.useDefault);
}

TEST(IcalReader, ReadsStatusBusyAndClass) {
  EventContent content = readEvent(
      "DTSTART:20260301\nSTATUS:tentative\nTRANSP:TRANSPARENT\nCLASS:X-SECRET\nCOLOR:teal\n");
  EXPECT_EQ(content.status, EventStatus::kTentative);
  EXPECT_EQ(content.transparency, Transparency::kTransparent);
  EXPECT_EQ(content.visibility, Visibility::kPrivate);
  EXPECT_EQ(content.colorId, "teal");
  content = readEvent("DTSTART:20260301\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\n");
  EXPECT_EQ(content.transparency, Transparency::kTransparent);
  EXPECT_EQ(content.unknownLines, "X-MICROSOFT-CDO-BUSYSTATUS:FREE\n");
}

constexpr std::string_view kOwnZone =
    "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0213\n"
    "TZOFFSETTO:+0213\nEND:STANDARD\nEND:VTIMEZONE\n";

TEST(IcalReader, CarriesAZoneThatTheDatabaseLacks) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:1\nDTSTART;TZID=Ours:20260301T090000\n") + std::string(kOwnZone));
  const EventContent& content = calendar.items.at(0).master.content;
  EXPECT_EQ(content.start.timeZone, "Ours");
  EXPECT_EQ(content.zoneDefinitions, kOwnZone);
  EXPECT_EQ(*instantOf(content.start, content.zoneDefinitions),
            base::parseBasicUtc("20260301T064700Z"));
}

TEST(IcalReader, ReadsAnUnknownZoneInTheCalendarsAndSaysSo) {
  const ImportedCalendar calendar =
      readBody(eventOf("UID:1\nDTSTART;TZID=Nowhere:20260301T090000\n"));
  EXPECT_EQ(timeText(calendar.items.at(0).master.content.start), "20260301T090000");
  EXPECT_TRUE(hasIssue(calendar, "'Nowhere' is neither known nor defined"));
}

TEST(IcalReader, LimitsTheReport) {
  std::string body;
  for (int i = 0; i < 50; ++i) body += "BEGIN:VTODO\nEND:VTODO\n";
  ReadOptions options;
  options.maxIssues = 10;
  const auto calendar = readCalendar(calendarOf(body), options);
  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ(calendar->issues.size(), 10U);
  EXPECT_EQ(calendar->issuesDropped, 40U);
}

}  // namespace
}  // namespace sw::calendar
