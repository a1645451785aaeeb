#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "webhooks/ip_address.h"
#include "webhooks/target_url.h"
#include "webhooks/transport.h"

namespace sw::webhooks {

/// Which addresses may be called. A plain value; thread-safe to read.
struct AddressPolicy {
  bool allowAll = false;
  std::vector<Network> allowed{};  // beside the ordinary addresses of the internet

  /// Empty when the address may be called, else what it is set apart for. An IPv4 address inside
  /// an IPv6 one is allowed when either is.
  [[nodiscard]] std::string_view refusal(const IpAddress& address) const;
};

/// Keeps webhooks away from what only this machine and its network can reach. Checks addresses of
/// targets when they are registered; the transport checks each connection again, by the address
/// it really goes to, since a name may lead elsewhere a moment later. Thread-safe; the resolver
/// must outlive it.
class TargetGuard {
 public:
  struct Options {
    AddressPolicy policy;
    bool allowHttp = false;
  };

  TargetGuard(Options options, Resolver& resolver)
      : options_(std::move(options)), resolver_(resolver) {}

  /// The target in its one spelling. `kInvalid`, saying why, when it may not be called: by its
  /// form, or since one of the addresses of its name is special. A name that has no address now is
  /// refused as well; `kUnavailable` when the resolver cannot say. Suspends.
  base::Task<base::Result<TargetUrl>> check(std::string url);

 private:
  const Options options_;
  Resolver& resolver_;
};

}  // namespace sw::webhooks
