#include "obs/alert_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/local_loop.h"
#include "fakes/fake_alert_store.h"
#include "unit/obs/alert_world.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// One copy of the service: its own metrics, on the clock of the test.
class Copy {
 public:
  Copy(const fakes::FakeClock& clock, std::string name, AlertStateStore* store,
       std::filesystem::path file = {})
      : metrics_(clock),
        catalog(metrics_),
        log_({}, std::make_unique<MemorySink>(sink_), {}, clock, catalog),
        dispatcher_({}, sinksOf(receiver), clock, catalog, log_, {}),
        engine({.instance = std::move(name), .stateFile = std::move(file)}, clock, catalog, log_,
               store, dispatcher_) {}

  void look() {
    engine.runDue();
    dispatcher_.runDue();
    engine.runDue();
  }
  void database(bool works) {
    catalog.dependencyUp.handle(label::Dependency::kDatabase).set(works ? 1 : 0);
  }
  void criticalError() {
    catalog.errors.handle(label::ErrorClass::kCritical, label::ErrorComponent::kApi).increment();
  }

  std::shared_ptr<MemoryAlertSink::Shared> receiver = std::make_shared<MemoryAlertSink::Shared>();

 private:
  Metrics metrics_;

 public:
  MetricCatalog catalog;

 private:
  std::shared_ptr<MemorySink::Shared> sink_ = std::make_shared<MemorySink::Shared>();
  Log log_;
  AlertDispatcher dispatcher_;

 public:
  AlertEngine engine;
};

struct EngineTest : testing::Test {
  std::unique_ptr<Copy> start(const std::string& name) {
    return std::make_unique<Copy>(clock, name, &store);
  }
  /// Lets time pass, and the copies look every 15 seconds.
  template <class... Copies>
  void pass(std::chrono::seconds time, Copies&... copies) {
    for (auto passed = 0s; passed < time; passed += 15s) {
      clock.advance(15s);
      (copies.look(), ...);
    }
  }

  fakes::FakeClock clock;
  fakes::FakeAlertStore store;
};

constexpr const char* kDatabase = "SchedulingWorkerDatabaseDown";

