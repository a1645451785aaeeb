#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "base/uuid.h"
#include "jobs/change_log.h"
#include "jobs/change_subscriber.h"
#include "jobs/relay_backlog.h"
#include "jobs/relay_carrier.h"
#include "jobs/relay_nudge.h"
#include "jobs/relay_observer.h"
#include "jobs/relay_probe.h"
#include "jobs/relay_search.h"
#include "jobs/relay_store.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

struct RelayOptions {
  RelayPace pace{};
  RelaySearch::Options search{};
  /// How long a position may be ahead of the database where the subscriber wrote nothing.
  std::chrono::milliseconds saveEvery{std::chrono::seconds(1)};
  /// Between two looks at the backlog for the gauges.
  std::chrono::milliseconds censusEvery{std::chrono::seconds(5)};
  /// Seeds the jitter of the waits after failures.
  std::uint64_t seed = 0;
};

/// Carries every user's changes from the change log to each subscriber: at least once, in order
/// for each user, each subscriber at its own pace. How far it has come is durable, in the unit
/// that the subscriber writes to (see `ChangeSubscriber::take`).
///
/// It learns whom to look at from `changed`, and by searching: at its start, and from time to time
/// for what other copies of the program wrote. Users without news cost nothing. A subscriber that
/// fails is tried again later for that user alone; all others go on.
///
/// Owned by the composition root; works on a thread of its own. `changed` and `wake` are
/// thread-safe, the rest is for the owner's thread.
class Relay final : public ChangeObserver {
 public:
  struct Parts {
    ChangeLog& log;
    RelayStore& store;
    Storage& storage;
    RelayProbe& probe;
    const base::Clock& clock;
    /// Told of what the search finds, this relay among them: a bell that streams listen to as
    /// well. Null: nobody else wants to know.
    ChangeObserver* others = nullptr;
  };

  Relay(Parts parts, RelayOptions options);
  /// As `stop`.
  ~Relay() override;

  /// Before `start`; the subscriber must outlive the relay.
  void add(ChangeSubscriber& subscriber);
  void start();
  /// Lets what is being told end, writes down how far it came, ends the thread. Blocks. Safe to
  /// call twice.
  void stop();

  void changed(std::span<const base::Uuid> users) override;
  /// Looks again at what is due; for tests that move the clock.
  void wake() { nudge_.nudge(); }

  /// Instead of `start`, for tests: tells everything that is due by the clock now, until there is
  /// no more, and writes down how far it came. Runs on the caller's loop.
  base::Task<void> settle();
  /// How much is left to tell, as this copy of the program knows it.
  [[nodiscard]] RelayBacklog::Census census() const;

 private:
  base::Task<void> run();
  base::Task<void> enroll();
  void step();
  void takeHints();
  base::Detached carry(RelayLane& lane);
  base::Detached search();
  base::Detached save();
  base::Task<void> saveAll();
  base::Detached alarm(std::chrono::nanoseconds delay);
  void setAlarm();
  void tellBacklog();
  [[nodiscard]] bool isEnrolled() const { return readers_.size() == subscribers_.size(); }
  [[nodiscard]] bool hasWorkNow();
  [[nodiscard]] base::Instant nextDue() const;

  const Parts parts_;
  const RelayOptions options_;
  RelayBacklog backlog_;
  RelayCarrier carrier_;
  RelaySearch search_;
  RelayNudge nudge_;
  std::vector<ChangeSubscriber*> subscribers_;
  std::vector<RelaySearch::Reader> readers_;  // as many as are enrolled
  base::Instant nextEnrolment_{};
  base::Instant nextSave_{};
  base::Instant nextCensus_{};
  std::optional<base::Instant> alarm_;  // when the earliest alarm rings
  int alarms_ = 0;
  int busy_ = 0;  // detached coroutines that have not ended, without alarms
  bool searching_ = false;
  bool saving_ = false;

  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards what follows
  std::vector<base::Uuid> hints_;
  std::thread thread_;
};

}  // namespace sw::jobs
