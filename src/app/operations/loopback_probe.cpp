#include "app/operations/loopback_probe.h"

#include <charconv>
#include <string_view>

#include "app/tcp_connection.h"

namespace sw::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

Result<int> readStatus(TcpConnection& connection) {
  constexpr std::string_view kBegin = "HTTP/1.1 ";
  constexpr std::size_t kEnough = kBegin.size() + 3;
  std::string answer;
  while (answer.size() < kEnough) {
    SW_TRY(const std::string piece, connection.receive());
    if (piece.empty()) break;
    answer += piece;
  }
  int status = 0;
  if (answer.size() >= kEnough && answer.starts_with(kBegin)) {
    std::from_chars(answer.data() + kBegin.size(), answer.data() + kEnough, status);
  }
  if (status < 100) return Error(Code::kIo, "what answers is no HTTP service");
  return status;
}

}  // namespace

std::string reachableHost(const std::string& listening) {
  return listening == "0.0.0.0" ? "127.0.0.1" : listening == "::" ? "::1" : listening;
}

Result<int> probe(const std::string& host, std::uint16_t port, const std::string& path,
                  std::chrono::milliseconds patience) {
  const std::string name = reachableHost(host);
  const std::string shown = hostAndPort(name, port);
  SW_TRY(TcpConnection connection, TcpConnection::open(name, port, patience));
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + shown + "\r\nConnection: close\r\n\r\n";
  if (const auto sent = connection.send(request); !sent.ok()) return sent.error().wrap(shown);
  auto status = readStatus(connection);
  if (!status.ok()) return status.error().wrap(shown);
  return status;
}

}  // namespace sw::app
