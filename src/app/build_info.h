#pragma once

#include <string_view>

namespace sw::app {

/// What this program was made from. All views point to static storage.
struct BuildInfo {
  std::string_view version;   // as in "0.1.0"
  std::string_view revision;  // the commit, "-dirty" after it when files differed; or "unknown"
  std::string_view compiler;  // as in "GNU 12.2.0"
};

/// Defined by a file that each build makes.
BuildInfo buildInfo();

}  // namespace sw::app
