#include "api/trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace sw::api {
namespace {

constexpr unsigned kMappedBits = 96;

/// Without brackets and port.
std::string_view bareAddress(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
  }
  const std::size_t colon = text.find(':');
  const bool withPort = colon != std::string_view::npos && text.rfind(':') == colon;
  return withPort ? text.substr(0, colon) : text;
}

/// The last entry of a list, which it is taken off.
std::string_view takeLast(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  const bool only = comma == std::string_view::npos;
  const std::string_view last = only ? list : list.substr(comma + 1);
  list = only ? std::string_view() : list.substr(0, comma);
  return base::trim(last);
}

}  // namespace

std::optional<NetworkAddress> parseAddress(std::string_view text) {
  const std::string bare(bareAddress(text));
  if (bare.empty() || bare.size() > INET6_ADDRSTRLEN) return std::nullopt;
  NetworkAddress address{};
  if (::inet_pton(AF_INET6, bare.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (::inet_pton(AF_INET, bare.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

base::Result<TrustedProxies> TrustedProxies::parse(std::string_view list) {
  TrustedProxies proxies;
  for (const std::string_view entry : base::splitTrimmed(list, ',')) {
    const std::size_t slash = entry.find('/');
    const std::string_view address = entry.substr(0, slash);
    const auto parsed = parseAddress(address);
    const bool four = address.find(':') == std::string_view::npos;
    unsigned bits = four ? 32 : 128;
    bool good = parsed.has_value();
    if (slash != std::string_view::npos) {
      const std::string_view text = entry.substr(slash + 1);
      const unsigned most = bits;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), bits);
      good =
          good && read.ec == std::errc() && read.ptr == text.data() + text.size() && bits <= most;
    }
    if (!good) {
      return base::Error(base::Code::kConfiguration,
                         std::string(entry) + " is neither an address nor a network");
    }
    proxies.networks_.push_back({*parsed, four ? bits + kMappedBits : bits});
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view text) const {
  const auto address = parseAddress(text);
  if (!address) return false;
  return std::ranges::any_of(networks_, [&](const Network& network) {
    const std::size_t whole = network.bits / 8;
    const unsigned rest = network.bits % 8;
    if (!std::equal(address->begin(), address->begin() + static_cast<std::ptrdiff_t>(whole),
                    network.address.begin())) {
      return false;
    }
    if (rest == 0) return true;
    const unsigned mask = 0xFF00U >> rest & 0xFFU;
    return ((*address)[whole] & mask) == (network.address[whole] & mask);
  });
}

TrustedProxies::Origin TrustedProxies::originOf(const RequestHead& head) const {
  Origin origin{head.remoteAddress, head.secure};
  if (networks_.empty() || !trusts(head.remoteAddress)) return origin;
  std::string_view protocols = head.header("X-Forwarded-Proto");
  if (!protocols.empty()) origin.secure = takeLast(protocols) == "https";
  // Several header lines would make one list; a proxy that is trusted joins them. Each entry is
  // what the hop behind it says, so the walk ends at the first that is not trusted.
  std::string_view hops = head.header("X-Forwarded-For");
  while (!hops.empty()) {
    const std::string_view hop = takeLast(hops);
    if (!parseAddress(hop)) break;
    origin.address = bareAddress(hop);
    if (!trusts(hop)) break;
  }
  return origin;
}

}  // namespace sw::api
