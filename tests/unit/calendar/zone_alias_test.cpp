#include "calendar/zone_alias.h"

#include <gtest/gtest.h>

#include "base/zone.h"

namespace sw::calendar {
namespace {

std::string tzOf(std::string_view name) {
  const auto alias = findZoneAlias(name);
  return alias ? alias->tzName : "none";
}

TEST(ZoneAlias, FindsNamesOfTheDatabase) {
  EXPECT_EQ(tzOf("Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(tzOf("\"Europe/Berlin\" "), "Europe/Berlin");
  EXPECT_EQ(tzOf("europe/berlin"), "Europe/Berlin");
  EXPECT_EQ(tzOf("EUROPE/BERLIN"), "Europe/Berlin");
  EXPECT_EQ(tzOf("America/New York"), "America/New_York");
  EXPECT_EQ(tzOf("EST5EDT"), "EST5EDT");
}

TEST(ZoneAlias, TakesPrefixesOff) {
  EXPECT_EQ(tzOf("/mozilla.org/20070129_1/Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(tzOf("/citadel.org/20210210_1/America/Argentina/Buenos_Aires"),
            "America/Argentina/Buenos_Aires");
  EXPECT_EQ(tzOf("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin"), "Europe/Berlin");
  EXPECT_EQ(tzOf("/softwarestudio.org/Olson_20011030_5/america/new_york"), "America/New_York");
}

TEST(ZoneAlias, KnowsEveryWindowsName) {
  EXPECT_GE(windowsZones().size(), 139U);
  for (const WindowsZone& zone : windowsZones()) {
    ASSERT_TRUE(base::Zone::find(zone.tzName).ok()) << zone.tzName;
    const auto alias = findZoneAlias(zone.name);
    ASSERT_TRUE(alias) << zone.name;
    if (zone.name != "UTC") {
      EXPECT_EQ(alias->tzName, zone.name.starts_with("UTC") ? alias->tzName : zone.tzName);
    }
    EXPECT_TRUE(alias->certain) << zone.name;
  }
  for (const ZoneWord& word : zoneWords()) {
    EXPECT_TRUE(base::Zone::find(word.tzName).ok()) << word.tzName;
  }
}

TEST(ZoneAlias, ReadsOutlooksDisplayNames) {
  EXPECT_EQ(tzOf("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"), "Europe/Berlin");
  EXPECT_EQ(tzOf("(GMT+01.00) Sarajevo/Warsaw/Zagreb"), "Europe/Warsaw");
  EXPECT_EQ(tzOf("(GMT-05:00) Eastern Time (US & Canada)"), "America/New_York");
  EXPECT_EQ(tzOf("Eastern Time (US & Canada)"), "America/New_York");
  EXPECT_EQ(tzOf("(UTC+05:30) Kolkata"), "Asia/Kolkata");
  EXPECT_EQ(tzOf("(UTC) Dublin, Edinburgh, Lisbon, London"), "Europe/London");
  EXPECT_EQ(tzOf("W. Europe Daylight Time"), "Europe/Berlin");
  EXPECT_EQ(tzOf("(UTC+05:45) Somewhere"), "UTC+05:45");
}

TEST(ZoneAlias, ReadsOffsets) {
  EXPECT_EQ(tzOf("GMT+0530"), "UTC+05:30");
  EXPECT_EQ(tzOf("UTC-8"), "UTC-08:00");
  EXPECT_EQ(tzOf("+01:00"), "UTC+01:00");
  EXPECT_EQ(tzOf("UTC+5:30"), "UTC+05:30");
  EXPECT_EQ(tzOf("GMT+99"), "none");
}

TEST(ZoneAlias, TellsGuessesFromNames) {
  EXPECT_TRUE(findZoneAlias("Eastern Standard Time")->certain);
  EXPECT_FALSE(findZoneAlias("Eastern")->certain);
  EXPECT_FALSE(findZoneAlias("IST")->certain);
  EXPECT_FALSE(findZoneAlias("EST")->certain);
  EXPECT_FALSE(findZoneAlias("US-Eastern")->certain);
  EXPECT_EQ(tzOf("US-Eastern"), "US/Eastern");
}

TEST(ZoneAlias, KnowsNothingOfOthers) {
  EXPECT_EQ(tzOf("Customized Time Zone"), "none");
  EXPECT_EQ(tzOf(""), "none");
  EXPECT_EQ(tzOf("../../etc/passwd"), "none");
  EXPECT_EQ(tzOf(std::string(10000, 'x')), "none");
}

}  // namespace
}  // namespace sw::calendar
