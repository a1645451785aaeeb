#include "obs/alert_dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unit/obs/alert_world.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using Outcome = AlertDelivery::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

struct DispatcherTest : testing::Test {
  DispatcherTest() { redactor.addSecret("hunter2-secret"); }

  AlertDispatcher& make(DispatcherOptions options = {}) {
    dispatcher.emplace(options, sinksOf(receiver), obs.clock, obs.catalog, log.log, redactor,
                       [] { return 1.0; });
    dispatcher->onReport([this](std::uint64_t message, bool delivered) {
      reports.emplace_back(message, delivered);
    });
    return *dispatcher;
  }
  static AlertMessage message() {
    AlertMessage made;
    made.notes.push_back({.name = "Test"});
    return made;
  }
  std::string alerts(const char* family, const std::string& more = "") {
    return obs.sample("scheduling_telemetry_" + std::string(family) + "_total{signal=\"alerts\"" +
                      more + "}");
  }
  std::string notifications(const char* status) {
    return obs.sample("scheduling_alert_notifications_total{channel=\"webhook\",status=\"" +
                      std::string(status) + "\"}");
  }

  Instruments obs;
  LogCapture log{obs};
  Redactor redactor;
  std::shared_ptr<MemoryAlertSink::Shared> receiver = std::make_shared<MemoryAlertSink::Shared>();
  std::vector<std::pair<std::uint64_t, bool>> reports;
  std::optional<AlertDispatcher> dispatcher;
};

TEST_F(DispatcherTest, DeliversAndCounts) {
  AlertDispatcher& sender = make();
  const auto number = sender.dispatch(message());
  EXPECT_THAT(receiver->messages, SizeIs(0));
  sender.runDue();
  EXPECT_THAT(receiver->take(), ElementsAre("+Test"));
  EXPECT_THAT(reports, ElementsAre(Pair(number, true)));
  EXPECT_EQ(alerts("emitted"), "1");
  EXPECT_EQ(alerts("exported"), "1");
  EXPECT_EQ(notifications("success"), "1");
  EXPECT_EQ(notifications("failed"), "0");
}

TEST_F(DispatcherTest, RepeatsWithGrowingPausesUntilItIsTaken) {
  AlertDispatcher& sender = make();
  receiver->answer = {.outcome = Outcome::kAgain, .problem = "answered 500"};
  sender.dispatch(message());
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 1);
  obs.clock.advance(999ms);
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 1);
  obs.clock.advance(1ms);
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 2);
  obs.clock.advance(1999ms);
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 2);
  receiver->answer = {};
  obs.clock.advance(1ms);
  sender.runDue();
  EXPECT_THAT(receiver->take(), ElementsAre("+Test"));
  EXPECT_EQ(alerts("exported"), "1");
}

TEST_F(DispatcherTest, WaitsAsLongAsTheReceiverAsks) {
  AlertDispatcher& sender = make();
  receiver->answer = {.outcome = Outcome::kRateLimited, .problem = "429", .retryAfter = 30s};
  sender.dispatch(message());
  sender.runDue();
  obs.clock.advance(29s);
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 1);
  obs.clock.advance(1s);
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 2);
}

TEST_F(DispatcherTest, RateLimitBeyondTheDeadlineDropsAtOnce) {
  AlertDispatcher& sender = make();
  receiver->answer = {.outcome = Outcome::kRateLimited, .problem = "429", .retryAfter = 3600s};
  sender.dispatch(message());
  sender.runDue();
  EXPECT_EQ(alerts("dropped", ",reason=\"rate_limited\""), "1");
  EXPECT_THAT(reports, ElementsAre(Pair(1U, false)));
}

TEST_F(DispatcherTest, RefusalIsFinal) {
  AlertDispatcher& sender = make();
  receiver->answer = {.outcome = Outcome::kRefused, .problem = "answered 404"};
  sender.dispatch(message());
  sender.runDue();
  EXPECT_EQ(receiver->attempts, 1);
  EXPECT_EQ(alerts("dropped", ",reason=\"export_failed\""), "1");
  EXPECT_EQ(notifications("failed"), "1");
}

TEST_F(DispatcherTest, DeadReceiverIsLoggedOnceAndRecoveryOnce) {
  AlertDispatcher& sender = make();
  receiver->answer = {.outcome = Outcome::kAgain,
                      .problem = "no route for hunter2-secret to the receiver"};
  for (int i = 0; i < 3; ++i) sender.dispatch(message());
  for (int i = 0; i < 300; ++i) {
    sender.runDue();
    obs.clock.advance(1s);
  }
  EXPECT_EQ(alerts("emitted"), "3");
  EXPECT_EQ(alerts("dropped", ",reason=\"export_failed\""), "3");
  auto lines = log.lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("WARN"));
  EXPECT_THAT(lines[0], Not(HasSubstr("hunter2")));
  EXPECT_TRUE(sender.channels().front().failing);
  EXPECT_THAT(sender.channels().front().lastError, Not(HasSubstr("hunter2")));

  receiver->answer = {};
  sender.dispatch(message());
  sender.runDue();
  lines = log.lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[1], HasSubstr("INFO"));
  EXPECT_FALSE(sender.channels().front().failing);
}

TEST_F(DispatcherTest, FullQueueRefusesAndCounts) {
  AlertDispatcher& sender = make({.queue = 2});
  for (int i = 0; i < 5; ++i) sender.dispatch(message());
  EXPECT_EQ(alerts("emitted"), "5");
  EXPECT_EQ(alerts("dropped", ",reason=\"queue_full\""), "3");
  sender.runDue();
  EXPECT_EQ(alerts("exported"), "2");
}

TEST_F(DispatcherTest, OneChannelThatDeliversIsEnough) {
  const auto dead = std::make_shared<MemoryAlertSink::Shared>();
  dead->answer = {.outcome = Outcome::kRefused, .problem = "no"};
  std::vector<std::unique_ptr<AlertSink>> sinks = sinksOf(receiver);
  sinks.push_back(std::make_unique<MemoryAlertSink>(dead, label::AlertChannel::kEmail));
  dispatcher.emplace(DispatcherOptions{}, std::move(sinks), obs.clock, obs.catalog, log.log,
                     redactor);
  dispatcher->onReport(
      [this](std::uint64_t number, bool delivered) { reports.emplace_back(number, delivered); });
  dispatcher->dispatch(message());
  dispatcher->runDue();
  EXPECT_THAT(reports, ElementsAre(Pair(1U, true)));
  EXPECT_EQ(alerts("emitted"), "2");
}

TEST_F(DispatcherTest, StopTriesWhatIsQueuedAndCountsTheRest) {
  AlertDispatcher& sender = make();
  receiver->answer = {.outcome = Outcome::kAgain, .problem = "later"};
  sender.dispatch(message());
  sender.dispatch(message());
  sender.start();
  sender.stop(10s);
  sender.dispatch(message());
  EXPECT_EQ(alerts("emitted"), "3");
  EXPECT_EQ(alerts("exported"), "0");
  EXPECT_EQ(alerts("dropped", ",reason=\"shutdown\""), "3");
}

}  // namespace
}  // namespace sw::obs
