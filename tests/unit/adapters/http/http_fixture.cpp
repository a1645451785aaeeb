#include "http_fixture.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace sw::adapters::http {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::size_t kLimit = 1 << 20;

}  // namespace

api::Admission FakeHandler::admit(api::RequestHead& head) {
  if (onAdmit) return onAdmit(head);
  return {kLimit, std::nullopt};
}

base::Task<api::Response> FakeHandler::handle(api::Request& request) {
  if (onHandle) co_return co_await onHandle(request);
  api::Response response;
  response.contentType = "text/plain";
  std::string body(api::toString(request.head.method));
  body.append(" ").append(request.head.path);
  if (!request.head.query.empty()) body.append("?").append(request.head.query);
  body.append(" ").append(request.body);
  response.body = std::move(body);
  co_return response;
}

api::Response FakeHandler::reject(api::RequestHead& /*head*/, const base::Error& error) {
  api::Response response;
  response.status = base::describe(error.code()).httpStatus;
  response.contentType = "text/plain";
  response.body = error.message();
  return response;
}

void FakeHandler::finished(const api::Exchange& exchange) {
  const std::scoped_lock lock(mutex_);
  told_.push_back({std::string(exchange.head.path), exchange.status, exchange.requestBytes,
                   exchange.responseBytes, exchange.head.received, exchange.finished});
  more_.notify_all();
}

std::vector<Told> FakeHandler::waitForTold(std::size_t count, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  more_.wait_for(lock, patience, [&] { return told_.size() >= count; });
  return told_;
}

std::vector<Told> FakeHandler::told() {
  const std::scoped_lock lock(mutex_);
  return told_;
}

bool Gate::enter(std::coroutine_handle<> handle) {
  const std::scoped_lock lock(mutex_);
  if (open_) return false;
  waiting_.emplace_back(base::Loop::current(), handle);
  changed_.notify_all();
  return true;
}

void Gate::waitForWaiting(std::size_t count) {
  std::unique_lock lock(mutex_);
  ASSERT_TRUE(changed_.wait_for(lock, kPatience, [&] { return waiting_.size() >= count; }));
}

void Gate::open() {
  const std::scoped_lock lock(mutex_);
  open_ = true;
  for (const auto& [loop, handle] : waiting_) loop->post(handle);
  waiting_.clear();
}

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Caller::Caller(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int outcome =
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  EXPECT_EQ(outcome, 0) << "cannot connect to port " << port;
}

Caller::~Caller() {
  if (socket_ >= 0) ::close(socket_);
}

bool Caller::trySend(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Caller::send(std::string_view bytes) const { EXPECT_TRUE(trySend(bytes)); }

bool Caller::readable(std::chrono::milliseconds patience) const {
  pollfd state{socket_, POLLIN, 0};
  return ::poll(&state, 1, static_cast<int>(patience.count())) > 0;
}

bool Caller::receive() {
  if (!readable(kPatience)) {
    ADD_FAILURE() << "nothing arrived";
    return false;
  }
  std::array<char, 65536> bytes;
  const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

Answer Caller::read(bool head) {
  Answer answer;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return answer;
  }
  std::size_t line = buffer_.find("\r\n");
  answer.statusLine = buffer_.substr(0, line);
  answer.status = std::stoi(answer.statusLine.substr(9, 3));
  while (line < end) {
    const std::size_t next = buffer_.find("\r\n", line + 2);
    const std::string field = buffer_.substr(line + 2, next - line - 2);
    const std::size_t colon = field.find(": ");
    std::string name = field.substr(0, colon);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers.emplace(name, field.substr(colon + 2));
    line = next;
  }
  buffer_.erase(0, end + 4);
  if (head || answer.status == 204 || answer.status == 304 || answer.status < 200) {
    answer.whole = true;
    return answer;
  }
  const auto take = [&](std::size_t bytes) {
    while (buffer_.size() < bytes) {
      if (!receive()) return false;
    }
    answer.body.append(buffer_, 0, bytes);
    buffer_.erase(0, bytes);
    return true;
  };
  if (answer.header("transfer-encoding") == "chunked") {
    for (;;) {
      std::size_t eol = 0;
      while ((eol = buffer_.find("\r\n")) == std::string::npos) {
        if (!receive()) return answer;
      }
      const std::size_t size = std::stoul(buffer_.substr(0, eol), nullptr, 16);
      buffer_.erase(0, eol + 2);
      if (!take(size + 2)) return answer;
      answer.body.resize(answer.body.size() - 2);
      if (size == 0) break;
    }
  } else if (!answer.header("content-length").empty()) {
    if (!take(std::stoul(answer.header("content-length")))) return answer;
  } else {
    while (receive()) {
    }
    answer.body = std::exchange(buffer_, {});
  }
  answer.whole = true;
  return answer;
}

std::string Caller::readToEnd() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

bool Caller::ended() { return buffer_.empty() && !receive() && buffer_.empty(); }

void Caller::endOutput() const { ::shutdown(socket_, SHUT_WR); }

void Caller::reset() {
  const linger abort{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  ::close(std::exchange(socket_, -1));
}

Running::Running(ServerOptions options) : Running(std::move(options), {}) {}

Running::Running(ServerOptions options, std::function<void(FakeHandler&)> prepare) {
  if (prepare) prepare(handler);
  options.tick = std::chrono::milliseconds(5);
  auto started = Server::start(options, handler, clock);
  if (!started) throw std::runtime_error(started.error().describe());
  server = *std::move(started);
}

Running::~Running() = default;

void Running::advanceUntilReadable(const Caller& client) {
  for (int i = 0; i < 2000 && !client.readable(std::chrono::milliseconds(10)); ++i) {
    clock.advance(std::chrono::seconds(1));
  }
}

std::string get(std::string_view path, std::string_view fields) {
  return std::string("GET ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: a\r\n")
      .append(fields)
      .append("\r\n");
}

}  // namespace sw::adapters::http
