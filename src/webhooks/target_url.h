#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "webhooks/ip_address.h"

namespace sw::webhooks {

/// Where a webhook is sent, taken apart and put together again in one spelling, so that every
/// reader of the address (this check, the HTTP client) sees the same one.
struct TargetUrl {
  static constexpr std::size_t kMaxBytes = 2048;

  bool secure = true;
  std::string host;                  // lower case; of IPv6 without brackets
  std::optional<IpAddress> literal;  // where the host is a number
  std::uint16_t port = 443;
  std::string rest;  // path and query, begins with '/'

  /// "https://host/path?query", the port where it is not the scheme's own.
  [[nodiscard]] std::string toString() const;
  /// "https://host" with that port: what may be told to anybody, since paths and queries of
  /// webhooks often hold secrets.
  [[nodiscard]] std::string server() const;

  /// Reads an address by RFC 3986, and refuses with `kInvalid`, saying what is expected instead:
  /// another scheme than https (and http, where `allowHttp`), user and password, a fragment, more
  /// than `kMaxBytes`, blanks and control characters, backslashes, letters beyond ASCII (an
  /// international name is written in its ASCII form, RFC 5891), host names that are none
  /// (RFC 1123, section 2.1) or end in a dot or in a number, numbers in another spelling than
  /// four decimal parts, zones of IPv6 addresses, and ports that belong to other protocols: those
  /// below 1024 but 80 and 443, and those browsers refuse (fetch.spec.whatwg.org, "port blocking").
  static base::Result<TargetUrl> parse(std::string_view text, bool allowHttp);
};

}  // namespace sw::webhooks
