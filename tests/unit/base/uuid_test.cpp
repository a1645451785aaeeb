#include "base/uuid.h"

#include <gtest/gtest.h>

#include <set>

#include "fakes/fake_clock.h"

namespace sw::base {
namespace {

TEST(Uuid, PrintsWhatItParses) {
  const std::string text = "0194388e-5c00-7abc-8def-0123456789ab";
  const auto id = Uuid::parse(text);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->toString(), text);
}

TEST(Uuid, RefusesOtherForms) {
  for (const char* text :
       {"", "0194388e5c007abc8def0123456789ab", "{0194388e-5c00-7abc-8def-0123456789ab}",
        "0194388e-5c00-7abc-8def-0123456789ag", "0194388e-5c00-7abc-8def_0123456789ab"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, NewOnesCarryTheTimeVersionAndVariant) {
  fakes::FakeClock clock;
  const Uuid id = newUuid(clock);
  std::uint64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8U | id.bytes[i];
  EXPECT_EQ(milliseconds, 1767603600000U);
  EXPECT_EQ(id.bytes[6] >> 4U, 7);
  EXPECT_EQ(id.bytes[8] >> 6U, 2);
}

TEST(Uuid, NewOnesDifferWithinOneMillisecond) {
  fakes::FakeClock clock;
  std::set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(newUuid(clock));
  EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace sw::base
