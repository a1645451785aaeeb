#pragma once

#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "jobs/actor.h"
#include "jobs/command_registry.h"
#include "jobs/command_store.h"
#include "jobs/job_handler.h"
#include "jobs/job_store.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// The way in for commands, whether they come by the API or by a message bus. A taskId runs once
/// for its user, however often it comes. Thread-safe.
class CommandInbox {
 public:
  CommandInbox(const CommandRegistry& registry, CommandStore& commands, JobStore& jobs,
               const base::Clock& clock)
      : registry_(registry), commands_(commands), jobs_(jobs), clock_(clock) {}

  /// Reads a command from the JSON object that carries it. `kInvalid` with every problem; a type
  /// that this build does not offer is one, which names those that it does.
  [[nodiscard]] base::Result<Command> read(base::json::Value body) const;

  struct Submitted {
    CommandRecord record;
    bool isNew = false;  // else it was there already, and nothing was added to the unit
  };
  /// Adds the command to `unit`, which the caller commits: it runs once that is durable. Where
  /// the user has sent the same command before, answers how far that has come. `kConflict` when
  /// that one was another; a unit that fails with `kConflict` means that it came twice at once:
  /// submit again in a new unit. Else fails as the store.
  base::Task<base::Result<Submitted>> submit(base::Uuid userId, Command command, Actor actor,
                                             UnitOfWork& unit);
  /// `kNotFound` when the user has no such command.
  base::Task<base::Result<CommandRecord>> find(base::Uuid userId, std::string_view taskId);

 private:
  const CommandRegistry& registry_;
  CommandStore& commands_;
  JobStore& jobs_;
  const base::Clock& clock_;
};

/// Runs commands as jobs: one of a user at a time, by priority. Must outlive the scheduler.
class CommandJob final : public JobHandler {
 public:
  static constexpr std::string_view kKind = "command";

  CommandJob(const CommandRegistry& registry, CommandStore& commands, Storage& storage,
             const base::Clock& clock)
      : registry_(registry), commands_(commands), storage_(storage), clock_(clock) {}

  [[nodiscard]] JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const Job& job, UnitOfWork& unit) override;
  void putBack(const Job& job, const base::Error& error, UnitOfWork& unit) override;
  void buried(const Job& job, const base::Error& error, UnitOfWork& unit) override;

 private:
  base::Task<base::Result<std::string>> call(const Job& job, const CommandRecord& record,
                                             UnitOfWork& unit);
  base::Task<base::Result<void>> save(const CommandProgress& progress);

  const CommandRegistry& registry_;
  CommandStore& commands_;
  Storage& storage_;
  const base::Clock& clock_;
};

}  // namespace sw::jobs
