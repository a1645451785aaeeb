#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "base/result.h"

namespace sw::api {

/// A numeric address of either family; version 4 as mapped into version 6 (RFC 4291, 2.5.5.2).
using NetworkAddress = std::array<std::uint8_t, 16>;
/// Reads "192.0.2.1", "2001:db8::1", "[2001:db8::1]", each also with a port behind it.
std::optional<NetworkAddress> parseAddress(std::string_view text);

/// Whose `X-Forwarded-*` headers are believed (`TRUSTED_PROXIES`). Immutable; thread-safe.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// From addresses and networks ("10.0.0.0/8, ::1") separated by commas. `kConfiguration` naming
  /// the first that is neither.
  static base::Result<TrustedProxies> parse(std::string_view list);

  /// Where a request came from.
  struct Origin {
    std::string_view address;  // a view into the head; numeric when it came from a header
    bool secure = false;       // the browser spoke TLS
  };
  /// By the headers as far as each hop is trusted: the last address in X-Forwarded-For that is
  /// not a trusted proxy's. Else by the connection.
  [[nodiscard]] Origin originOf(const RequestHead& head) const;

 private:
  struct Network {
    NetworkAddress address{};
    unsigned bits = 128;
  };
  [[nodiscard]] bool trusts(std::string_view text) const;

  std::vector<Network> networks_;
};

}  // namespace sw::api
