#include "adapters/webhook/alert_payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "adapters/webhook/webhook_alert_sink.h"
#include "base/json.h"

namespace sw::adapters::webhook {
namespace {

using base::json::Document;
using base::json::Value;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const base::Instant kBegin{std::chrono::seconds(1767603600)};  // 2026-01-05T09:00:00Z

obs::AlertMessage message() {
  obs::AlertNote firing;
  firing.name = "SchedulingWorkerDependencyDown";
  firing.severity = "warning";
  firing.summary = "A dependency does not work";
  firing.description = "smtp did not answer <at all> & more.";
  firing.fingerprint = "SchedulingWorkerDependencyDown{dependency=\"smtp\"}";
  firing.instance = "copy-1";
  firing.runbook = "https://git.example/docs/runbooks/dependency-down.md";
  firing.labels = {{"dependency", "smtp"}};
  firing.since = kBegin;
  obs::AlertNote ended = firing;
  ended.name = "SchedulingWorkerHighErrorRate";
  ended.severity = "critical";
  ended.labels.clear();
  ended.fingerprint = "SchedulingWorkerHighErrorRate{}";
  ended.ended = kBegin + 10min;
  obs::AlertMessage made;
  made.service = "scheduling-worker";
  made.externalUrl = "https://plan.example/";
  made.notes = {firing, ended};
  return made;
}

std::string text(const Value& value) { return std::string(value.asString().value_or("(none)")); }

TEST(SlackPayload, HasTitleSeveritySummaryRunbookInstanceAndTimes) {
  const auto document = Document::parse(slackPayload(message()));
  ASSERT_TRUE(document.ok());
  const std::string said = text(document->root().find("text"));
  for (const char* part :
       {"*FIRING* SchedulingWorkerDependencyDown (warning)", "A dependency does not work", "copy-1",
        "dependency: smtp", "2026-01-05T09:00:00Z",
        "<https://git.example/docs/runbooks/dependency-down.md>",
        "*RESOLVED* SchedulingWorkerHighErrorRate (critical)", "ended: 2026-01-05T09:10:00Z"}) {
    EXPECT_THAT(said, HasSubstr(part));
  }
}

TEST(SlackPayload, EscapesWhatSlackWouldRead) {
  const auto document = Document::parse(slackPayload(message()));
  const std::string said = text(document->root().find("text"));
  EXPECT_THAT(said, HasSubstr("&lt;at all&gt; &amp; more"));
  EXPECT_THAT(said, Not(HasSubstr("<at all>")));
}

TEST(SlackPayload, CountsWhatDoesNotFit) {
  obs::AlertMessage many = message();
  for (int i = 0; i < 50; ++i) many.notes.push_back(many.notes.front());
  const auto document = Document::parse(slackPayload(many));
  const std::string said = text(document->root().find("text"));
  EXPECT_LT(said.size(), 3100U);
  EXPECT_THAT(said, HasSubstr(" more"));
}

TEST(AlertmanagerPayload, IsVersionFourWithOneEntryForEachAlert) {
  const auto document = Document::parse(alertmanagerPayload(message()));
  ASSERT_TRUE(document.ok());
  const Value root = document->root();
  EXPECT_EQ(text(root.find("version")), "4");
  EXPECT_EQ(text(root.find("status")), "firing");
  EXPECT_EQ(text(root.find("receiver")), "scheduling-worker");
  EXPECT_EQ(text(root.find("externalURL")), "https://plan.example/");
  EXPECT_EQ(root.find("truncatedAlerts").asInteger(), 0);
  EXPECT_EQ(text(root.find("commonLabels").find("instance")), "copy-1");
  EXPECT_TRUE(root.find("commonLabels").find("alertname").isMissing());
  const Value alerts = root.find("alerts");
  ASSERT_EQ(alerts.size(), 2U);
  const Value first = alerts.at(0);
  EXPECT_EQ(text(first.find("status")), "firing");
  EXPECT_EQ(text(first.find("labels").find("alertname")), "SchedulingWorkerDependencyDown");
  EXPECT_EQ(text(first.find("labels").find("severity")), "warning");
  EXPECT_EQ(text(first.find("labels").find("dependency")), "smtp");
  EXPECT_EQ(text(first.find("annotations").find("summary")), "A dependency does not work");
  EXPECT_EQ(text(first.find("annotations").find("runbook_url")),
            "https://git.example/docs/runbooks/dependency-down.md");
  EXPECT_EQ(text(first.find("startsAt")), "2026-01-05T09:00:00Z");
  EXPECT_EQ(text(first.find("endsAt")), "0001-01-01T00:00:00Z");
  EXPECT_EQ(text(first.find("fingerprint")).size(), 16U);
  const Value second = alerts.at(1);
  EXPECT_EQ(text(second.find("status")), "resolved");
  EXPECT_EQ(text(second.find("endsAt")), "2026-01-05T09:10:00Z");
  EXPECT_NE(text(second.find("fingerprint")), text(first.find("fingerprint")));
}

TEST(AlertmanagerPayload, IsResolvedWhenNothingFiresAnyMore) {
  obs::AlertMessage over = message();
  over.notes.erase(over.notes.begin());
  const auto document = Document::parse(alertmanagerPayload(over));
  EXPECT_EQ(text(document->root().find("status")), "resolved");
}

TEST(WebhookFormat, FollowsTheHostUnlessItIsConfigured) {
  const std::string slack = "https://hooks.slack.com/services/T/B/secret";
  EXPECT_EQ(formatFor(slack, "auto"), AlertFormat::kSlack);
  EXPECT_EQ(formatFor("https://HOOKS.SLACK.COM:443/x", "auto"), AlertFormat::kSlack);
  EXPECT_EQ(formatFor(slack, "alertmanager"), AlertFormat::kAlertmanager);
  EXPECT_EQ(formatFor("https://hooks.slack.com.evil.example/x", "auto"),
            AlertFormat::kAlertmanager);
  EXPECT_EQ(formatFor("https://evil.example/hooks.slack.com", "auto"), AlertFormat::kAlertmanager);
  EXPECT_EQ(formatFor("http://chat.example/hook", "slack"), AlertFormat::kSlack);
}

}  // namespace
}  // namespace sw::adapters::webhook
