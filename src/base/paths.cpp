#include "base/paths.h"

#include <unistd.h>

#include <array>

namespace sw::base {

std::optional<std::string> defaultDataDirectory(
    const std::function<std::optional<std::string>(std::string_view)>& environment) {
  // The specification has a relative path ignored.
  const auto data = environment("XDG_DATA_HOME");
  if (data && data->starts_with('/')) return *data + "/scheduling-worker";
  const auto home = environment("HOME");
  if (home && home->starts_with('/')) return *home + "/.local/share/scheduling-worker";
  return std::nullopt;
}

std::string hostName() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

}  // namespace sw::base
