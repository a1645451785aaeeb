#pragma once

#include <array>
#include <string_view>

namespace sw::base {

/// The parts of the program by the names under which they log, in the order of the alphabet: what
/// LOG_LEVELS may name. A test holds them against the loggers that the sources make.
// clang-format off
inline constexpr auto kLogComponents = std::to_array<std::string_view>({
    "accounts", "alerts", "api", "app", "auth", "bus", "cache", "channels", "database",
    "delivery", "error-tracking", "flight-recorder", "goals", "habits", "housekeeping", "jobs",
    "operations", "performance", "planning", "process", "relay", "reminders", "storage", "sync",
    "tasks", "tracing", "webhooks"});
// clang-format on

}  // namespace sw::base
