#include "obs/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using testing::HasSubstr;
using testing::Not;

template <class Family, class... Values>
concept Accepts = requires(const Family& family, Values... values) { family.handle(values...); };

using SyncTotal = decltype(MetricCatalog::calendarSync);
static_assert(Accepts<SyncTotal, label::Provider::Value, label::SyncTrigger::Value,
                      label::SyncStatus::Value>);
static_assert(!Accepts<SyncTotal, label::SyncTrigger::Value, label::Provider::Value,
                       label::SyncStatus::Value>);
static_assert(!Accepts<SyncTotal, label::Provider::Value, label::SyncTrigger::Value>);
static_assert(!Accepts<SyncTotal, label::Provider::Value, label::SyncTrigger::Value,
                       label::TrainingStatus::Value>);
static_assert(!Accepts<SyncTotal, label::Provider::Value, label::SyncTrigger::Value, int>);
static_assert(!Accepts<decltype(MetricCatalog::apiRequests), label::HttpMethod::Value, const char*,
                       label::HttpStatus::Value>);
static_assert(!Accepts<decltype(MetricCatalog::apiRequests), label::HttpMethod::Value,
                       label::ModelVersion::Value, label::HttpStatus::Value>);

TEST(Metrics, DeclaredLabelSetsExistAtZeroFromTheStart) {
  Instruments obs;
  EXPECT_EQ(obs.sample("scheduling_goals_created_total"), "0");
  EXPECT_EQ(obs.sample("scheduling_calendar_sync_total{provider=\"caldav\",trigger=\"push\","
                       "status=\"failed\"}"),
            "0");
  EXPECT_EQ(obs.sample("scheduling_calendar_sync_duration_seconds_count{provider=\"google\","
                       "mode=\"full\"}"),
            "0");
}

TEST(Metrics, GaugeAppearsWithItsFirstValueAndGoesWhenCleared) {
  Instruments obs;
  EXPECT_THAT(obs.text(), Not(HasSubstr("scheduling_dependency_up")));
  const GaugeHandle up = obs.catalog.dependencyUp.handle(label::Dependency::kRedis);
  EXPECT_THAT(obs.text(), Not(HasSubstr("scheduling_dependency_up")));
  up.set(0);
  EXPECT_EQ(obs.sample("scheduling_dependency_up{dependency=\"redis\"}"), "0");
  up.clear();
  EXPECT_THAT(obs.text(), Not(HasSubstr("scheduling_dependency_up")));
}

TEST(Metrics, CopiedCounterIsAbsentUntilSet) {
  Instruments obs;
  EXPECT_THAT(obs.text(), Not(HasSubstr("process_cpu_seconds_total")));
  obs.catalog.processCpu.handle().set(1.5);
  EXPECT_EQ(obs.sample("process_cpu_seconds_total"), "1.5");
  EXPECT_THAT(obs.text(), HasSubstr("# TYPE process_cpu_seconds_total counter\n"));
}

TEST(Metrics, HistogramCountsByInclusiveUpperBounds) {
  Instruments obs;
  const HistogramHandle delay = obs.catalog.habitReminderDelay.handle();
  for (const double seconds : {0.5, 1.0, 1.5, 3600.0, 3601.0}) delay.observe(seconds);
  const std::string name = "scheduling_habit_reminder_delay_seconds";
  EXPECT_EQ(obs.sample(name + "_bucket{le=\"1.0\"}"), "2");
  EXPECT_EQ(obs.sample(name + "_bucket{le=\"5.0\"}"), "3");
  EXPECT_EQ(obs.sample(name + "_bucket{le=\"3600.0\"}"), "4");
  EXPECT_EQ(obs.sample(name + "_bucket{le=\"+Inf\"}"), "5");
  EXPECT_EQ(obs.sample(name + "_count"), "5");
  EXPECT_EQ(obs.sample(name + "_sum"), "7204");
}

TEST(Metrics, HistogramIgnoresNotANumberAndTakesInfinity) {
  Instruments obs;
  const HistogramHandle delay = obs.catalog.habitReminderDelay.handle();
  delay.observe(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(obs.sample("scheduling_habit_reminder_delay_seconds_count"), "0");
  delay.observe(std::numeric_limits<double>::infinity());
  EXPECT_EQ(obs.sample("scheduling_habit_reminder_delay_seconds_bucket{le=\"3600.0\"}"), "0");
  EXPECT_EQ(obs.sample("scheduling_habit_reminder_delay_seconds_count"), "1");
  EXPECT_EQ(obs.sample("scheduling_habit_reminder_delay_seconds_sum"), "+Inf");
}

TEST(Metrics, ManyThreadsLoseNothingAlsoAfterTheyEnd) {
  Instruments obs;
  const CounterHandle created = obs.catalog.goalsCreated.handle();
  const HistogramHandle delay = obs.catalog.habitReminderDelay.handle();
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 5000; ++n) {
          created.increment();
          delay.observe(2);
        }
      });
    }
    static_cast<void>(obs.text());  // a scrape in between disturbs nobody
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(obs.sample("scheduling_goals_created_total"), "60000");
  EXPECT_EQ(obs.sample("scheduling_habit_reminder_delay_seconds_count"), "60000");
  EXPECT_EQ(obs.sample("scheduling_habit_reminder_delay_seconds_sum"), "120000");
}

