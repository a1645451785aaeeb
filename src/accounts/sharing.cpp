#include "accounts/sharing.h"

#include <array>
#include <utility>

namespace sw::accounts {
namespace {

constexpr std::array<std::pair<AccessRole, std::string_view>, 5> kNames = {{
    {AccessRole::kNone, "none"},
    {AccessRole::kFreeBusyReader, "freeBusyReader"},
    {AccessRole::kReader, "reader"},
    {AccessRole::kWriter, "writer"},
    {AccessRole::kOwner, "owner"},
}};

}  // namespace

std::string_view toString(AccessRole role) {
  return kNames.at(static_cast<std::size_t>(role)).second;
}

std::optional<AccessRole> parseAccessRole(std::string_view text) {
  for (const auto& [role, name] : kNames) {
    if (name == text) return role;
  }
  return std::nullopt;
}

}  // namespace sw::accounts
