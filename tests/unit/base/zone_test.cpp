#include "base/zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "base/json.h"

namespace sw::base {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using namespace std::chrono_literals;

LocalSeconds local(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  return std::chrono::local_days(std::chrono::year(year) / static_cast<int>(month) /
                                 static_cast<int>(day)) +
         hours(hour) + minutes(minute);
}
UtcSeconds utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  return UtcSeconds(local(year, month, day, hour, minute).time_since_epoch());
}
Zone zoneOf(std::string_view name) {
  const Result<Zone> found = Zone::find(name);
  EXPECT_TRUE(found) << name;
  return found ? *found : Zone();
}

TEST(Zone, GivesTheOffsetBeforeInAGap) {
  const LocalLookup found = zoneOf("Europe/Berlin").lookup(local(2024, 3, 31, 2, 30));
  EXPECT_EQ(found.kind, LocalLookup::Kind::kGap);
  EXPECT_EQ(found.earlierOffset, utc(2024, 3, 31, 1, 30));
  EXPECT_EQ(found.laterOffset, utc(2024, 3, 31, 0, 30));
}

TEST(Zone, GivesTheFirstInAnOverlap) {
  const LocalLookup found = zoneOf("Europe/Berlin").lookup(local(2024, 10, 27, 2, 30));
  EXPECT_EQ(found.kind, LocalLookup::Kind::kOverlap);
  EXPECT_EQ(found.earlierOffset, utc(2024, 10, 27, 0, 30));
  EXPECT_EQ(found.laterOffset, utc(2024, 10, 27, 1, 30));
}

TEST(Zone, SkipsAWholeDayWhereTheDateLineMoved) {
  const Zone apia = zoneOf("Pacific/Apia");
  EXPECT_EQ(apia.lookup(local(2011, 12, 30, 12)).kind, LocalLookup::Kind::kGap);
  EXPECT_EQ(apia.toUtc(local(2011, 12, 30, 12)), apia.toUtc(local(2011, 12, 31, 12)));
}

TEST(Zone, KeepsItsRuleThroughTheYear9999) {
  const Zone berlin = zoneOf("Europe/Berlin");
  EXPECT_EQ(berlin.toUtc(local(9999, 7, 1, 12)), utc(9999, 7, 1, 10));
  EXPECT_EQ(berlin.toUtc(local(9999, 1, 1, 12)), utc(9999, 1, 1, 11));
  const OffsetSpan span = berlin.spanAt(utc(5000, 7, 1));
  EXPECT_EQ(span.offset, 2h);
  EXPECT_LT(span.begin, utc(5000, 4, 1));
  EXPECT_GT(span.end, utc(5000, 10, 20));
  EXPECT_LT(span.end, utc(5000, 11, 1));
}

TEST(Zone, RefusesNamesTheDatabaseDoesNotHave) {
  for (const char* name : {"", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "localtime",
                           "posix/Europe/Berlin", "Fixed/UTC+01:00:00"}) {
    const auto found = Zone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code(), Code::kInvalid);
  }
}

TEST(Zone, IsOneHandleForOneName) {
  EXPECT_EQ(zoneOf("America/New_York"), zoneOf("America/New_York"));
  EXPECT_FALSE(zoneOf("America/New_York") == zoneOf("Europe/Berlin"));
  EXPECT_EQ(*Zone::fixed(0s), Zone::utc());
  EXPECT_EQ((*Zone::fixed(5h + 30min)).name(), "UTC+05:30");
  EXPECT_FALSE(Zone::fixed(24h));
}

/// What the library behind the zone says, one lookup at a time.
TEST(Zone, AgreesWithTheDatabaseAtRandomTimes) {
  const auto seed = std::random_device{}();
  RecordProperty("seed", static_cast<int>(seed));
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (const char* name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
        "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Antarctica/Troll", "Asia/Tehran"}) {
    const Zone zone = zoneOf(name);
    cctz::time_zone reference;
    ASSERT_TRUE(cctz::load_time_zone(name, &reference));
    std::uniform_int_distribution<std::int64_t> any(-62135596800, 253402300799);
    std::uniform_int_distribution<std::int64_t> modern(-2000000000, 4000000000);
    for (int i = 0; i < 4000; ++i) {
      const UtcSeconds at{seconds(i % 2 == 0 ? any(random) : modern(random))};
      const auto expected = reference.lookup(at);
      ASSERT_EQ(zone.spanAt(at).offset, seconds(expected.offset))
          << name << " " << at.time_since_epoch().count();
      const OffsetSpan span = zone.spanAt(at);
      ASSERT_LE(span.begin, at);
      ASSERT_GT(span.end, at);
      const auto civil = reference.lookup(expected.cs);
      ASSERT_EQ(zone.toUtc(zone.toLocal(at)), UtcSeconds(civil.pre.time_since_epoch()))
          << name << " " << at.time_since_epoch().count();
    }
  }
}

LocalSeconds parseBasic(const std::string& text) {
  const auto number = [&](std::size_t at, std::size_t length) {
    return std::stoi(text.substr(at, length));
  };
  return local(number(0, 4), static_cast<unsigned>(number(4, 2)),
               static_cast<unsigned>(number(6, 2)), number(9, 2), number(11, 2)) +
         seconds(number(13, 2));
}

/// Governments change their minds: an expectation about a later year than the installed database
/// knew is stale where the database itself says otherwise.
bool isOutdated(const std::string& name, LocalSeconds local, UtcSeconds expected) {
  cctz::time_zone reference;
  if (!cctz::load_time_zone(name, &reference)) return false;
  const auto civil = cctz::civil_second(1970, 1, 1) + local.time_since_epoch().count();
  const UtcSeconds says(reference.lookup(civil).pre.time_since_epoch());
  return says != expected && expected > utc(2026, 1, 1);
}

TEST(Zone, PassesTheCollectedEdges) {
  const std::filesystem::path path = SW_SOURCE_DIR "/../shared/conformance/time_zone_edges.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the collection is not on this machine";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document) << document.error().describe();
  const json::Value cases = document->root();
  ASSERT_GT(cases.size(), 0U);
  std::size_t outdated = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto field = [one = cases.at(i)](std::string_view name) {
      return std::string(*one.find(name).asString());
    };
    SCOPED_TRACE(field("tzid") + " " + field("local"));
    const LocalSeconds at = parseBasic(field("local"));
    const UtcSeconds expected(parseBasic(field("utc")).time_since_epoch());
    if (isOutdated(field("tzid"), at, expected)) {
      ++outdated;
      continue;
    }
    const LocalLookup found = zoneOf(field("tzid")).lookup(at);
    EXPECT_EQ(found.earlierOffset, expected);
    if (field("kind") == "overlap") {
      EXPECT_EQ(found.laterOffset.time_since_epoch(),
                parseBasic(field("utc_later")).time_since_epoch());
    }
  }
  EXPECT_LE(outdated * 50, cases.size()) << "too many for changes of the law";
}

}  // namespace
}  // namespace sw::base
