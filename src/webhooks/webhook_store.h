#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"
#include "webhooks/webhook.h"

namespace sw::webhooks {

/// Where webhooks and their deliveries are kept. Thread-safe.
class WebhookStore {
 public:
  WebhookStore() = default;
  WebhookStore(const WebhookStore&) = delete;
  WebhookStore& operator=(const WebhookStore&) = delete;
  virtual ~WebhookStore() = default;

  virtual base::Task<base::Result<std::optional<Webhook>>> find(base::Uuid id) = 0;
  /// All of one user's, by id.
  virtual base::Task<base::Result<std::vector<Webhook>>> ofUser(base::Uuid userId) = 0;
  /// Creates (revision 1; the unit fails with `kConflict` where the user has `most` already) or
  /// writes over the row whose revision is `webhook.revision - 1`, else the unit fails with
  /// `kConflict`. Does not write `failingSince`.
  virtual void put(jobs::UnitOfWork& unit, const Webhook& webhook, int most) = 0;
  /// Removes it with its deliveries; `kConflict` when its revision is another.
  virtual void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) = 0;
  /// Notes since when nothing has got through (only where that is not noted yet), or that
  /// something has (nothing given). No failure when the webhook is gone.
  virtual void markFailing(jobs::UnitOfWork& unit, base::Uuid id,
                           std::optional<base::Instant> since) = 0;

  /// Creates (revision 1) or writes over the delivery whose revision is `delivery.revision - 1`,
  /// else the unit fails with `kConflict`. A delivery of a webhook that is gone is a conflict too.
  virtual void put(jobs::UnitOfWork& unit, const Delivery& delivery) = 0;
  /// Parks the delivery of that revision, which grows; nothing happens where it is another.
  virtual void parkDelivery(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision,
                            const std::string& error) = 0;
  virtual base::Task<base::Result<std::optional<Delivery>>> findDelivery(base::Uuid id) = 0;

  struct Page {
    base::Uuid webhookId;
    std::optional<DeliveryState> state;
    base::Uuid before;                  // ids below this one; nil: from the newest
    std::optional<base::Instant> from;  // created at or after
    std::optional<base::Instant> to;    // created before
    int limit = 0;
  };
  /// Newest first.
  virtual base::Task<base::Result<std::vector<Delivery>>> deliveries(const Page& page) = 0;
  /// Removes deliveries created before `horizon` that do not wait, at most `limit` a call; answers
  /// how many.
  virtual base::Task<base::Result<std::int64_t>> removeDeliveries(base::Instant horizon,
                                                                  int limit) = 0;
};

}  // namespace sw::webhooks
