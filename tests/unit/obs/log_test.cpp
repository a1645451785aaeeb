#include "obs/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "base/json.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

using base::json::Document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

std::vector<std::string> keysOf(const std::string& line) {
  const auto document = Document::parse(line);
  std::vector<std::string> keys;
  if (!document.ok()) return {"not JSON: " + line};
  for (std::size_t i = 0; i < document->root().size(); ++i) {
    keys.emplace_back(document->root().memberAt(i).first);
  }
  return keys;
}

TEST(Log, WritesTheRequirementsSample) {
  Instruments obs;
  LogCapture capture(obs);
  obs.clock.set(base::Instant(std::chrono::seconds(1761559200)));
  capture.log.logger("calendar-sync")
      .info("Calendar sync completed successfully",
            {userId("user123"), operation("sync_calendar"), duration(1500ms), eventsProcessed(25)});
  EXPECT_THAT(
      capture.lines(),
      ElementsAre(R"({"timestamp":"2025-10-27T10:00:00Z","level":"INFO",)"
                  R"("service":"scheduling-worker","component":"calendar-sync",)"
                  R"("userId":"user123","operation":"sync_calendar","duration":1500,)"
                  R"("eventsProcessed":25,"message":"Calendar sync completed successfully"})"));
}

TEST(Log, HasExactlyTheKeysOfTheContractInTheirOrder) {
  Instruments obs;
  LogCapture capture(obs, {.version = "1.0.0", .instance = "a"});
  capture.log.logger("x").error(
      "m", {stack("s"), errorType("e"), requestId("r"), spanId("p"), traceId("t"),
            eventsProcessed(1), duration(1ms), operation("o"), userId("u"), field("extra", 1)});
  EXPECT_THAT(keysOf(capture.lines().at(0)),
              ElementsAre("timestamp", "level", "service", "component", "userId", "operation",
                          "duration", "eventsProcessed", "message", "traceId", "spanId",
                          "requestId", "version", "instance", "errorType", "stack", "extra"));
}

TEST(Log, WritesEveryKindOfValue) {
  Instruments obs;
  LogCapture capture(obs);
  capture.log.logger("x").info(
      "m", {duration(1234567ns), field("n", -5), field("big", std::uint64_t{7}), field("r", 0.25),
            field("nan", std::numeric_limits<double>::quiet_NaN()), field("yes", true),
            field("level", "shadow"), safeField("s", "a\"b\n")});
  EXPECT_THAT(capture.lines().at(0),
              HasSubstr(R"("n":-5,"big":7,"r":0.25,"nan":null,"yes":true,"field_level":"shadow",)"
                        R"("s":"a\"b\n"})"));
  EXPECT_THAT(capture.lines().at(0), HasSubstr(R"("duration":1.234,)"));
}

TEST(Log, EcsHasElasticsNamesAndNanoseconds) {
  Instruments obs;
  LogCapture capture(obs, {.format = LogFormat::kEcs, .version = "1.0.0", .instance = "pod-1"});
  capture.log.logger("api").warn(
      "slow", {operation("GET /x"), duration(2ms), userId("u"), requestId("r"), traceId("t"),
               errorType("timeout"), field("status", 200), field("zone", "UTC")});
  EXPECT_THAT(
      capture.lines(),
      ElementsAre(R"({"@timestamp":"2026-01-05T09:00:00Z","log.level":"warn","message":"slow",)"
                  R"("ecs.version":"8.11.0","service.name":"scheduling-worker",)"
                  R"("service.version":"1.0.0","service.node.name":"pod-1","log.logger":"api",)"
                  R"("event.action":"GET /x","event.duration":2000000,"user.id":"u",)"
                  R"("http.request.id":"r","trace.id":"t","error.type":"timeout",)"
                  R"("http.response.status_code":200,"scheduling.zone":"UTC"})"));
}

TEST(Log, ConsoleCannotBeForgedByControlCharacters) {
  Instruments obs;
  LogCapture capture(obs, {.format = LogFormat::kConsole});
  capture.log.logger("x").info("a\nERROR b\x1b[2J", {field("k", "v\n")});
  EXPECT_THAT(capture.lines(),
              ElementsAre("09:00:00        INFO  x  a\\x0aERROR b\\x1b[2J k=v\\x0a"));
}

TEST(Log, LevelsAreKeptByComponentAndChangeAtRunTime) {
  Instruments obs;
  LogCapture capture(obs);
  const Logger one = capture.log.logger("one");
  const Logger two = capture.log.logger("two");
  one.debug("hidden");
  capture.log.setLevel("one", Level::kDebug);
  one.debug("shown");
  two.debug("hidden too");
  capture.log.setLevel(Level::kError);
  one.warn("hidden again");
  two.error("shown too");
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("\"shown\""));
  EXPECT_THAT(lines[1], HasSubstr("\"shown too\""));
  EXPECT_EQ(obs.sample("scheduling_log_messages_total{level=\"debug\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_log_messages_total{level=\"error\"}"), "1");
  EXPECT_EQ(obs.sample("scheduling_log_messages_total{level=\"warn\"}"), "0");
}

