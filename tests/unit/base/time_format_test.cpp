#include "base/time_format.h"

#include <gtest/gtest.h>

namespace sw::base {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

TEST(DateTime, IsReadWithAndWithoutOffset) {
  const auto zulu = parseDateTime("2026-03-01T09:00:00Z");
  ASSERT_TRUE(zulu);
  EXPECT_EQ(zulu->offset, std::chrono::seconds(0));
  const auto west = parseDateTime("2026-03-01t09:00:00.25-03:30");
  ASSERT_TRUE(west);
  EXPECT_EQ(west->offset, -(hours(3) + minutes(30)));
  EXPECT_EQ(west->fraction, microseconds(250000));
  const auto local = parseDateTime("2026-03-01T09:00:00");
  ASSERT_TRUE(local);
  EXPECT_FALSE(local->offset);
}

TEST(DateTime, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026-03-01", "2026-02-29T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T09:00:60Z",
        "2026-03-01 09:00:00Z", "2026-03-01T09:00:00.Z", "0000-01-01T00:00:00Z",
        "2026-03-01T09:00:00+1:00", "2026-03-01T09:00:00Zjunk", "12026-03-01T09:00:00Z"}) {
    EXPECT_FALSE(parseDateTime(text)) << text;
  }
}

TEST(DateTime, IsWrittenAsItIsRead) {
  for (const char* text : {"0001-01-01T00:00:00+14:00", "2026-03-01T09:00:00Z",
                           "2026-03-01T09:00:00-03:30", "9999-12-31T23:59:59+01:00"}) {
    const auto read = parseDateTime(text);
    ASSERT_TRUE(read) << text;
    std::string out;
    appendDateTime(out, read->local, *read->offset);
    EXPECT_EQ(out, text);
  }
}

TEST(Instant, ShowsTheFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(formatInstant(Instant(microseconds(0))), "1970-01-01T00:00:00Z");
  EXPECT_EQ(formatInstant(Instant(microseconds(-1))), "1969-12-31T23:59:59.999999Z");
}

TEST(BasicUtc, RoundTrips) {
  for (const UtcSeconds instant : {kMinTime, UtcSeconds(std::chrono::seconds(0)), kMaxTime}) {
    std::string out;
    appendBasicUtc(out, instant);
    EXPECT_EQ(parseBasicUtc(out), instant) << out;
  }
  EXPECT_FALSE(parseBasicUtc("20260301T080000"));
}

}  // namespace
}  // namespace sw::base
