#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/relay_store.h"

namespace sw::jobs {

/// How hard the relay works.
struct RelayPace {
  /// Users a subscriber is told about at the same time.
  std::size_t concurrency = 16;
  /// Changes handed over at once.
  int batch = 200;
  /// How long changes of a user are gathered before the first is told, so that one who writes a
  /// lot costs a few large batches.
  std::chrono::milliseconds gather{25};
  /// The wait after the first failure; doubles with each up to `longestWait`. A wait lasts between
  /// half of that and all of it, by chance.
  std::chrono::milliseconds firstWait{500};
  std::chrono::milliseconds longestWait{std::chrono::minutes(5)};
};

/// What is left to tell one subscriber of one user.
struct RelayLane {
  enum class State {
    kIdle,     // everything is told; kept until its position is in the database
    kQueued,   // has its turn as soon as there is room
    kRunning,  // changes are being told
    kWaiting,  // after a failure, until `due`
  };

  std::size_t subscriber = 0;
  base::Uuid userId;
  State state = State::kIdle;
  bool again = false;   // there was news while it ran
  base::Instant due{};  // of a queued or waiting one
  int failures = 0;     // since the last success
  int conflicts = 0;    // since the last success
  bool known = false;   // `standing` is what the database held when it was last looked at
  RelayStore::Standing standing{};
  std::int64_t position = 0;  // ahead of `standing` where nothing was written
  base::Instant oldest{};     // when the oldest change that is not told was written, about

  [[nodiscard]] bool isUnsaved() const { return known && position > standing.position; }
};

/// Who has something to be told, and when. Plain bookkeeping without a clock or a thread of its
/// own: one thread uses it. Lanes stay where they are until `drop`.
class RelayBacklog {
 public:
  /// Conflicts in a row that are taken for another copy at work; more of them are failures.
  static constexpr int kPatience = 4;

  /// `seed` makes the waits after failures reproducible.
  RelayBacklog(const RelayPace& pace, std::uint64_t seed) : pace_(pace), random_(seed) {}

  /// Before anything else, as often as there are subscribers.
  void addSubscriber() { queues_.emplace_back(), running_.push_back(0); }

  /// There is news of a user, for all subscribers or for one.
  void note(const base::Uuid& userId, base::Instant now);
  void note(std::size_t subscriber, const base::Uuid& userId, base::Instant now);

  /// The next lane that is due and has room, now running; null when there is none. `finish` ends
  /// its turn.
  RelayLane* next(base::Instant now);

  enum class Outcome {
    kDone,      // everything it saw is told
    kMore,      // there is more
    kConflict,  // another copy was faster, or a guard of what was written did not hold: again soon
    kFailed,
  };
  void finish(RelayLane& lane, Outcome outcome, base::Instant now);

  /// Lanes whose positions are to be written down, at most `limit`; not those that run.
  [[nodiscard]] std::vector<RelayLane*> unsaved(std::size_t limit);
  /// Forgets lanes that are idle and whose position is in the database.
  void prune();

  /// When the next lane is due, or nothing when none waits.
  [[nodiscard]] std::optional<base::Instant> nextDue() const;

  struct Census {
    std::int64_t pending = 0;  // changes that are not told to all, about
    std::optional<base::Instant> oldest;
    std::size_t failing = 0;  // lanes that wait after a failure
  };
  [[nodiscard]] Census census() const;
  [[nodiscard]] std::size_t size() const { return lanes_.size(); }

 private:
  struct Key {
    std::size_t subscriber;
    base::Uuid userId;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<base::Uuid>{}(key.userId) * 31 + key.subscriber;
    }
  };

  void enqueue(RelayLane& lane, base::Instant due);
  void hold(RelayLane& lane, base::Instant now);
  [[nodiscard]] std::chrono::microseconds waitAfter(int failures);

  const RelayPace pace_;
  std::uint64_t random_;
  std::unordered_map<Key, RelayLane, Hash> lanes_;
  std::vector<std::deque<RelayLane*>> queues_;  // by subscriber, by when they are due
  std::vector<std::size_t> running_;            // by subscriber
  std::multimap<base::Instant, RelayLane*> waiting_;
};

}  // namespace sw::jobs