TEST(Metrics, TwoInOneProcessDoNotMix) {
  Instruments first;
  Instruments second;
  first.catalog.goalsCreated.handle().increment();
  second.catalog.goalsCreated.handle().increment(5);
  first.catalog.goalsCreated.handle().increment();
  EXPECT_EQ(first.sample("scheduling_goals_created_total"), "2");
  EXPECT_EQ(second.sample("scheduling_goals_created_total"), "5");
}

TEST(Metrics, ThreadMayOutliveTheMetricsItCountedIn) {
  auto instruments = std::make_unique<Instruments>();
  const CounterHandle created = instruments->catalog.goalsCreated.handle();
  std::atomic<bool> counted{false};
  std::atomic<bool> gone{false};
  std::thread thread([&] {
    created.increment();
    counted = true;
    counted.notify_one();
    gone.wait(false);
  });
  counted.wait(false);
  EXPECT_EQ(instruments->sample("scheduling_goals_created_total"), "1");
  instruments.reset();
  gone = true;
  gone.notify_one();
  thread.join();
}

TEST(Metrics, LabelValueBeyondTheLimitBecomesOverflowAndIsCounted) {
  Instruments obs;
  using Outcome = label::RecommendationOutcome;
  for (const char* version : {"v1", "v2", "v3", "v4"}) {
    const auto value = obs.metrics.value<label::ModelVersion>(version);
    obs.catalog.mlRecommendations.handle(value, Outcome::kEmpty).increment();
  }
  const std::string name = "scheduling_ml_recommendations_total";
  EXPECT_EQ(obs.sample(name + "{model_version=\"v2\",outcome=\"empty\"}"), "1");
  EXPECT_EQ(obs.sample(name + "{model_version=\"overflow\",outcome=\"empty\"}"), "2");
  EXPECT_THAT(obs.text(), Not(HasSubstr("v3")));
  EXPECT_EQ(obs.sample("scheduling_metrics_overflow_total{source=\"model_version\"}"), "2");
}

TEST(Metrics, NewValueOfARunTimeLabelBringsAllOthersAtZero) {
  Instruments obs;
  const auto version = obs.metrics.value<label::ModelVersion>("v1");
  static_cast<void>(
      obs.catalog.mlRecommendations.handle(version, label::RecommendationOutcome::kEmpty));
  for (const char* outcome : {"recommended", "fallback", "empty", "error"}) {
    EXPECT_EQ(obs.sample(std::string("scheduling_ml_recommendations_total{model_version=\"v1\","
                                     "outcome=\"") +
                         outcome + "\"}"),
              "0")
        << outcome;
  }
}

TEST(Metrics, SeriesBeyondTheFamilysLimitCountAsOverflow) {
  fakes::FakeClock clock;
  Metrics metrics(clock);
  const Counter<label::Feature> family(
      metrics, {.name = "x_total", .help = "x", .where = "test", .maxSeries = 2});
  for (const char* feature : {"a", "b", "c", "d"}) {
    family.handle(metrics.value<label::Feature>(feature)).increment();
  }
  const std::string text = expose(metrics, ExpositionFormat::kText);
  EXPECT_THAT(text, HasSubstr("x_total{feature=\"b\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("x_total{feature=\"overflow\"} 2\n"));
  EXPECT_EQ(metrics.overflows("series"), 2U);
}

TEST(Metrics, HostileLabelValuesCannotBreakTheText) {
  Instruments obs;
  const std::string hostile = "/a\"} 1\nevil_total{x=\"\\\xff\xfe";
  const auto endpoint = obs.metrics.value<label::Endpoint>(hostile);
  obs.catalog.apiRequests.handle(label::HttpMethod::kGet, endpoint, label::HttpStatus::Value(200))
      .increment();
  const std::string text = obs.text();
  EXPECT_THAT(text, Not(HasSubstr("\nevil_total")));
  EXPECT_THAT(text, HasSubstr(R"(endpoint="/a\"} 1\nevil_total{x=\"\\)"
                              "\xEF\xBF\xBD\xEF\xBF\xBD\",status=\"200\"} 1\n"));
  EXPECT_TRUE(base::isUtf8(text));
}

TEST(Metrics, LongLabelValueIsCutAtACharacter) {
  Instruments obs;
  std::string path(127, 'a');
  path += "ü/rest";
  const auto endpoint = obs.metrics.value<label::Endpoint>(path);
  obs.catalog.streamsOpen.handle(endpoint).set(1);
  EXPECT_EQ(obs.sample("scheduling_api_streams_open{endpoint=\"" + std::string(127, 'a') + "\"}"),
            "1");
}

TEST(Metrics, StatusOutsideThreeDigitsCountsAs500) {
  EXPECT_EQ(label::HttpStatus::kValues[label::HttpStatus::Value(499).index()], "499");
  EXPECT_EQ(label::HttpStatus::kValues[label::HttpStatus::Value(0).index()], "500");
  EXPECT_EQ(label::HttpStatus::kValues[label::HttpStatus::Value(1000).index()], "500");
}

TEST(Metrics, CollectorsRunAtEveryScrape) {
  Instruments obs;
  int runs = 0;
  obs.metrics.addCollector([&] { obs.catalog.outboxPending.handle().set(++runs); });
  EXPECT_EQ(obs.sample("scheduling_outbox_pending"), "1");
  EXPECT_EQ(obs.sample("scheduling_outbox_pending"), "2");
}

}  // namespace
}  // namespace sw::obs
