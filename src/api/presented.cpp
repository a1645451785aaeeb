#include "api/presented.h"

#include <algorithm>

#include "base/text.h"

namespace sw::api {
namespace {

constexpr std::string_view kAuthorization = "Authorization";
constexpr std::string_view kScheme = "bearer ";

}  // namespace

std::string_view cookie(const RequestHead& head, std::string_view name) {
  for (const Header& header : head.headers) {
    if (!base::equalsIgnoringCase(header.name, "Cookie")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = base::trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name)) {
        return pair.substr(name.size() + 1);
      }
    }
  }
  return {};
}

base::Result<std::optional<accounts::Credential>> presentedCredential(const RequestHead& head) {
  using accounts::Credential;
  const Header* found = nullptr;
  for (const Header& header : head.headers) {
    if (!base::equalsIgnoringCase(header.name, kAuthorization)) continue;
    if (found != nullptr) {
      return base::Error(base::Code::kUnauthenticated, "Authorization is there twice");
    }
    found = &header;
  }
  if (found != nullptr) {
    const std::string_view value = found->value;
    if (!base::equalsIgnoringCase(value.substr(0, kScheme.size()), kScheme)) {
      return base::Error(base::Code::kUnauthenticated,
                         "Authorization must be of the form: Bearer TOKEN");
    }
    return std::optional(
        Credential{Credential::Kind::kBearer, base::trim(value.substr(kScheme.size()))});
  }
  const std::string_view session = cookie(head, kSessionCookie);
  if (session.empty()) return std::optional<Credential>();
  return std::optional(Credential{Credential::Kind::kSession, session});
}

}  // namespace sw::api
