#include "adapters/otlp/trace_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "adapters/http/server.h"
#include "adapters/otlp/fallback_sender.h"
#include "unit/adapters/otlp/trace_samples.h"
#include "unit/obs/obs_fixture.h"

namespace sw::otlp {
namespace {

using namespace std::chrono_literals;
using obs::ExportOutcome;
using testing::HasSubstr;
using Kind = ExportOutcome::Kind;

api::Response status(int code) {
  api::Response response;
  response.status = code;
  response.body = std::string();
  return response;
}

/// A receiver on the loopback interface that answers as a test says.
class Sink final : public api::RequestHandler {
 public:
  struct Seen {
    std::string path{}, type{}, encoding{}, key{}, body{};
  };
  explicit Sink(std::function<api::Response(const Seen&)> answer) : answer_(std::move(answer)) {
    auto started = adapters::http::Server::start({}, *this, clock_);
    if (!started.ok()) throw std::runtime_error(started.error().describe());
    server_ = *std::move(started);
  }
  api::Admission admit(api::RequestHead&) override {
    api::Admission admission;
    admission.maxBodyBytes = std::size_t{1} << 20;
    return admission;
  }
  base::Task<api::Response> handle(api::Request& request) override {
    seen.push_back({std::string(request.head.path),
                    std::string(request.head.header("Content-Type")),
                    std::string(request.head.header("Content-Encoding")),
                    std::string(request.head.header("Api-Key")), request.body});
    co_return answer_(seen.back());
  }
  api::Response reject(api::RequestHead& head, const base::Error&) override {
    seen.push_back({.encoding = std::string(head.header("Content-Encoding"))});
    return status(400);
  }
  void finished(const api::Exchange&) override {}

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }
  std::vector<Seen> seen;

 private:
  base::SystemClock clock_;
  std::function<api::Response(const Seen&)> answer_;
  std::unique_ptr<adapters::http::Server> server_;
};

struct TraceSenderTest : testing::Test {
  fakes::FakeClock clock;
  const Traces traces = sampleTraces();
};

TEST_F(TraceSenderTest, PostsOtlpWithTheConfiguredHeaders) {
  Sink sink([](const Sink::Seen&) { return status(200); });
  const auto sender = makeOtlpSender(
      {.url = sink.url("/v1/traces"), .headers = {{"api-key", "k1"}}}, sampleResource(), clock);
  EXPECT_EQ(sender->send(traces, 5s).kind, Kind::kAccepted);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].path, "/v1/traces");
  EXPECT_EQ(sink.seen[0].type, "application/x-protobuf");
  EXPECT_EQ(sink.seen[0].key, "k1");
  EXPECT_EQ(sink.seen[0].encoding, "");
  EXPECT_THAT(sink.seen[0].body, HasSubstr("http_request"));
}

// Our own server refuses compressed bodies by their head; what is in them is checked by the service
// tests.
TEST_F(TraceSenderTest, SaysThatItCompressesWhenTold) {
  Sink sink([](const Sink::Seen&) { return status(200); });
  const auto sender =
      makeOtlpSender({.url = sink.url("/v1/traces"), .gzip = true}, sampleResource(), clock);
  EXPECT_EQ(sender->send(traces, 5s).kind, Kind::kRefused);
  ASSERT_EQ(sink.seen.size(), 1U);
  EXPECT_EQ(sink.seen[0].encoding, "gzip");
}

TEST_F(TraceSenderTest, PostsThriftToJaeger) {
  Sink sink([](const Sink::Seen&) { return status(202); });
  const auto sender = makeJaegerSender({.url = sink.url("/api/traces")}, sampleResource(), clock);
  EXPECT_EQ(sender->send(traces, 5s).kind, Kind::kAccepted);
  EXPECT_EQ(sink.seen.at(0).type, "application/vnd.apache.thrift.binary");
  EXPECT_EQ(sink.seen.at(0).body.substr(0, 3), std::string("\x0c\x00\x01", 3));
}

TEST_F(TraceSenderTest, TellsWhatMayBeTriedAgain) {
  int answer = 0;
  Sink sink([&answer](const Sink::Seen&) {
    api::Response response = status(answer);
    response.with("Retry-After", "7");
    return response;
  });
  const auto sender = makeOtlpSender({.url = sink.url("/v1/traces")}, sampleResource(), clock);
  for (const auto& [code, kind] :
       {std::pair{429, Kind::kLimited}, std::pair{502, Kind::kAgain}, std::pair{503, Kind::kAgain},
        std::pair{504, Kind::kAgain}, std::pair{500, Kind::kRefused},
        std::pair{400, Kind::kRefused}, std::pair{404, Kind::kRefused}}) {
    answer = code;
    const ExportOutcome outcome = sender->send(traces, 5s);
    EXPECT_EQ(outcome.kind, kind) << code;
    EXPECT_EQ(outcome.retryAfter, 7s) << code;
    EXPECT_THAT(outcome.reason, HasSubstr(std::to_string(code)));
  }
}

