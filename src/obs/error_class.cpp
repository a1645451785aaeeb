#include "obs/error_class.h"

#include <array>
#include <cstddef>

namespace sw::obs {
namespace {

using enum Incident;
using enum base::Severity;
using Component = label::ErrorComponent;

// In the order of the enumeration; the assertion below keeps it so.
constexpr std::array kTable = {
    IncidentInfo{kCrashed, "crash", "The process before this one crashed", kCritical,
                 Component::kProcess, false, true},
    IncidentInfo{kUncleanStop, "unclean_stop",
                 "The last stop was not clean; the database was checked and is whole", kWarning,
                 Component::kProcess, false, false},
    IncidentInfo{kStartFailed, "start_failed", "The service cannot start", kCritical,
                 Component::kProcess, false, true},
    IncidentInfo{kDatabaseLost, "database_lost", "The database does not work", kCritical,
                 Component::kStorage, false, true},
    IncidentInfo{kDependencyLost, "dependency_lost", "Dependency does not work", kError,
                 Component::kProcess, false, true},
    IncidentInfo{kDependencyCheckFailed, "dependency_check_failed",
                 "Dependency check failed, will be repeated", kWarning, Component::kProcess, false,
                 false},
    IncidentInfo{kDependencyRecovered, "dependency_recovered", "Dependency works again", kInfo,
                 Component::kProcess, false, false},
    IncidentInfo{kLoopBlocked, "event_loop_blocked", "An event loop does not run", kWarning,
                 Component::kProcess, false, false},
    IncidentInfo{kLoopStuck, "event_loop_stuck", "An event loop has not run for long", kCritical,
                 Component::kProcess, false, true},
    IncidentInfo{kLoopRecovered, "event_loop_recovered", "An event loop runs again", kInfo,
                 Component::kProcess, false, false},
    IncidentInfo{kPoolExhausted, "pool_exhausted",
                 "Every connection to the database is out and none comes back", kCritical,
                 Component::kStorage, true, true},
    IncidentInfo{kUpkeepFailed, "upkeep_failed", "A job of upkeep failed, will be repeated",
                 kWarning, Component::kStorage, false, false},
    IncidentInfo{kJobDead, "job_dead", "A job failed for good and is kept for people to look at",
                 kError, Component::kProcess, false, true},
};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].incident) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(kJobDead) + 1;
}
static_assert(inOrder());

}  // namespace

const IncidentInfo& describe(Incident incident) {
  return kTable.at(static_cast<std::size_t>(incident));
}

label::ErrorClass::Value classOf(base::Severity severity) {
  switch (severity) {
    case kCritical: return label::ErrorClass::kCritical;
    case kError: return label::ErrorClass::kError;
    case kWarning: return label::ErrorClass::kWarning;
    case kInfo: return label::ErrorClass::kInfo;
  }
  return label::ErrorClass::kError;
}

}  // namespace sw::obs
