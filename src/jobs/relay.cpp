#include "jobs/relay.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/local_loop.h"

namespace sw::jobs {

using base::Instant;
using base::Task;
using namespace std::chrono_literals;

namespace {

constexpr auto kLongestSleep = 500ms;  // also how long a stop may have to wait for an alarm
constexpr auto kShortestSleep = 1ms;
constexpr auto kPauseAfterFailure = 5s;
/// Hints that are kept apart; beyond them lies a stop of minutes, and the search finds the users.
constexpr std::size_t kMaxHints = 1 << 17;
constexpr std::size_t kSavedAtOnce = 256;

}  // namespace

Relay::Relay(Parts parts, RelayOptions options)
    : parts_(parts),
      options_(options),
      backlog_(options.pace, options.seed),
      carrier_(parts.log, parts.store, parts.storage, parts.probe, options.pace.batch),
      search_(parts.store, options.search) {}

Relay::~Relay() { stop(); }

void Relay::add(ChangeSubscriber& subscriber) {
  subscribers_.push_back(&subscriber);
  backlog_.addSubscriber();
  parts_.probe.addSubscriber(subscriber.name());
}

void Relay::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "relay");
    base::runBlocking(run());
  });
}

void Relay::stop() {
  stopping_ = true;
  nudge_.nudge();
  if (thread_.joinable()) thread_.join();
}

void Relay::changed(std::span<const base::Uuid> users) {
  if (subscribers_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    const bool first = hints_.empty();
    if (hints_.size() < kMaxHints) hints_.insert(hints_.end(), users.begin(), users.end());
    if (!first) return;  // whoever put the first one woke it
  }
  nudge_.nudge();
}

void Relay::takeHints() {
  std::vector<base::Uuid> hints;
  {
    const std::lock_guard lock(mutex_);
    hints.swap(hints_);
  }
  const Instant now = parts_.clock.now();
  for (const base::Uuid& user : hints) backlog_.note(user, now);
}

Task<void> Relay::enroll() {
  while (!isEnrolled()) {
    ChangeSubscriber& subscriber = *subscribers_[readers_.size()];
    const Instant now = parts_.clock.now();
    const auto since = co_await parts_.store.enroll(subscriber.name(), subscriber.start(), now);
    if (!since.ok()) {
      parts_.probe.upkeepFailed("enrolling a subscriber", since.error());
      nextEnrolment_ = now + kPauseAfterFailure;
      co_return;
    }
    readers_.push_back({subscriber.name(), *since});
  }
}

Task<void> Relay::run() {
  while (!stopping_) {
    if (!isEnrolled() && nextEnrolment_ <= parts_.clock.now()) co_await enroll();
    step();
    setAlarm();
    co_await nudge_.wait();
  }
  // What has begun ends; what is done is written down, so that it is not told again.
  while (busy_ > 0 || alarms_ > 0) co_await nudge_.wait();
  co_await saveAll();
  nudge_.release();
}

Task<void> Relay::saveAll() {
  std::size_t before = 0;
  do {
    before = backlog_.unsaved(SIZE_MAX).size();
    save();
    while (busy_ > 0) co_await nudge_.wait();
  } while (backlog_.unsaved(SIZE_MAX).size() < before);  // else all, or the database is away
}

Task<void> Relay::settle() {
  co_await enroll();
  do {
    step();
    while (busy_ > 0) co_await nudge_.wait();
  } while (hasWorkNow());
  co_await saveAll();
}

bool Relay::hasWorkNow() {
  {
    const std::lock_guard lock(mutex_);
    if (!hints_.empty()) return true;
  }
  const Instant now = parts_.clock.now();
  const auto due = backlog_.nextDue();
  return isEnrolled() && ((due && *due <= now) || search_.due() <= now);
}

RelayBacklog::Census Relay::census() const { return backlog_.census(); }

// Everything that is due and has room begins here; what ends nudges, and so comes back here.
void Relay::step() {
  takeHints();
  if (!isEnrolled()) return;
  const Instant now = parts_.clock.now();
  if (!searching_ && search_.due() <= now) search();
  while (RelayLane* lane = backlog_.next(now)) carry(*lane);
  if (!saving_ && nextSave_ <= now) {
    nextSave_ = now + options_.saveEvery;
    save();
  }
  if (nextCensus_ <= now) {
    nextCensus_ = now + options_.censusEvery;
    tellBacklog();
  }
}

void Relay::tellBacklog() {
  const RelayBacklog::Census census = backlog_.census();
  const auto age = census.oldest ? parts_.clock.now() - *census.oldest : 0us;
  parts_.probe.backlog(census.pending, std::max(age, 0us));
}

base::Detached Relay::carry(RelayLane& lane) {
  ++busy_;
  ChangeSubscriber& subscriber = *subscribers_[lane.subscriber];
  const Instant since = readers_[lane.subscriber].since;
  const RelayBacklog::Outcome outcome = co_await carrier_.carry(lane, subscriber, since);
  backlog_.finish(lane, outcome, parts_.clock.now());
  --busy_;
  nudge_.nudge();
}

base::Detached Relay::search() {
  ++busy_;
  searching_ = true;
  const bool first = search_.due() == Instant{};
  const Instant now = parts_.clock.now();
  const auto found = co_await search_.run(readers_, backlog_, parts_.others, now);
  if (!found.ok()) {
    parts_.probe.upkeepFailed("looking for changes that are left to tell", found.error());
  } else if (first) {
    parts_.probe.started(subscribers_.size(), *found);
  }
  searching_ = false;
  --busy_;
  nudge_.nudge();
}

base::Detached Relay::save() {
  ++busy_;
  saving_ = true;
  struct Saved {
    RelayLane* lane;
    std::int64_t to;
  };
  std::vector<Saved> saved;
  const auto unit = parts_.storage.begin();
  for (RelayLane* lane : backlog_.unsaved(kSavedAtOnce)) {
    parts_.store.raise(*unit, readers_[lane->subscriber].name, lane->userId, lane->position);
    saved.push_back({lane, lane->position});
  }
  if (!saved.empty()) {
    const auto outcome = co_await unit->commit();
    if (!outcome.ok()) {
      parts_.probe.upkeepFailed("writing down how far changes were told", outcome.error());
    }
    for (const Saved& one : saved) {
      // A lane that fell back meanwhile looks at the database again anyway.
      if (!outcome.ok() || !one.lane->known || one.lane->position < one.to) continue;
      one.lane->standing.position = std::max(one.lane->standing.position, one.to);
      one.lane->standing.recorded = true;
    }
    if (saved.size() == kSavedAtOnce) nextSave_ = parts_.clock.now();
  }
  backlog_.prune();
  saving_ = false;
  --busy_;
  nudge_.nudge();
}

Instant Relay::nextDue() const {
  if (!isEnrolled()) return nextEnrolment_;
  Instant due = std::min(nextCensus_, search_.due());
  if (backlog_.size() > 0) due = std::min(due, nextSave_);
  if (const auto lane = backlog_.nextDue()) due = std::min(due, *lane);
  return due;
}

void Relay::setAlarm() {
  const Instant now = parts_.clock.now();
  const Instant due = std::clamp(nextDue(), now + kShortestSleep, now + kLongestSleep);
  if (alarm_ && *alarm_ <= due) return;
  alarm_ = due;
  alarm(due - now);
}

base::Detached Relay::alarm(std::chrono::nanoseconds delay) {
  ++alarms_;
  co_await base::sleepFor(delay);
  --alarms_;
  alarm_.reset();
  nudge_.nudge();
}

}  // namespace sw::jobs
