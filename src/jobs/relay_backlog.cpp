#include "jobs/relay_backlog.h"

#include <algorithm>

namespace sw::jobs {
namespace {

constexpr int kMaxDoublings = 20;

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood: Fast splittable pseudorandom number generators).
std::uint64_t nextRandom(std::uint64_t& state) {
  std::uint64_t mixed = (state += 0x9E3779B97F4A7C15U);
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

}  // namespace

void RelayBacklog::note(const base::Uuid& userId, base::Instant now) {
  for (std::size_t i = 0; i < queues_.size(); ++i) note(i, userId, now);
}

void RelayBacklog::note(std::size_t subscriber, const base::Uuid& userId, base::Instant now) {
  RelayLane& lane = lanes_[Key{subscriber, userId}];
  switch (lane.state) {
    case RelayLane::State::kRunning: lane.again = true; return;
    case RelayLane::State::kQueued: return;
    // Counts, so that the census of a lane that fails for long is about right.
    case RelayLane::State::kWaiting: ++lane.standing.last; return;
    case RelayLane::State::kIdle: break;
  }
  lane.subscriber = subscriber;
  lane.userId = userId;
  lane.oldest = now;
  enqueue(lane, now + pace_.gather);
}

void RelayBacklog::enqueue(RelayLane& lane, base::Instant due) {
  lane.state = RelayLane::State::kQueued;
  lane.due = due;
  queues_[lane.subscriber].push_back(&lane);
}

RelayLane* RelayBacklog::next(base::Instant now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    RelayLane& lane = *waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    enqueue(lane, now);
  }
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    auto& queue = queues_[i];
    if (queue.empty() || running_[i] >= pace_.concurrency || queue.front()->due > now) continue;
    RelayLane& lane = *queue.front();
    queue.pop_front();
    ++running_[i];
    lane.state = RelayLane::State::kRunning;
    lane.again = false;
    return &lane;
  }
  return nullptr;
}

void RelayBacklog::finish(RelayLane& lane, Outcome outcome, base::Instant now) {
  --running_[lane.subscriber];
  lane.state = RelayLane::State::kIdle;
  if (outcome == Outcome::kConflict || outcome == Outcome::kFailed) {
    lane.known = false;  // another copy may be further by the next time
    lane.position = std::min(lane.position, lane.standing.position);
    if (outcome == Outcome::kFailed) return hold(lane, now);
    ++lane.conflicts;
    return enqueue(lane, now + pace_.gather);
  }
  lane.failures = 0;
  lane.conflicts = 0;
  if (outcome == Outcome::kMore) {
    enqueue(lane, now);
  } else if (lane.again) {
    lane.oldest = now;
    enqueue(lane, now + pace_.gather);
  }
}

void RelayBacklog::hold(RelayLane& lane, base::Instant now) {
  ++lane.failures;
  lane.state = RelayLane::State::kWaiting;
  lane.due = now + waitAfter(lane.failures);
  waiting_.emplace(lane.due, &lane);
}

std::chrono::microseconds RelayBacklog::waitAfter(int failures) {
  const std::chrono::microseconds longest = pace_.longestWait;
  std::chrono::microseconds wait = pace_.firstWait;
  for (int i = 1; i < std::min(failures, kMaxDoublings) && wait < longest; ++i) wait *= 2;
  wait = std::min(wait, longest);
  const auto half = static_cast<std::uint64_t>(wait.count() / 2);
  return std::chrono::microseconds(
      static_cast<std::int64_t>(half + nextRandom(random_) % (half + 1)));
}

std::vector<RelayLane*> RelayBacklog::unsaved(std::size_t limit) {
  std::vector<RelayLane*> found;
  for (auto& [key, lane] : lanes_) {
    if (found.size() == limit) break;
    if (lane.state != RelayLane::State::kRunning && lane.isUnsaved()) found.push_back(&lane);
  }
  return found;
}

void RelayBacklog::prune() {
  std::erase_if(lanes_, [](const auto& entry) {
    return entry.second.state == RelayLane::State::kIdle && !entry.second.isUnsaved();
  });
}

std::optional<base::Instant> RelayBacklog::nextDue() const {
  std::optional<base::Instant> due;
  const auto consider = [&due](base::Instant instant) {
    if (!due || instant < *due) due = instant;
  };
  if (!waiting_.empty()) consider(waiting_.begin()->first);
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    // A subscriber without room goes on when one of its lanes ends, which wakes the relay.
    if (!queues_[i].empty() && running_[i] < pace_.concurrency) consider(queues_[i].front()->due);
  }
  return due;
}

RelayBacklog::Census RelayBacklog::census() const {
  Census census;
  std::unordered_map<base::Uuid, std::int64_t> byUser;
  for (const auto& [key, lane] : lanes_) {
    if (lane.state == RelayLane::State::kIdle) continue;
    // Of a lane that has not been looked at, one change is known.
    const std::int64_t left = std::max<std::int64_t>(lane.standing.last - lane.position, 1);
    std::int64_t& most = byUser[lane.userId];
    most = std::max(most, left);
    if (!census.oldest || lane.oldest < *census.oldest) census.oldest = lane.oldest;
    if (lane.state == RelayLane::State::kWaiting) ++census.failing;
  }
  for (const auto& [user, left] : byUser) census.pending += left;
  return census;
}

}  // namespace sw::jobs
