#include <gmock/gmock.h>

#include "base/base64.h"
#include "base/json.h"
#include "unit/webhooks/webhook_world.h"
#include "webhooks/retry_schedule.h"

namespace sw::webhooks {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Error;
using fakes::FakeTransport;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

using Answer = Transport::Answer;

class DeliveryTest : public WebhookWorld {};

TEST_F(DeliveryTest, TellsAWebhookOfTheEventsItAskedFor) {
  const Webhook goals = add({"goal.*"});
  const Webhook all = add();
  ASSERT_TRUE(
      tell({change("goal.created"), change("habit.created"), change("settings.updated")}).ok());
  EXPECT_EQ(deliveries(goals).size(), 1U);
  EXPECT_EQ(deliveries(all).size(), 2U);
  EXPECT_EQ(work(), 3);
  EXPECT_EQ(transport_.sent.size(), 3U);
  for (const Delivery& delivery : deliveries(all)) {
    EXPECT_EQ(delivery.state, DeliveryState::kDelivered);
    EXPECT_EQ(delivery.attempts, 1);
    EXPECT_EQ(delivery.lastStatus, 200);
    EXPECT_EQ(delivery.lastAnswer, "ok");
    EXPECT_FALSE(delivery.nextAttempt.has_value());
  }
  EXPECT_EQ(obs_.sample("scheduling_webhook_deliveries_total{status=\"success\"}"), "3");
}

TEST_F(DeliveryTest, SendsASignedCloudEventWithTheContextOfTheRequest) {
  add();
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  ASSERT_EQ(work(), 1);
  const Transport::Message& message = transport_.sent.front();
  const auto event = base::json::Document::parse(message.body);
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->root().find("specversion").asString(), "1.0");
  EXPECT_EQ(event->root().find("type").asString(), "goal.created");
  EXPECT_THAT(FakeTransport::header(message, "Content-Type"), HasSubstr("cloudevents+json"));
  EXPECT_EQ(FakeTransport::header(message, "X-Request-ID"), "req-1");
  EXPECT_EQ(FakeTransport::header(message, "traceparent"),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_FALSE(FakeTransport::header(message, "User-Agent").empty());
  const std::string id = FakeTransport::header(message, "webhook-id");
  const auto at = std::chrono::floor<std::chrono::seconds>(obs_.clock.now());
  EXPECT_EQ(FakeTransport::header(message, "webhook-timestamp"),
            std::to_string(at.time_since_epoch().count()));
  EXPECT_EQ(FakeTransport::header(message, "webhook-signature"),
            sign({*keyOfSecret(secret_)}, id, at, message.body));
}

TEST_F(DeliveryTest, SignsWithBothSecretsForADayAfterARotation) {
  Webhook webhook = add();
  const std::string former = secret_;
  auto unit = storage_.begin();
  const auto made = editor_.rotate(*unit, webhook, {}, {});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  ASSERT_NE(made.secret, former);
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  ASSERT_EQ(work(), 1);
  const auto signatureOf = [&](const std::vector<std::string>& secrets) {
    const Transport::Message& message = transport_.sent.back();
    std::vector<std::string> keys;
    for (const std::string& secret : secrets) keys.push_back(*keyOfSecret(secret));
    return sign(keys, FakeTransport::header(message, "webhook-id"),
                std::chrono::floor<std::chrono::seconds>(obs_.clock.now()), message.body);
  };
  EXPECT_EQ(FakeTransport::header(transport_.sent.back(), "webhook-signature"),
            signatureOf({made.secret, former}));
  obs_.clock.advance(24h);
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  ASSERT_EQ(work(), 1);
  EXPECT_EQ(FakeTransport::header(transport_.sent.back(), "webhook-signature"),
            signatureOf({made.secret}));
}

TEST_F(DeliveryTest, TriesAgainUnderTheSameIdUntilItGetsThrough) {
  const Webhook webhook = add();
  transport_.answers = {Error(Code::kTimeout, "no answer"), Answer{500, "oops", {}},
                        Answer{404, "", {}}, Answer{302, "", {}}};
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  EXPECT_EQ(workOn(1), 1);
  EXPECT_NE(reload(webhook).failingSince, std::nullopt);
  EXPECT_EQ(workOn(10), 4);
  const Delivery delivery = deliveries(webhook).front();
  EXPECT_EQ(delivery.state, DeliveryState::kDelivered);
  EXPECT_EQ(delivery.attempts, 5);
  const auto history = base::json::Document::parse(delivery.history);
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->root().size(), 5U);
  EXPECT_EQ(history->root().at(0).find("error").asString(), "no answer");
  EXPECT_EQ(history->root().at(1).find("status").asInteger(), 500);
  EXPECT_THAT(std::string(*history->root().at(3).find("error").asString()), HasSubstr("redirects"));
  EXPECT_TRUE(history->root().at(4).find("error").isMissing());
  const std::string id = FakeTransport::header(transport_.sent.front(), "webhook-id");
  const std::string body = transport_.sent.front().body;
  for (const Transport::Message& message : transport_.sent) {
    EXPECT_EQ(FakeTransport::header(message, "webhook-id"), id);
    EXPECT_EQ(message.body, body);
  }
  EXPECT_EQ(reload(webhook).failingSince, std::nullopt);
  EXPECT_EQ(obs_.sample("scheduling_webhook_deliveries_total{status=\"failed\"}"), "4");
}

