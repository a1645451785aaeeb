#include "app/url_endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 9> kPorts{{{"http", 80},
                                                                            {"https", 443},
                                                                            {"smtp", 25},
                                                                            {"smtps", 465},
                                                                            {"smtp+starttls", 587},
                                                                            {"redis", 6379},
                                                                            {"rediss", 6379},
                                                                            {"postgres", 5432},
                                                                            {"postgresql", 5432}}};

}  // namespace

Result<UrlEndpoint> parseUrlEndpoint(std::string_view url) {
  UrlEndpoint endpoint;
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return Error(Code::kInvalid, "it is no address (no ://)");
  endpoint.scheme = base::toLowerAscii(url.substr(0, scheme));
  std::string_view rest = url.substr(scheme + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  rest.remove_prefix(end);
  endpoint.path = rest.substr(0, rest.find_first_of("?#"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    endpoint.hasUser = at > 0;
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return Error(Code::kInvalid, "its host has no end");
    endpoint.host = authority.substr(1, bracket - 1);
    port = authority.substr(bracket + 1);
  } else {
    endpoint.host = authority.substr(0, authority.find(':'));
    port = authority.substr(endpoint.host.size());
  }
  if (endpoint.host.empty()) return Error(Code::kInvalid, "it names no host");
  if (port.starts_with(':') && port.size() > 1) {
    const auto read = std::from_chars(port.data() + 1, port.data() + port.size(), endpoint.port);
    if (read.ec != std::errc() || read.ptr != port.data() + port.size() || endpoint.port == 0) {
      return Error(Code::kInvalid, "its port is no number from 1 to 65535");
    }
    return endpoint;
  }
  const auto known = std::ranges::find(kPorts, endpoint.scheme,
                                       &std::pair<std::string_view, std::uint16_t>::first);
  if (known == kPorts.end()) return Error(Code::kInvalid, "it names no port");
  endpoint.port = known->second;
  return endpoint;
}

}  // namespace sw::app
