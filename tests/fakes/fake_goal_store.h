#pragma once

#include <algorithm>

#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Goals in a `FakeStorage`. Thread-safe.
class FakeGoalStore final : public goals::GoalStore {
 public:
  using Goal = goals::Goal;
  using ProgressEntry = goals::ProgressEntry;
  using TimeEntry = goals::TimeEntry;

  explicit FakeGoalStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<Goal>>> find(base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.goals.find(id);
      return found == tables.goals.end() ? std::optional<Goal>() : found->second;
    });
  }
  base::Task<base::Result<std::vector<Goal>>> list(base::Uuid ownerId, goals::GoalQuery query,
                                                   goals::GoalPosition after, int limit) override {
    const auto key = [&](const Goal& goal) {
      return std::pair(goals::sortKeyOf(goal, query.sort), goal.id);
    };
    auto found = select([&](const Goal& goal) {
      const goals::GoalContent& content = goal.content;
      const auto& day = content.targetDate;
      return goal.ownerId == ownerId && (!query.status || content.status == *query.status) &&
             (query.type.empty() || content.type == query.type) &&
             (query.tag.empty() ||
              std::ranges::find(content.tags, query.tag) != content.tags.end()) &&
             (!query.targetFrom || (day && *day >= *query.targetFrom)) &&
             (!query.targetTo || (day && *day <= *query.targetTo)) &&
             key(goal) > std::pair(after.key, after.id);
    });
    std::ranges::sort(found, {}, key);
    if (found.size() > static_cast<std::size_t>(limit))
      found.resize(static_cast<std::size_t>(limit));
    co_return found;
  }
  base::Task<base::Result<std::vector<Goal>>> movedBy(base::Uuid ownerId, Mover mover) override {
    co_return select([&](const Goal& goal) {
      return goal.ownerId == ownerId && goal.content.status != goals::GoalStatus::kArchived &&
             (mover == Mover::kTask || !goal.content.linkedHabits.empty());
    });
  }
  base::Task<base::Result<std::vector<Goal>>> dueBetween(std::chrono::local_days from,
                                                         std::chrono::local_days to,
                                                         base::Uuid after, int limit) override {
    auto found = select([&](const Goal& goal) {
      const auto& day = goal.content.targetDate;
      return goal.content.status == goals::GoalStatus::kActive && day && *day >= from &&
             *day <= to && goal.id > after;
    });
    if (found.size() > static_cast<std::size_t>(limit))
      found.resize(static_cast<std::size_t>(limit));
    co_return found;
  }
  base::Task<base::Result<std::int64_t>> count(base::Uuid ownerId) override {
    co_return static_cast<std::int64_t>(
        select([&](const Goal& goal) { return goal.ownerId == ownerId; }).size());
  }
  void put(jobs::UnitOfWork& unit, const Goal& goal) override {
    FakeStorage::add(unit, [goal](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.goals.find(goal.id);
      const std::int64_t now = known == tables.goals.end() ? 0 : known->second.revision;
      if (now != goal.revision - 1) return changed();
      tables.goals[goal.id] = goal;
      return std::nullopt;
    });
  }
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.goals.find(id);
      if (known == tables.goals.end() || known->second.revision != revision) return changed();
      tables.goals.erase(known);
      std::erase_if(tables.goalProgress, [&](const auto& e) { return e.second.goalId == id; });
      std::erase_if(tables.goalTime, [&](const auto& e) { return e.second.goalId == id; });
      return std::nullopt;
    });
  }

  base::Task<base::Result<std::vector<ProgressEntry>>> journal(base::Uuid goalId) override {
    co_return entries<ProgressEntry>(&FakeTables::goalProgress, goalId);
  }
  base::Task<base::Result<std::vector<ProgressEntry>>> journalPage(base::Uuid goalId,
                                                                   EntryPosition before,
                                                                   int limit) override {
    co_return page(entries<ProgressEntry>(&FakeTables::goalProgress, goalId), before, limit);
  }
  void putEntry(jobs::UnitOfWork& unit, const ProgressEntry& entry) override {
    FakeStorage::add(unit, [entry](FakeTables& tables) -> std::optional<base::Error> {
      tables.goalProgress[entry.id] = entry;
      return std::nullopt;
    });
  }
  void removeEntry(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      std::erase_if(tables.goalProgress,
                    [&](const auto& e) { return e.second.goalId == goalId && e.second.id == id; });
      return std::nullopt;
    });
  }

  base::Task<base::Result<std::vector<TimeEntry>>> timePage(base::Uuid goalId, EntryPosition before,
                                                            int limit) override {
    co_return page(entries<TimeEntry>(&FakeTables::goalTime, goalId), before, limit);
  }
  base::Task<base::Result<std::optional<TimeEntry>>> findTime(base::Uuid goalId,
                                                              base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.goalTime.find(id);
      const bool there = found != tables.goalTime.end() && found->second.goalId == goalId;
      return there ? std::optional<TimeEntry>(found->second) : std::nullopt;
    });
  }
  base::Task<base::Result<std::chrono::minutes>> totalTime(base::Uuid goalId) override {
    std::chrono::minutes total{0};
    for (const TimeEntry& entry : entries<TimeEntry>(&FakeTables::goalTime, goalId)) {
      total += entry.duration;
    }
    co_return total;
  }
  void putTime(jobs::UnitOfWork& unit, const TimeEntry& entry) override {
    FakeStorage::add(unit, [entry](FakeTables& tables) -> std::optional<base::Error> {
      tables.goalTime[entry.id] = entry;
      return std::nullopt;
    });
  }
  void removeTime(jobs::UnitOfWork& unit, base::Uuid goalId, base::Uuid id) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto found = tables.goalTime.find(id);
      if (found == tables.goalTime.end() || found->second.goalId != goalId) {
        return base::Error(base::Code::kNotFound, "there is no such entry");
      }
      tables.goalTime.erase(found);
      return std::nullopt;
    });
  }

 private:
  static base::Error changed() { return {base::Code::kConflict, "the goal was changed meanwhile"}; }
  template <class Matches>
  std::vector<Goal> select(Matches matches) {
    return storage_.look([&](FakeTables& tables) {
      std::vector<Goal> found;
      for (const auto& [id, goal] : tables.goals) {
        if (matches(goal)) found.push_back(goal);
      }
      return found;
    });
  }
  /// Of one goal, ascending by time and id.
  template <class Entry>
  std::vector<Entry> entries(std::map<base::Uuid, Entry> FakeTables::* table, base::Uuid goalId) {
    auto found = storage_.look([&](FakeTables& tables) {
      std::vector<Entry> all;
      for (const auto& [id, entry] : tables.*table) {
        if (entry.goalId == goalId) all.push_back(entry);
      }
      return all;
    });
    std::ranges::stable_sort(found, {}, &Entry::at);
    return found;
  }
  template <class Entry>
  static std::vector<Entry> page(std::vector<Entry> all, EntryPosition before, int limit) {
    std::erase_if(all, [&](const Entry& entry) {
      return std::pair(entry.at, entry.id) >= std::pair(before.at, before.id);
    });
    std::ranges::reverse(all);
    if (all.size() > static_cast<std::size_t>(limit)) all.resize(static_cast<std::size_t>(limit));
    return all;
  }

  FakeStorage& storage_;
};

