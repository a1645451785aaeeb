#pragma once

#include <span>
#include <string_view>

namespace sw::app {

/// A runbook, built into the program so that it fits its version. All views are static storage.
struct Runbook {
  std::string_view name;  // of its file without ".md"
  std::string_view text;  // Markdown
};

/// All of docs/runbooks, by name. Defined by a file that the build makes. Thread-safe.
std::span<const Runbook> runbooks();

}  // namespace sw::app
