#pragma once

#include "base/clock.h"
#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Idempotent answers in a `FakeStorage`. Thread-safe.
class FakeIdempotencyStore final : public jobs::IdempotencyStore {
 public:
  FakeIdempotencyStore(FakeStorage& storage, const base::Clock& clock)
      : storage_(storage), clock_(clock) {}

  base::Task<base::Result<std::optional<jobs::IdempotentAnswer>>> find(
      const jobs::IdempotencyKey& key) override {
    const base::Instant horizon = clock_.now() - kRetention;
    co_return storage_.look([&](FakeTables& tables) -> std::optional<jobs::IdempotentAnswer> {
      const auto found = tables.answers.find(nameOf(key));
      if (found == tables.answers.end() || found->second.second <= horizon) return std::nullopt;
      return found->second.first;
    });
  }
  void record(jobs::UnitOfWork& unit, const jobs::IdempotencyKey& key,
              const jobs::IdempotentAnswer& answer, base::Instant now) override {
    const std::string name = nameOf(key);
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.answers.find(name);
      if (known != tables.answers.end() && known->second.second > now - kRetention) {
        return base::Error(base::Code::kConflict, "the idempotency key is in use");
      }
      tables.answers[name] = {answer, now};
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t removed = 0;
      std::erase_if(tables.answers, [&](const auto& entry) {
        if (entry.second.second > now - kRetention || removed == limit) return false;
        ++removed;
        return true;
      });
      return removed;
    });
  }

 private:
  static std::string nameOf(const jobs::IdempotencyKey& key) {
    return key.userId.toString() + '\n' + key.scope + '\n' + key.key;
  }

  FakeStorage& storage_;
  const base::Clock& clock_;
};

}  // namespace sw::fakes
