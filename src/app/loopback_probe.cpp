#include "app/loopback_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>
#include <system_error>

#include "base/clock.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

/// A descriptor that closes itself.
class Socket {
 public:
  explicit Socket(int value) : value_(value) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (value_ >= 0) close(value_);
  }
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

/// Waits for a descriptor until a moment of the monotonic clock.
class Patience {
 public:
  explicit Patience(std::chrono::milliseconds length) : end_(clock_.monotonic() + length) {}

  Result<void> wait(int socket, short events) const {
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end_ - clock_.monotonic());
      if (left.count() <= 0) return Error(Code::kTimeout, "no answer in time");
      pollfd wanted{.fd = socket, .events = events, .revents = 0};
      const int ready = poll(&wanted, 1, static_cast<int>(left.count()));
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return Error(Code::kIo, "cannot wait for the answer");
    }
  }

 private:
  base::SystemClock clock_;
  base::Monotonic end_;
};

struct FreeAddress {
  void operator()(addrinfo* address) const { freeaddrinfo(address); }
};

std::string reason(int number) { return std::generic_category().message(number); }

Result<void> connectTo(int socket, const addrinfo& address, const Patience& patience) {
  if (connect(socket, address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS) {
    return Error(Code::kUnavailable, reason(errno));
  }
  SW_CHECK(patience.wait(socket, POLLOUT));
  int problem = 0;
  socklen_t size = sizeof problem;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return Error(Code::kUnavailable, reason(problem));
  return {};
}

Result<int> readStatus(int socket, const Patience& patience) {
  constexpr std::string_view kBegin = "HTTP/1.1 ";
  constexpr std::size_t kEnough = kBegin.size() + 3;
  std::string answer;
  while (answer.size() < kEnough) {
    SW_CHECK(patience.wait(socket, POLLIN));
    char piece[256];
    const ssize_t count = recv(socket, piece, sizeof piece, 0);
    if (count <= 0) break;
    answer.append(piece, static_cast<std::size_t>(count));
  }
  int status = 0;
  if (answer.size() >= kEnough && answer.starts_with(kBegin)) {
    std::from_chars(answer.data() + kBegin.size(), answer.data() + kEnough, status);
  }
  if (status < 100) return Error(Code::kIo, "what answers is no HTTP service");
  return status;
}

}  // namespace

Result<int> probe(const std::string& host, std::uint16_t port, const std::string& path,
                  std::chrono::milliseconds patience) {
  const std::string name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
  const std::string shown =
      (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" + std::to_string(port);
  const Patience limit(patience);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return Error(Code::kUnavailable, "cannot find the address " + shown);
  }
  const std::unique_ptr<addrinfo, FreeAddress> address(found);
  const Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return Error(Code::kIo, "cannot make a socket: " + reason(errno));
  if (auto connected = connectTo(socket.get(), *address, limit); !connected.ok()) {
    return connected.error().wrap("cannot reach " + shown);
  }
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + shown + "\r\nConnection: close\r\n\r\n";
  if (send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return Error(Code::kUnavailable, "cannot ask " + shown);
  }
  auto status = readStatus(socket.get(), limit);
  if (!status.ok()) return status.error().wrap(shown);
  return status;
}

}  // namespace sw::app
