#pragma once

#include <utility>
#include <vector>

#include "fakes/fake_storage.h"
#include "reminders/push_target_store.h"

namespace sw::fakes {

/// Registered devices in a `FakeStorage`. Thread-safe.
class FakePushStore final : public reminders::PushTargetStore {
 public:
  explicit FakePushStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::vector<reminders::PushTarget>>> ofUser(base::Uuid userId) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<reminders::PushTarget> found;
      for (const auto& [id, target] : tables.pushTargets) {
        if (target.userId == userId) found.push_back(target);
      }
      return found;
    });
  }
  void put(jobs::UnitOfWork& unit, const reminders::PushTarget& target) override {
    FakeStorage::add(unit, [target](FakeTables& tables) -> std::optional<base::Error> {
      for (const auto& [id, other] : tables.pushTargets) {
        const bool same = id == target.id;
        if (same ? other.userId != target.userId
                 : other.userId == target.userId && other.fingerprint == target.fingerprint) {
          return base::Error(base::Code::kConflict, "the address is registered already");
        }
      }
      const auto [place, isNew] = tables.pushTargets.try_emplace(target.id, target);
      if (isNew) return std::nullopt;
      const base::Instant created = place->second.created;
      place->second = target;
      place->second.created = created;
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.pushTargets.find(id);
      if (known == tables.pushTargets.end() || known->second.userId != userId) {
        return base::Error(base::Code::kNotFound, "there is no such push target");
      }
      tables.pushTargets.erase(known);
      return std::nullopt;
    });
  }
  void removeGone(jobs::UnitOfWork& unit, const reminders::PushTarget& target) override {
    FakeStorage::add(unit, [target](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.pushTargets.find(target.id);
      if (known != tables.pushTargets.end() && known->second.sealed == target.sealed) {
        tables.pushTargets.erase(known);
      }
      return std::nullopt;
    });
  }
  void removeOfOthers(jobs::UnitOfWork& unit, base::Uuid userId,
                      const base::Sha256& fingerprint) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      std::erase_if(tables.pushTargets, [&](const auto& entry) {
        return entry.second.fingerprint == fingerprint && entry.second.userId != userId;
      });
      return std::nullopt;
    });
  }

 private:
  FakeStorage& storage_;
};

}  // namespace sw::fakes