TEST_F(EngineTest, AlertIsPendingThenFiresThenEnds) {
  const auto copy = start("one");
  copy->database(false);
  copy->look();
  EXPECT_THAT(copy->engine.json(), HasSubstr(R"("state":"pending")"));
  pass(4min + 45s, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  pass(15s, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerDatabaseDown"));
  EXPECT_THAT(copy->engine.json(), HasSubstr(R"("state":"firing")"));
  pass(10min, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  copy->database(true);
  pass(15s, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("-SchedulingWorkerDatabaseDown"));
  EXPECT_THAT(copy->engine.json(), HasSubstr(R"("state":"resolved")"));
  pass(1h, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
}

TEST_F(EngineTest, ShortTroubleTellsNobody) {
  const auto copy = start("one");
  for (int i = 0; i < 5; ++i) {
    copy->database(false);
    pass(4min, *copy);
    copy->database(true);
    pass(15s, *copy);
  }
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
}

TEST_F(EngineTest, WhatStillFiresIsRepeatedAfterFourHours) {
  const auto copy = start("one");
  copy->database(false);
  pass(6min, *copy);
  EXPECT_THAT(copy->receiver->take(), SizeIs(1));
  pass(3h + 50min, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  pass(15min, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, AlertsOfOneMomentShareAMessage) {
  const auto copy = start("one");
  copy->database(false);
  copy->catalog.processMaxFds.handle().set(10);
  copy->look();
  pass(4min + 45s, *copy);
  copy->criticalError();
  pass(15s, *copy);
  ASSERT_THAT(copy->receiver->messages, SizeIs(1));
  EXPECT_THAT(copy->receiver->messages[0].notes, SizeIs(2));
  EXPECT_EQ(copy->receiver->messages[0].firing(), 2U);
}

TEST_F(EngineTest, RestartDoesNotTellAgain) {
  auto copy = start("one");
  copy->database(false);
  pass(6min, *copy);
  EXPECT_THAT(copy->receiver->take(), SizeIs(1));
  copy.reset();
  copy = start("one");
  copy->database(false);
  pass(20min, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerRestarted"));
  copy->database(true);
  pass(15s, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("-SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, EndThatCameWithTheRestartIsToldOnceItIsCertain) {
  auto copy = start("one");
  copy->database(false);
  pass(6min, *copy);
  copy.reset();
  copy = start("one");
  copy->database(true);
  pass(4min + 30s, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerRestarted"));
  pass(1min, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("-SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, RestartedIsToldForEachRestartButNotForTheFirstStart) {
  auto copy = start("one");
  pass(10min, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  copy.reset();
  copy = start("one");
  copy->look();
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerRestarted"));
  pass(10min, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  copy.reset();
  clock.advance(24h);
  copy = start("one");
  copy->look();
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerRestarted"));
}

TEST_F(EngineTest, ThirdStartWithinHalfAnHourIsACrashLoop) {
  for (int i = 0; i < 2; ++i) {
    const auto copy = start("one");
    pass(1min, *copy);
  }
  const auto copy = start("one");
  copy->look();
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerCrashLooping"));
}

TEST_F(EngineTest, OfTwoCopiesOneTells) {
  const auto one = start("one");
  const auto two = start("two");
  one->database(false);
  two->database(false);
  pass(20min, *one, *two);
  EXPECT_THAT(one->receiver->take(), ElementsAre("+SchedulingWorkerDatabaseDown"));
  EXPECT_THAT(two->receiver->take(), IsEmpty());
  one->database(true);
  pass(5min, *one, *two);
  EXPECT_THAT(one->receiver->take(), IsEmpty());  // the other copy still sees it
  two->database(true);
  pass(1min, *one, *two);
  auto told = one->receiver->take();
  for (auto& more : two->receiver->take()) told.push_back(more);
  EXPECT_THAT(told, ElementsAre("-SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, CopyThatDiesIsReplacedByTheOther) {
  auto one = start("one");
  const auto two = start("two");
  one->database(false);
  two->database(true);
  pass(6min, *one, *two);
  EXPECT_THAT(one->receiver->take(), ElementsAre("+SchedulingWorkerDatabaseDown"));
  one.reset();
  pass(10min, *two);
  EXPECT_THAT(two->receiver->take(), ElementsAre("-SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, AlertsGoOutWhileTheStoreIsAwayAndNotAgainAfterwards) {
  const auto copy = start("one");
  pass(1min, *copy);
  store.fail(true);
  copy->database(false);
  pass(6min, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerDatabaseDown"));
  EXPECT_THAT(copy->engine.json(), HasSubstr(R"("state":"alone")"));
  store.fail(false);
  pass(10min, *copy);  // the condition still holds
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  EXPECT_THAT(copy->engine.json(), HasSubstr(R"("state":"shared")"));
  copy->database(true);
  pass(1min, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("-SchedulingWorkerDatabaseDown"));
  const auto history = base::runBlocking(store.history(10));
  ASSERT_THAT(*history, SizeIs(1));
  EXPECT_EQ(history->front().alert, kDatabase);
  EXPECT_TRUE(history->front().ended.has_value());
}

TEST_F(EngineTest, OutageThatEndsWhileTheStoreComesBackEndsOnceForBothCopies) {
  const auto one = start("one");
  const auto two = start("two");
  pass(1min, *one, *two);
  store.fail(true);
  one->database(false);
  two->database(false);
  pass(6min, *one, *two);
  one->receiver->take();
  two->receiver->take();
  store.fail(false);
  one->database(true);
  pass(30s, *one, *two);  // the second copy is slower to see it
  two->database(true);
  pass(10min, *one, *two);
  auto told = one->receiver->take();
  for (auto& more : two->receiver->take()) told.push_back(more);
  EXPECT_THAT(told, ElementsAre("-SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, RestartWithoutTheStoreKnowsFromItsFileWhatWasTold) {
  std::string pattern = (std::filesystem::temp_directory_path() / "sw-alerts-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  store.fail(true);
  auto copy = std::make_unique<Copy>(clock, "one", &store, folder / "state.json");
  copy->database(false);
  pass(6min, *copy);
  EXPECT_THAT(copy->receiver->take(), SizeIs(1));
  copy = std::make_unique<Copy>(clock, "one", &store, folder / "state.json");
  copy->database(false);
  pass(20min, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
  copy.reset();
  std::filesystem::remove_all(folder);
}

TEST_F(EngineTest, DeadReceiverIsTriedAgainUntilItTakesTheAlert) {
  const auto copy = start("one");
  copy->receiver->answer = {.outcome = AlertDelivery::Outcome::kRefused, .problem = "404"};
  copy->database(false);
  pass(8min, *copy);
  EXPECT_EQ(copy->receiver->attempts, 1);
  copy->receiver->answer = {};
  pass(5min, *copy);
  EXPECT_THAT(copy->receiver->take(), ElementsAre("+SchedulingWorkerDatabaseDown"));
}

TEST_F(EngineTest, EndOfWhatNobodyWasToldIsNotTold) {
  const auto copy = start("one");
  copy->receiver->answer = {.outcome = AlertDelivery::Outcome::kRefused, .problem = "404"};
  copy->database(false);
  pass(6min, *copy);
  copy->receiver->answer = {};
  copy->database(true);
  pass(1h, *copy);
  EXPECT_THAT(copy->receiver->take(), IsEmpty());
}

TEST_F(EngineTest, ShowsTheDrillOfTheHistory) {
  const auto copy = start("one");
  AlertIncident drill;
  drill.alert = kAlertDrill;
  drill.fingerprint = "drill";
  drill.started = clock.now();
  ASSERT_TRUE(base::runBlocking(store.record(drill)).ok());
  pass(1min, *copy);
  const auto document = base::json::Document::parse(copy->engine.json());
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().find("lastDrill").asString(), "2026-01-05T09:00:00Z");
}

}  // namespace
}  // namespace sw::obs
