#include "adapters/sentry/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "obs/redact.h"

namespace sw::adapters::sentry {
namespace {

using base::json::Document;
using base::json::Value;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kId = "0123456789abcdef0123456789abcdef";

struct EventTest : testing::Test {
  obs::Redactor redactor;
  obs::TraceMask mask{redactor};
  Origin origin{.release = "1.2.3", .environment = "staging", .serverName = "copy-1"};

  Document event(const obs::ErrorReport& report) {
    text = eventPayload(report, kId, origin, mask);
    auto document = Document::parse(text);
    EXPECT_TRUE(document.ok()) << text;
    return *std::move(document);
  }
  static std::string at(Value value, std::initializer_list<std::string_view> path) {
    for (const std::string_view name : path) {
      value =
          value.isArray() ? value.at(static_cast<std::size_t>(name[0] - '0')) : value.find(name);
    }
    return value.asString() ? std::string(*value.asString()) : value.serialize();
  }

  std::string text;
};

obs::ErrorReport sample() {
  obs::ErrorReport report;
  report.when = base::Instant(std::chrono::seconds(1767603600));
  report.severity = base::Severity::kError;
  report.component = "api";
  report.type = "internal";
  report.message = "the answer cannot be made";
  report.causes = {{"io", "cannot read"}, {"timeout", "the disk sleeps"}};
  report.fingerprint = {"api", "internal"};
  report.requestId = "r-1";
  report.userId = "ann";
  report.endpoint = "/events/{id}";
  report.traceId = "0af7651916cd43dd8448eb211c80319c";
  report.spanId = "b7ad6b7169203331";
  report.breadcrumbs = {{report.when, obs::Level::kWarn, "storage", "slow", "read", "r-1"}};
  return report;
}

TEST_F(EventTest, HasWhatSentryAsksFor) {
  const Document document = event(sample());
  const Value root = document.root();
  EXPECT_EQ(at(root, {"event_id"}), kId);
  EXPECT_EQ(at(root, {"timestamp"}), "2026-01-05T09:00:00Z");
  EXPECT_EQ(at(root, {"platform"}), "native");
  EXPECT_EQ(at(root, {"level"}), "error");
  EXPECT_EQ(at(root, {"release"}), "1.2.3");
  EXPECT_EQ(at(root, {"environment"}), "staging");
  EXPECT_EQ(at(root, {"server_name"}), "copy-1");
  EXPECT_EQ(at(root, {"transaction"}), "/events/{id}");
  EXPECT_EQ(at(root, {"tags", "component"}), "api");
  EXPECT_EQ(at(root, {"tags", "errorType"}), "internal");
  EXPECT_EQ(at(root, {"tags", "endpoint"}), "/events/{id}");
  EXPECT_EQ(at(root, {"fingerprint"}), R"(["api","internal"])");
  EXPECT_EQ(at(root, {"contexts", "trace", "trace_id"}), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(at(root, {"contexts", "trace", "span_id"}), "b7ad6b7169203331");
  EXPECT_EQ(at(root, {"breadcrumbs", "values", "0", "category"}), "storage");
  EXPECT_EQ(at(root, {"breadcrumbs", "values", "0", "level"}), "warning");
}

TEST_F(EventTest, PutsTheFirstCauseFirst) {
  const Document document = event(sample());
  const Value values = document.root().find("exception").find("values");
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(at(values, {"0", "type"}), "timeout");
  EXPECT_EQ(at(values, {"1", "value"}), "cannot read");
  EXPECT_EQ(at(values, {"2", "type"}), "internal");
  EXPECT_EQ(at(values, {"2", "mechanism", "handled"}), "true");
}

TEST_F(EventTest, TellsOfACrashWithItsStackAndFiles) {
  obs::ErrorReport report = sample();
  report.crash = true;
  report.severity = base::Severity::kCritical;
  report.version = "1.2.2";
  report.thread = "http-0";
  report.stack = {{0x1010, "/opt/program", 0x10, "inner()"}, {0x1020, "/opt/program", 0x20, ""}};
  report.images = {{"/opt/program", "0123456789abcdef0123456789abcdef01234567", 0x1000, 0x2000}};
  const Document document = event(report);
  const Value root = document.root();
  EXPECT_EQ(at(root, {"level"}), "fatal");
  EXPECT_EQ(at(root, {"release"}), "1.2.2");
  EXPECT_EQ(at(root, {"threads", "values", "0", "name"}), "http-0");
  const Value last = root.find("exception").find("values").at(2);
  EXPECT_EQ(at(last, {"mechanism", "handled"}), "false");
  const Value frames = last.find("stacktrace").find("frames");
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(at(frames, {"1", "function"}), "inner()");  // the innermost last
  EXPECT_EQ(at(frames, {"1", "instruction_addr"}), "0x1010");
  EXPECT_EQ(at(frames, {"1", "in_app"}), "true");
  const Value image = root.find("debug_meta").find("images").at(0);
  EXPECT_EQ(at(image, {"code_id"}), "0123456789abcdef0123456789abcdef01234567");
  EXPECT_EQ(at(image, {"debug_id"}), "67452301-ab89-efcd-0123-456789abcdef");
  EXPECT_EQ(at(image, {"image_addr"}), "0x1000");
}

TEST_F(EventTest, HoldsNoSecretWhereverOneIsPlanted) {
  constexpr std::string_view kPlanted = "Pl4ntedS3cretValue";
  redactor.addSecret(kPlanted);
  const std::string secret(kPlanted);
  obs::ErrorReport report = sample();
  for (std::string* place :
       {&report.component, &report.type, &report.message, &report.requestId, &report.endpoint,
        &report.operation, &report.thread, &report.version, &report.causes[0].type,
        &report.causes[1].message, report.fingerprint.data(), &report.breadcrumbs[0].component,
        &report.breadcrumbs[0].message, &report.breadcrumbs[0].operation,
        &report.breadcrumbs[0].requestId}) {
    *place = "before " + secret + " after";
  }
  report.component = "api";  // of the program's own making
  report.details = {{"note", secret}, {secret, "x"}, {"apiKey", "short"}};
  report.stack = {{1, "/opt/" + secret, 1, secret}};
  report.images = {{"/opt/" + secret, "", 0, 10}};
  origin.environment = secret;
  origin.serverName = secret;
  event(report);
  EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_THAT(text, HasSubstr("[redacted]"));
  EXPECT_THAT(text, Not(HasSubstr("short")));
}

TEST_F(EventTest, RecognisesSecretsByTheirShape) {
  obs::ErrorReport report = sample();
  report.message = "GET https://u:hunter2hunter@host/x failed, Bearer abcdefghijklmnop";
  event(report);
  EXPECT_THAT(text, Not(HasSubstr("hunter2hunter")));
  EXPECT_THAT(text, Not(HasSubstr("abcdefghijklmnop")));
}

TEST_F(EventTest, HashesTheUser) {
  const Document document = event(sample());
  EXPECT_EQ(at(document.root(), {"user", "id"}), mask.user("ann"));
  EXPECT_THAT(text, Not(HasSubstr("\"ann\"")));
}

TEST_F(EventTest, CutsLongTextsAndMendsBrokenOnes) {
  obs::ErrorReport report = sample();
  report.message = std::string(100'000, 'x') + "\xFF";
  report.endpoint = "/\xC3";
  event(report);
  EXPECT_LT(text.size(), 20'000U);
}

TEST(Envelope, FramesItsItems) {
  Envelope envelope(kId, "1.2.3", base::Instant(std::chrono::seconds(1767603600)));
  envelope.add("event", R"({"a":1})");
  envelope.add("client_report", "{}");
  EXPECT_EQ(envelope.text(),
            R"({"event_id":"0123456789abcdef0123456789abcdef","sent_at":"2026-01-05T09:00:00Z",)"
            R"("sdk":{"name":"scheduling-worker.sentry","version":"1.2.3"}})"
            "\n"
            R"({"type":"event","length":7,"content_type":"application/json"})"
            "\n"
            R"({"a":1})"
            "\n"
            R"({"type":"client_report","length":2,"content_type":"application/json"})"
            "\n{}\n");
}

TEST(ClientReport, CountsByReason) {
  EXPECT_EQ(clientReportPayload({{"network_error", 2}, {"queue_overflow", 1}},
                                base::Instant(std::chrono::seconds(1767603600))),
            R"({"timestamp":"2026-01-05T09:00:00Z","discarded_events":[)"
            R"({"reason":"network_error","category":"error","quantity":2},)"
            R"({"reason":"queue_overflow","category":"error","quantity":1}]})");
}

}  // namespace
}  // namespace sw::adapters::sentry
