#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/uuid.h"

namespace sw::jobs {

/// Something a user asks to be done in the background.
struct Command {
  std::string taskId;    // the user's own name for it: repeated, it is the same command
  std::string taskType;  // "OPTIMIZE_SCHEDULE"
  std::string payload;   // of the handler of that type, a JSON object
  int priority = 5;      // 0 first … 9 last

  friend bool operator==(const Command&, const Command&) = default;
};

enum class CommandStatus { kQueued = 0, kRunning = 1, kSucceeded = 2, kFailed = 3 };
/// "queued", "running", "succeeded", "failed".
std::string_view toString(CommandStatus status);

/// A command and how far it has come.
struct CommandRecord {
  base::Uuid userId;
  Command command;
  CommandStatus status = CommandStatus::kQueued;
  std::string result;     // JSON; of one that succeeded
  std::string errorCode;  // as on the wire, "UNAVAILABLE"; of the last failed attempt
  std::string error;      // for people
  int attempts = 0;
  std::string requestId;  // of the request it came with
  base::Instant created{};
  std::optional<base::Instant> started{};   // the last attempt
  std::optional<base::Instant> finished{};  // succeeded, or failed for good

  friend bool operator==(const CommandRecord&, const CommandRecord&) = default;
};

/// A step of a command; what it leaves out is empty from then on, but for `started`.
struct CommandProgress {
  base::Uuid userId;
  std::string taskId;
  CommandStatus status = CommandStatus::kRunning;
  int attempts = 0;
  std::optional<base::Instant> started{};  // nothing: stays as it is
  std::optional<base::Instant> finished{};
  std::string result{};
  std::string errorCode{};
  std::string error{};
};

/// Appends the record as the API answers it.
void appendCommand(std::string& out, const CommandRecord& record);

}  // namespace sw::jobs
