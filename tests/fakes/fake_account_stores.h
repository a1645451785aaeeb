#pragma once

#include "fakes/fake_credential_store.h"
#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Users in a `FakeStorage`. Thread-safe.
class FakeUserStore final : public accounts::UserStore {
 public:
  explicit FakeUserStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<accounts::User>>> findBySubject(
      std::string subject) override {
    co_return first([&](const accounts::User& user) { return user.subject == subject; });
  }
  base::Task<base::Result<std::optional<accounts::User>>> find(base::Uuid id) override {
    co_return first([&](const accounts::User& user) { return user.id == id; });
  }
  base::Task<base::Result<std::optional<accounts::User>>> findByVerifiedEmail(
      std::string email) override {
    co_return first(
        [&](const accounts::User& user) { return user.emailVerified && user.email == email; });
  }
  base::Task<base::Result<std::int64_t>> count() override {
    co_return storage_.look(
        [](FakeTables& tables) { return static_cast<std::int64_t>(tables.users.size()); });
  }
  void create(jobs::UnitOfWork& unit, const accounts::User& user) override {
    FakeStorage::add(unit, [user](FakeTables& tables) -> std::optional<base::Error> {
      for (const auto& [id, known] : tables.users) {
        if (id == user.id || known.subject == user.subject) {
          return base::Error(base::Code::kConflict, "there is a user with that subject");
        }
      }
      tables.users[user.id] = user;
      return std::nullopt;
    });
  }
  void update(jobs::UnitOfWork& unit, const accounts::User& user) override {
    FakeStorage::add(unit, [user](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.users.find(user.id);
      if (known == tables.users.end() || known->second.revision != user.revision - 1) {
        return base::Error(base::Code::kConflict, "the user was changed meanwhile");
      }
      known->second = user;
      return std::nullopt;
    });
  }

 private:
  template <class Wanted>
  std::optional<accounts::User> first(Wanted wanted) {
    return storage_.look([&](FakeTables& tables) -> std::optional<accounts::User> {
      for (const auto& [id, user] : tables.users) {
        if (wanted(user)) return user;
      }
      return std::nullopt;
    });
  }

  FakeStorage& storage_;
};

/// Settings in a `FakeStorage`. Thread-safe.
class FakeSettingsStore final : public accounts::SettingsStore {
 public:
  explicit FakeSettingsStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<Stored>>> find(base::Uuid userId) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.settings.find(userId);
      return found == tables.settings.end() ? std::optional<Stored>() : found->second;
    });
  }
  void put(jobs::UnitOfWork& unit, base::Uuid userId, const Stored& stored) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.settings.find(userId);
      const std::int64_t now = known == tables.settings.end() ? 0 : known->second.revision;
      if (now != stored.revision - 1) {
        return base::Error(base::Code::kConflict, "the settings were changed meanwhile");
      }
      tables.settings[userId] = stored;
      return std::nullopt;
    });
  }

 private:
  FakeStorage& storage_;
};

}  // namespace sw::fakes
