#pragma once

#include <algorithm>
#include <chrono>

#include "accounts/activity.h"
#include "fakes/fake_storage.h"

namespace sw::fakes {

/// When people were active, in a `FakeStorage`. Thread-safe.
class FakeActivityStore final : public accounts::ActivityStore {
 public:
  explicit FakeActivityStore(FakeStorage& storage) : storage_(storage) {}

  /// The next `times` calls of `note` fail.
  void failNotes(int times) { failures_ = times; }
  [[nodiscard]] int notes() const { return notes_; }

  base::Task<base::Result<void>> note(std::vector<accounts::Sighting> sightings) override {
    ++notes_;
    if (failures_ > 0) {
      --failures_;
      co_return base::Error(base::Code::kUnavailable, "the database is away");
    }
    storage_.look([&](FakeTables& tables) {
      for (const accounts::Sighting& one : sightings) {
        base::Instant& seen = tables.userActivity[one.userId];
        seen = std::max(seen, one.hour);
      }
    });
    co_return base::Result<void>();
  }
  base::Task<base::Result<Census>> census(base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto since = [&](std::chrono::hours window) {
        const base::Instant behind = now - window - std::chrono::hours(1);
        return static_cast<std::int64_t>(std::ranges::count_if(
            tables.userActivity, [&](const auto& one) { return one.second > behind; }));
      };
      using std::chrono::days;
      return Census{.day = since(days(1)), .week = since(days(7)), .month = since(days(30))};
    });
  }
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t removed = 0;
      std::erase_if(tables.userActivity, [&](const auto& one) {
        const bool goes = one.second < horizon && removed < limit;
        if (goes) ++removed;
        return goes;
      });
      return removed;
    });
  }

 private:
  FakeStorage& storage_;
  int failures_ = 0;
  int notes_ = 0;
};

}  // namespace sw::fakes
