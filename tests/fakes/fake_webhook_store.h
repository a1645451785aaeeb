#pragma once

#include <algorithm>
#include <ranges>

#include "fakes/fake_storage.h"
#include "webhooks/webhook_store.h"

namespace sw::fakes {

/// Webhooks and deliveries in a `FakeStorage`. Thread-safe.
class FakeWebhookStore final : public webhooks::WebhookStore {
 public:
  explicit FakeWebhookStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<webhooks::Webhook>>> find(base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) { return at(tables.webhooks, id); });
  }
  base::Task<base::Result<std::vector<webhooks::Webhook>>> ofUser(base::Uuid userId) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<webhooks::Webhook> found;
      for (const auto& [id, webhook] : tables.webhooks) {
        if (webhook.userId == userId) found.push_back(webhook);
      }
      return found;
    });
  }
  void put(jobs::UnitOfWork& unit, const webhooks::Webhook& webhook, int most) override {
    FakeStorage::add(unit, [webhook, most](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.webhooks.find(webhook.id);
      const std::int64_t now = known == tables.webhooks.end() ? 0 : known->second.revision;
      if (now != webhook.revision - 1) return conflict("the webhook was changed meanwhile");
      const auto count = std::ranges::count_if(tables.webhooks, [&](const auto& entry) {
        return entry.second.userId == webhook.userId;
      });
      if (now == 0 && count >= most) return conflict("there are as many webhooks as there may be");
      const auto failing = now == 0 ? std::nullopt : known->second.failingSince;
      tables.webhooks[webhook.id] = webhook;
      tables.webhooks[webhook.id].failingSince = failing;
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.webhooks.find(id);
      if (known == tables.webhooks.end() || known->second.revision != revision) {
        return conflict("the webhook was changed meanwhile");
      }
      tables.webhooks.erase(known);
      std::erase_if(tables.deliveries, [&](const auto& e) { return e.second.webhookId == id; });
      return std::nullopt;
    });
  }
  void markFailing(jobs::UnitOfWork& unit, base::Uuid id,
                   std::optional<base::Instant> since) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.webhooks.find(id);
      if (known == tables.webhooks.end()) return std::nullopt;
      if (!since || !known->second.failingSince) known->second.failingSince = since;
      return std::nullopt;
    });
  }

  void put(jobs::UnitOfWork& unit, const webhooks::Delivery& delivery) override {
    FakeStorage::add(unit, [delivery](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.deliveries.find(delivery.id);
      const std::int64_t now = known == tables.deliveries.end() ? 0 : known->second.revision;
      if (now != delivery.revision - 1 || !tables.webhooks.contains(delivery.webhookId)) {
        return conflict("the delivery was changed meanwhile");
      }
      tables.deliveries[delivery.id] = delivery;
      return std::nullopt;
    });
  }
  void parkDelivery(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision,
                    const std::string& error) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.deliveries.find(id);
      if (known == tables.deliveries.end() || known->second.revision != revision) {
        return std::nullopt;
      }
      known->second.state = webhooks::DeliveryState::kParked;
      known->second.nextAttempt.reset();
      known->second.lastError = error;
      ++known->second.revision;
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::optional<webhooks::Delivery>>> findDelivery(base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) { return at(tables.deliveries, id); });
  }
  base::Task<base::Result<std::vector<webhooks::Delivery>>> deliveries(const Page& page) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<webhooks::Delivery> found;
      for (const auto& [id, delivery] : tables.deliveries | std::views::reverse) {
        const bool wanted = delivery.webhookId == page.webhookId &&
                            (page.before.isNil() || id < page.before) &&
                            (!page.state || delivery.state == *page.state) &&
                            (!page.from || delivery.created >= *page.from) &&
                            (!page.to || delivery.created < *page.to);
        if (wanted && std::ssize(found) < page.limit) found.push_back(delivery);
      }
      return found;
    });
  }
  base::Task<base::Result<std::int64_t>> removeDeliveries(base::Instant horizon,
                                                          int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t removed = 0;
      std::erase_if(tables.deliveries, [&](const auto& entry) {
        const webhooks::Delivery& delivery = entry.second;
        const bool old = delivery.created < horizon &&
                         delivery.state != webhooks::DeliveryState::kPending && removed < limit;
        removed += old ? 1 : 0;
        return old;
      });
      return removed;
    });
  }

 private:
  static base::Error conflict(std::string message) {
    return {base::Code::kConflict, std::move(message)};
  }
  template <class Map>
  static std::optional<typename Map::mapped_type> at(const Map& map, base::Uuid id) {
    const auto found = map.find(id);
    if (found == map.end()) return std::nullopt;
    return found->second;
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
