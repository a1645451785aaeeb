#include "obs/alert_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct AlertRules : testing::Test {
  Instruments obs;
  LogCapture log{obs};
  MetricWindow window{kLongestAlertWindow, obs.clock.monotonic()};
  AlertThresholds thresholds;
  AlertFacts facts{.instance = "one", .started = obs.clock.now() - 1h};

  void requests(int count, int status, const char* endpoint = "/events", double seconds = 0.01) {
    const auto path = obs.metrics.value<label::Endpoint>(endpoint);
    for (int i = 0; i < count; ++i) {
      obs.catalog.apiRequests
          .handle(label::HttpMethod::kGet, path, label::HttpStatus::Value(status))
          .increment();
      obs.catalog.apiRequestDuration.handle(label::HttpMethod::kGet, path).observe(seconds);
    }
  }
  void look() { window.add(takeSnapshot(obs.catalog)); }
  std::vector<AlertCondition> conditions() {
    facts.now = obs.clock.now();
    return evaluateAlerts(window, thresholds, facts);
  }
  std::vector<std::string> firing() {
    look();
    std::vector<std::string> out;
    for (const AlertCondition& condition : conditions()) {
      out.push_back(fingerprintOf(condition.id, condition.labels));
    }
    return out;
  }
};

TEST_F(AlertRules, SayNothingOfAQuietProcess) {
  requests(1000, 200);
  obs.clock.advance(15s);
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, HighErrorRateNeedsTheShareAndThreeErrors) {
  requests(2, 500);
  EXPECT_THAT(firing(), IsEmpty());
  requests(1, 503);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerHighErrorRate{}"));
  requests(57, 200);  // 3 of 60 is the limit itself
  EXPECT_THAT(firing(), IsEmpty());
  requests(1, 500);
  EXPECT_THAT(firing(), Contains("SchedulingWorkerHighErrorRate{}"));
}

TEST_F(AlertRules, HighErrorRateForgetsWhatIsOlderThanFiveMinutes) {
  requests(4, 500);
  obs.clock.advance(15s);
  EXPECT_THAT(firing(), Contains("SchedulingWorkerHighErrorRate{}"));
  for (int i = 0; i < 20; ++i) {
    obs.clock.advance(15s);
    look();
  }
  EXPECT_THAT(firing(), Not(Contains("SchedulingWorkerHighErrorRate{}")));
}

TEST_F(AlertRules, HealthAndOperationsPagesCountNowhere) {
  for (const char* path :
       {"/health", "/health/ready", "/metrics", "/debug/requests", "/operations/alerts"}) {
    requests(50, 503, path, 20);
  }
  requests(50, 499);  // the caller went away
  EXPECT_THAT(firing(), IsEmpty());
  requests(60, 500, "/healthy-habits");
  EXPECT_THAT(firing(), Contains("SchedulingWorkerHighErrorRate{}"));
}

TEST_F(AlertRules, EndpointErrorsFindOneBrokenEndpointInTheCrowd) {
  requests(10000, 200);
  requests(4, 500, "/calendars/{id}/share");
  EXPECT_THAT(firing(), IsEmpty());
  requests(1, 500, "/calendars/{id}/share");
  EXPECT_THAT(
      firing(),
      ElementsAre(
          R"(SchedulingWorkerEndpointErrors{endpoint="/calendars/{id}/share",method="GET"})"));
  requests(15, 200, "/calendars/{id}/share");  // 5 of 20 is the limit itself
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, HighLatencyNeedsTheShareAndThreeSlowRequests) {
  requests(20, 200, "/events", 0.2);
  requests(2, 200, "/events", 7);
  EXPECT_THAT(firing(), IsEmpty());
  requests(1, 200, "/events", 40);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerHighLatency{}"));
  requests(60, 200, "/events", 4.9);
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, HighLatencySpreadsABucketAroundItsLimit) {
  thresholds.latency95p = 1500ms;  // in the midst of the bucket of 1 to 2 s
  requests(100, 200, "/events", 0.2);
  requests(10, 200, "/events", 1.2);  // 5 of 110 count as slower: 4.5 %
  EXPECT_THAT(firing(), IsEmpty());
  requests(2, 200, "/events", 1.9);  // 6 of 112: 5.4 %
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerHighLatency{}"));
}