TEST_F(DeliveryTest, WaitsAsLongAsTheTargetAsks) {
  const Webhook webhook = add();
  transport_.answers = {Answer{429, "", "3600"}};
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  ASSERT_EQ(work(), 1);
  EXPECT_EQ(*deliveries(webhook).front().nextAttempt, obs_.clock.now() + 1h);
}

TEST_F(DeliveryTest, ParksWhatFailedForADay) {
  const Webhook webhook = add();
  for (int i = 0; i < 100; ++i) transport_.answers.emplace_back(Answer{500, "", {}});
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  const base::Instant begun = obs_.clock.now();
  workOn(1000);
  const Delivery delivery = deliveries(webhook).front();
  EXPECT_EQ(delivery.state, DeliveryState::kParked);
  EXPECT_EQ(*delivery.lastAttempt, begun + RetrySchedule::kWindow);
  EXPECT_GE(delivery.attempts, 10);
  EXPECT_EQ(obs_.sample("scheduling_webhook_deliveries_total{status=\"dead\"}"), "1");
  EXPECT_TRUE(reload(webhook).active);
}

TEST_F(DeliveryTest, SwitchesAWebhookOffWhoseTargetIsGone) {
  const Webhook webhook = add();
  transport_.answers = {Answer{410, "", {}}};
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  ASSERT_EQ(workOn(10), 1);
  EXPECT_EQ(deliveries(webhook).front().state, DeliveryState::kParked);
  const Webhook now = reload(webhook);
  EXPECT_FALSE(now.active);
  EXPECT_EQ(now.disabled, Disabled::kGone);
  EXPECT_EQ(now.revision, webhook.revision + 1);
  EXPECT_EQ(obs_.sample("scheduling_webhooks_disabled_total{reason=\"gone\"}"), "1");
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  EXPECT_EQ(deliveries(webhook).size(), 1U);
}

TEST_F(DeliveryTest, SwitchesAWebhookOffThatFailsForDays) {
  const Webhook webhook = add();
  for (int day = 0; day < 7 && reload(webhook).active; ++day) {
    for (int i = 0; i < 100; ++i) transport_.answers.emplace_back(Answer{503, "", {}});
    ASSERT_TRUE(tell({change("goal.created")}).ok());
    workOn(1000);
    transport_.answers.clear();
  }
  const Webhook now = reload(webhook);
  EXPECT_FALSE(now.active);
  EXPECT_EQ(now.disabled, Disabled::kFailing);
  EXPECT_GE(*now.disabledAt - *now.failingSince, RetrySchedule::kPatience);
  const auto unit = storage_.begin();
  WebhookContent content{now.url, "", now.events, true, ""};
  editor_.change(*unit, now, content, {});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(reload(webhook).disabled, Disabled::kNo);
  EXPECT_EQ(reload(webhook).failingSince, std::nullopt);
}

