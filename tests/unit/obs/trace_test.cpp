#include "obs/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/local_loop.h"
#include "obs/http_probe.h"
#include "obs/log_trace.h"
#include "obs/sql_probe.h"
#include "obs/trace_buffer.h"
#include "unit/obs/trace_fixture.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct TraceTest : testing::Test {
  Tracer& tracer(TracerOptions options = {}) {
    made = std::make_unique<Tracer>(
        options, Tracer::Keepers{.exporter = &exported, .recorder = &recorded}, clock);
    return *made;
  }
  ActiveTrace begin(Tracer& by, const TraceContext* parent = nullptr) {
    return by.begin({.parent = parent,
                     .begun = clock.monotonic(),
                     .requestId = "r-1",
                     .path = "/events/7",
                     .query = "q=x"});
  }
  void finish(ActiveTrace& trace, bool failed = false) {
    trace.finish(trace.judge(failed, clock.monotonic()),
                 {.name = "root", .ended = clock.monotonic()});
  }

  fakes::FakeClock clock;
  TraceList exported, recorded;
  std::unique_ptr<Tracer> made;
};

TEST_F(TraceTest, RecordsSpansUnderTheOneThatRuns) {
  ActiveTrace trace = begin(tracer());
  {
    const base::ContextScope scope(trace.scope());
    Span outer("outer");
    clock.advance(1ms);
    {
      Span inner("inner", SpanKind::kClient);
      inner.set(attribute("n", 7));
      inner.set(attribute("text", "some"));
      inner.fail("timeout");
      clock.advance(2ms);
    }
    recordSpan({.name = "done", .start = clock.monotonic() - 1ms, .end = clock.monotonic()});
    recordEvent("moment", {});
  }
  EXPECT_FALSE(currentTrace());
  clock.advance(1ms);
  finish(trace);
  ASSERT_EQ(exported.traces.size(), 1U);
  const KeptTrace& kept = *exported.traces[0];
  EXPECT_EQ(kept.spanCount(), 4U);
  const SpanRecord& root = spanOf(kept, "root");
  const SpanRecord& outer = spanOf(kept, "outer");
  const SpanRecord& inner = spanOf(kept, "inner");
  EXPECT_EQ(root.parent, 0U);
  EXPECT_EQ(root.id, kept.root);
  EXPECT_EQ(outer.parent, root.id);
  EXPECT_EQ(inner.parent, outer.id);
  EXPECT_EQ(spanOf(kept, "done").parent, outer.id);
  EXPECT_EQ(spanOf(kept, "moment").parent, outer.id);
  EXPECT_TRUE(spanOf(kept, "moment").isEvent());
  EXPECT_EQ(inner.end - inner.start, 2'000'000);
  EXPECT_EQ(inner.status, SpanStatus::kError);
  EXPECT_EQ(inner.kind, SpanKind::kClient);
  EXPECT_EQ(attributeOf(kept, inner, "n"), "7");
  EXPECT_EQ(attributeOf(kept, inner, "text"), "some");
  EXPECT_EQ(attributeOf(kept, inner, "error.type"), "timeout");
  // Times are those of the wall clock.
  EXPECT_EQ(root.end, std::chrono::nanoseconds(clock.now().time_since_epoch()).count());
  EXPECT_EQ(kept.duration, 4ms);
  EXPECT_TRUE(recorded.traces.empty());
}

TEST_F(TraceTest, GoesOnWhereTheCallerIs) {
  TraceContext caller;
  caller.trace = newTraceId();
  caller.span = newSpanId();
  caller.sampled = true;
  caller.state = "a=1";
  ActiveTrace trace = begin(tracer(), &caller);
  EXPECT_EQ(trace.context().trace, caller.trace);
  EXPECT_NE(trace.context().span, caller.span);
  EXPECT_EQ(trace.context().state, "a=1");
  finish(trace);
  ASSERT_EQ(exported.traces.size(), 1U);
  EXPECT_EQ(exported.traces[0]->spans.back().parent, caller.span);
  EXPECT_EQ(exported.traces[0]->state, "a=1");
}

