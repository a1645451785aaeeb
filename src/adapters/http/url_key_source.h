#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "accounts/key_ring.h"
#include "adapters/http/client.h"
#include "base/loop.h"

namespace sw::adapters::http {

/// A key set at an address (`JWKS_URL`), asked for by GET. Calls are made one after another on a
/// thread of its own, so that no event loop waits. Owned by the composition root; every fetch must
/// have ended, or its loop must have stopped for good, before it is destroyed. Thread-safe.
class UrlKeySource final : public accounts::KeySource {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
  static constexpr std::chrono::milliseconds kDeadline{5000};
  static constexpr std::size_t kMaxWaiting = 16;

  /// `deadline` is for a whole call, connecting included.
  explicit UrlKeySource(std::string url, std::chrono::milliseconds deadline = kDeadline);
  ~UrlKeySource() override;

  /// The text. `kUnavailable` when nobody answers there, the answer is not 200, or too many calls
  /// wait; `kTimeout` past the deadline; `kIo` when it is over 1 MiB. Redirects are not followed.
  /// Suspends; needs a loop on the thread.
  base::Task<base::Result<std::string>> fetch() override;

 private:
  struct Call {
    base::Loop* loop = nullptr;
    std::coroutine_handle<> handle;
    base::Result<std::string>* outcome = nullptr;
  };
  class Submit;

  bool submit(Call call);
  void run();
  base::Result<std::string> get();

  const std::string url_;
  const std::chrono::milliseconds deadline_;
  Client client_;  // the thread's, but for its end
  std::atomic<bool> stopping_{false};

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Call> waiting_;
  std::thread thread_;  // from the first call on
};

}  // namespace sw::adapters::http