TEST_F(DeliveryTest, ParksWhatWaitsForAWebhookThatWasSwitchedOff) {
  Webhook webhook = add();
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  const auto unit = storage_.begin();
  editor_.change(*unit, webhook, {webhook.url, "", webhook.events, false, ""}, {});
  editor_.ping(*unit, webhook, {});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  ASSERT_EQ(work(), 2);
  // Only the ping goes out: it is how one tries whether the target listens.
  ASSERT_EQ(transport_.sent.size(), 1U);
  EXPECT_THAT(transport_.sent.front().body, HasSubstr("webhook.ping"));
  for (const Delivery& delivery : deliveries(webhook)) {
    const bool ping = delivery.eventType == "webhook.ping";
    EXPECT_EQ(delivery.state, ping ? DeliveryState::kDelivered : DeliveryState::kParked);
  }
}

TEST_F(DeliveryTest, DoesNothingForAWebhookThatWasRemoved) {
  const Webhook webhook = add();
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  const auto unit = storage_.begin();
  editor_.remove(*unit, webhook, {});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(work(), 1);
  EXPECT_TRUE(transport_.sent.empty());
}

TEST_F(DeliveryTest, DoesNotTellWhatHappenedBeforeTheWebhookWasThere) {
  const jobs::Change early = change("goal.created");
  obs_.clock.advance(1s);
  const Webhook webhook = add();
  ASSERT_TRUE(tell({early}).ok());
  EXPECT_TRUE(deliveries(webhook).empty());
}

TEST_F(DeliveryTest, SendsAgainByHandUnderTheSameIdForAnotherWindow) {
  const Webhook webhook = add();
  for (int i = 0; i < 100; ++i) transport_.answers.emplace_back(Answer{500, "", {}});
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  workOn(1000);
  transport_.answers.clear();
  const Delivery parked = deliveries(webhook).front();
  ASSERT_EQ(parked.state, DeliveryState::kParked);
  obs_.clock.advance(1h);
  const auto unit = storage_.begin();
  editor_.redeliver(*unit, parked);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(workOn(10), 1);
  EXPECT_EQ(deliveries(webhook).front().state, DeliveryState::kDelivered);
  EXPECT_EQ(FakeTransport::header(transport_.sent.back(), "webhook-id"), parked.id.toString());
}

TEST_F(DeliveryTest, DropsTheOldJobOfADeliveryThatWasSentAgain) {
  const Webhook webhook = add();
  transport_.answers = {Answer{500, "", {}}};
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  ASSERT_EQ(work(), 1);
  const auto unit = storage_.begin();
  editor_.redeliver(*unit, deliveries(webhook).front());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(workOn(10), 2);
  EXPECT_EQ(transport_.sent.size(), 2U);
}

TEST_F(DeliveryTest, HoldsCallsBackWhileATargetIsAway) {
  const Webhook webhook = add();
  for (int i = 0; i < 5; ++i) transport_.answers.emplace_back(Error(Code::kUnavailable, "away"));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(tell({change("goal.created")}).ok());
  EXPECT_EQ(work(), 20);
  EXPECT_EQ(transport_.sent.size(), 5U);
  EXPECT_EQ(obs_.sample("scheduling_webhook_circuits_open"), "1");
  workOn(1000);
  for (const Delivery& delivery : deliveries(webhook)) {
    EXPECT_EQ(delivery.state, DeliveryState::kDelivered);
  }
  EXPECT_EQ(transport_.sent.size(), 25U);
  EXPECT_EQ(obs_.sample("scheduling_webhook_circuits_open"), "0");
}

TEST_F(DeliveryTest, HoldsNothingAgainstATargetThatWasNotAsked) {
  const Webhook webhook = add();
  for (int i = 0; i < 20; ++i) {
    transport_.answers.emplace_back(Error(Code::kTooManyRequests, "too much to send"));
  }
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(tell({change("goal.created")}).ok());
  EXPECT_EQ(work(), 20);
  EXPECT_EQ(transport_.sent.size(), 20U);
  EXPECT_EQ(obs_.sample("scheduling_webhook_circuits_open"), "0");
  for (const Delivery& delivery : deliveries(webhook)) {
    EXPECT_EQ(delivery.state, DeliveryState::kPending);
    EXPECT_EQ(delivery.attempts, 0);
    EXPECT_EQ(delivery.history, "");
  }
  EXPECT_FALSE(reload(webhook).failingSince);
  const base::Instant before = obs_.clock.now();
  workOn(100);
  EXPECT_LE(obs_.clock.now() - before, std::chrono::seconds(10));  // not the wait of a failure
  for (const Delivery& delivery : deliveries(webhook)) {
    EXPECT_EQ(delivery.state, DeliveryState::kDelivered);
    EXPECT_EQ(delivery.attempts, 1);
  }
  EXPECT_EQ(transport_.sent.size(), 40U);
}