TEST_F(TraceTest, IsKeptWhenSampledOrFailedOrSlowAndForgottenOtherwise) {
  Tracer& quiet = tracer({.sampler = Sampler(Sampler::Rule::kAlwaysOff, 0, true), .slow = 100ms});
  ActiveTrace good = begin(quiet);
  EXPECT_FALSE(good.sampled());
  finish(good);
  EXPECT_TRUE(exported.traces.empty());
  ActiveTrace failed = begin(quiet);
  finish(failed, true);
  ActiveTrace slow = begin(quiet);
  clock.advance(101ms);
  finish(slow);
  ActiveTrace onTheLimit = begin(quiet);
  clock.advance(100ms);
  finish(onTheLimit);
  ASSERT_EQ(exported.traces.size(), 2U);
  ASSERT_EQ(recorded.traces.size(), 2U);
  EXPECT_EQ(exported.traces[0]->why, KeptTrace::Why::kFailed);
  EXPECT_EQ(exported.traces[1]->why, KeptTrace::Why::kSlow);
  EXPECT_FALSE(exported.traces[0]->sampled);
}

TEST_F(TraceTest, WatchersAreSampledOnlyForTheirCallers) {
  Tracer& all = tracer();
  ActiveTrace probe = begin(all);
  probe.leaveToCaller();
  EXPECT_FALSE(probe.sampled());
  EXPECT_EQ(probe.judge(true, clock.monotonic() + 1h), Verdict::kDrop);
  TraceContext caller;
  caller.trace = newTraceId();
  caller.span = newSpanId();
  caller.sampled = true;
  ActiveTrace asked = begin(all, &caller);
  asked.leaveToCaller();
  EXPECT_TRUE(asked.sampled());
}

TEST_F(TraceTest, FollowsACoroutineOverItsSuspensions) {
  Tracer& all = tracer();
  ActiveTrace first = begin(all);
  ActiveTrace second = begin(all);
  const auto serve = [](ActiveTrace& trace, std::string_view name,
                        std::chrono::milliseconds pause) -> base::Task<void> {
    const base::ContextScope scope(trace.scope());
    co_await base::sleepFor(pause);
    recordSpan({.name = name});
    co_await base::sleepFor(pause);
    Span span("after");
    co_await base::sleepFor(pause);
  };
  int running = 2;
  const auto detach = [&running](base::Task<void> task) -> base::Detached {
    co_await task;
    --running;
  };
  const auto both = [&]() -> base::Task<void> {
    detach(serve(first, "of the first", 1ms));
    EXPECT_FALSE(currentTrace());
    detach(serve(second, "of the second", 1ms));
    while (running > 0) co_await base::sleepFor(1ms);
    EXPECT_FALSE(currentTrace());
  };
  base::runBlocking(both());
  finish(first);
  finish(second);
  ASSERT_EQ(exported.traces.size(), 2U);
  for (const auto& kept : exported.traces) {
    EXPECT_EQ(kept->spanCount(), 3U);
    EXPECT_EQ(spanOf(*kept, "after").parent, kept->root);
  }
  EXPECT_NO_THROW(static_cast<void>(spanOf(*exported.traces[0], "of the first")));
  EXPECT_NO_THROW(static_cast<void>(spanOf(*exported.traces[1], "of the second")));
}

TEST_F(TraceTest, AReferenceToWhatHasEndedIsHarmless) {
  Tracer& all = tracer({.maxTraces = 1});
  ActiveTrace ended = begin(all);
  const base::Context stale = ended.scope();
  finish(ended);
  ActiveTrace next = begin(all);
  {
    const base::ContextScope scope(stale);
    EXPECT_FALSE(currentTrace());
    recordSpan({.name = "late"});
    Span span("later");
  }
  finish(next);
  ASSERT_EQ(exported.traces.size(), 2U);
  EXPECT_EQ(exported.traces[1]->spanCount(), 1U);
}

TEST_F(TraceTest, CountsWhatFindsNoRoom) {
  ActiveTrace trace = begin(tracer());
  {
    const base::ContextScope scope(trace.scope());
    const std::string longText(100, 'x');
    for (int i = 0; i < 100; ++i) {
      const Attribute one[] = {attribute("text", longText), attribute("n", i)};
      recordSpan({.name = "many", .attributes = one});
    }
  }
  finish(trace);
  const KeptTrace& kept = *exported.traces.at(0);
  EXPECT_EQ(kept.spanCount(), TraceBuffer::kMaxSpans);
  EXPECT_EQ(kept.spanCount() + kept.lostSpans, 101U);
  EXPECT_EQ(kept.spans.back().name, "root");
  EXPECT_GT(kept.lostAttributes, 0U);
  EXPECT_LE(kept.texts.size(), TraceBuffer::kTextBytes);
}

