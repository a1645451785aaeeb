#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "adapters/http/asio_loop.h"
#include "base/result.h"

namespace sw::adapters::http {

/// Listens on one address and hands connected sockets on. Lives on one loop's thread after `open`.
class Acceptor {
 public:
  /// Takes over a connected socket that does not block.
  using Sink = std::function<void(int socket)>;

  Acceptor(AsioLoop& loop, Sink sink);

  /// Binds and listens; before the loop runs. kConfiguration naming address and port when the
  /// address is malformed, not ours, or taken.
  base::Result<void> open(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Accepts from now on.
  void start();
  /// Accepts what the system has connected already, then closes. May be called twice.
  void stop();

 private:
  /// Accepts up to `most`; false when the process is out of descriptors or memory.
  bool acceptReady(int most);
  void waitForMore();
  void pause();

  Sink sink_;
  std::uint16_t port_ = 0;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor> socket_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      pause_;
};

}  // namespace sw::adapters::http
