#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "accounts/credentials.h"
#include "accounts/settings.h"
#include "accounts/sharing.h"
#include "accounts/user.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "jobs/change_log.h"
#include "jobs/idempotency.h"
#include "jobs/unit_of_work.h"

namespace sw::fakes {

/// Every table of the program in memory, copied whole to take a failed unit back.
struct FakeTables {
  std::map<base::Uuid, accounts::User> users;
  std::map<base::Uuid, accounts::SettingsStore::Stored> settings;
  std::map<base::Uuid, accounts::AccessToken> tokens;
  std::map<base::Uuid, accounts::Session> sessions;
  std::map<accounts::SecretHash, std::pair<base::Uuid, base::Instant>> codes;
  std::map<base::Uuid, accounts::AclEntry> acl;
  std::map<base::Uuid, calendar::Calendar> calendars;
  std::map<base::Uuid, calendar::Feed> feeds;
  std::map<base::Uuid, calendar::EventRecord> events;
  std::map<base::Uuid, std::set<std::string>> eventTokens;
  std::map<base::Uuid, std::vector<jobs::Change>> changes;  // by user, oldest first
  std::map<base::Uuid, std::int64_t> changeNumbers;         // the last given out, by user
  std::map<std::string, std::pair<jobs::IdempotentAnswer, base::Instant>> answers;
};

/// A storage that forgets everything at its end, for tests of what stands above it. Units commit
/// at once on the calling thread. Thread-safe.
class FakeStorage final : public jobs::Storage {
 public:
  /// A step of a unit: changes the tables or says why the unit fails.
  using Step = std::function<std::optional<base::Error>(FakeTables&)>;

  std::unique_ptr<jobs::UnitOfWork> begin() override;

  /// Adds a step to a unit that this storage began.
  static void add(jobs::UnitOfWork& unit, Step step);
  /// Runs `read` on the tables; they must not be kept.
  template <class Read>
  auto look(Read read) {
    const std::lock_guard lock(mutex_);
    return read(tables_);
  }

  /// The next commit fails with this, as when the database is away.
  void failNextCommit(base::Error error);
  /// How many units have been committed.
  int commits();

 private:
  class Unit;

  std::mutex mutex_;
  FakeTables tables_;
  std::optional<base::Error> nextFailure_;
  int commits_ = 0;
};

}  // namespace sw::fakes
