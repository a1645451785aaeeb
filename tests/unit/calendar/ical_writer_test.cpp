#include "calendar/ical_writer.h"

#include <gtest/gtest.h>

#include <random>

#include "base/time_format.h"
#include "calendar/series_expansion.h"

namespace sw::calendar {
namespace {

using std::chrono::minutes;

EventTime timeOf(std::string_view text, std::string zone = {}) {
  const bool allDay = text.size() == 8;
  const auto utc = base::parseBasicUtc(std::string(text) + (allDay ? "T000000Z" : "Z"))
                       .value_or(base::UtcSeconds{});
  return {base::LocalSeconds(utc.time_since_epoch()), allDay, std::move(zone)};
}

ImportedCalendar oneEvent(EventContent content) {
  ImportedCalendar calendar;
  calendar.name = "Team";
  ImportedItem item;
  item.uid = "1";
  item.master.content = std::move(content);
  calendar.items.push_back(std::move(item));
  return calendar;
}

EventContent simple() {
  EventContent content;
  content.summary = "Stand-up";
  content.start = timeOf("20260301T090000", "Europe/Berlin");
  content.end = timeOf("20260301T093000", "Europe/Berlin");
  return content;
}

TEST(IcalWriter, WritesACalendar) {
  EventContent content = simple();
  content.start = timeOf("20260301T090000", "UTC");
  content.end = timeOf("20260301T093000", "UTC");
  EXPECT_EQ(writeCalendar(oneEvent(content), base::Instant{}),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Scheduling Worker//Calendar//EN\r\n"
            "CALSCALE:GREGORIAN\r\nX-WR-CALNAME:Team\r\nBEGIN:VEVENT\r\nUID:1\r\n"
            "DTSTAMP:19700101T000000Z\r\nDTSTART:20260301T090000Z\r\nDTEND:20260301T093000Z\r\n"
            "SUMMARY:Stand-up\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n"
            "END:VCALENDAR\r\n");
}

TEST(IcalWriter, DescribesEachZoneOnceBeforeItIsUsed) {
  ImportedCalendar calendar = oneEvent(simple());
  calendar.items.push_back(calendar.items[0]);
  calendar.items[1].uid = "2";
  const std::string text = writeCalendar(calendar, base::Instant{});
  const std::size_t zone = text.find("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n");
  ASSERT_NE(zone, std::string::npos);
  EXPECT_EQ(text.find("BEGIN:VTIMEZONE", zone + 1), std::string::npos);
  EXPECT_LT(zone, text.find("BEGIN:VEVENT"));
  EXPECT_NE(text.find("DTSTART;TZID=Europe/Berlin:20260301T090000\r\n"), std::string::npos);
}

TEST(IcalWriter, TellsTwoZonesOfOneNameApart) {
  const auto definition = [](std::string_view offset) {
    std::string out = "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n";
    out.append("TZOFFSETFROM:").append(offset).append("\nTZOFFSETTO:").append(offset);
    return out + "\nEND:STANDARD\nEND:VTIMEZONE\n";
  };
  ImportedCalendar calendar = oneEvent(simple());
  calendar.items[0].master.content.start.timeZone = "Ours";
  calendar.items[0].master.content.end.timeZone = "Ours";
  calendar.items.push_back(calendar.items[0]);
  calendar.items[1].uid = "2";
  calendar.items[0].master.content.zoneDefinitions = definition("+0213");
  calendar.items[1].master.content.zoneDefinitions = definition("+0217");
  calendar.items[1].master.content.recurrence = {"RRULE:FREQ=DAILY",
                                                 "EXDATE;TZID=Ours:20260302T090000"};
  const auto read = readCalendar(writeCalendar(calendar, base::Instant{}));
  ASSERT_TRUE(read.ok());
  const EventContent& second = read->items.at(1).master.content;
  EXPECT_EQ(second.start.timeZone, "Ours 2");
  EXPECT_EQ(second.recurrence.back(), "EXDATE;TZID=\"Ours 2\":20260302T090000");
  EXPECT_NE(second.zoneDefinitions.find("TZOFFSETTO:+0217"), std::string::npos);
}

TEST(IcalWriter, WritesNewRemindersAndForgetsRemovedOnes) {
  EventContent content = simple();
  content.unknownLines =
      "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT15M\nEND:VALARM\n"
      "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT20M\nEND:VALARM\n";
  content.reminders.useDefault = false;
  content.reminders.overrides = {{"popup", minutes(20)}, {"email", minutes(60)}};
  const auto read = readCalendar(writeCalendar(oneEvent(content), base::Instant{}));
  ASSERT_TRUE(read.ok());
  const EventContent& again = read->items.at(0).master.content;
  EXPECT_EQ(again.reminders, content.reminders);
  EXPECT_EQ(again.unknownLines, "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT20M\nEND:VALARM\n");
}

TEST(IcalWriter, DropsWhatFieldsContradict) {
  const std::string text =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T090000Z\r\n"
      "RRULE:FREQ=NEVER\r\nEXDATE:20260302T090000Z\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"
      "ATTENDEE;RSVP=TRUE:mailto:a@b\r\nX-FOO:bar\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  auto calendar = readCalendar(text);
  ASSERT_TRUE(calendar.ok());
  EventContent& content = calendar->items.at(0).master.content;
  content.recurrence = {"RRULE:FREQ=DAILY"};
  content.transparency = Transparency::kTransparent;
  content.attendees.clear();
  const auto again = readCalendar(writeCalendar(*calendar, base::Instant{}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->items.at(0).master.content.unknownLines, "X-FOO:bar\nRRULE:FREQ=NEVER\n");
  EXPECT_EQ(again->items.at(0).master.content.recurrence, content.recurrence);
}

/// Files whose second reading once differed from the first.
TEST(IcalWriter, WritesWhatReadsAsTheSameForOddFiles) {
  const std::string zone =
      "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
      "TZOFFSETFROM:+0213\nTZOFFSETTO:+0213\nEND:STANDARD\nEND:VTIMEZONE\n";
  const std::string start = "BEGIN:VCALENDAR\n" + zone + "BEGIN:VEVENT\nUID:1\n";
  for (const std::string_view lines : {
           "DTSTART:20260301\nX-SW-DETACHED:TRUE\n",
           "DTSTART:20260301\nEXDATE;TZID=Ours:20260401T090000\n",
           "DTSTART:20260301T090000\nRDATE;VALUE=PERIOD;TZID=Ours:soon/later\n",
           "DTSTART:20260301T090000\nDTEND;TZID=Ours:20260301T100000\n",
           "DTSTART:20260301\nORGANIZER;SENT-BY=\"mailto:a@b\":somebody\n",
           "DTSTART:20260301\nATTENDEE;RSVP=TRUE:a\nATTENDEE;RSVP=FALSE:a\n",
           "DTSTART:20260301\nX-A:QUOTED-PRINTABLE "
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=yyyyyyyyyyyyy\n",
           "DTSTART:20260301T090000Z\nTRANSP:OPAQUE\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\n",
           "DTSTART:20260301T090000Z\nEXDATE:20260301T090000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n"
           "RECURRENCE-ID:20260301T090000Z\nDTSTART:20260301T100000Z\n",
       }) {
    const auto first = readCalendar(start + std::string(lines) + "END:VEVENT\nEND:VCALENDAR\n");
    ASSERT_TRUE(first.ok());
    const std::string written = writeCalendar(*first, base::Instant{});
    const auto second = readCalendar(written);
    ASSERT_TRUE(second.ok());
    EXPECT_TRUE(second->items == first->items) << lines << written;
  }
}

/// Random events of everything the model holds.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(std::size_t oneIn) { return below(oneIn) == 0; }

  std::string text(std::size_t most) {
    static const std::vector<std::string> kPieces = {
        "a", "Z", " ", ",", ";", ":", "\\", "\n", "\"", "^", "ä", "😀", "=", "\\n", "%", "\t", "'"};
    std::string out;
    for (std::size_t i = below(most + 1); i > 0; --i) out += kPieces[below(kPieces.size())];
    return out;
  }
  std::string word() { return "w" + std::to_string(below(1000)); }
  /// A parameter's value: without a tab at its ends, which is not told from blanks around it.
  std::string name() { return "n" + text(8) + "n"; }

  EventTime time(const EventTime* like) {
    static const std::vector<std::string> kZones = {"UTC", "Europe/Berlin", "America/New_York",
                                                    "UTC+05:30", ""};
    EventTime out;
    out.allDay = like != nullptr ? like->allDay : chance(3);
    out.local =
        std::chrono::local_days(std::chrono::January / 1 / 1990) + std::chrono::days(below(20000));
    if (out.allDay) return out;
    out.local += minutes(below(1440));
    out.timeZone = kZones[below(kZones.size())];
    if (like != nullptr) out.timeZone = like->timeZone;
    return out;
  }

  EventContent content(bool series) {
    EventContent out;
    out.summary = text(30);
    out.description = text(200);
    out.location = text(10);
    if (chance(2)) out.colorId = chance(2) ? "teal" : "11";
    out.status = static_cast<EventStatus>(below(3));
    out.transparency = static_cast<Transparency>(below(2));
    out.visibility = static_cast<Visibility>(below(4));
    out.start = time(nullptr);
    out.end = out.start;
    out.end.local += out.start.allDay ? minutes(1440 * (1 + below(5))) : minutes(below(3000));
    if (series) addRecurrence(out);
    if (chance(2)) out.organizer = Person{word() + "@example.org", chance(2) ? name() : ""};
    for (std::size_t i = below(4); i > 0; --i) addAttendee(out, i);
    addReminders(out);
    out.sequence = static_cast<int>(below(5));
    for (std::size_t i = below(3); i > 0; --i) out.privateProperties[name()] = text(20);
    for (std::size_t i = below(3); i > 0; --i) out.sharedProperties[name()] = text(20);
    if (chance(3)) out.conferenceData = R"({"id":"a,b;c"})";
    if (chance(3)) out.sourceUrl = "https://example.org/?a=b;c,d";
    if (chance(3)) out.sourceTitle = name();
    if (chance(2)) out.unknownLines = "CATEGORIES:A,B\nX-FOO;A=\"b:c\":d\\,e\nGEO:1.0;2.0\n";
    return out;
  }

 private:
  void addRecurrence(EventContent& out) {
    out.recurrence = {"RRULE:FREQ=DAILY;COUNT=" + std::to_string(1 + below(20))};
    if (chance(2)) {
      out.recurrence.emplace_back(out.start.allDay ? "EXDATE;VALUE=DATE:20200101,20200102"
                                                   : "EXDATE:20200101T090000Z");
    }
  }
  void addAttendee(EventContent& out, std::size_t number) {
    Attendee attendee;
    attendee.person = {word() + std::to_string(number) + "@example.org", chance(2) ? name() : ""};
    if (chance(4) && out.organizer) attendee.person.email = out.organizer->email;
    attendee.response = static_cast<ResponseStatus>(below(4));
    attendee.organizer = chance(3);
    attendee.optional = chance(3);
    attendee.resource = chance(3);
    if (chance(3)) attendee.comment = name();
    attendee.additionalGuests = static_cast<int>(below(3));
    out.attendees.push_back(attendee);
  }
  void addReminders(EventContent& out) {
    out.reminders.useDefault = chance(2);
    for (std::size_t i = below(4); i > 0; --i) {
      out.reminders.overrides.push_back(
          {chance(2) ? "popup" : "email", minutes(i * 10 + below(9))});
    }
  }

  std::mt19937_64 random_;
};

TEST(IcalWriter, WritesWhatReadsAsTheSameForRandomEvents) {
  const std::uint64_t seed =
      ::testing::UnitTest::GetInstance()->random_seed() != 0
          ? static_cast<std::uint64_t>(::testing::UnitTest::GetInstance()->random_seed())
          : 20260301U;
  for (std::uint64_t round = 0; round < 400; ++round) {
    Maker maker(seed * 100'000 + round);
    ImportedCalendar calendar;
    for (std::size_t i = 0; i < 3; ++i) {
      ImportedItem item;
      item.uid = "uid," + std::to_string(i);
      const bool series = maker.chance(2);
      item.master.content = maker.content(series);
      if (maker.chance(2)) item.master.created = base::Instant(std::chrono::hours(500'000));
      if (maker.chance(2)) item.master.lastModified = base::Instant(std::chrono::hours(500'001));
      const EventTime& start = item.master.content.start;
      for (std::size_t k = 0; series && k < maker.below(3); ++k) {
        ImportedOverride change;
        change.originalStart = start;
        change.originalStart.local += std::chrono::days(k);
        change.originalKey = *instantOf(change.originalStart, {});
        change.event.content = maker.content(false);
        item.overrides.push_back(std::move(change));
      }
      calendar.items.push_back(std::move(item));
    }
    const std::string text = writeCalendar(calendar, base::Instant{});
    const auto read = readCalendar(text);
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(read->issues.empty()) << read->issues.front().problem;
    ASSERT_EQ(read->items.size(), calendar.items.size());
    for (std::size_t i = 0; i < calendar.items.size(); ++i) {
      ASSERT_TRUE(read->items[i] == calendar.items[i])
          << "seed " << seed << " round " << round << "\n"
          << text;
    }
  }
}

}  // namespace
}  // namespace sw::calendar
