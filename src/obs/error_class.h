#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// What can befall the service as a whole, beside the errors of single calls (`base::Code`).
enum class Incident : std::uint8_t {
  kCrashed,                // the process before this one ended by a fault
  kUncleanStop,            // it ended otherwise than by a stop in order
  kStartFailed,            // this process cannot start
  kDatabaseLost,           // nothing can be served without it
  kDependencyLost,         // one that the service goes on without
  kDependencyCheckFailed,  // once; not yet lost
  kDependencyRecovered,
  kLoopBlocked,  // an event loop does not run
  kLoopStuck,    // for so long that it will not again
  kLoopRecovered,
  kPoolExhausted,  // every connection is out and none comes back
  kUpkeepFailed,   // a job that nobody waits for; it is tried again
  kJobDead,        // a job failed for good: somebody must look at it
};

/// One row of the table of incidents. All views point to static storage.
struct IncidentInfo {
  Incident incident;
  std::string_view name;     // the `errorType` of logs and reports
  std::string_view message;  // for people
  base::Severity severity;
  label::ErrorComponent::Value component;
  bool restartCures;  // of a critical one: the process asks to be restarted
  bool reportable;    // goes to error tracking
};

/// The row of `incident`. Never fails; thread-safe.
const IncidentInfo& describe(Incident incident);

/// The requirement's class of a severity, as a label.
label::ErrorClass::Value classOf(base::Severity severity);

}  // namespace sw::obs
