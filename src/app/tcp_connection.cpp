#include "app/tcp_connection.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

struct FreeAddress {
  void operator()(addrinfo* address) const { freeaddrinfo(address); }
};

std::string reason(int number) { return std::generic_category().message(number); }

}  // namespace

std::string hostAndPort(std::string_view host, std::uint16_t port) {
  const bool bare = host.find(':') != std::string_view::npos;
  return (bare ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(port);
}

TcpConnection::TcpConnection(TcpConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), end_(other.end_) {}

TcpConnection::~TcpConnection() {
  if (socket_ >= 0) close(socket_);
}

Result<void> TcpConnection::wait(short events) const {
  const base::SystemClock clock;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end_ - clock.monotonic());
    if (left.count() <= 0) return Error(Code::kTimeout, "no answer in time");
    pollfd wanted{.fd = socket_, .events = events, .revents = 0};
    const int ready = poll(&wanted, 1, static_cast<int>(left.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return Error(Code::kIo, "cannot wait for the answer");
  }
}

Result<TcpConnection> TcpConnection::open(const std::string& host, std::uint16_t port,
                                          std::chrono::milliseconds patience) {
  const std::string shown = hostAndPort(host, port);
  const base::SystemClock clock;
  const base::Monotonic end = clock.monotonic() + patience;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return Error(Code::kUnavailable, "cannot find the address " + shown);
  }
  const std::unique_ptr<addrinfo, FreeAddress> address(found);
  const int socket = ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return Error(Code::kIo, "cannot make a socket: " + reason(errno));
  TcpConnection connection(socket, end);
  const std::string cannot = "cannot reach " + shown;
  if (connect(socket, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS) {
    return Error(Code::kUnavailable, cannot + ": " + reason(errno));
  }
  if (const auto done = connection.wait(POLLOUT); !done.ok()) return done.error().wrap(cannot);
  int problem = 0;
  socklen_t size = sizeof problem;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return Error(Code::kUnavailable, cannot + ": " + reason(problem));
  return connection;
}

Result<void> TcpConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    SW_CHECK(wait(POLLOUT));
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent <= 0) return Error(Code::kUnavailable, "the connection broke");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::string> TcpConnection::receive() {
  std::array<char, 4096> piece;
  while (true) {
    SW_CHECK(wait(POLLIN));
    const ssize_t count = recv(socket_, piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return Error(Code::kUnavailable, "the connection broke");
    return std::string(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace sw::app
