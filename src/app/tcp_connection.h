#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace sw::app {

/// A plain connection for the short questions of commands: does somebody answer there, and what.
/// Everything it does must end before one moment, given at the start. Used by one thread; blocks.
class TcpConnection {
 public:
  /// Connects to the first address of a name, or to a numeric one. `kUnavailable` when the name
  /// has none or nobody listens, `kTimeout` when that takes longer than `patience`.
  static base::Result<TcpConnection> open(const std::string& host, std::uint16_t port,
                                          std::chrono::milliseconds patience);
  TcpConnection(TcpConnection&& other) noexcept;
  TcpConnection& operator=(TcpConnection&&) = delete;
  ~TcpConnection();

  /// `kUnavailable` when it is gone.
  base::Result<void> send(std::string_view bytes);
  /// What has come by the time that there is something; empty when the other side has closed.
  /// `kTimeout` past the moment.
  base::Result<std::string> receive();

 private:
  TcpConnection(int socket, base::Monotonic end) : socket_(socket), end_(end) {}
  base::Result<void> wait(short events) const;

  int socket_;
  base::Monotonic end_;
};

/// "host:port", with brackets around an IPv6 address.
std::string hostAndPort(std::string_view host, std::uint16_t port);

}  // namespace sw::app
