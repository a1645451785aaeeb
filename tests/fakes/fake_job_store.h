#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <ranges>
#include <tuple>
#include <utility>

#include "fakes/fake_storage.h"
#include "jobs/job_store.h"

namespace sw::fakes {

/// Jobs in a `FakeStorage`. Thread-safe.
class FakeJobStore final : public jobs::JobStore {
 public:
  explicit FakeJobStore(FakeStorage& storage) : storage_(storage) {}

  void put(jobs::UnitOfWork& unit, const jobs::Job& job) override {
    FakeStorage::add(unit, [job](FakeTables& tables) -> std::optional<base::Error> {
      FakeJob row{.job = job, .ready = job.due, .holder = {}};
      row.job.attempts = 0;
      row.job.fence = 0;
      row.job.lastError.clear();
      if (FakeJob* const known = byKey(tables, job.kind, job.key)) {
        row.job.id = known->job.id;
        row.job.fence = known->job.fence + 1;
      }
      tables.jobs[row.job.id] = row;
      return std::nullopt;
    });
    tell(unit, job.due);
  }

  void cancel(jobs::UnitOfWork& unit, std::string_view kind, std::string_view key) override {
    FakeStorage::add(unit,
                     [kind = std::string(kind),
                      key = std::string(key)](FakeTables& tables) -> std::optional<base::Error> {
                       if (const FakeJob* const known = byKey(tables, kind, key))
                         tables.jobs.erase(known->job.id);
                       return std::nullopt;
                     });
  }

