// What instruments cost where they are used: counters, histograms, log calls, a scrape.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/clock.h"
#include "obs/exposition.h"
#include "obs/http_probe.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace {

using namespace sw;
using namespace std::chrono_literals;

/// Takes lines and keeps none.
class NullSink final : public obs::LogSink {
 public:
  bool write(std::string_view lines) override {
    benchmark::DoNotOptimize(lines.data());
    return true;
  }
};

struct Instruments {
  base::SystemClock clock;
  obs::Metrics metrics{clock};
  obs::MetricCatalog catalog{metrics};
  obs::Log log{{.bufferBytes = 4 << 20}, std::make_unique<NullSink>(), {}, clock, catalog};
};

Instruments& shared() {
  static Instruments instruments;
  return instruments;
}

void counterIncrement(benchmark::State& state) {
  const obs::CounterHandle counter = shared().catalog.goalsCreated.handle();
  for (auto _ : state) counter.increment();
}
BENCHMARK(counterIncrement)->Threads(1)->Threads(2);

void histogramObserve(benchmark::State& state) {
  const obs::HistogramHandle histogram = shared().catalog.apiRequestDuration.handle(
      obs::label::HttpMethod::kGet, shared().metrics.value<obs::label::Endpoint>("/bench"));
  double value = 0.001;
  for (auto _ : state) {
    histogram.observe(value);
    value = value < 1 ? value * 1.7 : 0.001;
  }
}
BENCHMARK(histogramObserve)->Threads(1)->Threads(2);

void histogramObserveWithExemplar(benchmark::State& state) {
  const obs::HistogramHandle histogram = shared().catalog.calendarSyncStaleness.handle();
  const obs::TraceRef trace{.traceId = {1, 2, 3}, .spanId = {4}};
  for (auto _ : state) histogram.observe(0.3, trace);
}
BENCHMARK(histogramObserveWithExemplar);

/// The call alone: as many records as the buffer holds, then a pause while it is emptied.
void logCall(benchmark::State& state) {
  const obs::Logger log = shared().log.logger("bench");
  int calls = 0;
  for (auto _ : state) {
    log.info("Calendar sync completed successfully",
             {obs::userId("user123"), obs::operation("sync_calendar"), obs::duration(1500ms),
              obs::eventsProcessed(25)});
    if (++calls % 8192 == 0) {
      state.PauseTiming();
      shared().log.flush();
      state.ResumeTiming();
    }
  }
}
BENCHMARK(logCall);

/// Call, formatting, redaction and batching together, as two cores' worth of work.
void logWhole(benchmark::State& state) {
  const obs::Logger log = shared().log.logger("bench");
  for (auto _ : state) {
    for (int i = 0; i < 4096; ++i) {
      log.info("Calendar sync completed successfully",
               {obs::userId("user123"), obs::operation("sync_calendar"), obs::duration(1500ms),
                obs::eventsProcessed(25)});
    }
    shared().log.flush();
  }
  state.SetItemsProcessed(state.iterations() * 4096);
}
BENCHMARK(logWhole)->MeasureProcessCPUTime();

void requestFinished(benchmark::State& state) {
  obs::HttpProbe probe(shared().catalog, shared().log);
  const auto route = probe.addRoute(obs::label::HttpMethod::kGet, "/events/{id}", 200);
  int calls = 0;
  for (auto _ : state) {
    probe.requestFinished({.route = route,
                           .method = obs::label::HttpMethod::kGet,
                           .status = 200,
                           .duration = 80us,
                           .requestBytes = 0,
                           .responseBytes = 600,
                           .requestId = "0194388e-5c00-7abc-8def-0123456789ab",
                           .userId = "user123"});
    if (++calls % 4096 == 0) {
      state.PauseTiming();
      shared().log.flush();
      state.ResumeTiming();
    }
  }
}
BENCHMARK(requestFinished);

/// A scrape of about as many samples as its argument says.
void scrape(benchmark::State& state) {
  base::SystemClock clock;
  obs::Metrics metrics(clock);
  const obs::Histogram<obs::label::HttpMethod, obs::label::Endpoint> family(
      metrics, {.name = "bench_seconds",
                .help = "bench",
                .where = "bench",
                .buckets = obs::buckets::kRequestSeconds});
  for (int i = 0; i * 15 < state.range(0); ++i) {
    const auto endpoint = metrics.value<obs::label::Endpoint>("/route/" + std::to_string(i / 8));
    family.handle(static_cast<obs::label::HttpMethod::Value>(i % 8), endpoint).observe(0.02);
  }
  obs::MetricsEndpoint endpoint(metrics);
  std::string body;
  for (auto _ : state) {
    const auto answer = endpoint.scrape("text/plain");
    benchmark::DoNotOptimize(answer->body.data());
    body = answer->body;
  }
  const auto lines = std::count(body.begin(), body.end(), '\n');
  state.counters["lines"] = static_cast<double>(lines);
}
BENCHMARK(scrape)->Arg(2000);

}  // namespace

BENCHMARK_MAIN();
