#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/server.h"
#include "fakes/fake_clock.h"

namespace sw::adapters::http {

/// An exchange as the handler was told of it.
struct Told {
  std::string path;
  int status;
  std::uint64_t requestBytes;
  std::uint64_t responseBytes;
  base::Monotonic received;
  base::Monotonic finished;
};

/// A handler made of functions that a test sets before it starts the server; answers 200 with the
/// method, path and body unless told otherwise, and remembers what it was told.
class FakeHandler final : public api::RequestHandler {
 public:
  std::function<api::Admission(api::RequestHead&)> onAdmit;
  std::function<base::Task<api::Response>(api::Request&)> onHandle;

  api::Admission admit(api::RequestHead& head) override;
  base::Task<api::Response> handle(api::Request& request) override;
  api::Response reject(api::RequestHead& head, const base::Error& error) override;
  void finished(const api::Exchange& exchange) override;

  /// Waits until that many exchanges have been told and gives them all.
  std::vector<Told> waitForTold(std::size_t count,
                                std::chrono::milliseconds patience = std::chrono::seconds(20));
  std::vector<Told> told();

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<Told> told_;
};

/// Where handlers wait for the test, each on its own loop.
class Gate {
 public:
  /// Awaitable: until `open`.
  auto pass() {
    struct Awaiter {
      Gate& gate;
      [[nodiscard]] bool await_ready() const { return false; }
      bool await_suspend(std::coroutine_handle<> handle) { return gate.enter(handle); }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }
  /// Waits until that many are waiting.
  void waitForWaiting(std::size_t count);
  /// Lets all go on, and those to come.
  void open();

 private:
  bool enter(std::coroutine_handle<> handle);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<base::Loop*, std::coroutine_handle<>>> waiting_;
  bool open_ = false;
};

/// An answer as a client reads it.
struct Answer {
  int status = 0;
  std::string statusLine;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool whole = false;

  [[nodiscard]] std::string header(const std::string& name) const;
};

/// A blocking client. Every wait ends after 20 s, so that a test that fails does not hang.
class Caller {
 public:
  explicit Caller(std::uint16_t port);
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller();

  void send(std::string_view bytes) const;
  /// As `send`, for what the other side may refuse to take.
  bool trySend(std::string_view bytes) const;
  /// The next answer; `head` when it answers HEAD and so has no body.
  Answer read(bool head = false);
  /// Everything up to the end of the connection.
  std::string readToEnd();
  /// Whether the other side ends the connection without a byte more.
  bool ended();
  /// Whether something has arrived, or does within `patience`.
  [[nodiscard]] bool readable(std::chrono::milliseconds patience) const;
  void endOutput() const;
  /// Closes so that the other side gets a reset.
  void reset();
  [[nodiscard]] int descriptor() const { return socket_; }

 private:
  bool receive();

  int socket_;
  std::string buffer_;
};

/// A server on a free loopback port with a handler and a clock of the test.
class Running {
 public:
  explicit Running(ServerOptions options = {});
  Running(ServerOptions options, std::function<void(FakeHandler&)> prepare);
  ~Running();

  [[nodiscard]] std::uint16_t port() const { return server->port(); }
  /// Moves the clock second by second until the client has something to read.
  void advanceUntilReadable(const Caller& client);

  fakes::FakeClock clock;
  FakeHandler handler;
  std::unique_ptr<Server> server;
};

/// "GET path HTTP/1.1" with a Host and the given further lines.
std::string get(std::string_view path, std::string_view fields = "");

}  // namespace sw::adapters::http