TEST_F(TraceSenderTest, ReadsPartialSuccess) {
  Sink sink([](const Sink::Seen&) {
    api::Response response = status(200);
    response.contentType = "application/x-protobuf";
    response.body = std::string("\x0a\x02\x08\x02", 4);
    return response;
  });
  const auto sender = makeOtlpSender({.url = sink.url("/v1/traces")}, sampleResource(), clock);
  const ExportOutcome outcome = sender->send(traces, 5s);
  EXPECT_EQ(outcome.kind, Kind::kAccepted);
  EXPECT_EQ(outcome.rejected, 2U);
}

TEST_F(TraceSenderTest, ADeadReceiverMayComeBack) {
  std::string url;
  {
    Sink sink([](const Sink::Seen&) { return status(200); });
    url = sink.url("/v1/traces");
  }
  const auto sender = makeOtlpSender({.url = url}, sampleResource(), clock);
  EXPECT_EQ(sender->send(traces, 5s).kind, Kind::kAgain);
}

TEST_F(TraceSenderTest, FallsBackWhereThriftIsNotKnownAndSaysSoOnce) {
  obs::Instruments obs;
  obs::LogCapture capture(obs);
  Sink sink([](const Sink::Seen& seen) { return status(seen.path == "/v1/traces" ? 200 : 404); });
  FallbackSender sender(makeJaegerSender({.url = sink.url("/api/traces")}, sampleResource(), clock),
                        makeOtlpSender({.url = sink.url("/v1/traces")}, sampleResource(), clock),
                        sink.url("/v1/traces"), capture.log.logger("tracing"));
  EXPECT_EQ(sender.send(traces, 5s).kind, Kind::kAccepted);
  EXPECT_EQ(sender.send(traces, 5s).kind, Kind::kAccepted);
  ASSERT_EQ(sink.seen.size(), 3U);  // the first is not asked again
  EXPECT_EQ(sink.seen[2].path, "/v1/traces");
  ASSERT_EQ(capture.lines().size(), 1U);
  EXPECT_THAT(capture.lines()[0], HasSubstr("by OTLP"));
}

TEST_F(TraceSenderTest, DoesNotFallBackFromAReceiverThatIsThere) {
  obs::Instruments obs;
  obs::LogCapture capture(obs);
  Sink sink([](const Sink::Seen&) { return status(503); });
  FallbackSender sender(makeJaegerSender({.url = sink.url("/api/traces")}, sampleResource(), clock),
                        makeOtlpSender({.url = sink.url("/v1/traces")}, sampleResource(), clock),
                        "", capture.log.logger("tracing"));
  EXPECT_EQ(sender.send(traces, 5s).kind, Kind::kAgain);
  EXPECT_EQ(sink.seen.size(), 1U);
}

TEST_F(TraceSenderTest, KeepsTryingBothWhileNobodyIsThere) {
  obs::Instruments obs;
  obs::LogCapture capture(obs);
  std::string gone;
  {
    Sink sink([](const Sink::Seen&) { return status(200); });
    gone = sink.url("");
  }
  FallbackSender sender(makeJaegerSender({.url = gone + "/api/traces"}, sampleResource(), clock),
                        makeOtlpSender({.url = gone + "/v1/traces"}, sampleResource(), clock), "",
                        capture.log.logger("tracing"));
  EXPECT_EQ(sender.send(traces, 5s).kind, Kind::kAgain);
  EXPECT_TRUE(capture.lines().empty());
}

TEST(RetryAfter, ReadsSecondsAndDates) {
  const base::Instant now{1767603600s};  // 2026-01-05T09:00:00Z
  EXPECT_EQ(readRetryAfter("3", now), 3s);
  EXPECT_EQ(readRetryAfter(" 0 ", now), 0s);
  EXPECT_EQ(readRetryAfter("99999999", now), 24h);
  EXPECT_EQ(readRetryAfter("Mon, 05 Jan 2026 09:00:30 GMT", now), 30s);
  EXPECT_EQ(readRetryAfter("Mon, 05 Jan 2026 08:00:00 GMT", now), 0s);
  EXPECT_FALSE(readRetryAfter("", now));
  EXPECT_FALSE(readRetryAfter("soon", now));
  EXPECT_FALSE(readRetryAfter("-1", now));
}

}  // namespace
}  // namespace sw::otlp
