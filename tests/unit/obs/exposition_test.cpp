#include "obs/exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "golden/golden.h"
#include "obs/http_probe.h"
#include "obs/metric_docs.h"
#include "obs/process_metrics.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Exposition, NegotiatesTheFormatThatTheScraperPrefers) {
  using enum ExpositionFormat;
  const std::string prometheus =
      "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;"
      "version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1";
  EXPECT_EQ(negotiateExposition(prometheus), kOpenMetrics);
  EXPECT_EQ(negotiateExposition(""), kText);
  EXPECT_EQ(negotiateExposition("*/*"), kText);
  EXPECT_EQ(negotiateExposition("text/plain;version=0.0.4"), kText);
  EXPECT_EQ(negotiateExposition("application/openmetrics-text;q=0.1, text/plain;q=0.9"), kText);
  EXPECT_EQ(negotiateExposition("application/openmetrics-text;version=2.0.0"), kText);
  EXPECT_EQ(negotiateExposition("application/openmetrics-text; version=1.0.0"), kOpenMetrics);
  EXPECT_EQ(negotiateExposition(";;,q=,;=;"), kText);
}

TEST(Exposition, TextMatchesTheRequirementsSample) {
  Instruments obs;
  const auto events = obs.metrics.value<label::Endpoint>("/events");
  obs.catalog.apiRequests.handle(label::HttpMethod::kGet, events, label::HttpStatus::Value(200))
      .increment(12543);
  obs.catalog.apiRequestDuration.handle(label::HttpMethod::kPost, events).observe(0.3);
  const std::string text = obs.text();
  EXPECT_THAT(text, HasSubstr("# HELP scheduling_api_requests_total Total number of API requests\n"
                              "# TYPE scheduling_api_requests_total counter\n"
                              "scheduling_api_requests_total{method=\"GET\",endpoint=\"/events\","
                              "status=\"200\"} 12543\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE scheduling_api_request_duration_seconds histogram\n"));
  for (const char* bound : {"0.1", "0.5", "1.0", "2.0", "5.0", "+Inf"}) {
    EXPECT_NE(obs.sample("scheduling_api_request_duration_seconds_bucket{method=\"POST\","
                         "endpoint=\"/events\",le=\"" +
                         std::string(bound) + "\"}"),
              "")
        << bound;
  }
  EXPECT_THAT(text, Not(HasSubstr("# EOF")));
  EXPECT_THAT(text, Not(HasSubstr("requests_created")));
}

TEST(Exposition, OpenMetricsNamesCountersWithoutTotalAndEnds) {
  Instruments obs;
  const std::string text = obs.text(ExpositionFormat::kOpenMetrics);
  EXPECT_THAT(text, HasSubstr("# TYPE scheduling_goals_created counter\n"
                              "scheduling_goals_created_total 0\n"));
  EXPECT_THAT(text, HasSubstr("# UNIT scheduling_calendar_sync_duration_seconds seconds\n"));
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
  EXPECT_THAT(text, Not(HasSubstr("_seconds_created")));
}

TEST(Exposition, ExemplarOfABucketIsInOpenMetricsAlone) {
  Instruments obs;
  TraceRef trace;
  for (std::size_t i = 0; i < 16; ++i) trace.traceId[i] = static_cast<std::uint8_t>(i * 17);
  trace.spanId = {1, 2, 3, 4, 5, 6, 7, 0xAB};
  obs.clock.set(base::Instant(std::chrono::milliseconds(1767603600042)));
  const HistogramHandle delay = obs.catalog.habitReminderDelay.handle();
  delay.observe(3, trace);
  delay.observe(4, trace);
  EXPECT_THAT(obs.text(ExpositionFormat::kOpenMetrics),
              HasSubstr("scheduling_habit_reminder_delay_seconds_bucket{le=\"5.0\"} 2 # "
                        "{trace_id=\"00112233445566778899aabbccddeeff\",span_id="
                        "\"01020304050607ab\"} 4 1767603600.042\n"));
  EXPECT_THAT(obs.text(), Not(HasSubstr("trace_id")));
}

