#include "habits/strength.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"

namespace sw::habits {
namespace {

// Figures of Loop Habit Tracker's own tests hold to this (iSoron/uhabits, ScoreListTest.kt).
constexpr double kLoopTolerance = 1e-6;

enum Mark : char { kNo = '.', kYes = 'x', kSkip = 's' };

/// The strength of each date, the newest first; marks begin with the newest too.
std::vector<double> scores(const std::string& newestFirst, const StrengthRule& rule) {
  Strength strength;
  std::vector<double> out;
  const int count = static_cast<int>(newestFirst.size());
  for (int i = count - 1; i >= 0; --i) {
    const char mark = newestFirst[static_cast<std::size_t>(i)];
    strength.add(mark == kYes ? 1 : 0, mark == kSkip, rule, rule.window);
    out.insert(out.begin(), strength.value());
  }
  return out;
}

void expectScores(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_GE(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], kLoopTolerance) << "date " << i;
  }
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Strength, AgreesWithTheVectorsOfLoopHabitTracker) {
  const std::filesystem::path file = SW_SOURCE_DIR "/../shared/conformance/habit_score.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto document = base::json::Document::parse(text);
  ASSERT_TRUE(document.ok());
  const auto vectors = document->root().find("vectors");
  ASSERT_GT(vectors.size(), 0U);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const auto vector = vectors.at(i);
    ASSERT_EQ(vector.find("frequency").asNumber(), 1.0);
    std::string marks(20, kYes);
    marks.resize(vector.find("expected_newest_first").size(), kNo);
    for (std::size_t skip = 0; skip < vector.find("skips").size(); ++skip) {
      marks[static_cast<std::size_t>(*vector.find("skips").at(skip).asInteger())] = kSkip;
    }
    std::vector<double> expected;
    for (std::size_t at = 0; at < marks.size(); ++at) {
      expected.push_back(*vector.find("expected_newest_first").at(at).asNumber());
    }
    expectScores(scores(marks, StrengthRule::of({1, 1})), expected);
  }
}

TEST(Strength, AgreesWithLoopForASkipRightAfterTheOnlyDay) {
  expectScores(scores("....sx.", StrengthRule::of({1, 1})),
               {0.041949, 0.044247, 0.046670, 0.049226, 0.051922, 0.051922, 0.0});
}

TEST(Strength, AgreesWithLoopForSixTimesAWeekWithSkips) {
  std::string marks(18, kYes);
  marks[10] = marks[11] = marks[12] = kSkip;
  expectScores(scores(marks + "...", StrengthRule::of({6, 7})),
               {0.365222, 0.333100, 0.299354, 0.263899, 0.226651, 0.191734, 0.159268,
                0.129375, 0.102187, 0.077839, 0.056477, 0.056477, 0.056477, 0.056477,
                0.038251, 0.023319, 0.011848, 0.004014, 0.0,      0.0,      0.0});
}

TEST(Strength, ComesToOneWhereEveryDateIsDoneOrSkipped) {
  EXPECT_NEAR(scores(repeated("xxxxxss", 100), StrengthRule::of({1, 1})).front(), 1.0,
              kLoopTolerance);
  EXPECT_NEAR(scores(repeated("xxxxxss", 100), StrengthRule::of({6, 7})).front(), 1.0,
              kLoopTolerance);
}

TEST(Strength, AgreesWithLoopForTwoDaysAndForEverySecondDay) {
  EXPECT_NEAR(scores("xx", StrengthRule::of({1, 1})).front(), 0.101149, kLoopTolerance);
  EXPECT_NEAR(scores("xx", StrengthRule::of({1, 2})).front(), 0.054816, kLoopTolerance);
}

TEST(Strength, ComesToTwoThirdsWhereOneOfThreeIsAlwaysMissed) {
  EXPECT_NEAR(scores(repeated("xx.....", 100), StrengthRule::of({3, 7})).front(), 2 / 3.0,
              kLoopTolerance);
  EXPECT_NEAR(scores(repeated("xx.....", 100), StrengthRule::of({4, 7})).front(), 0.5,
              kLoopTolerance);
}

TEST(Strength, ComesToOneForAWeeklyHabitOnChangingDays) {
  EXPECT_NEAR(scores(repeated("x............x", 100), StrengthRule::of({1, 7})).front(), 1.0, 1e-3);
}

TEST(Strength, IsHighInReasonableTimeAtEveryFrequency) {
  EXPECT_GT(scores(std::string(90, kYes), StrengthRule::of({1, 1})).front(), 0.99);
  EXPECT_GT(scores(repeated("x......", 39), StrengthRule::of({1, 7})).front(), 0.99);
  EXPECT_GT(scores(repeated("x" + std::string(29, kNo), 18), StrengthRule::of({1, 30})).front(),
            0.99);
}

TEST(Strength, TakesPartOfAGoalForItsShare) {
  Strength strength;
  const StrengthRule rule = StrengthRule::of({1, 1});
  for (int i = 0; i < 500; ++i) strength.add(0.25, false, rule, 1);
  EXPECT_NEAR(strength.value(), 0.25, kLoopTolerance);
}

TEST(Strength, AgreesWithLoopForAmountsOverTwoDays) {
  // NumericalAtLeastScoreListTest.test_recompute: one look at the period, not two.
  const StrengthRule rule{strengthMultiplier(0.5), 2, 1};
  Strength strength;
  strength.add(1, false, rule, rule.window);
  strength.add(1, false, rule, rule.window);
  EXPECT_NEAR(strength.value(), 0.072631, kLoopTolerance);
}

}  // namespace
}  // namespace sw::habits
