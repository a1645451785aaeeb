#include "jobs/command.h"

#include "base/json.h"
#include "base/time_format.h"

namespace sw::jobs {

std::string_view toString(CommandStatus status) {
  switch (status) {
    case CommandStatus::kQueued: return "queued";
    case CommandStatus::kRunning: return "running";
    case CommandStatus::kSucceeded: return "succeeded";
    case CommandStatus::kFailed: return "failed";
  }
  return "failed";
}

void appendCommand(std::string& out, const CommandRecord& record) {
  base::json::Writer json(out);
  json.beginObject()
      .field("taskId", record.command.taskId)
      .field("taskType", record.command.taskType)
      .key("payload")
      .raw(record.command.payload)
      .field("priority", std::int64_t{record.command.priority})
      .field("status", toString(record.status))
      .field("attempts", std::int64_t{record.attempts})
      .field("created", base::formatInstant(record.created));
  if (record.started) json.field("started", base::formatInstant(*record.started));
  if (record.finished) json.field("finished", base::formatInstant(*record.finished));
  if (record.status == CommandStatus::kSucceeded) json.key("result").raw(record.result);
  if (!record.errorCode.empty()) {
    json.key("error")
        .beginObject()
        .field("code", record.errorCode)
        .field("message", record.error)
        .endObject();
  }
  json.endObject();
}

}  // namespace sw::jobs