TEST(Exposition, ExemplarsSurviveWritersAndAReaderAtOnce) {
  Instruments obs;
  const HistogramHandle delay = obs.catalog.habitReminderDelay.handle();
  std::vector<std::thread> writers;
  std::atomic<bool> done{false};
  for (std::uint8_t byte : {std::uint8_t{0x11}, std::uint8_t{0x22}}) {
    writers.emplace_back([&, byte] {
      TraceRef trace;
      trace.traceId.fill(byte);
      trace.spanId.fill(byte);
      while (!done) delay.observe(byte, trace);
    });
  }
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const std::string text = obs.text(ExpositionFormat::kOpenMetrics);
    for (std::size_t at = text.find("trace_id=\""); at != std::string::npos;
         at = text.find("trace_id=\"", at + 1)) {
      seen.insert(text.substr(at + 10, 32));
    }
  }
  done = true;
  for (std::thread& writer : writers) writer.join();
  for (const std::string& id : seen) {
    EXPECT_TRUE(id == std::string(32, '1') || id == std::string(32, '2')) << id;
  }
}

TEST(Exposition, HelpIsEscapedAsTheFormatWants) {
  fakes::FakeClock clock;
  Metrics metrics(clock);
  const Counter<> family(metrics, {.name = "x_total", .help = "a\\b\n\"c\"", .where = "test"});
  EXPECT_THAT(expose(metrics, ExpositionFormat::kText),
              HasSubstr("# HELP x_total a\\\\b\\n\"c\"\n"));
  EXPECT_THAT(expose(metrics, ExpositionFormat::kOpenMetrics),
              HasSubstr("# HELP x a\\\\b\\n\\\"c\\\"\n"));
}

TEST(Exposition, AtMostTwoScrapesRunAtOnce) {
  Instruments obs;
  MetricsEndpoint endpoint(obs.metrics);
  std::atomic<int> inside{0};
  std::atomic<bool> go{false};
  obs.metrics.addCollector([&] {
    ++inside;
    inside.notify_all();
    go.wait(false);
  });
  std::thread first([&] { EXPECT_TRUE(endpoint.scrape("").ok()); });
  inside.wait(0);
  // The second waits for the first; the third is one too many.
  std::atomic<bool> secondOk{false};
  std::thread second([&] { secondOk = endpoint.scrape("").ok(); });
  while (endpoint.running() < MetricsEndpoint::kMaxScrapes) std::this_thread::yield();
  const auto third = endpoint.scrape("");
  go = true;
  go.notify_all();
  first.join();
  second.join();
  EXPECT_TRUE(secondOk);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code(), base::Code::kUnavailable);
}

/// Names, types and labels of everything a process shows first, without values.
std::string shapeOf(const std::string& text) {
  std::string shape;
  for (const std::string_view line : base::splitTrimmed(text, '\n')) {
    if (line.starts_with("# HELP")) continue;
    const std::size_t space = line.starts_with('#') ? line.size() : line.rfind(' ');
    shape.append(line.substr(0, space)) += '\n';
  }
  return shape;
}

/// The families that show nothing at first, since a gauge appears with its first true value.
std::string absentFrom(const Metrics& metrics, const std::string& text) {
  std::string lines;
  metrics.forEachFamily([&](const FamilyInfo& info, std::span<const LabelRef>) {
    if (text.find("# TYPE " + std::string(info.name) + " ") == std::string::npos) {
      lines.append("# ABSENT ").append(info.name) += '\n';
    }
  });
  return lines;
}

/// What announces a family, and what ends the whole.
std::string metadataOf(const std::string& text) {
  std::string lines;
  for (const std::string_view line : base::splitTrimmed(text, '\n')) {
    if (line.starts_with('#')) lines.append(line) += '\n';
  }
  return lines;
}

TEST(Exposition, FirstMetricsHaveTheirGoldenShape) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  probe.addRoute(label::HttpMethod::kGet, "/events", 200);
  probe.addRoute(label::HttpMethod::kPost, "/events", 201);
  collectProcessMetrics(obs.catalog, {"1.0.0", "abc", "g++-12"});
  const std::string text = obs.text();
  golden::expectSame("tests/golden/metrics.txt", shapeOf(text) + absentFrom(obs.metrics, text));
  golden::expectSame("tests/golden/metrics.openmetrics.txt",
                     metadataOf(obs.text(ExpositionFormat::kOpenMetrics)));
  golden::expectSame("docs/metrics.md", metricsMarkdown(obs.metrics));
}

}  // namespace
}  // namespace sw::obs