TEST(Log, LevelsAndFormatsHaveNames) {
  EXPECT_EQ(levelFrom("warn"), Level::kWarn);
  EXPECT_EQ(levelFrom("DEBUG"), Level::kDebug);
  EXPECT_FALSE(levelFrom("loud").has_value());
  EXPECT_EQ(logFormatFrom("ecs"), LogFormat::kEcs);
  EXPECT_FALSE(logFormatFrom("xml").has_value());
}

TEST(Log, InvalidUtf8AndHugeTextsBecomeValidShortLines) {
  Instruments obs;
  LogCapture capture(obs);
  capture.log.logger("x").info(std::string(100'000, 'm'),
                               {field("raw", "\xff\xc3"), stack(std::string(100'000, 's'))});
  const std::string line = capture.lines().at(0);
  EXPECT_LT(line.size(), 33'000U);
  EXPECT_THAT(line, HasSubstr("\"raw\":\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
  EXPECT_THAT(line, HasSubstr("\"truncated\":true"));
  EXPECT_TRUE(Document::parse(line).ok());
}

TEST(Log, LeavesNoPartOfASecretWhereATextIsCut) {
  const std::string secret = "correct-horse-battery-staple-0123456789";
  Redactor redactor;
  redactor.addSecret(secret);
  Instruments obs;
  LogCapture capture(obs, {.bufferBytes = 1 << 20}, redactor);
  const Logger logger = capture.log.logger("x").unlimited();
  for (std::size_t before = 15'900; before < 16'400; before += 7) {
    for (const char gap : {' ', 'x'}) {
      logger.info(std::string(before, gap) + secret + std::string(20'000, 'y'));
    }
  }
  for (const std::string& line : capture.lines()) {
    ASSERT_THAT(line, Not(HasSubstr("correct-horse")));
  }
}

/// A sink that stops until it is let go.
class GateSink final : public LogSink {
 public:
  explicit GateSink(std::string& out) : out_(out) {}
  std::size_t append(std::string_view lines) override {
    entered = true;
    entered.notify_all();
    open.wait(false);
    out_ += lines;
    return lines.size();
  }
  std::atomic<bool> entered{false};
  std::atomic<bool> open{false};

 private:
  std::string& out_;
};

TEST(Log, FullBufferDropsDebugFirstAndErrorsNever) {
  Instruments obs;
  std::string out;
  auto owned = std::make_unique<GateSink>(out);
  GateSink& gate = *owned;
  Log log({.level = Level::kDebug, .bufferBytes = 128 * 1024}, std::move(owned), {}, obs.clock,
          obs.catalog);
  const Logger logger = log.logger("x").unlimited();
  logger.error("first");
  gate.entered.wait(false);  // the writer hangs from here on
  const std::string text(1000, 'x');
  const auto dropped = [&] {
    return std::stoi(
        obs.sample("scheduling_telemetry_dropped_total{signal=\"logs\",reason=\"queue_full\"}"));
  };
  int debugs = 0;
  while (dropped() == 0) {
    logger.debug(text);
    ++debugs;
  }
  EXPECT_GT(debugs, 40);
  logger.info(text);  // still finds room
  EXPECT_EQ(dropped(), 1);
  int infos = 1;
  while (dropped() == 1) {
    logger.info(text);
    ++infos;
  }
  EXPECT_GT(infos, 20);
  for (int i = 0; i < 200; ++i) logger.error("error " + std::to_string(i));
  EXPECT_EQ(dropped(), 2);
  gate.open = true;
  gate.open.notify_all();
  log.flush();
  for (int i = 0; i < 200; ++i) {
    EXPECT_THAT(out, HasSubstr("\"error " + std::to_string(i) + "\""));
  }
  const int emitted = std::stoi(obs.sample("scheduling_telemetry_emitted_total{signal=\"logs\"}"));
  const int exported =
      std::stoi(obs.sample("scheduling_telemetry_exported_total{signal=\"logs\"}"));
  EXPECT_EQ(emitted, exported + dropped());
}

TEST(Log, FailingSinkIsCountedAndStopsNobody) {
  Instruments obs;
  std::vector<std::string> notices;
  LogCapture capture(obs, {.notice = [&](const std::string& what) { notices.push_back(what); }});
  capture.shared->fail(true);
  const Logger logger = capture.log.logger("x");
  for (int i = 0; i < 10; ++i) logger.info("lost");
  capture.log.flush();
  EXPECT_THAT(notices, ElementsAre(HasSubstr("no room for a test")));
  EXPECT_THAT(capture.log.trouble(), testing::Optional(HasSubstr("no room for a test")));
  EXPECT_EQ(
      obs.sample("scheduling_telemetry_dropped_total{signal=\"logs\",reason=\"export_failed\"}"),
      "10");
  EXPECT_EQ(obs.sample("scheduling_telemetry_exported_total{signal=\"logs\"}"), "0");

  capture.shared->fail(false);
  obs.clock.advance(90s);
  logger.info("kept");
  const auto lines = capture.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("\"kept\""));
  EXPECT_THAT(lines[1], HasSubstr("\"duration\":90000"));
  EXPECT_THAT(lines[1], HasSubstr("\"The log can be written again\""));
  EXPECT_THAT(lines[1], HasSubstr("\"lost\":10"));
  EXPECT_EQ(capture.log.trouble(), std::nullopt);
  EXPECT_EQ(notices.size(), 1U);
  EXPECT_EQ(obs.sample("scheduling_telemetry_exported_total{signal=\"logs\"}"), "2");
}

TEST(Log, ManyThreadsLoseNothingAndLinesStayWhole) {
  Instruments obs;
  LogCapture capture(obs, {.bufferBytes = 1 << 20});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const Logger logger = capture.log.logger("thread-" + std::to_string(t)).unlimited();
      for (int i = 0; i < 2000; ++i) logger.info("message", {field("i", i), field("t", t)});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto lines = capture.lines();
  EXPECT_EQ(lines.size(), 8000U);
  std::vector<int> next(4, 0);
  for (const std::string& line : lines) {
    const auto document = Document::parse(line);
    ASSERT_TRUE(document.ok()) << line;
    const auto thread = static_cast<std::size_t>(*document->root().find("t").asInteger());
    EXPECT_EQ(*document->root().find("i").asInteger(), next[thread]++);
  }
}

TEST(Log, EndOfTheLogWritesWhatWaits) {
  Instruments obs;
  std::shared_ptr<MemorySink::Shared> shared;
  {
    LogCapture capture(obs);
    shared = capture.shared;
    capture.log.logger("x").info("last words");
  }
  ASSERT_EQ(shared->lines().size(), 1U);
}

TEST(Log, PlantedSecretsNeverReachTheSink) {
  std::mt19937 random(20260105);
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto randomText = [&](std::size_t size) {
    std::string text;
    while (text.size() < size) text += alphabet[random() % alphabet.size()];
    return text;
  };
  for (const LogFormat format : {LogFormat::kJson, LogFormat::kEcs, LogFormat::kConsole}) {
    Instruments obs;
    Redactor redactor;
    const std::string configured = randomText(24);
    redactor.addSecret(configured);
    LogCapture capture(obs, {.format = format, .bufferBytes = 1 << 20}, std::move(redactor));
    const Logger logger = capture.log.logger("x").unlimited();
    std::vector<std::string> planted{configured};
    for (int round = 0; round < 300; ++round) {
      const std::string secret = "S" + randomText(24) + "9";
      planted.push_back(secret);
      const std::string shapes[] = {
          "Bearer " + secret,
          "eyJ" + secret + "." + secret + "." + secret,
          "ya29." + secret,
          "1//" + secret,
          "GOCSPX-" + secret,
          "postgres://user:" + secret + "@db/x",
          "https://" + secret + "@sentry.io/1",
          "/feeds/" + secret + ".ics",
          "https://x/y?access_token=" + secret + "&z=1",
          "{\"password\":\"" + secret + "\"}",
          "client_secret: " + secret,
          "Cookie: sid=" + secret,
          "sw_pat_" + secret,
          "Cookie: sw_session=" + secret + "; theme=dark",
          "Set-Cookie: sw_session=" + secret,
          "opened https://plan.example.com/#code=" + secret,
          "whsec_" + secret,
          "basic dXNlcjpw" + secret,
          "Authorization: token " + secret,
          configured,
      };
      const std::string& shape = shapes[random() % std::size(shapes)];
      const std::string text = randomText(random() % 5) + " " + shape + " " + randomText(3);
      switch (random() % 7) {
        case 6: logger.info("m", {traceId(text), spanId(text)}); break;
        case 0: logger.info(text); break;
        case 1: logger.warn("m", {userId(text)}); break;
        case 2: logger.error("m", {stack(text), errorType(text)}); break;
        case 3: logger.info("m", {operation(text), requestId(text)}); break;
        case 4: logger.info("m", {field("note", text)}); break;
        default: logger.info("m", {field("apiKey", secret), field("refresh_token", secret)});
      }
    }
    capture.log.flush();
    const std::string all = capture.shared->text;
    EXPECT_THAT(all, HasSubstr(Redactor::kMask));
    for (const std::string& secret : planted) {
      ASSERT_THAT(all, Not(HasSubstr(secret))) << static_cast<int>(format);
    }
  }
}

}  // namespace
}  // namespace sw::obs
