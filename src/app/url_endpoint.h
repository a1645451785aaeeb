#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sw::app {

/// Where an address leads (RFC 3986): what a connection needs of it.
struct UrlEndpoint {
  std::string scheme;  // in lower case
  std::string host;    // without the brackets of an IPv6 address
  std::uint16_t port = 0;
  bool hasUser = false;
  std::string path;  // begins with '/' or is empty; without query and fragment
};

/// Reads "scheme://[user[:password]@]host[:port][/path]". Ports left out are those of http, https,
/// smtp, smtps, smtp+starttls, redis, rediss and postgres. `kInvalid` without the address when it
/// is malformed.
base::Result<UrlEndpoint> parseUrlEndpoint(std::string_view url);

}  // namespace sw::app
