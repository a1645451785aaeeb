#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sw::obs {

enum class Level : std::uint8_t { kError, kWarn, kInfo, kDebug };
/// "ERROR", "WARN", "INFO", "DEBUG".
std::string_view toString(Level level);
/// The level of that name in any case; nothing for another name.
std::optional<Level> levelFrom(std::string_view name);

/// What is kept: the level of all components, and of those that have one of their own.
struct LogLevels {
  Level level = Level::kInfo;
  std::map<std::string, Level, std::less<>> components{};

  [[nodiscard]] Level of(std::string_view component) const {
    const auto own = components.find(component);
    return own == components.end() ? level : own->second;
  }
};

/// A component of the program and what is kept of it now.
struct ComponentLevel {
  std::string name;
  Level level;
  bool changed;  // by `Log::setLevel`, until that is undone
};

}  // namespace sw::obs
