#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "accounts/credentials.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/change_log.h"
#include "jobs/idempotency.h"
#include "obs/log.h"

namespace sw::app {

/// Removes what has served its time (remembered answers, sessions, sign-in codes, old entries of
/// the change log) in small pieces, so that other writers are hardly held up. Several copies of
/// the program may do it at once. Owned by the composition root; the stores must outlive it.
class Housekeeping {
 public:
  static constexpr std::chrono::minutes kInterval{10};
  /// Rows of one write.
  static constexpr int kPiece = 500;

  struct Stores {
    jobs::IdempotencyStore& answers;
    accounts::CredentialStore& credentials;
    jobs::ChangeLog& changes;
  };

  Housekeeping(Stores stores, const base::Clock& clock, obs::Log& log);
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;
  ~Housekeeping();

  /// Begins to look after it on a thread of its own.
  void start();
  /// Ends the thread after the piece that is being removed. Safe to call twice.
  void stop();

  /// Removes what is past its time when the last time was `kInterval` ago. Blocks. Answers whether
  /// it was due.
  bool runIfDue();

 private:
  bool stopping();
  template <class Remove>
  void removeAll(const char* what, Remove remove);

  const Stores stores_;
  const base::Clock& clock_;
  const obs::Logger logger_;
  std::optional<base::Monotonic> last_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::app
