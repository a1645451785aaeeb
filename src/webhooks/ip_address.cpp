#include "webhooks/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sw::webhooks {
namespace {

struct Range {
  std::string_view network;
  std::string_view use;
};

// www.iana.org/assignments/iana-ipv4-special-registry and the multicast registry.
constexpr Range kFour[] = {
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private use"},
    {"100.64.0.0/10", "shared address space of carriers"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private use"},
    {"192.0.0.0/24", "protocol assignments"},
    {"192.0.2.0/24", "documentation"},
    {"192.31.196.0/24", "AS112"},
    {"192.52.193.0/24", "AMT"},
    {"192.88.99.0/24", "6to4 relay"},
    {"192.168.0.0/16", "private use"},
    {"192.175.48.0/24", "AS112"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
};

// www.iana.org/assignments/iana-ipv6-special-registry. Of what is not 2000::/3 nothing has been
// given out for ordinary use, so that the last line closes the rest.
constexpr Range kSix[] = {
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"::ffff:0:0/96", "mapped IPv4"},
    {"::/96", "compatible IPv4"},
    {"64:ff9b:1::/48", "local translation"},
    {"100::/64", "discard only"},
    {"2001::/23", "protocol assignments"},
    {"2001:db8::/32", "documentation"},
    {"2002::/16", "6to4"},
    {"2620:4f:8000::/48", "AS112"},
    {"3fff::/20", "documentation"},
    {"5f00::/16", "segment routing"},
    {"fc00::/7", "unique local"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
};

struct Known {
  Network network;
  std::string_view use;
};

template <std::size_t N>
std::array<Known, N> read(const Range (&ranges)[N]) {
  std::array<Known, N> known;
  for (std::size_t i = 0; i < N; ++i) {
    known[i] = {Network::parse(ranges[i].network).value_or(Network{}), ranges[i].use};
  }
  return known;
}

template <class List>
std::string_view find(const List& list, const IpAddress& address) {
  const auto found =
      std::ranges::find_if(list, [&](const Known& one) { return one.network.contains(address); });
  return found == list.end() ? std::string_view() : found->use;
}

/// The address of version 4 in the bytes from `at` on.
IpAddress inner(const IpAddress& address, std::size_t at) {
  IpAddress four;
  std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, four.bytes.begin());
  return four;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string copy(text);
  IpAddress address;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) return address;
  address.six = true;
  if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::fromBytes(std::span<const std::uint8_t> raw) {
  if (raw.size() != 4 && raw.size() != 16) return std::nullopt;
  IpAddress address;
  address.six = raw.size() == 16;
  std::ranges::copy(raw, address.bytes.begin());
  return address;
}

std::string IpAddress::toString() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = six ? AF_INET6 : AF_INET;
  const char* const written = ::inet_ntop(family, bytes.data(), text.data(), text.size());
  return written == nullptr ? std::string() : std::string(written);
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned most = address->six ? 128 : 32;
  Network network{*address, most};
  if (slash == text.npos) return network;
  const std::string_view bits = text.substr(slash + 1);
  const auto read = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits);
  if (read.ec != std::errc() || read.ptr != bits.data() + bits.size() || network.bits > most) {
    return std::nullopt;
  }
  return network;
}

bool Network::contains(const IpAddress& other) const {
  if (other.six != address.six) return false;
  const std::size_t whole = bits / 8;
  const unsigned rest = bits % 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  other.bytes.begin())) {
    return false;
  }
  if (rest == 0) return true;
  const unsigned mask = 0xFF00U >> rest & 0xFFU;
  return (address.bytes.at(whole) & mask) == (other.bytes.at(whole) & mask);
}

std::string_view specialUse(const IpAddress& address) {
  static const auto four = read(kFour);
  static const auto six = read(kSix);
  static const Network global = *Network::parse("2000::/3");
  static const Network translated = *Network::parse("64:ff9b::/96");
  static const Network mapped = *Network::parse("::ffff:0:0/96");
  static const Network sixToFour = *Network::parse("2002::/16");
  if (!address.six) return find(four, address);
  if (translated.contains(address)) return find(four, inner(address, 12));
  const bool carries = mapped.contains(address) || sixToFour.contains(address);
  if (carries) {
    const std::string_view use = find(four, inner(address, mapped.contains(address) ? 12 : 2));
    if (!use.empty()) return use;
  }
  if (const std::string_view use = find(six, address); !use.empty()) return use;
  return global.contains(address) ? std::string_view() : std::string_view("reserved");
}

}  // namespace sw::webhooks
