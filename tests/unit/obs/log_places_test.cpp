#include "obs/log_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using testing::Contains;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::uint64_t count(Instruments& obs, const std::string& series) {
  return std::stoull(obs.sample("scheduling_telemetry_" + series));
}

std::uint64_t dropped(Instruments& obs) {
  std::uint64_t all = 0;
  for (const std::string reason :
       {"queue_full", "export_failed", "rate_limited", "sampled", "too_large", "shutdown"}) {
    all += count(obs, "dropped_total{signal=\"logs\",reason=\"" + reason + "\"}");
  }
  return all;
}

void repeat(const Logger& logger, int times) {
  for (int i = 0; i < times; ++i) logger.warn("the disk is slow", {field("i", i)});
}

TEST(LogPlaces, HoldBackRepeatsAndTellHowMany) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger logger = capture.log.logger("storage");
  repeat(logger, 25);
  logger.warn("another place");
  EXPECT_EQ(capture.lines().size(), 11U);
  EXPECT_EQ(count(obs, "dropped_total{signal=\"logs\",reason=\"rate_limited\"}"), 15U);
  obs.clock.advance(2s);  // nothing more has come: the burst has ended
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 12U);
  EXPECT_THAT(lines.back(), HasSubstr("\"level\":\"WARN\""));
  EXPECT_THAT(lines.back(), HasSubstr("\"component\":\"storage\""));
  EXPECT_THAT(lines.back(), HasSubstr("\"message\":\"suppressed 15: the disk is slow\""));
  EXPECT_THAT(lines.back(), HasSubstr("\"suppressed\":15,\"place\":"));
  EXPECT_THAT(lines.back(), HasSubstr("log_places_test.cpp:"));
  EXPECT_EQ(count(obs, "emitted_total{signal=\"logs\"}"), 27U);
  EXPECT_EQ(count(obs, "exported_total{signal=\"logs\"}"), 12U);
}

TEST(LogPlaces, TellEveryTenSecondsOfABurstThatGoesOn) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger logger = capture.log.logger("storage");
  for (int second = 0; second < 30; ++second) {
    repeat(logger, 20);
    static_cast<void>(capture.lines());
    obs.clock.advance(1s);
  }
  std::uint64_t told = 0;
  std::uint64_t summaries = 0;
  for (const std::string& line : capture.lines()) {
    const std::size_t at = line.find("\"suppressed\":");
    if (at == std::string::npos) continue;
    ++summaries;
    told += std::stoull(line.substr(at + 13));
  }
  EXPECT_GE(summaries, 2U);
  EXPECT_LE(summaries, 3U);
  const auto held = count(obs, "dropped_total{signal=\"logs\",reason=\"rate_limited\"}");
  EXPECT_GT(held, 500U);
  obs.clock.advance(10s);
  for (const std::string& line : std::vector{capture.lines().back()}) {
    const std::size_t at = line.find("\"suppressed\":");
    if (at != std::string::npos && summaries < 3) told += std::stoull(line.substr(at + 13));
  }
  EXPECT_EQ(told, held);
}

TEST(LogPlaces, LetAnOccasionalRecordThroughForEver) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger logger = capture.log.logger("storage");
  for (int i = 0; i < 100; ++i) {
    repeat(logger, 1);
    obs.clock.advance(1s);
  }
  EXPECT_EQ(capture.lines().size(), 100U);
}

TEST(LogPlaces, DoNotLimitLinesThatAreMeantToComeOften) {
  Instruments obs;
  LogCapture capture(obs);
  repeat(capture.log.logger("api").unlimited(), 100);
  EXPECT_EQ(capture.lines().size(), 100U);
}

TEST(LogPlaces, ComeBackAfterTheClockWasSetBack) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger logger = capture.log.logger("storage");
  repeat(logger, 10);
  obs.clock.set(obs.clock.now() - 24h);
  repeat(logger, 10);
  EXPECT_EQ(capture.lines().size(), 20U);
}

TEST(LogPlaces, TellWhatWasHeldBackWhenTheLogEnds) {
  Instruments obs;
  std::shared_ptr<MemorySink::Shared> shared;
  {
    LogCapture capture(obs);
    shared = capture.shared;
    repeat(capture.log.logger("storage"), 11);
  }
  EXPECT_THAT(shared->lines(), Contains(HasSubstr("suppressed 1: the disk is slow")));
}

TEST(LogPlaces, LeaveNoPartOfASecretInWhatTheyQuote) {
  Instruments obs;
  Redactor redactor;
  redactor.addSecret("hunter2hunter2");
  LogCapture capture(obs, {}, redactor);
  const Logger logger = capture.log.logger("storage");
  const std::string message = std::string(150, 'x') + " hunter2hunter2";
  for (int i = 0; i < 12; ++i) logger.error(message);
  obs.clock.advance(5s);
  for (const std::string& line : capture.lines()) {
    EXPECT_EQ(line.find("hunter"), std::string::npos) << line;
  }
}

// Whatever happens to records, each is counted once where it ended.
TEST(LogPlaces, EveryRecordIsExportedOrCountedAsDropped) {
  std::mt19937 random(20260105);
  for (int round = 0; round < 20; ++round) {
    Instruments obs;
    LogCapture capture(
        obs,
        {.level = Level::kDebug, .bufferBytes = 128 * 1024, .notice = [](const std::string&) {}});
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&capture, t] {
        const Logger limited = capture.log.logger("limited-" + std::to_string(t));
        const Logger free = limited.unlimited();
        const std::string text(static_cast<std::size_t>(100 * t + 10), 'x');
        for (int i = 0; i < 400; ++i) {
          limited.error(text);
          free.debug(text);
          free.info(text, {field("i", i)});
          limited.warn("w", {field("text", text)});
        }
      });
    }
    for (int i = 0; i < 20; ++i) {
      const auto what = random() % 4;
      if (what == 0) obs.clock.advance(3s);
      if (what == 1) capture.shared->fail(random() % 2 == 0);
      if (what == 2) {
        const std::lock_guard lock(capture.shared->mutex);
        capture.shared->room = random() % 20'000;
      }
      if (what == 3) capture.log.flush();
    }
    for (std::thread& thread : threads) thread.join();
    obs.clock.advance(1min);
    capture.log.flush();
    capture.log.flush();  // a recovery may have come after the last batch
    EXPECT_EQ(count(obs, "emitted_total{signal=\"logs\"}"),
              count(obs, "exported_total{signal=\"logs\"}") + dropped(obs));
    EXPECT_EQ(count(obs, "exported_total{signal=\"logs\"}"), capture.shared->lines().size());
  }
}

}  // namespace
}  // namespace sw::obs
