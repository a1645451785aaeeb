#include "adapters/webhook/system_resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace sw::adapters::webhook {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
using webhooks::IpAddress;

namespace {

constexpr std::size_t kThreads = 2;

struct FreeList {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::optional<IpAddress> addressOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    return IpAddress::fromBytes({reinterpret_cast<const std::uint8_t*>(&four.sin_addr), 4});
  }
  if (address.sa_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    return IpAddress::fromBytes({reinterpret_cast<const std::uint8_t*>(&six.sin6_addr), 16});
  }
  return std::nullopt;
}

Result<std::vector<IpAddress>> lookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int outcome = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
  const std::unique_ptr<addrinfo, FreeList> list(raw);
  if (outcome == EAI_NONAME || outcome == EAI_NODATA) {
    return Error(Code::kNotFound, "the name has no address");
  }
  if (outcome != 0) {
    return Error(Code::kUnavailable, std::string("the resolver says: ") + ::gai_strerror(outcome));
  }
  std::vector<IpAddress> found;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    if (const auto address = addressOf(*entry->ai_addr)) found.push_back(*address);
  }
  return found;
}

}  // namespace

SystemResolver::SystemResolver()
    : pool_({.name = "resolver", .threads = kThreads, .queueLimit = 64}) {}

Task<Result<std::vector<IpAddress>>> SystemResolver::resolve(std::string host) {
  std::function<Result<std::vector<IpAddress>>()> work = [&host] { return lookUp(host); };
  co_return co_await pool_.run(work);
}

}  // namespace sw::adapters::webhook
