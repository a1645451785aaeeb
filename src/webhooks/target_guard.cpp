#include "webhooks/target_guard.h"

#include <algorithm>

namespace sw::webhooks {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

/// The address of version 4 that a mapped one stands for (RFC 4291, section 2.5.5.2).
std::optional<IpAddress> unmapped(const IpAddress& address) {
  static const Network mapped = *Network::parse("::ffff:0:0/96");
  if (!mapped.contains(address)) return std::nullopt;
  return IpAddress::fromBytes(std::span(address.bytes).subspan(12));
}

}  // namespace

std::string_view AddressPolicy::refusal(const IpAddress& address) const {
  const std::string_view use = specialUse(address);
  if (use.empty() || allowAll) return {};
  const auto four = unmapped(address);
  const bool listed = std::ranges::any_of(allowed, [&](const Network& network) {
    return network.contains(address) || (four && network.contains(*four));
  });
  return listed ? std::string_view() : use;
}

Task<Result<TargetUrl>> TargetGuard::check(std::string url) {
  SW_CO_TRY(TargetUrl target, TargetUrl::parse(url, options_.allowHttp));
  std::vector<IpAddress> addresses;
  if (target.literal) {
    addresses.push_back(*target.literal);
  } else {
    std::string host = target.host;
    auto found = co_await resolver_.resolve(std::move(host));
    const bool none = found.ok() ? found->empty() : found.error().code() == Code::kNotFound;
    if (none) co_return Error(Code::kInvalid, "must name a host that has an address");
    if (!found.ok()) {
      co_return found.error().wrap(Code::kUnavailable, "the host's address cannot be found now");
    }
    addresses = *std::move(found);
  }
  for (const IpAddress& address : addresses) {
    const std::string_view use = options_.policy.refusal(address);
    if (use.empty()) continue;
    // Which address a name of the operator's network has is not told to whoever asks.
    co_return Error(Code::kInvalid, "must lead to a public address; this one is set apart (" +
                                        std::string(use) + ")");
  }
  co_return target;
}

}  // namespace sw::webhooks
