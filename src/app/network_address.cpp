#include "app/network_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

struct FreeAddress {
  void operator()(addrinfo* address) const { freeaddrinfo(address); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddress>;

Addresses resolve(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return nullptr;
  return Addresses(found);
}

}  // namespace

Result<std::string> numericAddress(const std::string& host) {
  if (resolve(host, 0, AI_NUMERICHOST)) return host;
  const Addresses found = resolve(host, 0, 0);
  char text[NI_MAXHOST];
  if (!found || getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0,
                            NI_NUMERICHOST) != 0) {
    return Error(Code::kConfiguration, "no address is known for \"" + host + "\"");
  }
  return std::string(text);
}

bool isLoopback(const std::string& address) {
  const Addresses parsed = resolve(address, 0, AI_NUMERICHOST);
  if (!parsed) return false;
  if (parsed->ai_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(parsed->ai_addr);
    return (ntohl(v4->sin_addr.s_addr) >> 24U) == 127;
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(parsed->ai_addr);
  return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

namespace {

/// Listens for a moment; answers the port.
Result<std::uint16_t> listenBriefly(const std::string& address, std::uint16_t port) {
  const std::string where =
      (address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" +
      std::to_string(port);
  const Addresses parsed = resolve(address, port, AI_NUMERICHOST);
  if (!parsed) return Error(Code::kConfiguration, where + " is no numeric address");
  const int socket = ::socket(parsed->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;  // as the listener itself: what only waits for its time to pass is free
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  int problem = 0;
  if (socket < 0 || setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      bind(socket, parsed->ai_addr, parsed->ai_addrlen) != 0 || listen(socket, 1) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    problem = errno;
  }
  if (socket >= 0) close(socket);
  if (problem == EADDRINUSE) {
    return Error(Code::kConfiguration, where + " is in use by another program");
  }
  if (problem != 0) {
    return Error(Code::kConfiguration,
                 "cannot listen on " + where + ": " + std::generic_category().message(problem));
  }
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

}  // namespace

Result<void> checkListenable(const std::string& address, std::uint16_t port) {
  SW_CHECK(listenBriefly(address, port));
  return {};
}

Result<std::uint16_t> freePort(const std::string& address) { return listenBriefly(address, 0); }

}  // namespace sw::app
