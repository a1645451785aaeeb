#include "obs/log_level.h"

#include "base/text.h"

namespace sw::obs {

std::string_view toString(Level level) {
  switch (level) {
    case Level::kError: return "ERROR";
    case Level::kWarn: return "WARN";
    case Level::kInfo: return "INFO";
    case Level::kDebug: return "DEBUG";
  }
  return "INFO";
}

std::optional<Level> levelFrom(std::string_view name) {
  for (const Level level : {Level::kError, Level::kWarn, Level::kInfo, Level::kDebug}) {
    if (base::equalsIgnoringCase(name, toString(level))) return level;
  }
  return std::nullopt;
}

}  // namespace sw::obs
