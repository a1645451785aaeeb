#pragma once

#include <string>
#include <utility>

#include "fakes/fake_storage.h"
#include "jobs/command_store.h"

namespace sw::fakes {

/// Commands in a `FakeStorage`. Thread-safe.
class FakeCommandStore final : public jobs::CommandStore {
 public:
  explicit FakeCommandStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<jobs::CommandRecord>>> find(
      base::Uuid userId, std::string_view taskId) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<jobs::CommandRecord> {
      const auto row = tables.commands.find({userId, std::string(taskId)});
      if (row == tables.commands.end()) return std::nullopt;
      return row->second;
    });
  }
  void create(jobs::UnitOfWork& unit, const jobs::CommandRecord& record) override {
    FakeStorage::guard(unit, [record](FakeTables& tables) -> std::optional<base::Error> {
      const auto key = std::pair(record.userId, record.command.taskId);
      if (tables.commands.contains(key)) {
        return base::Error(base::Code::kConflict, "there is a command with this taskId");
      }
      tables.commands[key] = record;
      return std::nullopt;
    });
  }
  void update(jobs::UnitOfWork& unit, const jobs::CommandProgress& progress) override {
    FakeStorage::add(unit, [progress](FakeTables& tables) -> std::optional<base::Error> {
      const auto row = tables.commands.find({progress.userId, progress.taskId});
      if (row == tables.commands.end()) return std::nullopt;
      jobs::CommandRecord& record = row->second;
      if (record.status == jobs::CommandStatus::kSucceeded) return std::nullopt;
      record.status = progress.status;
      record.attempts = progress.attempts;
      if (progress.started) record.started = progress.started;
      record.finished = progress.finished;
      record.result = progress.result;
      record.errorCode = progress.errorCode;
      record.error = progress.error;
      return std::nullopt;
    });
  }
  base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) override {
    co_return storage_.look([&](FakeTables& tables) {
      std::int64_t removed = 0;
      std::erase_if(tables.commands, [&](const auto& entry) {
        const auto& finished = entry.second.finished;
        if (!finished || *finished >= horizon || removed == limit) return false;
        ++removed;
        return true;
      });
      return removed;
    });
  }

 private:
  FakeStorage& storage_;
};

}  // namespace sw::fakes
