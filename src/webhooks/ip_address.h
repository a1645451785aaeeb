#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Addresses of the internet, and which of them are ordinary ones.
namespace sw::webhooks {

/// A numeric address of either family.
struct IpAddress {
  bool six = false;
  std::array<std::uint8_t, 16> bytes{};  // in network order; of version 4 the first four

  /// "192.0.2.1" or "2001:db8::1": the usual forms only, without brackets, zone or port. Octal,
  /// hexadecimal and shortened IPv4 forms are nothing.
  static std::optional<IpAddress> parse(std::string_view text);
  /// From 4 or 16 bytes in network order; nothing for another number of them.
  static std::optional<IpAddress> fromBytes(std::span<const std::uint8_t> raw);
  [[nodiscard]] std::string toString() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// A range of addresses, as "10.0.0.0/8".
struct Network {
  IpAddress address;
  unsigned bits = 0;  // of the prefix, 0 to 32 or 128

  /// An address alone is a network of one; nothing when it is neither.
  static std::optional<Network> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& other) const;
};

/// What an address is set apart for ("loopback", "private use" …), in static storage; empty when
/// it is an ordinary address of the internet. By the special-purpose registries of IANA for both
/// families (RFC 6890 and its updates) with the multicast ranges; every entry that is not globally
/// reachable counts. Addresses that carry one of version 4 inside (mapped, compatible, translated,
/// 6to4) are what that one is, and special even where it is not, but for the translation prefix
/// 64:ff9b::/96, which is a way to ordinary addresses.
std::string_view specialUse(const IpAddress& address);

}  // namespace sw::webhooks
