#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace sw::base::json {

/// `target` changed by `patch` as JSON Merge Patch says (RFC 7396, section 2): null removes a
/// member, objects merge, everything else (arrays too) replaces. `kMalformed` when `target` is
/// not JSON. A patch that is no object replaces the target whole.
Result<std::string> mergePatch(std::string_view target, Value patch);

}  // namespace sw::base::json
