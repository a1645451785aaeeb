#include "obs/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/json.h"
#include "obs/prober.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using base::json::Document;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

struct HealthTest : testing::Test {
  Instruments obs;
  MemoryUse memory;
  Health health{
      {.version = "1.0.0", .revision = "abc"}, obs.clock, obs.catalog, [this] { return memory; }};
  LogCapture capture{obs};
  ErrorReporter errors{obs.catalog, capture.log, health, obs.clock};
  Prober prober{{}, obs.clock, health, obs.catalog, errors};
  base::Result<void> database;

  void probeDatabase() {
    prober.add(label::Dependency::kDatabase, [this] {
      obs.clock.advance(2500us);
      return database;
    });
  }
  void nextRound() {
    obs.clock.advance(15s);
    prober.runDue();
  }
  static std::string at(const Health::Answer& answer, std::initializer_list<const char*> path) {
    const auto document = Document::parse(answer.body);
    if (!document.ok()) return "not JSON: " + answer.body;
    base::json::Value value = document->root();
    for (const char* name : path) value = value.find(name);
    return value.asString() ? std::string(*value.asString()) : value.serialize();
  }
};

TEST_F(HealthTest, HealthSaysStatusTimestampUptimeAndVersion) {
  obs.clock.advance(3600s);
  const auto answer = health.health("application/json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      R"({"status":"ok","timestamp":"2026-01-05T10:00:00Z","uptime":3600,"version":"1.0.0"})");
}

TEST_F(HealthTest, HealthJsonAddsChecksAndRelease) {
  probeDatabase();
  prober.runDue();
  const auto answer = health.health("application/health+json");
  EXPECT_EQ(answer.contentType, "application/health+json");
  EXPECT_EQ(at(answer, {"releaseId"}), "abc");
  EXPECT_EQ(at(answer, {"serviceId"}), "scheduling-worker");
  EXPECT_THAT(answer.body, HasSubstr(R"("database:responseTime":[{"componentType":"datastore",)"
                                     R"("observedValue":2.5,"observedUnit":"ms","status":"ok")"));
}

TEST_F(HealthTest, ReadyOnlyWhileServing) {
  probeDatabase();
  prober.runDue();
  for (const Phase phase : {Phase::kStarting, Phase::kMigrating, Phase::kDraining}) {
    health.setPhase(phase);
    EXPECT_EQ(health.ready().status, 503);
    EXPECT_EQ(at(health.ready(), {"status"}), "fail");
  }
  health.setPhase(Phase::kServing);
  EXPECT_EQ(health.ready().status, 200);
  EXPECT_EQ(at(health.ready(), {"status"}), "ok");
}

TEST_F(HealthTest, ReadyShowsTheFourDependenciesAlways) {
  health.setPhase(Phase::kServing);
  probeDatabase();
  prober.runDue();
  const auto answer = health.ready();
  EXPECT_EQ(at(answer, {"checks", "database", "status"}), "ok");
  EXPECT_THAT(answer.body, HasSubstr("\"latencyMs\":2.5,"));
  EXPECT_EQ(at(answer, {"checks", "database", "lastError"}), "null");
  EXPECT_EQ(at(answer, {"checks", "database", "lastCheckedAt"}), "2026-01-05T09:00:00.002500Z");
  for (const char* name : {"redis", "kafka", "google_calendar"}) {
    EXPECT_EQ(at(answer, {"checks", name, "status"}), "not_configured") << name;
    EXPECT_EQ(at(answer, {"checks", name, "lastCheckedAt"}), "null") << name;
  }
  EXPECT_EQ(at(answer, {"checks", "smtp"}), "null");
}

TEST_F(HealthTest, DatabaseNotProbedYetIsNotReady) {
  health.setPhase(Phase::kServing);
  probeDatabase();
  EXPECT_EQ(health.ready().status, 503);
}

TEST_F(HealthTest, StateFollowsAfterThreeEqualOutcomes) {
  health.setPhase(Phase::kServing);
  probeDatabase();
  prober.runDue();
  database = base::Error(base::Code::kIo, "no route to postgres://u:hunter2@db");
  for (int i = 0; i < 2; ++i) {
    nextRound();
    EXPECT_EQ(health.ready().status, 200);
    EXPECT_EQ(at(health.ready(), {"checks", "database", "status"}), "warn");
    EXPECT_EQ(obs.sample("scheduling_dependency_up{dependency=\"database\"}"), "0");
  }
  nextRound();
  EXPECT_EQ(health.ready().status, 503);
  EXPECT_EQ(at(health.ready(), {"checks", "database", "status"}), "fail");
  EXPECT_EQ(at(health.ready(), {"checks", "database", "lastError"}),
            "no route to postgres://u:[redacted]@db");
  database = {};
  nextRound();
  EXPECT_EQ(obs.sample("scheduling_dependency_up{dependency=\"database\"}"), "1");
  nextRound();
  EXPECT_EQ(health.ready().status, 503);
  nextRound();
  EXPECT_EQ(health.ready().status, 200);
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_THAT(lines[0], HasSubstr("\"WARN\""));
  EXPECT_THAT(lines[2], HasSubstr("\"ERROR\""));
  EXPECT_THAT(lines[3], HasSubstr("Dependency works again"));
}

TEST_F(HealthTest, ProbesRunOnlyWhenTheyAreDue) {
  int probes = 0;
  prober.add(label::Dependency::kDatabase, [&]() -> base::Result<void> {
    ++probes;
    return {};
  });
  prober.runDue();
  obs.clock.advance(14s);
  prober.runDue();
  EXPECT_EQ(probes, 1);
  obs.clock.advance(1s);
  prober.runDue();
  EXPECT_EQ(probes, 2);
}

TEST_F(HealthTest, OptionalDependencyDownIsAWarningNotAnOutage) {
  health.setPhase(Phase::kServing);
  probeDatabase();
  prober.add(label::Dependency::kGoogleCalendar, []() -> base::Result<void> {
    return base::Error(base::Code::kTimeout, "no answer within 5 s");
  });
  prober.runDue();
  EXPECT_EQ(health.ready().status, 200);
  EXPECT_EQ(at(health.ready(), {"status"}), "warn");
  EXPECT_EQ(at(health.ready(), {"checks", "google_calendar", "status"}), "fail");
}

TEST_F(HealthTest, ProberThreadProbesAtItsStartAndStops) {
  health.setPhase(Phase::kServing);
  probeDatabase();
  prober.start();
  EXPECT_EQ(health.ready().status, 200);
  prober.stop();
  prober.stop();
}

TEST_F(HealthTest, BlockedLoopIsNotLive) {
  Heartbeat& loop = health.addLoop(label::LoopKind::kHttp, "http-0");
  health.tick();
  EXPECT_EQ(obs.sample("scheduling_event_loop_stalled_seconds{loop=\"http\"}"), "0");
  obs.clock.advance(9999ms);
  EXPECT_EQ(health.live().status, 200);
  obs.clock.advance(1ms);
  health.tick();
  EXPECT_EQ(health.live().status, 503);
  EXPECT_EQ(at(health.live(), {"checks", "eventLoop", "status"}), "fail");
  EXPECT_EQ(obs.sample("scheduling_event_loop_stalled_seconds{loop=\"http\"}"), "10");
  loop.beat(3ms);
  EXPECT_EQ(health.live().status, 200);
  EXPECT_EQ(obs.sample("scheduling_event_loop_lag_seconds_sum{loop=\"http\"}"), "0.003");
  loop.end();
  obs.clock.advance(60s);
  EXPECT_EQ(health.live().status, 200);
}

TEST_F(HealthTest, MemoryNearItsLimitForAMinuteIsNotLive) {
  memory = {.limitBytes = 1000, .workingSetBytes = 951};
  health.tick();
  EXPECT_EQ(at(health.live(), {"checks", "memory", "status"}), "warn");
  obs.clock.advance(59s);
  health.tick();
  EXPECT_EQ(health.live().status, 200);
  obs.clock.advance(1s);
  EXPECT_EQ(health.live().status, 503);
  EXPECT_EQ(at(health.live(), {"checks", "memory", "workingSetBytes"}), "951");
  memory.workingSetBytes = 950;
  health.tick();
  EXPECT_EQ(health.live().status, 200);
}

TEST_F(HealthTest, CriticalErrorCountsForFiveMinutes) {
  health.criticalError("disk full", false);
  EXPECT_EQ(health.live().status, 200);
  EXPECT_EQ(at(health.live(), {"checks", "criticalErrors", "status"}), "warn");
  obs.clock.advance(1min);
  health.criticalError("worker thread lost", true);
  EXPECT_EQ(health.live().status, 503);
  EXPECT_EQ(at(health.live(), {"checks", "criticalErrors", "last"}), "worker thread lost");
  EXPECT_EQ(at(health.live(), {"checks", "criticalErrors", "count"}), "2");
  obs.clock.advance(5min - 1us);
  EXPECT_EQ(health.live().status, 503);
  obs.clock.set(base::Instant{});  // the wall clock does not matter
  EXPECT_EQ(health.live().status, 503);
  obs.clock.advance(1us);
  EXPECT_EQ(health.live().status, 200);
  EXPECT_EQ(at(health.live(), {"checks", "criticalErrors", "count"}), "0");
}

}  // namespace
}  // namespace sw::obs
