#pragma once

#include "fakes/fake_storage.h"

namespace sw::fakes {

/// The change log in a `FakeStorage`. Thread-safe.
class FakeChangeLog final : public jobs::ChangeLog {
 public:
  explicit FakeChangeLog(FakeStorage& storage) : storage_(storage) {}

  void append(jobs::UnitOfWork& unit, jobs::Change change) override {
    FakeStorage::add(unit, [change](FakeTables& tables) -> std::optional<base::Error> {
      jobs::Change numbered = change;
      numbered.number = ++tables.changeNumbers[change.userId];
      tables.changes[change.userId].push_back(std::move(numbered));
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::vector<jobs::Change>>> read(Position position, int limit) override {
    co_return storage_.look([&](FakeTables& tables) -> base::Result<std::vector<jobs::Change>> {
      const auto& log = tables.changes[position.userId];
      const std::int64_t last = tables.changeNumbers[position.userId];
      const std::int64_t kept = log.empty() ? last + 1 : log.front().number;
      if (position.after != kOldestKept && position.after < kept - 1) {
        return base::Error(base::Code::kGone, "these changes are no longer kept");
      }
      std::vector<jobs::Change> found;
      for (const jobs::Change& change : log) {
        if (change.number > position.after && static_cast<int>(found.size()) < limit) {
          found.push_back(change);
        }
      }
      return found;
    });
  }
  base::Task<base::Result<std::int64_t>> last(base::Uuid userId) override {
    co_return storage_.look([&](FakeTables& tables) { return tables.changeNumbers[userId]; });
  }
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t removed = 0;
      for (auto& [user, log] : tables.changes) {
        while (!log.empty() && log.front().at < horizon && removed < limit) {
          log.erase(log.begin());
          ++removed;
        }
      }
      return removed;
    });
  }

 private:
  FakeStorage& storage_;
};

}  // namespace sw::fakes
