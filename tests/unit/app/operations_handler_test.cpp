#include "app/operations_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "unit/obs/obs_fixture.h"

namespace sw::app {
namespace {

using testing::HasSubstr;

class OperationsHandlerTest : public testing::Test {
 protected:
  /// What the listener makes of a request without a body.
  api::Response ask(api::Method method, std::string_view path) {
    api::Request request;
    request.head.method = method;
    request.head.path = path;
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
  OperationsHandler handler_{metrics_, health_, "/internal/metrics", instruments_.clock};
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

}  // namespace
}  // namespace sw::app
