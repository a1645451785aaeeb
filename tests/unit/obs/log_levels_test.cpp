#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;

TEST(LogLevels, AreListedByNameWithWhatWasChanged) {
  Instruments obs;
  LogCapture capture(obs, {.componentLevels = {{"storage", Level::kDebug}}});
  static_cast<void>(capture.log.logger("storage"));
  static_cast<void>(capture.log.logger("api"));
  EXPECT_THAT(capture.log.levels(), ElementsAre(FieldsAre("api", Level::kInfo, false),
                                                FieldsAre("storage", Level::kDebug, false)));
  EXPECT_TRUE(capture.log.setLevel("api", Level::kError));
  EXPECT_FALSE(capture.log.setLevel("nobody", Level::kError));
  EXPECT_THAT(capture.log.levels(), ElementsAre(FieldsAre("api", Level::kError, true),
                                                FieldsAre("storage", Level::kDebug, false)));
  EXPECT_EQ(capture.log.level(), Level::kInfo);
}

TEST(LogLevels, OfAllHoldForThoseThatComeLaterUntilTheyAreReset) {
  Instruments obs;
  LogCapture capture(obs, {.level = Level::kWarn, .componentLevels = {{"late", Level::kInfo}}});
  capture.log.setLevel(Level::kDebug);
  EXPECT_EQ(capture.log.level(), Level::kDebug);
  EXPECT_TRUE(capture.log.logger("late").wants(Level::kDebug));
  capture.log.resetLevels();
  EXPECT_EQ(capture.log.level(), Level::kWarn);
  EXPECT_THAT(capture.log.levels(), ElementsAre(FieldsAre("late", Level::kInfo, false)));
}

TEST(LogLevels, OfOneComponentAreResetAlone) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger one = capture.log.logger("one");
  const Logger two = capture.log.logger("two");
  capture.log.setLevel(Level::kDebug);
  EXPECT_TRUE(capture.log.resetLevel("one"));
  EXPECT_FALSE(capture.log.resetLevel("nobody"));
  EXPECT_FALSE(one.wants(Level::kDebug));
  EXPECT_TRUE(two.wants(Level::kDebug));
}

TEST(LogLevels, ConfiguredAgainUndoWhatWasSet) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger one = capture.log.logger("one");
  const Logger two = capture.log.logger("two");
  capture.log.setLevel("one", Level::kError);
  capture.log.configureLevels({.level = Level::kWarn, .components = {{"two", Level::kDebug}}});
  EXPECT_TRUE(one.wants(Level::kWarn));
  EXPECT_FALSE(one.wants(Level::kInfo));
  EXPECT_TRUE(two.wants(Level::kDebug));
  EXPECT_THAT(capture.log.levels(), ElementsAre(FieldsAre("one", Level::kWarn, false),
                                                FieldsAre("two", Level::kDebug, false)));
}

/// Keeps what it sees as text.
class RememberingTap final : public RecordTap {
 public:
  void record(const TappedRecord& seen) noexcept override {
    texts.push_back(std::string(toString(seen.level)) + (seen.kept ? " " : " hidden ") +
                    seen.component.name + " " + std::string(seen.message) + " " +
                    std::to_string(seen.fields.size()));
  }
  std::vector<std::string> texts;
};

TEST(LogTap, SeesWhatItsThreadLogsAndWhatTheLevelHides) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger logger = capture.log.logger("api");
  RememberingTap tap;
  logger.debug("before");
  {
    const TapScope scope(&tap);
    logger.info("kept", {field("n", 1)});
    logger.debug("hidden");
    std::thread([&] { logger.info("of another thread"); }).join();
    {
      const TapScope pause(nullptr);
      logger.info("unseen");
    }
    logger.warn("again");
  }
  logger.info("after");
  EXPECT_THAT(tap.texts,
              ElementsAre("INFO api kept 1", "DEBUG hidden api hidden 0", "WARN api again 0"));
  EXPECT_EQ(capture.lines().size(), 5U);
  EXPECT_EQ(obs.sample("scheduling_log_messages_total{level=\"debug\"}"), "0");
}

}  // namespace
}  // namespace sw::obs
