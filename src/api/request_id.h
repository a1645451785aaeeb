#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

/// By what a request is known in answers and logs.
namespace sw::api {

/// Whether a caller's request id can be logged and sent on as it is: 1 to 128 letters, digits and
/// "-_.:".
bool isSafeRequestId(std::string_view id);
/// The caller's id when it is safe, else a new one.
std::string requestIdOr(std::string_view offered, const base::Clock& clock);

}  // namespace sw::api
