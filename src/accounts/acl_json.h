#pragma once

#include <optional>
#include <string>

#include "accounts/sharing.h"
#include "accounts/user.h"
#include "base/json_reader.h"

/// Lines of a calendar's access list as JSON.
namespace sw::accounts {

/// What a person asks for when they share a calendar.
struct AclRequest {
  // Exactly one of these names the other person.
  std::string email;  // lower case
  base::Uuid userId;
  std::string subject;  // `sub` of their tokens
  AccessRole role = AccessRole::kReader;
};

/// Reads `{"email" or "userId" or "subject", "role"}`; everything wrong goes to `problems`.
AclRequest readNewAclEntry(base::json::Value body, base::json::Problems& problems);
/// Reads the change `{"role"}`; nothing when it leaves the role.
std::optional<AccessRole> readAclChange(base::json::Value body, base::json::Problems& problems);

/// Appends the entry as an answer shows it; `user` is who it gives the role, if still known.
void appendAclView(std::string& out, const AclEntry& entry, const std::optional<User>& user);

}  // namespace sw::accounts
