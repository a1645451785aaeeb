#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/local_loop.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_job_store.h"
#include "fakes/fake_webhook_network.h"
#include "fakes/fake_webhook_store.h"
#include "unit/obs/obs_fixture.h"
#include "webhooks/delivery_handler.h"
#include "webhooks/webhook_editor.h"
#include "webhooks/webhook_subscriber.h"

namespace sw::webhooks {

/// Webhooks over fakes, and what runs their jobs as the scheduler does.
class WebhookWorld : public ::testing::Test {
 protected:
  Webhook add(std::vector<std::string> events = {"*"}) {
    WebhookContent content;
    content.url = "https://example.org/hook?token=secret-in-query";
    content.events = std::move(events);
    const auto unit = storage_.begin();
    auto made = editor_.create(*unit, user_, std::move(content), {});
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    secret_ = made.secret;
    return made.webhook;
  }
  Webhook reload(const Webhook& webhook) {
    auto found = base::runBlocking(webhooks_.find(webhook.id));
    return found.ok() && *found ? **found : Webhook{};
  }
  std::vector<Delivery> deliveries(const Webhook& webhook) {
    WebhookStore::Page page;
    page.webhookId = webhook.id;
    page.limit = 1000;
    auto found = base::runBlocking(webhooks_.deliveries(page));
    EXPECT_TRUE(found.ok());
    return found.ok() ? *std::move(found) : std::vector<Delivery>();
  }
  jobs::Change change(std::string type) {
    jobs::Change made;
    made.userId = user_;
    made.number = ++number_;
    made.type = std::move(type);
    made.resourceId = base::newUuid(obs_.clock);
    made.revision = 1;
    made.at = obs_.clock.now();
    made.requestId = "req-1";
    made.traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    return made;
  }
  base::Result<void> tell(std::vector<jobs::Change> changes) {
    const auto unit = storage_.begin();
    auto taken = base::runBlocking(subscriber_.take(changes, *unit));
    if (!taken.ok()) return taken;
    return base::runBlocking(unit->commit());
  }
  /// Does the jobs that are due now, once each; answers how many.
  int work() {
    jobs::JobStore::Claim claim;
    claim.wanted = {{.kind = kDeliveryJob, .limit = 100}};
    claim.holder = "test";
    claim.now = obs_.clock.now();
    claim.lease = std::chrono::seconds(30);
    claim.limit = 100;
    auto due = base::runBlocking(jobs_.claim(claim));
    EXPECT_TRUE(due.ok());
    for (const jobs::Job& job : *due) {
      const auto unit = storage_.begin();
      const auto done = base::runBlocking(handler_.run(job, *unit));
      EXPECT_TRUE(done.ok()) << done.error().describe();
      jobs_.finish(*unit, job);
      const auto committed = base::runBlocking(unit->commit());
      EXPECT_TRUE(committed.ok()) << committed.error().describe();
    }
    return static_cast<int>(due->size());
  }
  /// Moves the clock to the next job and does it, until none waits or `most` were done.
  int workOn(int most) {
    int done = 0;
    while (done < most) {
      const auto next = base::runBlocking(jobs_.nextDue({kDeliveryJob}));
      EXPECT_TRUE(next.ok());
      if (!next.ok() || !*next) break;
      if (**next > obs_.clock.now()) obs_.clock.advance(**next - obs_.clock.now());
      done += work();
    }
    return done;
  }

  obs::Instruments obs_;
  obs::Redactor redactor_;
  obs::LogCapture logs_{obs_, {.level = obs::Level::kDebug}, redactor_};
  fakes::FakeStorage storage_;
  fakes::FakeWebhookStore webhooks_{storage_};
  fakes::FakeJobStore jobs_{storage_};
  fakes::FakeChangeLog changes_{storage_};
  fakes::FakeTransport transport_;
  WebhookProbe probe_{obs_.catalog, logs_.log};
  SecretKeeper keeper_{"the key of this installation, 32+ bytes"};
  WebhookEditor editor_{
      {webhooks_, jobs_, changes_}, keeper_, "https://plan.example.org", obs_.clock};
  jobs::EventDataSources sources_;
  WebhookSubscriber subscriber_{
      {webhooks_, jobs_, sources_}, {"https://plan.example.org"}, obs_.clock};
  DeliveryHandler handler_{
      {storage_, webhooks_, jobs_, transport_, probe_, redactor_, obs_.clock}, keeper_, {}};
  base::Uuid user_ = base::newUuid(obs_.clock);
  std::int64_t number_ = 0;
  std::string secret_;  // of the webhook that was added last
};

}  // namespace sw::webhooks
