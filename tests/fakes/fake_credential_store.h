#pragma once

#include <algorithm>

#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Tokens, sessions and sign-in codes in a `FakeStorage`. Thread-safe.
class FakeCredentialStore final : public accounts::CredentialStore {
 public:
  explicit FakeCredentialStore(FakeStorage& storage) : storage_(storage) {}

  void addToken(jobs::UnitOfWork& unit, const accounts::AccessToken& token) override {
    FakeStorage::add(unit, [token](FakeTables& tables) -> std::optional<base::Error> {
      if (!tables.tokens.emplace(token.id, token).second) return exists("token");
      return std::nullopt;
    });
  }
  void removeToken(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.tokens.find(id);
      if (known == tables.tokens.end() || known->second.userId != userId) {
        return base::Error(base::Code::kNotFound, "there is no such token");
      }
      tables.tokens.erase(known);
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::vector<accounts::AccessToken>>> tokensOf(
      base::Uuid userId) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<accounts::AccessToken> found;
      for (const auto& [id, token] : tables.tokens) {
        if (token.userId == userId) found.push_back(token);
      }
      return found;
    });
  }
  base::Task<base::Result<std::optional<accounts::AccessToken>>> findToken(
      accounts::SecretHash hash) override {
    co_return storage_.look(
        [&](FakeTables& tables) { return byHash<accounts::AccessToken>(tables.tokens, hash); });
  }

  void addSession(jobs::UnitOfWork& unit, const accounts::Session& session) override {
    FakeStorage::add(unit, [session](FakeTables& tables) -> std::optional<base::Error> {
      if (!tables.sessions.emplace(session.id, session).second) return exists("session");
      return std::nullopt;
    });
  }
  void removeSession(jobs::UnitOfWork& unit, base::Uuid id) override {
    FakeStorage::add(unit, [id](FakeTables& tables) -> std::optional<base::Error> {
      tables.sessions.erase(id);
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::optional<accounts::Session>>> findSession(
      accounts::SecretHash hash) override {
    co_return storage_.look(
        [&](FakeTables& tables) { return byHash<accounts::Session>(tables.sessions, hash); });
  }

  base::Task<base::Result<bool>> hasLiveSession(base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) {
      return std::ranges::any_of(tables.sessions,
                                 [&](const auto& entry) { return entry.second.expires > now; });
    });
  }

  void addSignInCode(jobs::UnitOfWork& unit, accounts::SecretHash hash, base::Uuid userId,
                     base::Instant expires) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      if (!tables.codes.emplace(hash, std::pair(userId, expires)).second) return exists("code");
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::optional<base::Uuid>>> findSignInCode(accounts::SecretHash hash,
                                                                     base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<base::Uuid> {
      const auto found = tables.codes.find(hash);
      if (found == tables.codes.end() || found->second.second <= now) return std::nullopt;
      return found->second.first;
    });
  }
  void useSignInCode(jobs::UnitOfWork& unit, accounts::SecretHash hash) override {
    FakeStorage::add(unit, [hash](FakeTables& tables) -> std::optional<base::Error> {
      if (tables.codes.erase(hash) == 1) return std::nullopt;
      return base::Error(base::Code::kUnauthenticated, "the code was used already");
    });
  }
  base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t removed = 0;
      std::erase_if(tables.sessions, [&](const auto& entry) {
        if (entry.second.expires > now || removed == limit) return false;
        ++removed;
        return true;
      });
      std::erase_if(tables.codes, [&](const auto& entry) {
        if (entry.second.second > now || removed == limit) return false;
        ++removed;
        return true;
      });
      return removed;
    });
  }

 private:
  static base::Error exists(const std::string& what) {
    return {base::Code::kConflict, "the " + what + " exists"};
  }
  template <class T>
  static std::optional<T> byHash(const std::map<base::Uuid, T>& rows,
                                 const accounts::SecretHash& hash) {
    for (const auto& [id, row] : rows) {
      if (row.hash == hash) return row;
    }
    return std::nullopt;
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
