#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sw::base {

/// The folder for data of this service where none is configured, after the XDG Base Directory
/// specification: $XDG_DATA_HOME or ~/.local/share, then "scheduling-worker". Nothing when the
/// environment names neither a home nor a data folder.
std::optional<std::string> defaultDataDirectory(
    const std::function<std::optional<std::string>(std::string_view)>& environment);

/// The name of this machine, "localhost" when it has none.
std::string hostName();

}  // namespace sw::base
