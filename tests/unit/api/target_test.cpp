#include "api/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sw::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(PercentDecode, DecodesEscapesOfEitherCase) {
  EXPECT_EQ(percentDecode("a%2Fb%2fc"), "a/b/c");
  EXPECT_EQ(percentDecode("%C3%A4%20+"), "\xc3\xa4 +");
  EXPECT_EQ(percentDecode(""), "");
}

TEST(PercentDecode, RefusesBrokenEscapes) {
  for (const char* text : {"%", "%4", "a%", "%g0", "%0g", "%%41", "%-1", "% 1"}) {
    EXPECT_EQ(percentDecode(text), std::nullopt) << text;
  }
}

TEST(PercentDecode, RefusesControlCharactersAndBadUtf8) {
  for (const char* text : {"%00", "a%0a", "%7f", "%ff", "%C3", "%C0%AF", "%ED%A0%80"}) {
    EXPECT_EQ(percentDecode(text), std::nullopt) << text;
  }
}

TEST(Query, SplitsAndDecodesInOrder) {
  const auto query = Query::parse("q=a+b%2B&x=&flag&q=%26%3D&y=1=2");
  ASSERT_TRUE(query.ok());
  EXPECT_THAT(query->entries(), ElementsAre(Pair("q", "a b+"), Pair("x", ""), Pair("flag", ""),
                                            Pair("q", "&="), Pair("y", "1=2")));
  EXPECT_EQ(query->find("q"), "a b+");
  EXPECT_THAT(query->all("q"), ElementsAre("a b+", "&="));
  EXPECT_EQ(query->find("z"), std::nullopt);
}

TEST(Query, SkipsEmptyParts) {
  const auto query = Query::parse("&&a=1&&");
  ASSERT_TRUE(query.ok());
  EXPECT_THAT(query->entries(), ElementsAre(Pair("a", "1")));
  const auto none = Query::parse("");
  ASSERT_TRUE(none.ok());
  EXPECT_THAT(none->entries(), IsEmpty());
}

TEST(Query, NamesEveryParameterThatCannotBeDecoded) {
  const auto query = Query::parse("a=%&b=1&c=%ff");
  ASSERT_FALSE(query.ok());
  EXPECT_EQ(query.error().code(), base::Code::kInvalid);
  ASSERT_EQ(query.error().details().size(), 2U);
  EXPECT_EQ(query.error().details()[0].field, "a");
  EXPECT_EQ(query.error().details()[1].field, "c");
}

TEST(Query, RefusesMoreParametersThanItsLimit) {
  std::string text;
  for (std::size_t i = 0; i < Query::kMaxParameters; ++i) text += "a=1&";
  EXPECT_TRUE(Query::parse(text).ok());
  EXPECT_FALSE(Query::parse(text + "b=2").ok());
}

}  // namespace
}  // namespace sw::api
