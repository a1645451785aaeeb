#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>

namespace sw::sql {

/// Cuts connections whose server does not answer in time, which no event of the socket itself
/// would tell: shuts the socket down, so that whoever waits for it wakes up and finds it broken.
/// Owned by `PostgresDatabase`; thread-safe.
class PgWatchdog {
 public:
  /// What a connection is doing; registered while it lives.
  class Watch {
   public:
    explicit Watch(PgWatchdog& dog);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Cuts `socket` when `disarm` has not been called by then.
    void arm(int socket, std::chrono::milliseconds patience);
    void disarm();
    [[nodiscard]] bool fired();

   private:
    friend class PgWatchdog;
    PgWatchdog& dog_;
    // Guarded by the dog's mutex.
    int socket_ = -1;
    std::chrono::steady_clock::time_point deadline_;
    bool fired_ = false;
  };

  PgWatchdog();
  ~PgWatchdog();
  PgWatchdog(const PgWatchdog&) = delete;
  PgWatchdog& operator=(const PgWatchdog&) = delete;

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::set<Watch*> watches_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::sql