/// What goals see of the habits and tasks in a `FakeStorage`. Thread-safe.
class FakeLinkedProgress final : public goals::LinkedProgressSource {
 public:
  explicit FakeLinkedProgress(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<goals::LinkedProgress>> read(const goals::Goal& goal) override {
    co_return storage_.look([&](FakeTables& tables) {
      goals::LinkedProgress progress;
      for (const goals::HabitCompletion& done : tables.linkedHabits[goal.ownerId]) {
        const auto& links = goal.content.linkedHabits;
        const bool linked =
            std::ranges::find(links, done.habitId, &goals::HabitLink::habitId) != links.end();
        if (linked && done.day >= goal.content.startDate) progress.habits.push_back(done);
      }
      for (const goals::HabitLink& link : goal.content.linkedHabits) {
        addEntriesOf(tables, goal, link.habitId, progress);
      }
      std::ranges::stable_sort(progress.habits, {}, &goals::HabitCompletion::day);
      for (const auto& [id, task] : tables.tasks) {
        const auto& listed = goal.content.linkedTasks;
        const bool linked =
            task.content.goalId == goal.id || std::ranges::find(listed, id) != listed.end();
        if (!linked || task.ownerId != goal.ownerId) continue;
        if (task.content.status == tasks::TaskStatus::kCancelled) continue;
        ++progress.tasks;
        if (task.completedAt) progress.tasksDone.push_back(*task.completedAt);
      }
      std::ranges::sort(progress.tasksDone);
      return progress;
    });
  }
  base::Task<base::Result<Unknown>> unknown(base::Uuid ownerId, std::vector<base::Uuid> habits,
                                            std::vector<base::Uuid> tasks) override {
    co_return storage_.look([&](FakeTables& tables) {
      Unknown unknown;
      for (const base::Uuid& id : habits) {
        const auto& known = tables.linkedHabits[ownerId];
        if (!tables.habits.contains({ownerId, id}) &&
            std::ranges::find(known, id, &goals::HabitCompletion::habitId) == known.end()) {
          unknown.habits.push_back(id);
        }
      }
      for (const base::Uuid& id : tasks) {
        const auto known = tables.tasks.find(id);
        if (known == tables.tasks.end() || known->second.ownerId != ownerId) {
          unknown.tasks.push_back(id);
        }
      }
      return unknown;
    });
  }

 private:
  /// What a `FakeHabitStore` on the same storage has of a habit.
  static void addEntriesOf(const FakeTables& tables, const goals::Goal& goal, base::Uuid habitId,
                           goals::LinkedProgress& progress) {
    if (!tables.habits.contains({goal.ownerId, habitId})) return;
    for (const auto& [key, entry] : tables.habitEntries) {
      if (key.first != habitId || key.second < goal.content.startDate || entry.isExcused())
        continue;
      progress.habits.push_back({habitId, entry.date, entry.at, entry.isDone(), entry.amount});
    }
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
