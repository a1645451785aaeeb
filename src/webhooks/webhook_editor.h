#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/job_store.h"
#include "jobs/unit_of_work.h"
#include "webhooks/signature.h"
#include "webhooks/webhook_json.h"
#include "webhooks/webhook_store.h"

namespace sw::webhooks {

/// The kind of the jobs that deliver; see `DeliveryHandler`.
inline constexpr const char* kDeliveryJob = "webhook.delivery";

/// A delivery, its state written and the job that makes its next attempt put. The unit fails with
/// `kConflict` when another writer was faster. `due` of a pending one is its `nextAttempt`.
void scheduleDelivery(jobs::UnitOfWork& unit, WebhookStore& webhooks, jobs::JobStore& jobs,
                      const Delivery& delivery, base::Uuid jobId);

/// Creates, changes and removes webhooks, and lets their deliveries be sent again. Nothing is
/// written before the caller commits. Thread-safe; the stores must outlive it.
class WebhookEditor {
 public:
  static constexpr int kMaxPerUser = 20;
  /// How long the former secret signs beside the new one.
  static constexpr std::chrono::hours kOverlap{24};
  /// Deliveries that one call sends again.
  static constexpr int kMaxRedelivered = 500;

  struct Stores {
    WebhookStore& webhooks;
    jobs::JobStore& jobs;
    jobs::ChangeLog& changes;
  };
  WebhookEditor(Stores stores, SecretKeeper secrets, std::string source, const base::Clock& clock)
      : stores_(stores), secrets_(std::move(secrets)), source_(std::move(source)), clock_(clock) {}

  struct Made {
    Webhook webhook;
    std::string secret;  // as it is shown, this once
  };
  /// A new webhook of `userId`, whose `content.url` has been checked. Committing fails with
  /// `kConflict` when the user has `kMaxPerUser` already.
  Made create(jobs::UnitOfWork& unit, base::Uuid userId, WebhookContent content,
              const jobs::Actor& actor);
  /// Switching it on again clears why it was switched off.
  Webhook change(jobs::UnitOfWork& unit, Webhook webhook, WebhookContent content,
                 const jobs::Actor& actor);
  /// A new secret (`secret`, or one that is made where that is empty); the former one goes on
  /// signing for `kOverlap`. One that was on its way out before ends at once.
  Made rotate(jobs::UnitOfWork& unit, Webhook webhook, std::string secret,
              const jobs::Actor& actor);
  void remove(jobs::UnitOfWork& unit, const Webhook& webhook, const jobs::Actor& actor);

  /// A delivery that tells nothing, to see whether the target listens.
  Delivery ping(jobs::UnitOfWork& unit, const Webhook& webhook, const jobs::Actor& actor);
  /// Sends a delivery again from now on, whatever became of it, for another whole window and
  /// under the same `webhook-id`.
  void redeliver(jobs::UnitOfWork& unit, Delivery delivery);

 private:
  void log(jobs::UnitOfWork& unit, std::string_view type, const Webhook& webhook,
           const jobs::Actor& actor);

  Stores stores_;
  SecretKeeper secrets_;
  std::string source_;
  const base::Clock& clock_;
};

}  // namespace sw::webhooks
