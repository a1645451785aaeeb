#include "app/operations/operations_access.h"

#include <string>

#include "app/network_address.h"
#include "base/crypto.h"
#include "base/text.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::string_view kScheme = "bearer ";

/// The host of a Host field (RFC 9110, section 7.2) without port and brackets.
std::string_view hostOf(std::string_view field) {
  if (field.starts_with('[')) return field.substr(1, field.find(']') - 1);
  return field.substr(0, field.find(':'));
}

bool namesThisMachine(std::string_view field) {
  const std::string_view host = hostOf(base::trim(field));
  return host.empty() || base::equalsIgnoringCase(host, "localhost") ||
         isLoopback(std::string(host));
}

bool isMadeByAPage(const api::RequestHead& head) {
  if (head.hasHeader("Origin")) return true;
  const std::string_view site = head.header("Sec-Fetch-Site");
  return !site.empty() && site != "none" && site != "same-origin";
}

/// The credentials of "Authorization: Bearer …" (RFC 6750, section 2.1); empty when there are none.
std::string_view bearerOf(const api::RequestHead& head) {
  const std::string_view field = head.header("Authorization");
  if (field.size() < kScheme.size() ||
      !base::equalsIgnoringCase(field.substr(0, kScheme.size()), kScheme)) {
    return {};
  }
  return base::trim(field.substr(kScheme.size()));
}

}  // namespace

bool isLocalCaller(const api::RequestHead& head) {
  if (!isLoopback(std::string(head.remoteAddress))) return false;
  for (const std::string_view passedOn : {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"}) {
    if (head.hasHeader(passedOn)) return false;
  }
  return !isMadeByAPage(head) && namesThisMachine(head.header("Host"));
}

Result<void> checkAccess(const api::RequestHead& head, OperationsGuard guard,
                         std::string_view token) {
  if (guard == OperationsGuard::kOpen) return {};
  const std::string_view given = bearerOf(head);
  if (!given.empty()) {
    if (!token.empty() && base::equalSecrets(given, token)) return {};
    return Error(Code::kUnauthenticated, "this is not the token of the operations port");
  }
  const bool tokenAlone = guard == OperationsGuard::kProfiles && !token.empty();
  if (!tokenAlone && isLocalCaller(head)) return {};
  if (token.empty()) {
    return Error(Code::kForbidden,
                 "only programs on this machine may ask for this; set OPS_TOKEN to open it to "
                 "others");
  }
  return Error(Code::kUnauthenticated, "this needs the header Authorization: Bearer OPS_TOKEN");
}

}  // namespace sw::app
