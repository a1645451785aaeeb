#pragma once

#include "adapters/sql/database.h"
#include "webhooks/webhook_store.h"

namespace sw::sql {

/// Webhooks and their deliveries in SQL; see the port. Thread-safe.
class SqlWebhookStore final : public webhooks::WebhookStore {
 public:
  explicit SqlWebhookStore(Database& database) : database_(database) {}

  base::Task<base::Result<std::optional<webhooks::Webhook>>> find(base::Uuid id) override;
  base::Task<base::Result<std::vector<webhooks::Webhook>>> ofUser(base::Uuid userId) override;
  void put(jobs::UnitOfWork& unit, const webhooks::Webhook& webhook, int most) override;
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override;
  void markFailing(jobs::UnitOfWork& unit, base::Uuid id,
                   std::optional<base::Instant> since) override;

  void put(jobs::UnitOfWork& unit, const webhooks::Delivery& delivery) override;
  void parkDelivery(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision,
                    const std::string& error) override;
  base::Task<base::Result<std::optional<webhooks::Delivery>>> findDelivery(base::Uuid id) override;
  base::Task<base::Result<std::vector<webhooks::Delivery>>> deliveries(const Page& page) override;
  base::Task<base::Result<std::int64_t>> removeDeliveries(base::Instant horizon,
                                                          int limit) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