TEST_F(AlertRules, HighMemoryUsageIsAboveItsShareOfTheLimit) {
  obs.catalog.memoryLimit.handle().set(1000);
  obs.catalog.processResidentMemory.handle().set(800);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.processResidentMemory.handle().set(801);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerHighMemoryUsage{instance="one"})"));
}

TEST_F(AlertRules, HighMemoryUsageTakesTheWorkingSetWhereThereIsNoResidentSize) {
  obs.catalog.memoryLimit.handle().set(1000);
  obs.catalog.memoryWorkingSet.handle().set(900);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerHighMemoryUsage{instance="one"})"));
}

TEST_F(AlertRules, RestartedIsAFreshStartThatIsNotTheFirst) {
  facts.started = obs.clock.now();
  EXPECT_THAT(firing(), IsEmpty());
  facts.startedBefore = true;
  obs.clock.advance(299s);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerRestarted{instance="one"})"));
  obs.clock.advance(1s);
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, CrashLoopingIsThreeStartsInHalfAnHour) {
  facts.startsOfHalfHour = 2;
  EXPECT_THAT(firing(), IsEmpty());
  facts.startsOfHalfHour = 3;
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerCrashLooping{instance="one"})"));
}

TEST_F(AlertRules, DatabaseAndOtherDependenciesAreToldApart) {
  obs.catalog.dependencyUp.handle(label::Dependency::kDatabase).set(1);
  obs.catalog.dependencyUp.handle(label::Dependency::kSmtp).set(1);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.dependencyUp.handle(label::Dependency::kDatabase).set(0);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerDatabaseDown{}"));
  obs.catalog.dependencyUp.handle(label::Dependency::kDatabase).set(1);
  obs.catalog.dependencyUp.handle(label::Dependency::kSmtp).set(0);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerDependencyDown{dependency="smtp"})"));
}

TEST_F(AlertRules, DependencyCheckStaleIsOlderThanTwoMinutes) {
  const auto seconds = [&] {
    return std::chrono::duration<double>(obs.clock.now().time_since_epoch()).count();
  };
  obs.catalog.dependencyLastCheck.handle(label::Dependency::kDatabase).set(seconds());
  obs.clock.advance(120s);
  EXPECT_THAT(firing(), IsEmpty());
  obs.clock.advance(1s);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerDependencyCheckStale{dependency="database",)"
                                    R"(instance="one"})"));
}

TEST_F(AlertRules, CriticalErrorsAreThoseOfFiveMinutes) {
  obs.catalog.errors.handle(label::ErrorClass::kError, label::ErrorComponent::kApi).increment();
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.errors.handle(label::ErrorClass::kCritical, label::ErrorComponent::kStorage)
      .increment();
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerCriticalErrors{}"));
  obs.clock.advance(5min + 1s);
  look();
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, EventLoopBlockedIsMoreThanFiveSeconds) {
  obs.catalog.eventLoopStalled.handle(label::LoopKind::kHttp).set(5);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.eventLoopStalled.handle(label::LoopKind::kHttp).set(5.1);
  EXPECT_THAT(firing(),
              ElementsAre(R"(SchedulingWorkerEventLoopBlocked{loop="http",instance="one"})"));
}

TEST_F(AlertRules, TelemetryDroppedCountsLossesNotSampling) {
  const auto dropped = [&](label::DropReason::Value reason) {
    obs.catalog.telemetryDropped.handle(label::Signal::kTraces, reason).increment();
  };
  dropped(label::DropReason::kSampled);
  EXPECT_THAT(firing(), IsEmpty());
  dropped(label::DropReason::kQueueFull);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerTelemetryDropped{instance="one"})"));
}

TEST_F(AlertRules, FileDescriptorsHighIsAboveFourFifths) {
  obs.catalog.processMaxFds.handle().set(100);
  obs.catalog.processOpenFds.handle().set(80);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.processOpenFds.handle().set(81);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerFileDescriptorsHigh{instance="one"})"));
}

