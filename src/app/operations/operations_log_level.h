#pragma once

#include <string_view>

#include "api/http.h"
#include "base/result.h"
#include "obs/log.h"

/// The log's levels as /debug/log-level shows and changes them. Thread-safe.
namespace sw::app {

/// {"level": "info", "components": {"api": "debug"}}: what is kept of a component that has no level
/// of its own, and of each.
api::Response answerLogLevels(const obs::Log& log);
/// {"level": "debug", "component": "api"}: changes the level of that component, or of all without
/// one, until the next change; "configured" takes the change back. Answers as above. `kNotFound`
/// where no such component logs, `kMalformed` and `kInvalid` for another body.
base::Result<api::Response> changeLogLevel(obs::Log& log, std::string_view body);

}  // namespace sw::app
