#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::base {
namespace {

using testing::ElementsAre;

TEST(Text, SplitsTrimsAndJoins) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_THAT(splitTrimmed(" a, ,b ,", ','), ElementsAre("a", "b"));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_TRUE(equalsIgnoringCase("Text/HTML", "text/html"));
  EXPECT_FALSE(equalsIgnoringCase("a", "ab"));
}

TEST(Text, TellsUtf8FromOtherBytes) {
  for (const char* good : {"", "abc", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(isUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xE2\x82"}) {
    EXPECT_FALSE(isUtf8(bad)) << bad;
    std::string fixed;
    appendAsUtf8(fixed, bad);
    EXPECT_TRUE(isUtf8(fixed)) << bad;
  }
  std::string fixed;
  appendAsUtf8(fixed, "a\xFF\xC3\xBC\xE2\x82");
  EXPECT_EQ(fixed, "a\xEF\xBF\xBD\xC3\xBC\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(utf8Prefix("a\xC3\xBC", 2), 1U);
  EXPECT_EQ(utf8Prefix("a\xC3\xBC", 3), 3U);
  EXPECT_EQ(utf8Prefix("abc", 2), 2U);
}

TEST(Text, WrapsAtSpaces) {
  EXPECT_EQ(wrapText("one two three", 10, "  "), "  one two\n  three\n");
  EXPECT_EQ(wrapText("averyverylongword x", 5, ""), "averyverylongword\nx\n");
}

TEST(Text, SpellsNames) {
  EXPECT_EQ(camelFromConstant("OTEL_BSP_MAX_QUEUE_SIZE"), "otelBspMaxQueueSize");
  EXPECT_EQ(kebabFromConstant("DATA_DIR"), "data-dir");
}

}  // namespace
}  // namespace sw::base
