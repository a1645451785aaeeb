#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <coroutine>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/loop.h"

namespace sw::adapters::http {

using Executor = boost::asio::io_context::executor_type;

/// `base::Loop` on an `io_context` that one thread runs. What other threads post is collected and
/// costs one wake-up for all that arrives before the loop gets to it. After `run` has ended, what
/// is still posted is kept and never resumed.
class AsioLoop final : public base::Loop {
 public:
  AsioLoop();
  ~AsioLoop() override;

  /// Runs on the calling thread until `stop`.
  void run();
  /// Thread-safe.
  void stop();
  boost::asio::io_context& context() { return context_; }

  void post(std::coroutine_handle<> handle) override;
  void postAfter(std::chrono::nanoseconds delay, std::coroutine_handle<> handle) override;
  void postWhenReady(int descriptor, Readiness readiness, std::coroutine_handle<> handle) override;
  bool afterRound(std::function<void()> work) override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// The loop's view of a foreign descriptor; one for both directions, since epoll knows it once.
  struct Watch {
    explicit Watch(boost::asio::io_context& context) : descriptor(context) {}
    boost::asio::posix::basic_stream_descriptor<Executor> descriptor;
    int waits = 0;
  };

  void resumePosted();
  void armTimer();
  void resumeDue();

  boost::asio::io_context context_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_;
  std::multimap<Time, std::coroutine_handle<>> sleeping_;
  std::unordered_map<int, std::unique_ptr<Watch>> watches_;

  std::mutex mutex_;
  std::vector<std::coroutine_handle<>> posted_;
  std::vector<std::coroutine_handle<>> resuming_;
};

}  // namespace sw::adapters::http
