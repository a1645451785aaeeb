#include "adapters/sentry/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sentry/sentry_sink.h"
#include "unit/obs/obs_fixture.h"

namespace sw::adapters::sentry {
namespace {

using base::Code;
using base::Error;
using base::Result;
using http::ClientRequest;
using http::ClientResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

/// A receiver whose answers a test decides.
class FakeTransport final : public Transport {
 public:
  Result<ClientResponse> send(const ClientRequest& request) override {
    bodies.emplace_back(request.body);
    urls.push_back(request.url);
    headers = request.headers;
    if (down) return Error(Code::kUnavailable, "nobody answers");
    ClientResponse answer;
    answer.status = status;
    answer.headers = answerHeaders;
    return answer;
  }
  std::vector<std::string> bodies;
  std::vector<std::string> urls;
  std::vector<std::pair<std::string, std::string>> headers;
  bool down = false;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> answerHeaders;
};

struct OutboxTest : testing::Test {
  obs::Instruments instruments;
  obs::LogCapture capture{instruments};
  obs::TraceMask mask{obs::Redactor()};
  FakeTransport transport;
  OutboxOptions options{.dsn = *Dsn::parse("http://key@sentry.test/7"),
                        .origin = {.release = "1.2.3", .environment = "test", .serverName = "a"},
                        .maxWaiting = 4};
  Outbox outbox{options, transport, mask, instruments.catalog, capture.log, instruments.clock};
  std::vector<bool> settled;