TEST_F(AlertRules, DatabasePoolSaturatedIsAboveNineTenths) {
  const auto pool = label::DbPool::kRead;
  obs.catalog.dbConnectionsMax.handle(pool).set(10);
  obs.catalog.dbConnectionsActive.handle(pool).set(9);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.dbConnectionsActive.handle(pool).set(10);
  EXPECT_THAT(firing(),
              ElementsAre(R"(SchedulingWorkerDatabasePoolSaturated{pool="read",instance="one"})"));
}

TEST_F(AlertRules, PoolOfOneIsSaturatedOnlyWhenCallersWait) {
  const auto pool = label::DbPool::kWrite;
  obs.catalog.dbConnectionsMax.handle(pool).set(1);
  obs.catalog.dbConnectionsActive.handle(pool).set(1);
  obs.catalog.dbConnectionsWaiting.handle(pool).set(0);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.dbConnectionsWaiting.handle(pool).set(1);
  EXPECT_THAT(firing(), testing::SizeIs(1));
}

TEST_F(AlertRules, CalendarSyncFailedNeedsTheShareAndSixFailures) {
  const auto syncs = [&](int count, label::SyncStatus::Value status) {
    obs.catalog.calendarSync
        .handle(label::Provider::kGoogle, label::SyncTrigger::kScheduled, status)
        .increment(static_cast<std::uint64_t>(count));
  };
  syncs(5, label::SyncStatus::kFailed);
  EXPECT_THAT(firing(), IsEmpty());
  syncs(1, label::SyncStatus::kFailed);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerCalendarSyncFailed{}"));
  syncs(114, label::SyncStatus::kSuccess);  // 6 of 120 is the limit itself
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, GoogleQuotaNearLimitCountsTheCallsOfAMinute) {
  obs.catalog.calendarApiQuotaLimit.handle(label::QuotaWindow::kMinuteProject).set(100);
  obs.catalog.calendarApiCalls.handle(label::CalendarCall::kCaldavReport).increment(500);
  obs.catalog.calendarApiCalls.handle(label::CalendarCall::kEventsList).increment(80);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.calendarApiCalls.handle(label::CalendarCall::kEventsList).increment(1);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerGoogleQuotaNearLimit{}"));
  obs.clock.advance(61s);
  look();
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, OutboxBacklogIsOldRowsOrManyThatGrow) {
  obs.catalog.outboxOldestAge.handle().set(300);
  obs.catalog.outboxPending.handle().set(1000);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.outboxOldestAge.handle().set(301);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerOutboxBacklog{}"));
  obs.catalog.outboxOldestAge.handle().set(10);
  obs.catalog.outboxPending.handle().set(1001);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerOutboxBacklog{}"));
  obs.clock.advance(5min + 1s);
  look();
  EXPECT_THAT(firing(), IsEmpty());  // many, but no longer growing
}

TEST_F(AlertRules, DrillOverdueAfterThirtyDaysWhereThereAreChannels) {
  facts.firstStart = obs.clock.now();
  obs.clock.advance(std::chrono::days(31));
  EXPECT_THAT(firing(), IsEmpty());
  facts.hasChannels = true;
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerDrillOverdue{}"));
  facts.lastDrill = obs.clock.now() - std::chrono::days(30);
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, WebhooksParkedAreMoreThanTenOfFifteenMinutes) {
  const auto dead = obs.catalog.webhookDeliveries.handle(label::DeliveryStatus::kDead);
  obs.catalog.webhookDeliveries.handle(label::DeliveryStatus::kFailed).increment(100);
  dead.increment(10);
  EXPECT_THAT(firing(), IsEmpty());
  dead.increment();
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerWebhooksParked{}"));
  obs.clock.advance(15min + 1s);
  look();
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, JobsDeadAreToldByKind) {
  const auto dead = [&](const char* kind) {
    return obs.catalog.jobsDead.handle(obs.metrics.value<label::JobKind>(kind));
  };
  dead("reminder").set(0);
  dead("command").set(0);
  EXPECT_THAT(firing(), IsEmpty());
  dead("command").set(2);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerJobsDead{kind="command"})"));
  EXPECT_EQ(conditions().front().value, 2);
  dead("command").set(0);
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(AlertRules, JobsOverdueAreOlderThanFiveMinutes) {
  const auto kind = obs.metrics.value<label::JobKind>("reminder");
  obs.catalog.jobsOverdue.handle(kind).set(5000);
  obs.catalog.jobsOldestOverdue.handle(kind).set(300);
  EXPECT_THAT(firing(), IsEmpty());
  obs.catalog.jobsOldestOverdue.handle(kind).set(301);
  EXPECT_THAT(firing(), ElementsAre(R"(SchedulingWorkerJobsOverdue{kind="reminder"})"));
}

