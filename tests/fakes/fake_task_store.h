#pragma once

#include <algorithm>

#include "fakes/fake_storage.h"

namespace sw::fakes {

/// Tasks in a `FakeStorage`. Thread-safe.
class FakeTaskStore final : public tasks::TaskStore {
 public:
  using Task = tasks::Task;
  using TimeEntry = tasks::TimeEntry;
  using Dependency = tasks::Dependency;

  explicit FakeTaskStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<Task>>> find(base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.tasks.find(id);
      return found == tables.tasks.end() ? std::optional<Task>() : found->second;
    });
  }
  base::Task<base::Result<std::vector<Task>>> list(base::Uuid ownerId, tasks::TaskQuery query,
                                                   tasks::TaskPosition after, int limit) override {
    const auto key = [&](const Task& task) {
      return std::pair(tasks::sortKeyOf(task, query.sort), task.id);
    };
    auto found = select([&](const Task& task) {
      return task.ownerId == ownerId && matches(task, query) &&
             key(task) > std::pair(after.key, after.id);
    });
    std::ranges::sort(found, {}, key);
    if (found.size() > static_cast<std::size_t>(limit))
      found.resize(static_cast<std::size_t>(limit));
    co_return found;
  }
  base::Task<base::Result<std::int64_t>> count(base::Uuid ownerId) override {
    co_return static_cast<std::int64_t>(
        select([&](const Task& task) { return task.ownerId == ownerId; }).size());
  }
  base::Task<base::Result<std::vector<Dependency>>> dependencies(base::Uuid ownerId) override {
    std::vector<Dependency> arrows;
    for (const Task& task : select([&](const Task& one) { return one.ownerId == ownerId; })) {
      for (const base::Uuid& blocker : blockersOf(task)) arrows.push_back({task.id, blocker});
    }
    co_return arrows;
  }
  base::Task<base::Result<std::vector<base::Uuid>>> openAmong(
      base::Uuid ownerId, std::vector<base::Uuid> ids) override {
    std::vector<base::Uuid> open;
    for (const Task& task : select([&](const Task& one) {
           return one.ownerId == ownerId && one.content.status == tasks::TaskStatus::kOpen &&
                  std::ranges::find(ids, one.id) != ids.end();
         })) {
      open.push_back(task.id);
    }
    co_return open;
  }
  void put(jobs::UnitOfWork& unit, const Task& task) override {
    FakeStorage::add(unit, [task](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.tasks.find(task.id);
      const std::int64_t now = known == tables.tasks.end() ? 0 : known->second.revision;
      if (now != task.revision - 1) return changed();
      tables.tasks[task.id] = task;
      return std::nullopt;
    });
  }
  void guardDependencies(jobs::UnitOfWork& unit, base::Uuid ownerId,
                         std::int64_t version) override {
    FakeStorage::guard(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      std::int64_t& now = tables.taskGraphs[ownerId];
      if (now != version) {
        return base::Error(base::Code::kConflict, "what waits for what was changed meanwhile");
      }
      ++now;
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::int64_t>> dependencyVersion(base::Uuid ownerId) override {
    co_return storage_.look([&](FakeTables& tables) { return tables.taskGraphs[ownerId]; });
  }
  void remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto known = tables.tasks.find(id);
      if (known == tables.tasks.end() || known->second.revision != revision) return changed();
      tables.tasks.erase(known);
      std::erase_if(tables.taskTime, [&](const auto& e) { return e.second.taskId == id; });
      return std::nullopt;
    });
  }

  base::Task<base::Result<std::vector<TimeEntry>>> timePage(base::Uuid taskId, EntryPosition before,
                                                            int limit) override {
    auto found = storage_.look([&](FakeTables& tables) {
      std::vector<TimeEntry> all;
      for (const auto& [id, entry] : tables.taskTime) {
        if (entry.taskId == taskId &&
            std::pair(entry.at, entry.id) < std::pair(before.at, before.id)) {
          all.push_back(entry);
        }
      }
      return all;
    });
    std::ranges::sort(found, std::ranges::greater(),
                      [](const TimeEntry& entry) { return std::pair(entry.at, entry.id); });
    if (found.size() > static_cast<std::size_t>(limit))
      found.resize(static_cast<std::size_t>(limit));
    co_return found;
  }
  base::Task<base::Result<std::optional<TimeEntry>>> findTime(base::Uuid taskId,
                                                              base::Uuid id) override {
    co_return storage_.look([&](FakeTables& tables) {
      const auto found = tables.taskTime.find(id);
      const bool there = found != tables.taskTime.end() && found->second.taskId == taskId;
      return there ? std::optional<TimeEntry>(found->second) : std::nullopt;
    });
  }
  void putTime(jobs::UnitOfWork& unit, const TimeEntry& entry) override {
    FakeStorage::add(unit, [entry](FakeTables& tables) -> std::optional<base::Error> {
      tables.taskTime[entry.id] = entry;
      return std::nullopt;
    });
  }
  void removeTime(jobs::UnitOfWork& unit, base::Uuid taskId, base::Uuid id) override {
    FakeStorage::add(unit, [=](FakeTables& tables) -> std::optional<base::Error> {
      const auto found = tables.taskTime.find(id);
      if (found == tables.taskTime.end() || found->second.taskId != taskId) {
        return base::Error(base::Code::kNotFound, "there is no such entry");
      }
      tables.taskTime.erase(found);
      return std::nullopt;
    });
  }

 private:
  static base::Error changed() { return {base::Code::kConflict, "the task was changed meanwhile"}; }
  static bool matches(const Task& task, const tasks::TaskQuery& query) {
    const tasks::TaskContent& content = task.content;
    const auto& due = task.deadlineAt;
    const std::string terms = tasks::searchTermsOf(content);
    return (!query.status || content.status == *query.status) &&
           (!query.dueFrom || (due && *due >= *query.dueFrom)) &&
           (!query.dueBefore || (due && *due < *query.dueBefore)) &&
           (query.goalId.isNil() || content.goalId == query.goalId) &&
           (query.tag.empty() ||
            std::ranges::find(content.tags, query.tag) != content.tags.end()) &&
           std::ranges::all_of(query.words, [&](const std::string& word) {
             return terms.find('\n' + word) != std::string::npos;
           });
  }
  /// The task's blockers that are still there, by id.
  std::vector<base::Uuid> blockersOf(const Task& task) {
    std::vector<base::Uuid> blockers = task.content.blockedBy;
    storage_.look([&](FakeTables& tables) {
      return std::erase_if(blockers, [&](base::Uuid id) { return !tables.tasks.contains(id); });
    });
    std::ranges::sort(blockers);
    return blockers;
  }
  template <class Matches>
  std::vector<Task> select(Matches matches) {
    return storage_.look([&](FakeTables& tables) {
      std::vector<Task> found;
      for (const auto& [id, task] : tables.tasks) {
        if (matches(task)) found.push_back(task);
      }
      return found;
    });
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
