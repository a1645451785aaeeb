#pragma once

#include <string>

namespace sw::jobs {

/// On whose behalf something is changed, for the change log and for the jobs that follow from it.
struct Actor {
  std::string requestId;    // empty for the program's own work
  std::string traceParent;  // W3C trace context; empty for none

  friend bool operator==(const Actor&, const Actor&) = default;
};

}  // namespace sw::jobs
