#include "accounts/principal.h"

namespace sw::accounts {

std::string_view toString(AccessScope scope) {
  switch (scope) {
    case AccessScope::kRead: return "read";
    case AccessScope::kWrite: return "write";
    case AccessScope::kOperator: return "operator";
  }
  return "read";
}

std::optional<AccessScope> parseAccessScope(std::string_view text) {
  for (const auto scope : {AccessScope::kRead, AccessScope::kWrite, AccessScope::kOperator}) {
    if (toString(scope) == text) return scope;
  }
  return std::nullopt;
}

}  // namespace sw::accounts