  base::Task<base::Result<std::vector<jobs::Job>>> claim(const Claim& claim) override {
    if (auto failure = takeFailure()) co_return *failure;
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<FakeJob*> due;
      for (auto& [id, row] : tables.jobs) {
        const auto wanted = std::ranges::find(claim.wanted, row.job.kind, &Wanted::kind);
        if (wanted == claim.wanted.end() || !isDue(row, claim.now)) continue;
        if (wanted->ordered && isBehindAnother(tables, row, claim.now)) continue;
        due.push_back(&row);
      }
      std::ranges::sort(due, {}, [&](const FakeJob* row) {
        return std::tuple(jobs::urgency(row->job.priority, row->ready, claim.now), row->ready,
                          row->job.id);
      });
      std::map<std::string, int> taken;
      std::vector<jobs::Job> out;
      for (FakeJob* const row : due) {
        const auto wanted = std::ranges::find(claim.wanted, row->job.kind, &Wanted::kind);
        if (static_cast<int>(out.size()) == claim.limit) break;
        if (taken[row->job.kind]++ >= wanted->limit) continue;
        row->ready = claim.now + claim.lease;
        row->holder = claim.holder;
        ++row->job.attempts;
        ++row->job.fence;
        out.push_back(row->job);
      }
      return out;
    });
  }

  base::Task<base::Result<std::vector<base::Uuid>>> renew(const std::vector<jobs::Job>& jobs,
                                                          base::Instant until) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<base::Uuid> lost;
      for (const jobs::Job& job : jobs) {
        FakeJob* const row = held(tables, job);
        if (row == nullptr || row->holder.empty()) {
          lost.push_back(job.id);
        } else {
          row->ready = until;
        }
      }
      return lost;
    });
  }

  void finish(jobs::UnitOfWork& unit, const jobs::Job& job) override {
    guard(unit, job, [](FakeTables& tables, FakeJob& row) { tables.jobs.erase(row.job.id); });
  }
  void retry(jobs::UnitOfWork& unit, const jobs::Job& job, base::Instant due,
             const std::string& error) override {
    guard(unit, job, [due, error](FakeTables&, FakeJob& row) {
      letGo(row, due);
      row.job.lastError = error;
    });
  }
  void release(jobs::UnitOfWork& unit, const jobs::Job& job, base::Instant due) override {
    guard(unit, job, [due](FakeTables&, FakeJob& row) {
      letGo(row, due);
      --row.job.attempts;
    });
  }
  void bury(jobs::UnitOfWork& unit, const jobs::Job& job, const std::string& error,
            base::Instant now) override {
    guard(unit, job, [now, error](FakeTables&, FakeJob& row) {
      letGo(row, now);
      row.state = jobs::JobState::kDead;
      row.job.lastError = error;
    });
  }

  base::Task<base::Result<std::optional<base::Instant>>> nextDue(
      const std::vector<std::string>& kinds) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::optional<base::Instant> next;
      for (const auto& [id, row] : tables.jobs) {
        if (row.state != jobs::JobState::kWaiting) continue;
        if (std::ranges::find(kinds, row.job.kind) == kinds.end()) continue;
        if (!next || row.ready < *next) next = row.ready;
      }
      return next;
    });
  }

  base::Task<base::Result<std::optional<Found>>> find(std::string_view kind,
                                                      std::string_view key) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<Found> {
      const FakeJob* const row = byKey(tables, kind, key);
      if (row == nullptr) return std::nullopt;
      return Found{.job = row->job, .state = row->state, .next = row->ready, .holder = row->holder};
    });
  }

  base::Task<base::Result<std::vector<jobs::Job>>> dead(base::Uuid before, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<jobs::Job> out;
      for (const auto& [id, row] : std::views::reverse(tables.jobs)) {
        if (row.state != jobs::JobState::kDead) continue;
        if (!before.isNil() && id >= before) continue;
        if (static_cast<int>(out.size()) == limit) break;
        out.push_back(row.job);
      }
      return out;
    });
  }
  void revive(jobs::UnitOfWork& unit, base::Uuid id, base::Instant now) override {
    FakeStorage::guard(unit, [id, now](FakeTables& tables) -> std::optional<base::Error> {
      const auto row = tables.jobs.find(id);
      if (row == tables.jobs.end() || row->second.state != jobs::JobState::kDead) return notDead();
      letGo(row->second, now);
      row->second.state = jobs::JobState::kWaiting;
      row->second.job.due = now;
      row->second.job.attempts = 0;
      return std::nullopt;
    });
    tell(unit, now);
  }
  void drop(jobs::UnitOfWork& unit, base::Uuid id) override {
    FakeStorage::guard(unit, [id](FakeTables& tables) -> std::optional<base::Error> {
      const auto row = tables.jobs.find(id);
      if (row == tables.jobs.end() || row->second.state != jobs::JobState::kDead) return notDead();
      tables.jobs.erase(row);
      return std::nullopt;
    });
  }

  base::Task<base::Result<std::vector<Census>>> census(base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::map<std::string, Census> counted;
      for (const auto& [id, row] : tables.jobs) {
        Census& one = counted[row.job.kind];
        one.kind = row.job.kind;
        if (row.state == jobs::JobState::kDead) {
          ++one.dead;
          continue;
        }
        ++one.waiting;
        if (row.ready >= now) continue;
        ++one.overdue;
        if (!one.oldestDue || row.ready < *one.oldestDue) one.oldestDue = row.ready;
      }
      std::vector<Census> out;
      for (auto& [kind, one] : counted) out.push_back(std::move(one));
      return out;
    });
  }

  void tellOfPuts(std::function<void(base::Instant)> listener) override {
    const std::lock_guard lock(listener_->mutex);
    listener_->told = std::move(listener);
  }

  /// The next claim fails with this, as when the database is away.
  void failNextClaim(base::Error error) {
    const std::lock_guard lock(listener_->mutex);
    nextFailure_ = std::move(error);
  }

 private:
  struct Listener {
    std::mutex mutex;
    std::function<void(base::Instant)> told;
  };

  static FakeJob* byKey(FakeTables& tables, std::string_view kind, std::string_view key) {
    if (key.empty()) return nullptr;
    for (auto& [id, row] : tables.jobs) {
      if (row.job.kind == kind && row.job.key == key) return &row;
    }
    return nullptr;
  }
  static FakeJob* held(FakeTables& tables, const jobs::Job& job) {
    const auto row = tables.jobs.find(job.id);
    if (row == tables.jobs.end() || row->second.job.fence != job.fence) return nullptr;
    return row->second.state == jobs::JobState::kWaiting ? &row->second : nullptr;
  }
  static bool isDue(const FakeJob& row, base::Instant now) {
    return row.state == jobs::JobState::kWaiting && row.ready <= now;
  }
  static bool isBehindAnother(const FakeTables& tables, const FakeJob& row, base::Instant now) {
    if (row.job.userId.isNil()) return false;
    return std::ranges::any_of(tables.jobs, [&](const auto& entry) {
      const FakeJob& other = entry.second;
      if (other.state != jobs::JobState::kWaiting || other.job.kind != row.job.kind ||
          other.job.userId != row.job.userId || other.job.id == row.job.id) {
        return false;
      }
      if (!other.holder.empty() && other.ready > now) return true;
      return other.job.due <= now && std::tie(other.job.priority, other.job.due, other.job.id) <
                                         std::tie(row.job.priority, row.job.due, row.job.id);
    });
  }
  static void letGo(FakeJob& row, base::Instant ready) {
    row.ready = ready;
    row.holder.clear();
    ++row.job.fence;
  }
  static base::Error notDead() {
    return {base::Code::kNotFound, "there is no dead job with this id"};
  }
  static void guard(jobs::UnitOfWork& unit, const jobs::Job& job,
                    std::function<void(FakeTables&, FakeJob&)> change) {
    FakeStorage::guard(unit, [job, change](FakeTables& tables) -> std::optional<base::Error> {
      FakeJob* const row = held(tables, job);
      if (row == nullptr) {
        return base::Error(base::Code::kConflict, "the job was replaced, or its lease is lost");
      }
      change(tables, *row);
      return std::nullopt;
    });
  }
  void tell(jobs::UnitOfWork& unit, base::Instant due) {
    FakeStorage::afterCommit(unit, [listener = listener_, due] {
      const std::lock_guard lock(listener->mutex);
      if (listener->told) listener->told(due);
    });
  }
  std::optional<base::Error> takeFailure() {
    const std::lock_guard lock(listener_->mutex);
    return std::exchange(nextFailure_, std::nullopt);
  }

  FakeStorage& storage_;
  std::shared_ptr<Listener> listener_ = std::make_shared<Listener>();
  std::optional<base::Error> nextFailure_;
};

}  // namespace sw::fakes