TEST_F(TraceTest, RecordsNoMoreThanTheLimitAtATime) {
  Tracer& few = tracer({.maxTraces = 2});
  ActiveTrace first = begin(few);
  ActiveTrace second = begin(few);
  ActiveTrace third = begin(few);
  EXPECT_TRUE(second);
  EXPECT_FALSE(third);
  EXPECT_EQ(third.context().traceParent().size(), 55U);
  finish(third);
  EXPECT_TRUE(exported.traces.empty());
  finish(first);
  EXPECT_TRUE(begin(few));
}

TEST_F(TraceTest, TellsWhatIsInFlight) {
  const std::string operation = "GET /events/{id}";
  Tracer& all = tracer();
  ActiveTrace trace = begin(all);
  trace.describe(operation);
  clock.advance(5ms);
  ActiveTrace later = begin(all);
  auto flying = all.inFlight(10);
  ASSERT_EQ(flying.size(), 2U);
  EXPECT_EQ(flying[0].operation, operation);
  EXPECT_EQ(flying[0].target, "/events/7?q=x");
  EXPECT_EQ(flying[0].requestId, "r-1");
  EXPECT_EQ(flying[0].id, trace.context().trace);
  EXPECT_EQ(clock.monotonic() - flying[0].begun, 5ms);
  EXPECT_EQ(flying[1].operation, "");
  EXPECT_EQ(all.inFlight(1).size(), 1U);
  finish(trace);
  {
    const ActiveTrace gone = std::move(later);
  }
  EXPECT_TRUE(all.inFlight(10).empty());
}

TEST_F(TraceTest, ManyThreadsRecordWhileOthersLook) {
  Tracer& all = tracer({.sampler = Sampler(Sampler::Rule::kAlwaysOff, 0, true)});
  std::atomic<bool> stop{false};
  std::thread looks([&] {
    while (!stop) static_cast<void>(all.inFlight(100));
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 2'000; ++n) {
        ActiveTrace trace = begin(all);
        const base::ContextScope scope(trace.scope());
        recordSpan({.name = "one"});
        finish(trace);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stop = true;
  looks.join();
  EXPECT_TRUE(all.inFlight(1).empty());
  EXPECT_TRUE(exported.traces.empty());
}

TEST_F(TraceTest, LogLinesOfARequestCarryItsIds) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger log = capture.log.logger("part");
  ActiveTrace trace = begin(tracer());
  std::string spanDigits;
  {
    const base::ContextScope scope(trace.scope());
    log.info("inside");
    Span span("part");
    spanDigits = toHex(currentTrace()->span);
    log.warn("in a span", {field("n", 1)});
  }
  log.info("outside");
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 3U);
  const std::string ids = toHex(trace.context().trace);
  EXPECT_THAT(lines[0], HasSubstr(R"("traceId":")" + ids + R"(","spanId":")" +
                                  toHex(trace.context().span) + '"'));
  EXPECT_THAT(lines[1], HasSubstr(R"("spanId":")" + spanDigits + '"'));
  EXPECT_THAT(lines[2], Not(HasSubstr("traceId")));
  finish(trace);
}

TEST_F(TraceTest, TheDatabaseMakesSpansOfItsQueries) {
  Instruments obs;
  const SqlProbe probe(obs.catalog, label::DbBackend::kSqlite);
  ActiveTrace trace = begin(tracer());
  probe.queryAnswered({.name = "events.by_id"});
  {
    const base::ContextScope scope(trace.scope());
    probe.queryAnswered(
        {.name = "events.by_id", .asked = clock.monotonic(), .answered = clock.monotonic() + 3ms});
    probe.queryAnswered({.name = "events.insert",
                         .operation = label::DbOperation::kTx,
                         .statements = 4,
                         .errorType = "unavailable"});
  }
  finish(trace);
  const KeptTrace& kept = *exported.traces.at(0);
  ASSERT_EQ(kept.spanCount(), 3U);
  const SpanRecord& read = spanOf(kept, "events.by_id");
  EXPECT_EQ(read.kind, SpanKind::kClient);
  EXPECT_EQ(read.parent, kept.root);
  EXPECT_EQ(read.end - read.start, 3'000'000);
  EXPECT_EQ(attributeOf(kept, read, "db.system.name"), "sqlite");
  EXPECT_EQ(attributeOf(kept, read, "db.operation.name"), "SELECT");
  EXPECT_EQ(attributeOf(kept, read, "db.query.summary"), "events.by_id");
  const SpanRecord& write = spanOf(kept, "transaction");
  EXPECT_EQ(write.status, SpanStatus::kError);
  EXPECT_EQ(attributeOf(kept, write, "db.operation.name"), "COMMIT");
  EXPECT_EQ(attributeOf(kept, write, "db.operation.batch.size"), "4");
  EXPECT_EQ(attributeOf(kept, write, "error.type"), "unavailable");
}