  bool take(const std::string& kind) {
    obs::ErrorReport report;
    report.component = "api";
    report.type = "internal";
    report.message = kind;
    report.fingerprint = {kind};
    report.settled = [this](bool accepted) { settled.push_back(accepted); };
    return outbox.take(std::move(report));
  }
  std::string counted(const std::string& family, const std::string& reason = "") {
    const std::string more = reason.empty() ? "" : ",reason=\"" + reason + '"';
    return instruments.sample("scheduling_telemetry_" + family + "_total{signal=\"sentry\"" + more +
                              "}");
  }
  /// Whether each report that came in went out or was counted as lost.
  bool balances() {
    std::int64_t lost = 0;
    for (const std::string_view reason : obs::label::DropReason::kValues) {
      lost += std::stoll(counted("dropped", std::string(reason)));
    }
    return std::stoll(counted("emitted")) == std::stoll(counted("exported")) + lost;
  }
};

TEST_F(OutboxTest, SendsAnEnvelopeAndCountsIt) {
  ASSERT_TRUE(take("a"));
  outbox.step();
  ASSERT_THAT(transport.bodies, SizeIs(1));
  EXPECT_EQ(transport.urls[0], "http://sentry.test/api/7/envelope/");
  EXPECT_THAT(transport.bodies[0], HasSubstr(R"({"type":"event",)"));
  EXPECT_THAT(transport.headers,
              testing::Contains(std::pair<std::string, std::string>(
                  "X-Sentry-Auth",
                  "Sentry sentry_version=7, sentry_client=scheduling-worker.sentry/1.2.3, "
                  "sentry_key=key")));
  EXPECT_EQ(counted("exported"), "1");
  EXPECT_THAT(settled, ElementsAre(true));
  EXPECT_TRUE(balances());
  EXPECT_THAT(capture.lines(), IsEmpty());
}

TEST_F(OutboxTest, SendsFewOfAStorm) {
  for (int i = 0; i < 100; ++i) {
    take("a");
    outbox.step();
  }
  EXPECT_THAT(transport.bodies, SizeIs(RepeatLimit::kOfOne));
  EXPECT_EQ(counted("dropped", "rate_limited"), "97");
  EXPECT_TRUE(balances());
  instruments.clock.advance(1min);
  take("a");
  outbox.step();
  EXPECT_THAT(transport.bodies.back(), HasSubstr(R"("repeatsBefore":"97")"));
  EXPECT_THAT(transport.bodies.back(),
              HasSubstr(R"({"reason":"event_processor","category":"error","quantity":97})"));
}

TEST_F(OutboxTest, DropsWhatFindsNoRoom) {
  for (const char* kind : {"a", "b", "c", "d", "e"}) take(kind);
  EXPECT_EQ(counted("dropped", "queue_full"), "1");
  EXPECT_THAT(settled, ElementsAre(false));
  while (!outbox.empty()) outbox.step();
  EXPECT_THAT(transport.bodies, SizeIs(4));
  EXPECT_THAT(transport.bodies[0], HasSubstr("queue_overflow"));
  EXPECT_THAT(transport.bodies[1], Not(HasSubstr("queue_overflow")));
  EXPECT_TRUE(balances());
}

TEST_F(OutboxTest, TriesAgainWithPausesWhereNobodyAnswersAndSaysSoOnce) {
  transport.down = true;
  take("a");
  take("b");
  EXPECT_GT(outbox.step(), 0ns);
  EXPECT_THAT(transport.bodies, SizeIs(1));
  outbox.step();  // too early
  EXPECT_THAT(transport.bodies, SizeIs(1));
  for (int i = 0; i < 20 && !outbox.empty(); ++i) {
    instruments.clock.advance(5s);
    outbox.step();
  }
  EXPECT_TRUE(outbox.empty());
  EXPECT_THAT(transport.bodies, SizeIs(6));  // three attempts each
  EXPECT_EQ(counted("dropped", "export_failed"), "2");
  EXPECT_THAT(settled, ElementsAre(false, false));
  ASSERT_THAT(capture.lines(), SizeIs(1));
  EXPECT_THAT(capture.lines()[0], HasSubstr(R"("level":"WARN")"));

  transport.down = false;
  take("c");
  instruments.clock.advance(5s);
  outbox.step();
  EXPECT_THAT(transport.bodies.back(), HasSubstr(R"("reason":"network_error")"));
  ASSERT_THAT(capture.lines(), SizeIs(2));
  EXPECT_THAT(capture.lines()[1], HasSubstr("Errors are reported again"));
  EXPECT_TRUE(balances());
}

TEST_F(OutboxTest, SparesAReceiverThatAsksForIt) {
  transport.status = 429;
  transport.answerHeaders = {{"retry-after", "120"}};
  take("a");
  outbox.step();
  transport.status = 200;
  transport.answerHeaders = {};
  take("b");
  outbox.step();
  EXPECT_THAT(transport.bodies, SizeIs(1));
  EXPECT_EQ(counted("dropped", "rate_limited"), "2");
  instruments.clock.advance(2min);
  take("c");
  outbox.step();
  ASSERT_THAT(transport.bodies, SizeIs(2));
  // The one that was answered 429 is counted by the receiver.
  EXPECT_THAT(transport.bodies[1],
              HasSubstr(R"({"reason":"ratelimit_backoff","category":"error","quantity":1})"));
  EXPECT_TRUE(balances());
}

TEST_F(OutboxTest, SendsNothingTwiceThatWasRefused) {
  for (const auto& [status, reason] : {std::pair(500, "export_failed"), std::pair(413, "too_large"),
                                       std::pair(400, "export_failed")}) {
    transport.status = status;
    take(std::to_string(status));
    outbox.step();
    EXPECT_TRUE(outbox.empty());
    EXPECT_NE(counted("dropped", reason), "0");
  }
  EXPECT_THAT(transport.bodies, SizeIs(3));
  EXPECT_TRUE(balances());
  EXPECT_THAT(capture.lines(), SizeIs(1));
}

TEST_F(OutboxTest, TellsOfLossesWhenNothingElseIsToSend) {
  for (std::uint32_t i = 0; i < RepeatLimit::kOfOne + 2; ++i) take("a");
  while (!outbox.empty()) outbox.step();
  const std::size_t sent = transport.bodies.size();
  take("a");  // held back, after the last report of losses
  outbox.step();
  EXPECT_THAT(transport.bodies, SizeIs(sent));
  instruments.clock.advance(Outbox::kIdle);
  outbox.step();
  ASSERT_THAT(transport.bodies, SizeIs(sent + 1));
  EXPECT_THAT(transport.bodies.back(), HasSubstr(R"({"type":"client_report",)"));
  EXPECT_THAT(transport.bodies.back(), Not(HasSubstr("event_id")));
  instruments.clock.advance(Outbox::kIdle);
  outbox.step();
  EXPECT_THAT(transport.bodies, SizeIs(sent + 1));
}

TEST_F(OutboxTest, CountsWhatIsLeftAtTheEnd) {
  take("a");
  take("b");
  outbox.dropAll();
  EXPECT_EQ(counted("dropped", "shutdown"), "2");
  EXPECT_THAT(settled, ElementsAre(false, false));
  EXPECT_TRUE(balances());
}

TEST_F(OutboxTest, SinkGivesUpOnADeadReceiverWhenItStops) {
  // Port 1 of this machine: nobody listens there.
  options.dsn = *Dsn::parse("http://key@127.0.0.1:1/7");
  {
    SentrySink sink(options, mask, instruments.catalog, capture.log, instruments.clock);
    for (const char* kind : {"a", "b"}) {
      obs::ErrorReport report;
      report.fingerprint = {kind};
      sink.report(std::move(report));
    }
    sink.stop(20s);
    obs::ErrorReport late;
    sink.report(std::move(late));
    sink.stop(20s);
  }
  EXPECT_EQ(counted("emitted"), "3");
  EXPECT_EQ(counted("exported"), "0");
  EXPECT_TRUE(balances());
  EXPECT_THAT(capture.lines(), SizeIs(1));
}

}  // namespace
}  // namespace sw::adapters::sentry
