#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/asio_loop.h"
#include "adapters/http/head_scanner.h"
#include "adapters/http/response_head.h"
#include "adapters/http/server.h"
#include "adapters/http/transport.h"

namespace sw::adapters::http {

class Connection;

/// Counts the open connections of a server and lets one wait for none. Thread-safe.
class ConnectionCount {
 public:
  void opened() { ++open_; }
  void closed();
  [[nodiscard]] std::size_t open() const { return open_; }
  /// Blocks until there is none, at most for `patience`; whether there is none.
  bool waitForNone(std::chrono::milliseconds patience);

 private:
  std::atomic<std::size_t> open_{0};
  std::mutex mutex_;
  std::condition_variable none_;
};

/// One thread of a server: its loop, its connections and what they share. Owned by the server;
/// except where said otherwise, for its own thread alone.
class Worker {
 public:
  Worker(const ServerOptions& options, api::RequestHandler& handler, const base::Clock& clock,
         ConnectionCount& count);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// The thread has ended.
  ~Worker();

  /// Any thread.
  void start(const std::string& name);
  /// Any thread: runs `work` on this one.
  void run(std::function<void()> work);
  /// Any thread: waits for the end that `cutAll` brings.
  void join();
  /// Any thread.
  [[nodiscard]] std::size_t load() const { return load_; }
  AsioLoop& loop() { return loop_; }

  /// Serves the connected `socket` (already counted), or refuses it with 503.
  void adopt(int socket, std::shared_ptr<boost::asio::ssl::context> tls, bool refused);
  /// Ends what is idle and lets the rest end after its answer.
  void drain();
  /// Cuts all connections off and ends the loop.
  void cutAll();

  // For connections.
  [[nodiscard]] const ServerOptions& options() const { return options_; }
  [[nodiscard]] const HeadLimits& limits() const { return limits_; }
  [[nodiscard]] api::RequestHandler& handler() const { return handler_; }
  [[nodiscard]] base::Monotonic now() const { return clock_.monotonic(); }
  [[nodiscard]] bool draining() const { return draining_; }
  DateLine& date() { return date_; }
  /// The connection's socket is closed.
  void closed();
  /// The connection's coroutine is at its end; frees both, later.
  void retire(Connection& connection);

 private:
  void tick();

  const ServerOptions& options_;
  HeadLimits limits_;
  api::RequestHandler& handler_;
  const base::Clock& clock_;
  ConnectionCount& count_;
  DateLine date_;
  bool draining_ = false;
  std::atomic<std::size_t> load_{0};
  AsioLoop loop_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      ticker_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace sw::adapters::http
