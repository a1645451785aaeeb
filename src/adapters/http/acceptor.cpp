#include "adapters/http/acceptor.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace sw::adapters::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Errors = boost::system::error_code;

constexpr int kBacklog = 4096;  // the system's own limit may be lower
constexpr int kAtOnce = 64;     // connections taken before others get the thread
constexpr int kLast = 1 << 16;  // when closing: all that are there
constexpr std::chrono::milliseconds kPause{100};

}  // namespace

Acceptor::Acceptor(AsioLoop& loop, Sink sink)
    : sink_(std::move(sink)), socket_(loop.context()), pause_(loop.context()) {}

base::Result<void> Acceptor::open(const std::string& address, std::uint16_t port) {
  const std::string where =
      (address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" +
      std::to_string(port);
  Errors error;
  const asio::ip::address ip = asio::ip::make_address(address, error);
  if (error) {
    return base::Error(base::Code::kConfiguration,
                       "cannot listen on " + where + ": not a numeric IPv4 or IPv6 address");
  }
  const tcp::endpoint endpoint(ip, port);
  const auto failed = [&](const Errors& cause) {
    const std::string reason = cause == asio::error::address_in_use
                                   ? "the port is taken by another program"
                                   : cause.message();
    return base::Error(base::Code::kConfiguration, "cannot listen on " + where + ": " + reason);
  };
  socket_.open(endpoint.protocol(), error);
  if (error) return failed(error);
  socket_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) socket_.native_non_blocking(true, error);
  if (!error) socket_.bind(endpoint, error);
  if (!error) socket_.listen(kBacklog, error);
  if (error) return failed(error);
  const tcp::endpoint bound = socket_.local_endpoint(error);
  if (error) return failed(error);
  port_ = bound.port();
  return {};
}

void Acceptor::start() { waitForMore(); }

bool Acceptor::acceptReady(int most) {
  for (int i = 0; i < most; ++i) {
    const int socket =
        ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      sink_(socket);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return true;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return false;
    // Others concern the one connection, which has gone already.
  }
  return true;
}

void Acceptor::waitForMore() {
  socket_.async_wait(tcp::acceptor::wait_read, [this](const Errors& error) {
    if (error) return;
    if (acceptReady(kAtOnce)) {
      waitForMore();
    } else {
      pause();
    }
  });
}

void Acceptor::pause() {
  pause_.expires_after(kPause);
  pause_.async_wait([this](const Errors& error) {
    if (!error && socket_.is_open()) waitForMore();
  });
}

void Acceptor::stop() {
  if (!socket_.is_open()) return;
  acceptReady(kLast);
  Errors ignored;
  socket_.close(ignored);
  pause_.cancel();
}

}  // namespace sw::adapters::http
