#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/actor.h"

namespace sw::jobs {

/// How far a job has come. Jobs that succeeded are removed.
enum class JobState {
  kWaiting = 0,  // until `due`, and while a holder has it under lease
  kDead = 1,     // failed for good; kept for people to look at, to run again or to drop
};

/// A piece of work that will be done after a time, once at least, whatever happens to the process.
struct Job {
  base::Uuid id;     // UUIDv7
  std::string kind;  // names the handler: "reminder", "webhook.delivery"
  /// What the work is about, unique among the waiting jobs of its kind: putting a job whose key
  /// is taken replaces when and with what it runs. Empty: every put is a job of its own.
  std::string key;
  base::Uuid userId;       // whose order it keeps and who may see it; nil: the program's own
  std::string payload;     // the handler's own, a JSON object
  int priority = 5;        // 0 first … 9 last, among those that are due (see `urgency`)
  base::Instant due{};     // when it shall first be done; another attempt leaves this as it is
  int attempts = 0;        // begun so far, this one included while it runs
  std::int64_t fence = 0;  // grows with every claim and every replacement
  std::string lastError;   // of the last attempt; empty when there was none
  base::Instant created{};
  Actor actor;  // of the request it follows from

  friend bool operator==(const Job&, const Job&) = default;
};

/// How long a job that could be done waits until it counts as one priority more urgent, so that
/// those of the last priority come about, however many more urgent ones are put.
inline constexpr std::chrono::minutes kPatience{1};

/// What jobs that can be claimed since `ready` are taken by, the smallest first: their priority,
/// less one for every `kPatience` they have waited.
inline std::int64_t urgency(int priority, base::Instant ready, base::Instant now) {
  return priority - (now - ready) / kPatience;
}

}  // namespace sw::jobs
