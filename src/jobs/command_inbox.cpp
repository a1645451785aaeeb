#include "jobs/command_inbox.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sw::jobs {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using base::Uuid;
using base::json::ObjectReader;

constexpr std::size_t kMostTaskIdBytes = 128;
constexpr std::int64_t kLowestPriority = 9;
constexpr std::int64_t kUsualPriority = 5;
constexpr std::size_t kMostErrorBytes = 1000;

/// A task id stands in addresses and logs.
bool isTaskId(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':' || c == '~';
  });
}

std::string offeredText(const CommandRegistry& registry) {
  const std::vector<std::string> types = registry.offered();
  if (types.empty()) return "is none that this service offers: it offers none";
  std::string text = "must be one that this service offers: ";
  for (const std::string& type : types) {
    if (&type != &types.front()) text += ", ";
    text += type;
  }
  return text;
}

/// Commands of several users are jobs of one kind.
std::string keyOf(const Uuid& userId, std::string_view taskId) {
  return userId.toString() + '/' + std::string(taskId);
}

std::string payloadOf(std::string_view taskId) {
  std::string out;
  base::json::Writer(out).beginObject().field("taskId", taskId).endObject();
  return out;
}

std::string taskIdOf(const Job& job) {
  const auto payload = base::json::Document::parse(job.payload);
  if (!payload.ok()) return {};
  return std::string(payload->root().find("taskId").asString().value_or(""));
}

void noteError(CommandProgress& progress, const Error& error) {
  progress.errorCode = base::describe(error.code()).name;
  progress.error = error.message();
  progress.error.resize(base::utf8Prefix(progress.error, kMostErrorBytes));
}

}  // namespace

Result<Command> CommandInbox::read(base::json::Value body) const {
  base::json::Problems problems;
  ObjectReader reader(body, "", problems);
  Command command;
  command.taskId = reader.text("taskId", kMostTaskIdBytes, ObjectReader::kRequired).value_or("");
  if (!isTaskId(command.taskId)) {
    reader.problem("taskId", "must be of letters, digits and - _ . : ~");
  }
  command.taskType = reader.text("taskType", 64, ObjectReader::kRequired).value_or("");
  CommandHandler* const handler = registry_.find(command.taskType);
  if (!command.taskType.empty() && handler == nullptr) {
    reader.problem("taskType", offeredText(registry_));
  }
  command.priority =
      static_cast<int>(reader.integer("priority", 0, kLowestPriority).value_or(kUsualPriority));
  const base::json::Value payload = reader.value("payload", base::json::Value::Type::kObject);
  command.payload = payload.isMissing() ? "{}" : payload.serialize();
  if (handler != nullptr && !payload.isMissing()) {
    handler->check(payload, problems);
  } else if (handler != nullptr && !reader.has("payload")) {
    SW_TRY(const auto empty, base::json::Document::parse("{}"));
    handler->check(empty.root(), problems);
  }
  reader.ignore({"status", "attempts", "created", "started", "finished", "result", "error"});
  reader.finish();
  if (!problems.empty()) return problems.toError();
  return command;
}

Task<Result<CommandInbox::Submitted>> CommandInbox::submit(Uuid userId, Command command,
                                                           Actor actor, UnitOfWork& unit) {
  Submitted submitted;
  SW_CO_TRY(auto known, co_await commands_.find(userId, command.taskId));
  if (known) {
    if (known->command != command) {
      co_return Error(Code::kConflict,
                      "there is another command with this taskId: a new one needs a new taskId");
    }
    submitted.record = *std::move(known);
    co_return submitted;
  }
  submitted.isNew = true;
  submitted.record.userId = userId;
  submitted.record.command = std::move(command);
  submitted.record.requestId = actor.requestId;
  submitted.record.created = clock_.now();
  commands_.create(unit, submitted.record);
  Job job;
  job.id = base::newUuid(clock_);
  job.kind = CommandJob::kKind;
  job.key = keyOf(userId, submitted.record.command.taskId);
  job.userId = userId;
  job.payload = payloadOf(submitted.record.command.taskId);
  job.priority = submitted.record.command.priority;
  job.due = job.created = submitted.record.created;
  job.actor = std::move(actor);
  jobs_.put(unit, job);
  co_return submitted;
}

Task<Result<CommandRecord>> CommandInbox::find(Uuid userId, std::string_view taskId) {
  SW_CO_TRY(auto known, co_await commands_.find(userId, taskId));
  if (!known) co_return Error(Code::kNotFound, "there is no command with this taskId");
  co_return *std::move(known);
}

JobPolicy CommandJob::policy() const {
  return {.concurrency = 8,
          .timeout = std::chrono::minutes(5),
          .attempts = 5,
          .firstWait = std::chrono::seconds(1),
          .longestWait = std::chrono::minutes(1),
          .ordered = true};
}

Task<Result<void>> CommandJob::run(const Job& job, UnitOfWork& unit) {
  const std::string taskId = taskIdOf(job);
  SW_CO_TRY(const auto record, co_await commands_.find(job.userId, taskId));
  if (!record) co_return Error(Code::kNotFound, "the command is gone");
  if (record->status == CommandStatus::kSucceeded) co_return Result<void>();
  CommandProgress progress{.userId = job.userId,
                           .taskId = taskId,
                           .status = CommandStatus::kRunning,
                           .attempts = job.attempts,
                           .started = clock_.now()};
  SW_CO_CHECK(co_await save(progress));
  SW_CO_TRY(progress.result, co_await call(job, *record, unit));
  progress.status = CommandStatus::kSucceeded;
  progress.finished = clock_.now();
  commands_.update(unit, progress);
  co_return Result<void>();
}

Task<Result<std::string>> CommandJob::call(const Job& job, const CommandRecord& record,
                                           UnitOfWork& unit) {
  CommandHandler* const handler = registry_.find(record.command.taskType);
  if (handler == nullptr) {
    co_return Error(Code::kInvalid, "this build does not do " + record.command.taskType);
  }
  const CommandCall given{
      .userId = job.userId, .command = record.command, .actor = job.actor, .attempt = job.attempts};
  SW_CO_TRY(std::string result, co_await handler->run(given, unit));
  if (!base::json::Document::parse(result).ok()) {
    co_return Error(Code::kInternal, "the result of a command is not JSON");
  }
  co_return result;
}

Task<Result<void>> CommandJob::save(const CommandProgress& progress) {
  const auto unit = storage_.begin();
  commands_.update(*unit, progress);
  co_return co_await unit->commit();
}

void CommandJob::putBack(const Job& job, const Error& error, UnitOfWork& unit) {
  CommandProgress progress{.userId = job.userId,
                           .taskId = taskIdOf(job),
                           .status = CommandStatus::kQueued,
                           .attempts = job.attempts};
  noteError(progress, error);
  commands_.update(unit, progress);
}

void CommandJob::buried(const Job& job, const Error& error, UnitOfWork& unit) {
  CommandProgress progress{.userId = job.userId,
                           .taskId = taskIdOf(job),
                           .status = CommandStatus::kFailed,
                           .attempts = job.attempts,
                           .finished = clock_.now()};
  noteError(progress, error);
  commands_.update(unit, progress);
}

}  // namespace sw::jobs
