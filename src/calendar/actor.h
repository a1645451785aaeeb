#pragma once

#include <string>

namespace sw::calendar {

/// Who changes something, for the change log.
struct Actor {
  std::string requestId;
  std::string traceParent;
};

}  // namespace sw::calendar
