#pragma once

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/uuid.h"
#include "jobs/relay_observer.h"

namespace sw::api {

/// Where open streams wait for news: knows whose change logs each of them follows, and wakes those
/// whose logs have grown. Bounded in how many streams there are, of one user and in all.
/// Owned by the composition root; outlives the server, whose loops its streams run on.
/// Thread-safe.
class StreamHub final : public jobs::ChangeObserver {
 public:
  struct Limits {
    std::size_t ofUser = 16;
    std::size_t inAll = 4096;
  };

  /// One stream's place. Used on the stream's loop; given back when it is destroyed.
  class Place {
   public:
    explicit Place(StreamHub& hub) : hub_(hub) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    /// Whose logs the stream follows from now on. True when that is not what it was: what was
    /// written to new ones before this call must be looked for.
    bool follow(std::vector<base::Uuid> owners);
    /// Ends the present and every later wait at once.
    void end();
    [[nodiscard]] bool ended() const { return ended_; }

    /// Awaitable: goes on when a followed log has grown since the last wait (true), and soon after
    /// `until` or at the end of the place (false).
    auto wait(base::Monotonic until) {
      struct Awaiter {
        Place& place;
        base::Monotonic until;
        base::KeptContext context{};

        [[nodiscard]] bool await_ready() const noexcept { return place.ended_; }
        bool await_suspend(std::coroutine_handle<> handle) {
          return place.suspend(handle, until, context);
        }
        bool await_resume() const {
          context.resume();
          return place.takeNews();
        }
      };
      return Awaiter{*this, until};
    }

   private:
    friend class StreamHub;
    bool suspend(std::coroutine_handle<> handle, base::Monotonic until, base::KeptContext& context);
    bool takeNews();
    void wake();

    StreamHub& hub_;
    base::Uuid user_;
    std::list<Place*>::iterator position_;
    bool ended_ = false;
    std::vector<base::Uuid> owners_;
    // Guarded by the hub.
    bool news_ = false;
    base::Monotonic until_{};
    base::Loop* loop_ = nullptr;
    std::coroutine_handle<> waiting_;
  };

  StreamHub(const base::Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}
  /// As `stop`.
  ~StreamHub() override { stop(); }

  /// Begins to wake streams, on a thread of its own.
  void start();
  /// Ends the thread; streams wait on. Safe to call twice.
  void stop();

  /// A place for a stream of `user`. `kTooManyRequests` when they have as many as one may have,
  /// `kUnavailable` when there are as many as can be.
  base::Result<std::unique_ptr<Place>> admit(const base::Uuid& user);

  /// A stranger to all streams costs one look into a table.
  void changed(std::span<const base::Uuid> users) override;

  /// Wakes those who were told of changes, and those whose wait is over by the clock. The thread
  /// calls it; tests do without a thread.
  void dispatch();

  [[nodiscard]] std::size_t open() const { return open_.load(std::memory_order_relaxed); }

 private:
  void run();

  const base::Clock& clock_;
  const Limits limits_;
  std::atomic<std::size_t> open_{0};

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool stopping_ = false;
  std::list<Place*> places_;
  std::unordered_map<base::Uuid, std::size_t> ofUser_;
  std::unordered_map<base::Uuid, std::vector<Place*>> followers_;  // by owner of a log
  std::vector<base::Uuid> grown_;  // logs that are followed and have grown
  base::Monotonic nextLook_{};     // for waits that are over by the clock
  std::thread thread_;
};

}  // namespace sw::api
