#pragma once

#include <algorithm>

#include "fakes/fake_storage.h"
#include "habits/habit_store.h"

namespace sw::fakes {

/// Habits in a `FakeStorage`. Thread-safe.
class FakeHabitStore final : public habits::HabitStore {
 public:
  explicit FakeHabitStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<habits::FoundHabit>>> find(base::Uuid userId,
                                                                   base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<habits::FoundHabit> {
      const auto known = tables.habits.find({userId, id});
      if (known == tables.habits.end()) return std::nullopt;
      habits::FoundHabit found{known->second, std::nullopt};
      const auto settings = tables.settings.find(userId);
      if (settings != tables.settings.end()) found.settings = settings->second;
      return found;
    });
  }
  base::Task<base::Result<std::vector<habits::HabitRecord>>> list(base::Uuid userId, Which which,
                                                                  base::Uuid after,
                                                                  int limit) override {
    co_return select(userId, limit, [&](const habits::HabitRecord& record) {
      const bool wanted = which == Which::kAll || record.archived == (which == Which::kArchived);
      return wanted && record.id > after;
    });
  }
  base::Task<base::Result<std::vector<habits::HabitRecord>>> due(base::Uuid userId,
                                                                 habits::LocalDate date,
                                                                 DuePosition after,
                                                                 int limit) override {
    auto found = select(userId, kAll, [&](const habits::HabitRecord& record) {
      return record.nextDue && *record.nextDue <= date &&
             std::pair(*record.nextDue, record.id) > std::pair(after.nextDue, after.id);
    });
    std::ranges::stable_sort(found, {}, &habits::HabitRecord::nextDue);
    if (found.size() > static_cast<std::size_t>(limit))
      found.resize(static_cast<std::size_t>(limit));
    co_return found;
  }

  void put(jobs::UnitOfWork& unit, const habits::HabitRecord& record) override {
    write(unit, record, false);
  }
  void putState(jobs::UnitOfWork& unit, const habits::HabitRecord& record) override {
    write(unit, record, true);
  }
  void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id,
              std::int64_t revision) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.habits.find({userId, id});
      if (known == tables.habits.end() || known->second.revision != revision) return changed();
      tables.habits.erase(known);
      std::erase_if(tables.habitEntries, [&](const auto& e) { return e.first.first == id; });
      return std::nullopt;
    });
  }

  void addEntry(jobs::UnitOfWork& unit, base::Uuid habitId,
                const habits::HabitEntry& entry) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const bool added = tables.habitEntries.try_emplace({habitId, entry.date}, entry).second;
      if (added) return std::nullopt;
      return base::Error(base::Code::kConflict, "the date has an entry already");
    });
  }
  void putEntry(jobs::UnitOfWork& unit, base::Uuid habitId,
                const habits::HabitEntry& entry) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      tables.habitEntries[{habitId, entry.date}] = entry;
      return std::nullopt;
    });
  }
  void removeEntry(jobs::UnitOfWork& unit, base::Uuid habitId, habits::LocalDate date) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      if (tables.habitEntries.erase({habitId, date}) == 1) return std::nullopt;
      return base::Error(base::Code::kConflict, "the entry was removed meanwhile");
    });
  }

  base::Task<base::Result<std::optional<habits::HabitEntry>>> entry(
      base::Uuid habitId, habits::LocalDate date) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<habits::HabitEntry> {
      const auto known = tables.habitEntries.find({habitId, date});
      if (known == tables.habitEntries.end()) return std::nullopt;
      return known->second;
    });
  }
  base::Task<base::Result<std::vector<habits::HabitEntry>>> entries(base::Uuid habitId,
                                                                    habits::LocalDate from,
                                                                    habits::LocalDate to,
                                                                    int limit) override {
    ++historyReads_;
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<habits::HabitEntry> found;
      for (const auto& [key, entry] : tables.habitEntries) {
        if (key.first == habitId && key.second >= from && key.second <= to) found.push_back(entry);
      }
      std::ranges::reverse(found);
      if (found.size() > static_cast<std::size_t>(limit)) {
        found.resize(static_cast<std::size_t>(limit));
      }
      entriesRead_ += std::ssize(found);
      return found;
    });
  }
  base::Task<base::Result<StreakCensus>> streaks(base::Instant now) override {
    co_return storage_.look([&](FakeTables& tables) {
      constexpr std::array<std::int64_t, kStreakClasses> kFrom = {0, 1, 3, 7, 14, 30, 100};
      StreakCensus census{};
      for (const auto& [key, record] : tables.habits) {
        if (record.archived) continue;
        const std::int64_t days = record.streakUntil <= now ? 0 : record.streakDays;
        const auto behind = std::ranges::upper_bound(kFrom, days) - kFrom.begin();
        ++census.at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(behind - 1, 0)));
      }
      return census;
    });
  }

  /// How often more than one entry was asked for.
  [[nodiscard]] int historyReads() const { return historyReads_; }
  /// How many entries those have given.
  [[nodiscard]] std::ptrdiff_t entriesRead() const { return entriesRead_; }

 private:
  static constexpr int kAll = 1'000'000'000;
  static base::Error changed() {
    return {base::Code::kConflict, "the habit was changed meanwhile"};
  }

  template <class Wanted>
  std::vector<habits::HabitRecord> select(base::Uuid userId, int limit, Wanted wanted) {
    return storage_.look([&](FakeTables& tables) {
      std::vector<habits::HabitRecord> found;
      for (const auto& [key, record] : tables.habits) {
        if (static_cast<int>(found.size()) == limit) break;
        if (key.first == userId && wanted(record)) found.push_back(record);
      }
      return found;
    });
  }
  static void write(jobs::UnitOfWork& unit, const habits::HabitRecord& record, bool stateOnly) {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const std::pair key(record.userId, record.id);
      const auto known = tables.habits.find(key);
      const std::int64_t now = known == tables.habits.end() ? 0 : known->second.revision;
      if (now != record.revision - 1) return changed();
      habits::HabitRecord written = record;
      if (stateOnly) {
        if (known == tables.habits.end()) return changed();
        written.content = known->second.content;
        written.archived = known->second.archived;
        written.created = known->second.created;
      }
      tables.habits[key] = std::move(written);
      return std::nullopt;
    });
  }

  FakeStorage& storage_;
  int historyReads_ = 0;
  std::ptrdiff_t entriesRead_ = 0;
};

}  // namespace sw::fakes