TEST_F(TraceTest, TheServersSpanHasTheRequirementsTagsAndTodaysNames) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  const auto route = probe.addRoute(label::HttpMethod::kGet, "/events/{id}", 200);
  ActiveTrace trace = begin(tracer());
  probe.requestRouted(trace, route, label::HttpMethod::kGet);
  EXPECT_EQ(made->inFlight(1).at(0).operation, "GET /events/{id}");
  const std::string traceDigits = toHex(trace.context().trace);
  clock.advance(250ms);
  probe.requestFinished({.route = route,
                         .method = label::HttpMethod::kGet,
                         .status = 503,
                         .duration = 250ms,
                         .requestBytes = 3,
                         .responseBytes = 5,
                         .requestId = "r-1",
                         .userId = "user123",
                         .errorCode = "UNAVAILABLE",
                         .recorded = &trace,
                         .ended = clock.monotonic(),
                         .path = "/events/7",
                         .query = "q=x",
                         .host = "api.example.com:8443",
                         .secure = true});
  EXPECT_FALSE(trace);
  ASSERT_EQ(exported.traces.size(), 1U);
  ASSERT_EQ(recorded.traces.size(), 1U);
  const KeptTrace& kept = *exported.traces[0];
  EXPECT_EQ(kept.why, KeptTrace::Why::kFailed);
  EXPECT_EQ(kept.operation, "GET /events/{id}");
  const SpanRecord& root = spanOf(kept, "http_request");
  EXPECT_EQ(root.kind, SpanKind::kServer);
  EXPECT_EQ(root.status, SpanStatus::kError);
  const std::pair<const char*, const char*> expected[] = {
      {"http.method", "GET"},
      {"http.url", "https://api.example.com:8443/events/7?q=x"},
      {"http.status_code", "503"},
      {"http.request.method", "GET"},
      {"http.response.status_code", "503"},
      {"url.scheme", "https"},
      {"url.path", "/events/7"},
      {"url.query", "q=x"},
      {"http.route", "/events/{id}"},
      {"server.address", "api.example.com"},
      {"server.port", "8443"},
      {"http.request.body.size", "3"},
      {"http.response.body.size", "5"},
      {"request.id", "r-1"},
      {"user.id", "user123"},
      {"operation.type", "GET /events/{id}"},
      {"duration_ms", "250.000000"},
      {"error.type", "UNAVAILABLE"},
  };
  for (const auto& [key, value] : expected) EXPECT_EQ(attributeOf(kept, root, key), value) << key;
  EXPECT_THAT(obs.text(ExpositionFormat::kOpenMetrics),
              HasSubstr("trace_id=\"" + traceDigits + "\""));
  EXPECT_THAT(capture.lines().at(0), HasSubstr(R"("traceId":")" + traceDigits + R"(","spanId":")"));
}

TEST_F(TraceTest, OnlyKeptTracesBecomeExemplars) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  ActiveTrace trace = begin(tracer({.sampler = Sampler(Sampler::Rule::kAlwaysOff, 0, true)}));
  const std::string digits = toHex(trace.context().trace);
  probe.requestFinished({.status = 200, .recorded = &trace, .ended = clock.monotonic()});
  EXPECT_THAT(obs.text(ExpositionFormat::kOpenMetrics), Not(HasSubstr("trace_id")));
  EXPECT_THAT(capture.lines().at(0), HasSubstr(digits));
}

TEST_F(TraceTest, AnAbortedRequestIsAnErrorThatAloneKeepsNothing) {
  Instruments obs;
  LogCapture capture(obs);
  HttpProbe probe(obs.catalog, capture.log);
  ActiveTrace trace = begin(tracer());
  probe.requestFinished({.status = 499, .recorded = &trace, .ended = clock.monotonic()});
  const KeptTrace& kept = *exported.traces.at(0);
  EXPECT_EQ(kept.why, KeptTrace::Why::kSampled);
  EXPECT_EQ(kept.spans.back().status, SpanStatus::kError);
  EXPECT_EQ(attributeOf(kept, kept.spans.back(), "error.type"), "aborted");
}

}  // namespace
}  // namespace sw::obs
