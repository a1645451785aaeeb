#include <gtest/gtest.h>

#include "obs/trace.h"
#include "unit/api/api_world.h"

namespace sw::api {
namespace {

/// Keeps the traces that it is given.
class TraceList final : public obs::TraceKeeper {
 public:
  void keep(std::shared_ptr<obs::KeptTrace> trace) override { traces.push_back(std::move(trace)); }
  std::vector<std::shared_ptr<obs::KeptTrace>> traces;
};

/// The API of the fakes with a tracer.
struct TracedWorld : ApiWorld {
  explicit TracedWorld(obs::TracerOptions options = {})
      : tracer(options, {.exporter = &list, .recorder = nullptr}, clock) {
    api = std::make_unique<Api>(Api::Parts{router,
                                           authenticator,
                                           limiter,
                                           {storage, answers, clock},
                                           probe,
                                           errors,
                                           authProbe,
                                           &tracer},
                                ApiOptions{});
  }
  ~TracedWorld() { api.reset(); }

  TraceList list;
  obs::Tracer tracer;
};

const std::string kCaller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(ApiTracing, AnswersItsOwnSpanInTheTraceOfTheCaller) {
  TracedWorld world;
  const Answer answer =
      world.get("/calendars", tokenFor("ann"), {{"traceparent", kCaller}, {"tracestate", "a=1"}});
  const auto answered = obs::parseTraceParent(answer.header("traceparent"));
  ASSERT_TRUE(answered) << answer.header("traceparent");
  EXPECT_EQ(obs::toHex(answered->trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(obs::toHex(answered->span), "b7ad6b7169203331");
  EXPECT_TRUE(answered->sampled);
  ASSERT_EQ(world.list.traces.size(), 1U);
  const obs::KeptTrace& trace = *world.list.traces[0];
  EXPECT_EQ(trace.root, answered->span);
  EXPECT_EQ(obs::toHex(trace.spans.back().parent), "b7ad6b7169203331");
  EXPECT_EQ(trace.state, "a=1");
  EXPECT_EQ(trace.operation, "GET /calendars");
}

TEST(ApiTracing, BeginsANewTraceWhereTheCallersIsNotValidOrSentTwice) {
  TracedWorld world;
  for (const HeaderList& headers :
       {HeaderList{}, HeaderList{{"traceparent", "nonsense"}},
        HeaderList{{"traceparent", kCaller}, {"traceparent", kCaller}}}) {
    const Answer answer = world.get("/calendars", tokenFor("ann"), headers);
    const auto answered = obs::parseTraceParent(answer.header("traceparent"));
    ASSERT_TRUE(answered);
    EXPECT_NE(obs::toHex(answered->trace), "0af7651916cd43dd8448eb211c80319c");
  }
}

TEST(ApiTracing, StatesOfSeveralHeadersAreJoined) {
  TracedWorld world;
  world.get("/calendars", tokenFor("ann"),
            {{"traceparent", kCaller}, {"tracestate", "a=1"}, {"TraceState", "b=2"}});
  EXPECT_EQ(world.list.traces.at(0)->state, "a=1,b=2");
}

TEST(ApiTracing, TheChangeLogNamesTheServersSpan) {
  TracedWorld world;
  const Answer answer = world.send(Method::kPost, "/calendars", tokenFor("ann"),
                                   R"({"name":"Garden"})", {{"traceparent", kCaller}});
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto log = base::runBlocking(world.changes.read({world.userOf("ann").id, 0}, 10));
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(log->back().traceParent, answer.header("traceparent"));
}

TEST(ApiTracing, RefusedRequestsAreTracedToo) {
  TracedWorld world;
  EXPECT_EQ(world.get("/nowhere", "").status, 404);
  EXPECT_EQ(world.get("/calendars", "").status, 401);
  ASSERT_EQ(world.list.traces.size(), 2U);
  EXPECT_EQ(world.list.traces[0]->operation, "GET unmatched");
  EXPECT_EQ(world.list.traces[1]->operation, "GET /calendars");
  EXPECT_EQ(world.list.traces[1]->status, 401);
}

TEST(ApiTracing, UnsampledTracesAreAnsweredAsSuchAndLeaveNothing) {
  TracedWorld world({.sampler = *obs::Sampler::named("always_off", 0)});
  const Answer answer = world.get("/calendars", tokenFor("ann"));
  EXPECT_TRUE(answer.header("traceparent").ends_with("-00")) << answer.header("traceparent");
  EXPECT_TRUE(world.list.traces.empty());
}

TEST(ApiTracing, WithoutPropagationCallersAreNotHeardAndNothingIsAnswered) {
  TracedWorld world({.propagate = false});
  const Answer answer = world.get("/calendars", tokenFor("ann"), {{"traceparent", kCaller}});
  EXPECT_EQ(answer.header("traceparent"), "");
  EXPECT_NE(obs::toHex(world.list.traces.at(0)->id), "0af7651916cd43dd8448eb211c80319c");
}

}  // namespace
}  // namespace sw::api
