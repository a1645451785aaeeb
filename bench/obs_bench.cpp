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
#include "obs/sql_probe.h"
#include "obs/trace.h"

namespace {

using namespace sw;
using namespace std::chrono_literals;

/// Takes lines and keeps none.
class NullSink final : public obs::LogSink {
 public:
  std::size_t append(std::string_view lines) override {
    benchmark::DoNotOptimize(lines.data());
    return lines.size();
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
  const obs::Logger log = shared().log.logger("bench").unlimited();
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
  const obs::Logger log = shared().log.logger("bench").unlimited();
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

/// Takes kept traces and forgets them, as an exporter's queue would at its best.
class NullKeeper final : public obs::TraceKeeper {
 public:
  void keep(std::shared_ptr<obs::KeptTrace> trace) override {
    benchmark::DoNotOptimize(trace->spans.data());
  }
};

obs::ActiveTrace beginTrace(obs::Tracer& tracer) {
  return tracer.begin({.begun = shared().clock.monotonic(),
                       .requestId = "0194388e-5c00-7abc-8def-0123456789ab",
                       .path = "/events/0194388e-5c00-7abc-8def-0123456789ab"});
}

/// One span of a query in a trace that runs; a new trace every 32, whose cost is in it.
void span(benchmark::State& state) {
  obs::Tracer tracer({.sampler = obs::Sampler(obs::Sampler::Rule::kAlwaysOff, 0, true)}, {},
                     shared().clock);
  const obs::SqlProbe probe(shared().catalog, obs::label::DbBackend::kSqlite);
  obs::ActiveTrace trace = beginTrace(tracer);
  int spans = 0;
  for (auto _ : state) {
    const base::ContextScope scope(trace.scope());
    probe.queryAnswered({.name = "events.by_id"});
    if (++spans % 32 == 0) {
      trace = obs::ActiveTrace();
      trace = beginTrace(tracer);
    }
  }
}
BENCHMARK(span);

/// A whole request with two queries; `kept`: copied to an exporter, as when all are sampled.
void tracedRequest(benchmark::State& state) {
  const bool kept = state.range(0) != 0;
  const auto rule = kept ? obs::Sampler::Rule::kAlwaysOn : obs::Sampler::Rule::kAlwaysOff;
  NullKeeper keeper;
  obs::Tracer tracer({.sampler = obs::Sampler(rule, 1, true)}, {.exporter = &keeper},
                     shared().clock);
  obs::Log log({.level = obs::Level::kError}, std::make_unique<NullSink>(), {}, shared().clock,
               shared().catalog);
  obs::HttpProbe probe(shared().catalog, log);
  const obs::SqlProbe queries(shared().catalog, obs::label::DbBackend::kSqlite);
  const auto route = probe.addRoute(obs::label::HttpMethod::kGet, "/events/{id}", 200);
  for (auto _ : state) {
    obs::ActiveTrace trace = beginTrace(tracer);
    {
      const base::ContextScope scope(trace.scope());
      probe.requestRouted(trace, route, obs::label::HttpMethod::kGet);
      queries.queryAnswered({.name = "calendars.access"});
      queries.queryAnswered({.name = "events.by_id"});
    }
    probe.requestFinished({.route = route,
                           .method = obs::label::HttpMethod::kGet,
                           .status = 200,
                           .duration = 80us,
                           .responseBytes = 600,
                           .requestId = "0194388e-5c00-7abc-8def-0123456789ab",
                           .userId = "0194388e-5c00-7abc-8def-0123456789ab",
                           .recorded = &trace,
                           .ended = shared().clock.monotonic(),
                           .path = "/events/0194388e-5c00-7abc-8def-0123456789ab",
                           .host = "127.0.0.1:8080"});
  }
}
BENCHMARK(tracedRequest)->ArgName("kept")->Arg(0)->Arg(1);

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
