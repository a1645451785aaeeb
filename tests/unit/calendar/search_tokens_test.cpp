#include "calendar/search_tokens.h"

#include <gtest/gtest.h>

namespace sw::calendar {
namespace {

using Words = std::vector<std::string>;

TEST(SearchTokens, FoldCaseAndAccents) {
  EXPECT_EQ(searchTokens("Zahnärztin MÜLLER, Straße 7"),
            (Words{"zahnarztin", "muller", "strasse", "7"}));
  EXPECT_EQ(searchTokens("Мария Ёлкина"), searchTokens("мария елкина"));
  EXPECT_EQ(searchTokens("Ａｂｃ １２"), (Words{"abc", "12"}));
}

TEST(SearchTokens, NameEachWordOnce) {
  EXPECT_EQ(searchTokens("a b A-b"), (Words{"a", "b"}));
  EXPECT_EQ(searchTokens(" ,;\n"), Words{});
}

TEST(SearchTokens, CutLongWordsAtWholeCharacters) {
  const Words words = searchTokens(std::string(63, 'x') + "жж");
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0], std::string(63, 'x'));
}

TEST(SearchTokens, SurviveBytesThatAreNotUtf8) {
  EXPECT_EQ(searchTokens("one\xff\xfetwo"), (Words{"one", "two"}));
}

TEST(SearchTokens, AreLimitedInNumber) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "w" + std::to_string(i) + " ";
  EXPECT_EQ(searchTokens(text).size(), kMaxSearchTokens);
}

}  // namespace
}  // namespace sw::calendar
