#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "obs/metrics.h"

/// By what a request is known in answers, logs and traces.
namespace sw::api {

/// Whether a caller's request id can be logged and sent on as it is: 1 to 128 letters, digits and
/// "-_.:".
bool isSafeRequestId(std::string_view id);
/// The caller's id when it is safe, else a new one.
std::string requestIdOr(std::string_view offered, const base::Clock& clock);

/// Reads a `traceparent` (W3C Trace Context, section 3.2), of this and later versions. Nothing
/// when it is not valid.
std::optional<obs::TraceRef> parseTraceParent(std::string_view text);

}  // namespace sw::api
