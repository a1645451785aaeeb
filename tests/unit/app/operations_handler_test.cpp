#include "app/operations/operations_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "unit/obs/obs_fixture.h"

namespace sw::app {
namespace {

using testing::HasSubstr;

class OperationsHandlerTest : public testing::Test {
 protected:
  /// What the listener makes of a request of a program on this machine.
  api::Response ask(api::Method method, std::string_view path, std::string body = {}) {
    api::Request request;
    request.head.method = method;
    request.head.path = path;
    request.head.remoteAddress = "127.0.0.1";
    request.body = std::move(body);
    api::Admission admission = handler_.admit(request.head);
    if (admission.refusal) return *std::move(admission.refusal);
    return base::runBlocking(handler_.handle(request));
  }
  static const std::string& bodyOf(const api::Response& response) {
    return std::get<std::string>(response.body);
  }

  obs::Instruments instruments_;
  obs::MetricsEndpoint metrics_{instruments_.metrics};
  obs::Health health_{
      {}, instruments_.clock, instruments_.catalog, [] { return obs::MemoryUse{}; }};
  obs::LogCapture capture_{instruments_};
  OperationsHandler handler_{{metrics_, health_, capture_.log},
                             {.metricsPath = "/internal/metrics", .token = {}},
                             instruments_.clock};
};

TEST_F(OperationsHandlerTest, AnswersMetricsAtTheConfiguredPathAlone) {
  instruments_.catalog.goalsCreated.handle().increment();
  const api::Response answer = ask(api::Method::kGet, "/internal/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(bodyOf(answer), HasSubstr("scheduling_goals_created_total 1"));
  EXPECT_EQ(ask(api::Method::kGet, "/metrics").status, 404);
}

TEST_F(OperationsHandlerTest, FollowsThePhaseOfTheProcess) {
  health_.setDependency(obs::label::Dependency::kDatabase, {.status = obs::CheckStatus::kOk});
  EXPECT_EQ(ask(api::Method::kGet, "/health/ready").status, 503);
  health_.setPhase(obs::Phase::kServing);
  EXPECT_EQ(ask(api::Method::kGet, "/health/ready").status, 200);
  health_.setPhase(obs::Phase::kDraining);
  EXPECT_EQ(ask(api::Method::kGet, "/health/ready").status, 503);
  EXPECT_EQ(ask(api::Method::kGet, "/health/live").status, 200);
}

TEST_F(OperationsHandlerTest, RefusesWhatItDoesNotKnow) {
  const api::Response unknown = ask(api::Method::kGet, "/calendars");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.contentType, api::kJsonType);
  const api::Response wrong = ask(api::Method::kPost, "/health");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.headers, testing::Contains(testing::Pair("Allow", "GET, HEAD")));
}

TEST_F(OperationsHandlerTest, ViewsComeAndGoWithTheirParts) {
  EXPECT_EQ(ask(api::Method::kGet, "/debug/requests").status, 503);
  handler_.views().show(OperationsViews::Name::kRequests, [] { return "[1]"; });
  const api::Response shown = ask(api::Method::kGet, "/debug/requests");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(bodyOf(shown), "[1]");
  EXPECT_EQ(ask(api::Method::kGet, "/debug/alerts").status, 503);
  handler_.views().show(OperationsViews::Name::kRequests, {});
  EXPECT_EQ(ask(api::Method::kGet, "/debug/requests").status, 503);
}

TEST_F(OperationsHandlerTest, LogLevelsAreListedChangedAndPutBack) {
  const obs::Logger logger = capture_.log.logger("api");
  EXPECT_THAT(bodyOf(ask(api::Method::kGet, "/debug/log-level")), HasSubstr(R"("api":"info")"));
  const auto put = [this](std::string body) {
    return ask(api::Method::kPut, "/debug/log-level", std::move(body));
  };
  EXPECT_EQ(put(R"({"level":"debug","component":"api"})").status, 200);
  EXPECT_TRUE(logger.wants(obs::Level::kDebug));
  EXPECT_EQ(put(R"({"level":"error","component":"nobody"})").status, 404);
  EXPECT_EQ(put(R"({"level":"configured","component":"api"})").status, 200);
  EXPECT_FALSE(logger.wants(obs::Level::kDebug));
  EXPECT_EQ(put(R"({"level":"debug"})").status, 200);
  EXPECT_TRUE(logger.wants(obs::Level::kDebug));
  EXPECT_EQ(put(R"({"level":"configured"})").status, 200);
  EXPECT_FALSE(logger.wants(obs::Level::kDebug));
  EXPECT_EQ(put("level=debug").status, 400);
  EXPECT_EQ(put(R"({"level":"loud"})").status, 422);
}

TEST_F(OperationsHandlerTest, ProfilesAreOffUnlessTheyAreAskedFor) {
  EXPECT_EQ(ask(api::Method::kGet, "/debug/pprof/heap").status, 404);
  OperationsHandler profiling({metrics_, health_, capture_.log},
                              {.metricsPath = "/metrics", .token = {}, .profiling = true},
                              instruments_.clock);
  api::Request request;
  request.head.path = "/debug/pprof/cmdline";
  request.head.remoteAddress = "::1";
  EXPECT_FALSE(profiling.admit(request.head).refusal.has_value());
}

/// A request from somewhere, with what else its head has.
api::RequestHead headFrom(std::string_view address, std::vector<api::Header> headers = {}) {
  api::RequestHead head;
  head.remoteAddress = address;
  head.headers = std::move(headers);
  return head;
}

TEST(OperationsAccess, OnlyProgramsOnThisMachineAreLocal) {
  EXPECT_TRUE(isLocalCaller(headFrom("127.0.0.1")));
  EXPECT_TRUE(isLocalCaller(headFrom("::1", {{"Host", "[::1]:9090"}})));
  EXPECT_TRUE(isLocalCaller(headFrom("127.0.0.1", {{"Host", "LOCALHOST:9090"}})));
  EXPECT_TRUE(isLocalCaller(headFrom("127.0.0.1", {{"Sec-Fetch-Site", "none"}})));
  EXPECT_FALSE(isLocalCaller(headFrom("10.0.0.7")));
  EXPECT_FALSE(isLocalCaller(headFrom("")));
  EXPECT_FALSE(isLocalCaller(headFrom("127.0.0.1", {{"Host", "rebound.example"}})));
  EXPECT_FALSE(isLocalCaller(headFrom("127.0.0.1", {{"Host", "127.0.0.1.example"}})));
  EXPECT_FALSE(isLocalCaller(headFrom("127.0.0.1", {{"Origin", "null"}})));
  EXPECT_FALSE(isLocalCaller(headFrom("127.0.0.1", {{"Sec-Fetch-Site", "same-site"}})));
  EXPECT_FALSE(isLocalCaller(headFrom("127.0.0.1", {{"Via", "1.1 proxy"}})));
}

TEST(OperationsAccess, TokenOpensWhatIsGuarded) {
  using enum OperationsGuard;
  const auto code = [](const api::RequestHead& head, OperationsGuard guard,
                       std::string_view token) -> std::optional<base::Code> {
    const auto outcome = checkAccess(head, guard, token);
    return outcome.ok() ? std::nullopt : std::optional(outcome.error().code());
  };
  const api::RequestHead stranger = headFrom("10.0.0.7");
  const api::RequestHead local = headFrom("127.0.0.1");
  const api::RequestHead right = headFrom("10.0.0.7", {{"Authorization", "bearer the-token"}});
  const api::RequestHead wrong = headFrom("127.0.0.1", {{"Authorization", "Bearer other"}});
  EXPECT_EQ(code(stranger, kOpen, "the-token"), std::nullopt);
  EXPECT_EQ(code(stranger, kOperator, ""), base::Code::kForbidden);
  EXPECT_EQ(code(stranger, kOperator, "the-token"), base::Code::kUnauthenticated);
  EXPECT_EQ(code(right, kOperator, "the-token"), std::nullopt);
  EXPECT_EQ(code(right, kProfiles, "the-token"), std::nullopt);
  EXPECT_EQ(code(right, kOperator, ""), base::Code::kUnauthenticated);
  EXPECT_EQ(code(wrong, kOperator, "the-token"), base::Code::kUnauthenticated);
  EXPECT_EQ(code(local, kOperator, "the-token"), std::nullopt);
  EXPECT_EQ(code(local, kProfiles, "the-token"), base::Code::kUnauthenticated);
  EXPECT_EQ(code(local, kProfiles, ""), std::nullopt);
}

}  // namespace
}  // namespace sw::app