TEST_F(DeliveryTest, ParksWhatCouldNotBeTriedForADay) {
  const Webhook webhook = add();
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  obs_.clock.advance(RetrySchedule::kWindow);
  transport_.answers.emplace_back(Error(Code::kCancelled, "the service stops"));
  EXPECT_EQ(work(), 1);
  EXPECT_EQ(deliveries(webhook).front().state, DeliveryState::kParked);
  EXPECT_EQ(deliveries(webhook).front().attempts, 0);
}

TEST_F(DeliveryTest, TellsNoSecretInLogsMetricsOrWhatIsKept) {
  const Webhook webhook = add();
  transport_.answers = {Answer{500, "Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123", {}},
                        Answer{410, "", {}}};
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  workOn(10);
  std::string all = obs_.text();
  for (const std::string& line : logs_.lines()) all += line + "\n";
  ASSERT_THAT(all, HasSubstr("https://example.org"));
  EXPECT_THAT(all, Not(HasSubstr("secret-in-query")));
  EXPECT_THAT(all, Not(HasSubstr(secret_)));
  EXPECT_THAT(all, Not(HasSubstr(secret_.substr(6, 20))));
  const Delivery delivery = deliveries(webhook).front();
  EXPECT_THAT(delivery.history + delivery.lastAnswer, Not(HasSubstr("abcdefghijklmnopqrst")));
  EXPECT_THAT(reload(webhook).secret, Not(HasSubstr(secret_.substr(6))));
}

TEST_F(DeliveryTest, SaysSoWhenASecretDoesNotOpen) {
  const Webhook webhook = add();
  ASSERT_TRUE(tell({change("goal.created")}).ok());
  DeliveryHandler other({storage_, webhooks_, jobs_, transport_, probe_, redactor_, obs_.clock},
                        SecretKeeper("another key than the one before"), {});
  jobs::Job job =
      storage_.look([](fakes::FakeTables& tables) { return tables.jobs.begin()->second.job; });
  auto unit = storage_.begin();
  const auto outcome = base::runBlocking(other.run(job, *unit));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kCorrupted);
  unit = storage_.begin();
  other.buried(job, outcome.error(), *unit);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_EQ(deliveries(webhook).front().state, DeliveryState::kParked);
  EXPECT_THAT(deliveries(webhook).front().lastError, HasSubstr("TOKEN_ENCRYPTION_KEY"));
}

TEST_F(DeliveryTest, RefusesAJobThatNamesNothing) {
  for (const char* payload : {"", "{}", "[]", R"({"delivery":"x","revision":1})",
                              R"({"delivery":"0190163d-8694-739b-aea5-966c26f8ad91"})"}) {
    jobs::Job job;
    job.kind = kDeliveryJob;
    job.payload = payload;
    const auto unit = storage_.begin();
    const auto outcome = base::runBlocking(handler_.run(job, *unit));
    ASSERT_FALSE(outcome.ok()) << payload;
    EXPECT_EQ(outcome.error().code(), Code::kInvalid);
  }
}

TEST_F(DeliveryTest, MakesNoMoreWebhooksThanThereMayBe) {
  for (int i = 0; i < WebhookEditor::kMaxPerUser; ++i) add();
  const auto unit = storage_.begin();
  WebhookContent content;
  content.url = "https://example.org/";
  content.events = {"*"};
  static_cast<void>(editor_.create(*unit, user_, content, {}));
  const auto committed = base::runBlocking(unit->commit());
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code(), Code::kConflict);
}

}  // namespace
}  // namespace sw::webhooks
