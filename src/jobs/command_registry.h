#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "jobs/actor.h"
#include "jobs/command.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// A command as its handler gets it.
struct CommandCall {
  base::Uuid userId;
  const Command& command;
  const Actor& actor;
  int attempt = 1;
};

/// Does the commands of one task type. Called from the scheduler's thread, for several commands at
/// once but one of a user at a time; must outlive the registry.
class CommandHandler {
 public:
  CommandHandler() = default;
  CommandHandler(const CommandHandler&) = delete;
  CommandHandler& operator=(const CommandHandler&) = delete;
  virtual ~CommandHandler() = default;

  /// Notes what is wrong with a payload, so that it is refused before it is queued. `payload` is
  /// an object whose place in the body is "payload". Called by many threads.
  virtual void check(base::json::Value payload, base::json::Problems& problems) const = 0;

  /// Does it and answers the result, a JSON object. What is added to `unit` becomes durable with
  /// the result. Errors are tried again or end the command as those of jobs (`JobHandler::run`).
  virtual base::Task<base::Result<std::string>> run(const CommandCall& call, UnitOfWork& unit) = 0;
};

/// Which task types there are and who does them. Filled before anything reads it; then
/// thread-safe.
class CommandRegistry {
 public:
  /// Every type there is, offered by this build or not.
  static std::vector<std::string_view> knownTypes();

  /// `taskType` is one of `knownTypes`, or another of tests.
  void add(std::string taskType, CommandHandler& handler) {
    handlers_[std::move(taskType)] = &handler;
  }
  /// Null when this build does not offer it.
  [[nodiscard]] CommandHandler* find(std::string_view taskType) const {
    const auto found = handlers_.find(taskType);
    return found == handlers_.end() ? nullptr : found->second;
  }
  /// In the order of the alphabet.
  [[nodiscard]] std::vector<std::string> offered() const;

 private:
  std::map<std::string, CommandHandler*, std::less<>> handlers_;
};

}  // namespace sw::jobs
