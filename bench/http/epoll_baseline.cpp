// The least that an HTTP server can be: one thread, epoll, no parsing beyond the empty line, a
// constant answer. What a real server is measured against.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kBody = 300;  // bytes

std::string makeAnswer() {
  std::string answer =
      "HTTP/1.1 200 OK\r\nDate: Mon, 05 Jan 2026 09:00:00 GMT\r\n"
      "Content-Type: application/json\r\nContent-Length: " +
      std::to_string(kBody) + "\r\n\r\n";
  return answer.append(kBody, 'x');
}

void watch(int poller, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  ::epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
}

/// Answers as many requests as `in` holds; false when the connection has ended.
bool serve(int socket, std::string& in, const std::string& answer) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  in.append(bytes.data(), static_cast<std::size_t>(got));
  std::string out;
  for (std::size_t end = 0; (end = in.find("\r\n\r\n")) != std::string::npos;) {
    in.erase(0, end + 4);
    out += answer;
  }
  return out.empty() || ::send(socket, out.data(), out.size(), MSG_NOSIGNAL) >= 0;
}

}  // namespace

/// Prints the port that it listens on, then serves until it is stopped by a signal.
int main() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, size) != 0 || ::listen(listener, 1024) != 0 ||
      ::getsockname(listener, generic, &size) != 0) {
    std::perror("epoll_baseline");
    return EXIT_FAILURE;
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int poller = ::epoll_create1(EPOLL_CLOEXEC);
  watch(poller, listener);
  const std::string answer = makeAnswer();
  std::vector<std::string> inputs;
  std::array<epoll_event, 256> events;
  for (;;) {
    const int ready = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      if (socket == listener) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) continue;
        const int on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (inputs.size() <= static_cast<std::size_t>(client)) {
          inputs.resize(static_cast<std::size_t>(client) + 1);
        }
        inputs[static_cast<std::size_t>(client)].clear();
        watch(poller, client);
      } else if (!serve(socket, inputs[static_cast<std::size_t>(socket)], answer)) {
        ::close(socket);
      }
    }
  }
}
