#include "calendar/ical_timezone.h"

#include <gtest/gtest.h>

#include "base/time_format.h"
#include "calendar/ical_timezone_writer.h"
#include "calendar/ical_values.h"
#include "calendar/ical_zone.h"

namespace sw::calendar {
namespace {

using base::UtcSeconds;
using base::Zone;
using std::chrono::seconds;

UtcSeconds utc(std::string_view text) { return base::parseBasicUtc(text).value_or(UtcSeconds{}); }

constexpr std::string_view kOutlookEastern =
    "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\n"
    "BEGIN:STANDARD\nDTSTART:16010101T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\n"
    "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\nEND:STANDARD\n"
    "BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\n"
    "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

/// Half an hour beside any zone that exists.
constexpr std::string_view kOwn =
    "BEGIN:VTIMEZONE\nTZID:Ours\n"
    "BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0313\nTZOFFSETTO:+0213\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n"
    "BEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0213\nTZOFFSETTO:+0313\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

base::Result<Zone> zoneFrom(std::string_view text) {
  ComponentReader reader(text);
  if (reader.next() != ComponentReader::Kind::kComponent) {
    return base::Error(base::Code::kInvalid, "no component");
  }
  SW_TRY(const ZoneDefinition definition, readZoneDefinition(reader.component()));
  return makeZone(definition);
}

TEST(IcalTimezone, MakesAZoneOfADefinitionForAllYears) {
  const auto zone = zoneFrom(kOwn);
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->name(), "Ours");
  for (const char* year : {"1975", "2026", "2037", "2038", "2455", "5000", "9998"}) {
    const std::string y(year);
    EXPECT_EQ(zone->spanAt(utc(y + "0115T000000Z")).offset, seconds(2 * 3600 + 13 * 60)) << y;
    EXPECT_EQ(zone->spanAt(utc(y + "0715T000000Z")).offset, seconds(3 * 3600 + 13 * 60)) << y;
  }
  // The last Sunday of March 2026 is the 29th.
  EXPECT_EQ(zone->spanAt(utc("20260329T000000Z")).begin, utc("20260328T234700Z"));
}

TEST(IcalTimezone, FindsTheZoneThatBehavesAlike) {
  const auto zone = zoneFrom(kOutlookEastern);
  ASSERT_TRUE(zone.ok());
  const UtcSeconds from = utc("20080101T000000Z");
  const UtcSeconds to = utc("20300101T000000Z");
  EXPECT_EQ(findZoneByBehaviour(*zone, from, to, ""), "America/New_York");
  EXPECT_EQ(findZoneByBehaviour(*zone, from, to, "America/Toronto"), "America/Toronto");
  EXPECT_EQ(findZoneByBehaviour(*zone, from, to, "Europe/Paris"), "America/New_York");
  EXPECT_FALSE(findZoneByBehaviour(*zoneFrom(kOwn), from, to, ""));
}

TEST(IcalTimezone, RefusesDefinitionsThatAreNone) {
  EXPECT_FALSE(zoneFrom("BEGIN:VTIMEZONE\nTZID:A\nEND:VTIMEZONE\n").ok());
  EXPECT_FALSE(zoneFrom("BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
                        "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n")
                   .ok());
  EXPECT_FALSE(zoneFrom("BEGIN:VTIMEZONE\nTZID:A\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
                        "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=DAILY\nEND:STANDARD\n"
                        "END:VTIMEZONE\n")
                   .ok());
}

TEST(IcalTimezone, WritesEveryZoneOfTheDatabaseSoThatItReadsTheSame) {
  const UtcSeconds from = utc("19700101T000000Z");
  const UtcSeconds to = utc("21000101T000000Z");
  ASSERT_GT(Zone::names().size(), 300U);
  for (const std::string& name : Zone::names()) {
    const auto zone = Zone::find(name);
    ASSERT_TRUE(zone.ok()) << name;
    std::string text;
    appendZoneDefinition(text, *zone, "X", from);
    const auto read = zoneFrom(text);
    ASSERT_TRUE(read.ok()) << name << "\n" << text;
    EXPECT_TRUE(sameOffsets(*zone, *read, from, to)) << name << "\n" << text;
  }
}

TEST(IcalTimezone, WritesRegularChangesAsEndlessRules) {
  std::string text;
  appendZoneDefinition(text, *Zone::find("Europe/Berlin"), "Europe/Berlin",
                       utc("20200101T000000Z"));
  EXPECT_NE(text.find("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"), std::string::npos);
  EXPECT_NE(text.find("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"), std::string::npos);
  EXPECT_EQ(text.find("RDATE"), std::string::npos);
  EXPECT_TRUE(sameOffsets(*zoneFrom(text), *Zone::find("Europe/Berlin"), utc("20200101T000000Z"),
                          utc("99990101T000000Z")));
}

TEST(IcalZone, ResolvesNamesDefinitionsAndOffsets) {
  EXPECT_EQ(resolveZone("Europe/Berlin", {})->name(), "Europe/Berlin");
  EXPECT_EQ(resolveZone("UTC+05:30", {})->spanAt(UtcSeconds{}).offset, seconds(19800));
  EXPECT_EQ(resolveZone("Ours", kOwn)->name(), "Ours");
  EXPECT_TRUE(*resolveZone("Ours", kOwn) == *resolveZone("Ours", kOwn));
  const std::string both = std::string(kOutlookEastern) + std::string(kOwn);
  EXPECT_TRUE(*resolveZone("Ours", both) == *resolveZone("Ours", kOwn));
  EXPECT_EQ(resolveZone("Ours", {}).error().code(), base::Code::kInvalid);
  EXPECT_FALSE(resolveZone("", {}).ok());
  EXPECT_FALSE(resolveZone("Theirs", kOwn).ok());
}

TEST(IcalValues, ReadsTimesAsTheyAreWritten) {
  const auto text = [](std::string_view value) {
    const auto time = readTime(value);
    if (!time) return std::string("none");
    std::string out;
    appendBasicTime(out, time->kind, time->time);
    return out;
  };
  EXPECT_EQ(text("20260301"), "20260301");
  EXPECT_EQ(text(" 20260301T090000z "), "20260301T090000Z");
  EXPECT_EQ(text("2026-03-01"), "20260301");
  EXPECT_EQ(text("2026-03-01T09:00:00"), "20260301T090000");
  EXPECT_EQ(text("2026-03-01 09:00:00.250Z"), "20260301T090000Z");
  EXPECT_EQ(text("20260301T0900"), "20260301T090000");
  EXPECT_EQ(text("20260301T090000+0100"), "20260301T080000Z");
  for (const char* bad : {"", "2026", "20261301", "20260301T250000", "tomorrow", "00000101"}) {
    EXPECT_EQ(text(bad), "none") << bad;
  }
}

TEST(IcalValues, ReadsDurationsAndOffsets) {
  EXPECT_EQ(readDuration("P1DT2H3M4S")->total(), seconds(86400 + 7384));
  EXPECT_EQ(readDuration("-PT15M")->total(), seconds(-900));
  EXPECT_EQ(readDuration("P2W")->days, std::chrono::days(14));
  EXPECT_EQ(readDuration("PT")->total(), seconds(0));
  for (const char* bad : {"", "P", "1D", "P1M", "PT1", "P99999999999D", "PTT1H"}) {
    EXPECT_FALSE(readDuration(bad)) << bad;
  }
  EXPECT_EQ(readUtcOffset("-023030"), seconds(-(2 * 3600 + 1830)));
  EXPECT_EQ(readUtcOffset("+01:00"), seconds(3600));
  EXPECT_FALSE(readUtcOffset("+2500"));
  EXPECT_EQ(formatUtcOffset(seconds(-12600)), "-0330");
}

}  // namespace
}  // namespace sw::calendar
