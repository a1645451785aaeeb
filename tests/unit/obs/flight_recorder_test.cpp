#include "obs/flight_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "unit/obs/trace_fixture.h"

namespace sw::obs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct FlightRecorderTest : testing::Test {
  void serve(const std::string& path, bool failed, std::chrono::milliseconds took = 1ms) {
    ActiveTrace trace =
        tracer.begin({.begun = obs.clock.monotonic(), .requestId = "r-1", .path = path});
    {
      const base::ContextScope scope(trace.scope());
      log.debug("looked at it", {field("token", "abcdef123"), field("n", 3)});
      log.info("said it");
      obs.clock.advance(took);
      recordSpan({.name = "events.by_id", .kind = SpanKind::kClient});
    }
    trace.finish(trace.judge(failed, obs.clock.monotonic()), {.name = "http_request",
                                                              .kind = SpanKind::kServer,
                                                              .ended = obs.clock.monotonic(),
                                                              .httpStatus = failed ? 500 : 200});
  }
  base::json::Document described() {
    auto parsed = base::json::Document::parse(recorder.describe(tracer));
    if (!parsed.ok()) throw std::runtime_error(parsed.error().describe());
    return *std::move(parsed);
  }

  Instruments obs;
  LogCapture capture{obs};
  Logger log = capture.log.logger("part").unlimited();
  Redactor redactor;
  TraceMask mask{redactor};
  FlightRecorder recorder{
      {.keep = 3, .writtenPerSecond = 2}, mask, redactor, obs.clock, capture.log};
  Tracer tracer{{}, {.exporter = nullptr, .recorder = &recorder}, obs.clock};
};

TEST_F(FlightRecorderTest, WritesOutWhatWasRecordedWhenARequestFails) {
  serve("/feeds/AbC123", true);
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_THAT(lines[0], HasSubstr("said it"));
  EXPECT_THAT(lines[1], HasSubstr("A request failed"));
  EXPECT_THAT(lines[1], HasSubstr(R"("target":"/feeds/[redacted]")"));
  EXPECT_THAT(lines[2], HasSubstr(R"("operation":"events.by_id")"));
  EXPECT_THAT(lines[3], HasSubstr("looked at it"));
  EXPECT_THAT(lines[3], HasSubstr(R"("recordedBy":"part")"));
  EXPECT_THAT(lines[3], HasSubstr(R"("recordedLevel":"DEBUG")"));
  EXPECT_THAT(lines[3], HasSubstr(R"("n":3)"));
  for (const std::string& line : lines) EXPECT_THAT(line, Not(HasSubstr("abcdef123")));
}

TEST_F(FlightRecorderTest, SaysNothingOfRequestsThatWentWell) {
  serve("/events", false);
  EXPECT_EQ(capture.lines().size(), 1U);
  EXPECT_EQ(described().root().find("recent").size(), 0U);
}

TEST_F(FlightRecorderTest, SlowRequestsAreWrittenOutToo) {
  serve("/events", false, 2s);
  EXPECT_THAT(capture.lines().at(1), HasSubstr("A request was slow"));
}

TEST_F(FlightRecorderTest, DescribesWhatIsInFlightAndWhatFailed) {
  serve("/feeds/AbC123", true, 5ms);
  const ActiveTrace flying =
      tracer.begin({.begun = obs.clock.monotonic() - 7ms, .path = "/feeds/XyZ", .query = "k=v"});
  const auto document = described();
  const auto inFlight = document.root().find("inFlight");
  ASSERT_EQ(inFlight.size(), 1U);
  EXPECT_EQ(inFlight.at(0).find("target").asString(), "/feeds/[redacted]?k=[redacted]");
  EXPECT_EQ(inFlight.at(0).find("ageMs").asNumber(), 7.0);
  EXPECT_EQ(inFlight.at(0).find("traceId").asString(), toHex(flying.context().trace));
  const auto recent = document.root().find("recent");
  ASSERT_EQ(recent.size(), 1U);
  const auto one = recent.at(0);
  EXPECT_EQ(one.find("why").asString(), "failed");
  EXPECT_EQ(one.find("status").asInteger(), 500);
  EXPECT_EQ(one.find("durationMs").asNumber(), 5.0);
  ASSERT_EQ(one.find("spans").size(), 2U);
  EXPECT_EQ(one.find("spans").at(0).find("name").asString(), "http_request");
  EXPECT_EQ(one.find("spans").at(1).find("name").asString(), "events.by_id");
  ASSERT_EQ(one.find("records").size(), 2U);
  EXPECT_EQ(one.find("records").at(0).find("level").asString(), "DEBUG");
  EXPECT_EQ(one.find("records").at(0).find("token").asString(), "[redacted]");
  EXPECT_EQ(one.find("records").at(1).find("message").asString(), "said it");
}

TEST_F(FlightRecorderTest, KeepsAndWritesOutOnlySoMany) {
  for (int i = 0; i < 10; ++i) serve("/events/" + std::to_string(i), true, 1ms);
  const auto document = described();
  const auto recent = document.root().find("recent");
  ASSERT_EQ(recent.size(), 3U);
  EXPECT_EQ(recent.at(0).find("target").asString(), "/events/9");
  const auto countFailed = [this] {
    std::size_t count = 0;
    for (const auto& line : capture.lines()) {
      if (line.find("A request failed") != std::string::npos) ++count;
    }
    return count;
  };
  EXPECT_EQ(countFailed(), 2U);
  obs.clock.advance(1s);
  serve("/events/last", true);
  EXPECT_EQ(countFailed(), 3U);
  bool told = false;
  for (const auto& line : capture.lines()) {
    told = told || line.find(R"("suppressed":8)") != std::string::npos;
  }
  EXPECT_TRUE(told);
}

TEST_F(FlightRecorderTest, ALongTalkKeepsItsEnd) {
  ActiveTrace trace = tracer.begin({.begun = obs.clock.monotonic(), .path = "/long"});
  {
    const base::ContextScope scope(trace.scope());
    for (int i = 0; i < 500; ++i) log.debug("step", {field("step", i)});
  }
  trace.finish(Verdict::kFailed, {.name = "http_request", .ended = obs.clock.monotonic()});
  const auto document = described();
  const auto records = document.root().find("recent").at(0).find("records");
  ASSERT_GT(records.size(), 5U);
  EXPECT_EQ(records.at(records.size() - 1).find("step").asInteger(), 499);
  const auto lost = document.root().find("recent").at(0).find("lostRecords").asInteger();
  EXPECT_EQ(static_cast<std::size_t>(lost.value_or(0)) + records.size(), 500U);
}

}  // namespace
}  // namespace sw::obs