TEST_F(AlertRules, RemindersLateNeedTheShareAndThree) {
  const auto delay = obs.catalog.habitReminderDelay.handle();
  const auto told = [&](int count, std::chrono::seconds late) {
    for (int i = 0; i < count; ++i) delay.observe(late);
  };
  told(5, 60s);  // the limit itself is in time
  told(2, 61s);
  EXPECT_THAT(firing(), IsEmpty());
  told(1, 2h);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerRemindersLate{}"));
  told(592, 1s);  // 3 of 600 is the limit itself
  EXPECT_THAT(firing(), IsEmpty());
  told(1, 90s);
  EXPECT_THAT(firing(), ElementsAre("SchedulingWorkerRemindersLate{}"));
  obs.clock.advance(15min + 1s);
  look();
  EXPECT_THAT(firing(), IsEmpty());
}

TEST(AlertTable, NamesOfTheRequirementKeepTheirWords) {
  const auto expect = [](const char* name, AlertSeverity severity, std::chrono::seconds holdFor,
                         const char* summary) {
    const AlertInfo* info = findAlert(name);
    ASSERT_NE(info, nullptr) << name;
    EXPECT_EQ(info->severity, severity) << name;
    EXPECT_EQ(info->holdFor, holdFor) << name;
    EXPECT_EQ(info->summary, summary) << name;
  };
  using enum AlertSeverity;
  expect("SchedulingWorkerDatabaseDown", kCritical, 5min,
         "Scheduling Worker database connection lost");
  expect("SchedulingWorkerHighErrorRate", kCritical, 5min, "High error rate detected");
  expect("SchedulingWorkerCalendarSyncFailed", kWarning, 5min, "Calendar sync failures increasing");
  expect("SchedulingWorkerHighLatency", kWarning, 5min, "API latency above threshold");
  expect("SchedulingWorkerHighMemoryUsage", kWarning, 5min, "High memory usage detected");
  expect("SchedulingWorkerRestarted", kInfo, 0s, "Scheduling Worker restarted");
  EXPECT_EQ(findAlert("SchedulingWorkerNothing"), nullptr);
}

TEST(AlertTable, EveryAlertHasARunbookThatNamesItAndSaysWhatToDo) {
  for (const AlertInfo& info : alertTable()) {
    EXPECT_FALSE(info.summary.empty()) << info.name;
    std::ifstream file(std::filesystem::path(SW_SOURCE_DIR) / info.runbook);
    ASSERT_TRUE(file.is_open()) << info.runbook << " of " << info.name;
    const std::string text(std::istreambuf_iterator<char>(file), {});
    EXPECT_NE(text.find('`' + std::string(info.name) + '`'), std::string::npos)
        << info.runbook << " does not name " << info.name;
    for (const char* part : {"**Means:**", "**Impact:**", "**First look:**", "\n1. ", "**Escalate",
                             "**Gone when:**"}) {
      EXPECT_NE(text.find(part), std::string::npos) << info.runbook << " lacks " << part;
    }
  }
}

TEST(AlertTable, IsAsThePagesForPeopleSay) {
  const auto read = [](const char* path) {
    std::ifstream file(std::filesystem::path(SW_SOURCE_DIR) / path);
    EXPECT_TRUE(file.is_open()) << path;
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string page = read("docs/operations/alerts.md");
  int within = 0;
  for (const AlertInfo& info : alertTable()) {
    if (info.watcher != AlertWatcher::kBoth) continue;
    ++within;
    const std::string row =
        "| " + std::string(info.name) + " | " + std::string(toString(info.severity)) + " | ";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  const std::string told = std::to_string(within) + " rules with pending, firing and resolved";
  EXPECT_NE(read("CHANGELOG.md").find(told), std::string::npos) << told;
}

}  // namespace
}  // namespace sw::obs
