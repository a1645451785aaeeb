#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/task.h"

namespace sw::app {

/// Runs a call that blocks on a thread of its own for a coroutine, which goes on on its loop; one
/// at a time. Thread-safe; the awaiting thread needs a `base::Loop`, which must live until `end`.
class SideCall {
 public:
  using Call = std::function<base::Result<std::string>()>;

  SideCall() = default;
  SideCall(const SideCall&) = delete;
  SideCall& operator=(const SideCall&) = delete;
  ~SideCall() { end(); }

  /// The outcome of `call`. `kConflict` while another runs, `kUnavailable` after `end`.
  base::Task<base::Result<std::string>> run(Call call);
  /// Refuses further calls and waits for the one that runs. Safe to call twice.
  void end();

 private:
  struct Pending;
  base::Result<void> start(Pending& pending);

  std::mutex mutex_;
  bool running_ = false;
  bool ended_ = false;
  std::thread thread_;  // of the last call
};

}  // namespace sw::app
