#include "contract/stores/store_world.h"
#include "webhooks/webhook_store.h"

namespace sw::contract {
namespace {

using namespace std::chrono_literals;
using base::Code;
using webhooks::Delivery;
using webhooks::DeliveryState;
using webhooks::Disabled;
using webhooks::Webhook;
using webhooks::WebhookStore;

class WebhookStoreContract : public StoreContract {
 protected:
  static constexpr int kMost = 3;

  WebhookStore& store() { return backend_->webhooks(); }
  Webhook webhook(const base::Uuid& user) {
    Webhook made;
    made.id = newId();
    made.userId = user;
    made.url = "https://example.org/hook";
    made.description = "Küche";
    made.events = {"goal.*", "habit.completed"};
    made.secret = std::string("\x01\x00sealed\xFF", 9);
    made.revision = 1;
    made.created = made.updated = clock_.now();
    return made;
  }
  base::Result<void> write(const Webhook& one) {
    const auto unit = begin();
    store().put(*unit, one, kMost);
    return commit(unit);
  }
  Webhook add(const base::Uuid& user) {
    const Webhook made = webhook(user);
    const auto outcome = write(made);
    EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
    return made;
  }
  Delivery delivery(const Webhook& to) {
    Delivery made;
    made.id = newId();
    made.webhookId = to.id;
    made.userId = to.userId;
    made.eventType = "goal.created";
    made.eventId = "event-1";
    made.body = R"({"data":"ü"})";
    made.started = made.created = clock_.now();
    made.nextAttempt = clock_.now() + 5s;
    made.requestId = "req";
    made.traceParent = "00-1-2-01";
    made.revision = 1;
    return made;
  }
  base::Result<void> write(const Delivery& one) {
    const auto unit = begin();
    store().put(*unit, one);
    return commit(unit);
  }
  std::vector<base::Uuid> ids(const WebhookStore::Page& page) {
    std::vector<base::Uuid> found;
    for (const Delivery& one : get(store().deliveries(page))) found.push_back(one.id);
    return found;
  }
};
SW_CONTRACT_SUITE(WebhookStoreContract);

TEST_P(WebhookStoreContract, GivesBackWhatWasPut) {
  const auto ada = addUser("ada").id;
  Webhook one = add(ada);
  auto found = get(store().find(one.id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->url, one.url);
  EXPECT_EQ(found->description, one.description);
  EXPECT_EQ(found->events, one.events);
  EXPECT_EQ(found->secret, one.secret);
  EXPECT_TRUE(found->oldSecret.empty());
  EXPECT_FALSE(found->oldSecretUntil.has_value());
  EXPECT_TRUE(found->active);
  EXPECT_EQ(found->created, one.created);
  one.active = false;
  one.disabled = Disabled::kGone;
  one.disabledAt = clock_.now() + 1s;
  one.oldSecret = one.secret;
  one.oldSecretUntil = clock_.now() + 24h;
  one.revision = 2;
  ASSERT_TRUE(write(one).ok());
  found = get(store().find(one.id));
  EXPECT_FALSE(found->active);
  EXPECT_EQ(found->disabled, Disabled::kGone);
  EXPECT_EQ(found->disabledAt, one.disabledAt);
  EXPECT_EQ(found->oldSecret, one.secret);
  EXPECT_EQ(found->oldSecretUntil, one.oldSecretUntil);
  EXPECT_FALSE(get(store().find(newId())).has_value());
}

TEST_P(WebhookStoreContract, ListsOnesOwnOnly) {
  const auto ada = addUser("ada").id;
  const auto bob = addUser("bob").id;
  const Webhook one = add(ada);
  const Webhook two = add(ada);
  add(bob);
  const auto found = get(store().ofUser(ada));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, std::min(one.id, two.id));
  EXPECT_EQ(found[1].id, std::max(one.id, two.id));
}

TEST_P(WebhookStoreContract, WritesOverTheRevisionBeforeAndNoOther) {
  Webhook one = add(addUser("ada").id);
  one.revision = 3;
  EXPECT_EQ(write(one).error().code(), Code::kConflict);
  one.revision = 2;
  EXPECT_TRUE(write(one).ok());
  EXPECT_EQ(write(one).error().code(), Code::kConflict);
}

TEST_P(WebhookStoreContract, TakesNoMoreThanThereMayBe) {
  const auto ada = addUser("ada").id;
  Webhook last;
  for (int i = 0; i < kMost; ++i) last = add(ada);
  EXPECT_EQ(write(webhook(ada)).error().code(), Code::kConflict);
  EXPECT_TRUE(write(webhook(addUser("bob").id)).ok());
  last.revision = 2;
  EXPECT_TRUE(write(last).ok());
}

TEST_P(WebhookStoreContract, NotesTheFirstFailureUntilSomethingGetsThrough) {
  Webhook one = add(addUser("ada").id);
  const auto mark = [&](std::optional<base::Instant> since) {
    const auto unit = begin();
    store().markFailing(*unit, one.id, since);
    store().markFailing(*unit, newId(), since);
    ASSERT_TRUE(commit(unit).ok());
  };
  mark(clock_.now());
  mark(clock_.now() + 1h);
  EXPECT_EQ(get(store().find(one.id))->failingSince, clock_.now());
  one.revision = 2;
  ASSERT_TRUE(write(one).ok());
  EXPECT_EQ(get(store().find(one.id))->failingSince, clock_.now());
  mark(std::nullopt);
  EXPECT_FALSE(get(store().find(one.id))->failingSince.has_value());
  EXPECT_EQ(get(store().find(one.id))->revision, 2);
}

TEST_P(WebhookStoreContract, GivesBackADeliveryAsItWasWritten) {
  const Webhook to = add(addUser("ada").id);
  Delivery one = delivery(to);
  ASSERT_TRUE(write(one).ok());
  one.state = DeliveryState::kParked;
  one.attempts = 7;
  one.round = 2;
  one.started = clock_.now() + 1s;
  one.nextAttempt.reset();
  one.lastAttempt = clock_.now() + 2s;
  one.lastStatus = 500;
  one.lastError = "the target answered 500";
  one.lastAnswer = "oops ü";
  one.history = R"([{"at":"2026-01-05T09:00:00Z"}])";
  one.revision = 2;
  ASSERT_TRUE(write(one).ok());
  const auto found = get(store().findDelivery(one.id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->webhookId, to.id);
  EXPECT_EQ(found->userId, to.userId);
  EXPECT_EQ(found->eventType, one.eventType);
  EXPECT_EQ(found->eventId, one.eventId);
  EXPECT_EQ(found->body, one.body);
  EXPECT_EQ(found->state, one.state);
  EXPECT_EQ(found->attempts, 7);
  EXPECT_EQ(found->round, 2);
  EXPECT_EQ(found->started, one.started);
  EXPECT_FALSE(found->nextAttempt.has_value());
  EXPECT_EQ(found->lastAttempt, one.lastAttempt);
  EXPECT_EQ(found->lastStatus, 500);
  EXPECT_EQ(found->lastError, one.lastError);
  EXPECT_EQ(found->lastAnswer, one.lastAnswer);
  EXPECT_EQ(found->history, one.history);
  EXPECT_EQ(found->requestId, "req");
  EXPECT_EQ(found->traceParent, one.traceParent);
  EXPECT_EQ(found->created, one.created);
  EXPECT_EQ(write(one).error().code(), Code::kConflict);
}

TEST_P(WebhookStoreContract, PagesDeliveriesNewestFirstByStateAndTime) {
  const Webhook to = add(addUser("ada").id);
  const Webhook other = add(addUser("bob").id);
  std::vector<Delivery> made;
  for (int i = 0; i < 6; ++i) {
    Delivery one = delivery(to);
    if (i % 2 == 1) one.state = DeliveryState::kParked;
    ASSERT_TRUE(write(one).ok());
    made.push_back(one);
    clock_.advance(1s);
  }
  ASSERT_TRUE(write(delivery(other)).ok());
  WebhookStore::Page page;
  page.webhookId = to.id;
  page.limit = 4;
  EXPECT_EQ(ids(page), (std::vector<base::Uuid>{made[5].id, made[4].id, made[3].id, made[2].id}));
  page.before = made[2].id;
  EXPECT_EQ(ids(page), (std::vector<base::Uuid>{made[1].id, made[0].id}));
  page.before = {};
  page.state = DeliveryState::kParked;
  EXPECT_EQ(ids(page), (std::vector<base::Uuid>{made[5].id, made[3].id, made[1].id}));
  page.from = made[1].created;
  page.to = made[5].created;
  EXPECT_EQ(ids(page), (std::vector<base::Uuid>{made[3].id, made[1].id}));
  page.state.reset();
  EXPECT_EQ(ids(page), (std::vector<base::Uuid>{made[4].id, made[3].id, made[2].id, made[1].id}));
}

TEST_P(WebhookStoreContract, RemovesAWebhookWithItsDeliveries) {
  const Webhook to = add(addUser("ada").id);
  const Delivery one = delivery(to);
  ASSERT_TRUE(write(one).ok());
  auto unit = begin();
  store().remove(*unit, to.id, 2);
  EXPECT_EQ(commit(unit).error().code(), Code::kConflict);
  ASSERT_TRUE(get(store().findDelivery(one.id)).has_value());
  unit = begin();
  store().remove(*unit, to.id, 1);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(store().find(to.id)).has_value());
  EXPECT_FALSE(get(store().findDelivery(one.id)).has_value());
  EXPECT_EQ(write(delivery(to)).error().code(), Code::kConflict);
  Delivery late = one;
  late.revision = 2;
  EXPECT_EQ(write(late).error().code(), Code::kConflict);
}

TEST_P(WebhookStoreContract, ParksTheRevisionThatWasMeant) {
  const Webhook to = add(addUser("ada").id);
  const Delivery one = delivery(to);
  ASSERT_TRUE(write(one).ok());
  auto unit = begin();
  store().parkDelivery(*unit, one.id, 2, "wrong");
  store().parkDelivery(*unit, newId(), 1, "wrong");
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(store().findDelivery(one.id))->state, DeliveryState::kPending);
  unit = begin();
  store().parkDelivery(*unit, one.id, 1, "poison");
  ASSERT_TRUE(commit(unit).ok());
  const auto parked = get(store().findDelivery(one.id));
  EXPECT_EQ(parked->state, DeliveryState::kParked);
  EXPECT_EQ(parked->lastError, "poison");
  EXPECT_EQ(parked->revision, 2);
  EXPECT_FALSE(parked->nextAttempt.has_value());
}

TEST_P(WebhookStoreContract, RemovesOldDeliveriesThatDoNotWait) {
  const Webhook to = add(addUser("ada").id);
  Delivery waits = delivery(to);
  ASSERT_TRUE(write(waits).ok());
  for (int i = 0; i < 3; ++i) {
    Delivery done = delivery(to);
    done.state = DeliveryState::kDelivered;
    ASSERT_TRUE(write(done).ok());
  }
  clock_.advance(1h);
  Delivery young = delivery(to);
  young.state = DeliveryState::kParked;
  ASSERT_TRUE(write(young).ok());
  EXPECT_EQ(get(store().removeDeliveries(clock_.now(), 2)), 2);
  EXPECT_EQ(get(store().removeDeliveries(clock_.now(), 2)), 1);
  EXPECT_EQ(get(store().removeDeliveries(clock_.now(), 2)), 0);
  EXPECT_TRUE(get(store().findDelivery(waits.id)).has_value());
  EXPECT_TRUE(get(store().findDelivery(young.id)).has_value());
}

}  // namespace
}  // namespace sw::contract
