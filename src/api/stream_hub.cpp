#include "api/stream_hub.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

namespace sw::api {

using base::Code;
using base::Error;
using base::Result;
using base::Uuid;

namespace {

/// How often waits that are over by the clock are looked for, however often news come.
constexpr std::chrono::milliseconds kLook{500};

}  // namespace

StreamHub::Place::~Place() {
  follow({});
  const std::lock_guard lock(hub_.mutex_);
  hub_.places_.erase(position_);
  const auto of = hub_.ofUser_.find(user_);
  if (--of->second == 0) hub_.ofUser_.erase(of);
  --hub_.open_;
}

bool StreamHub::Place::follow(std::vector<Uuid> owners) {
  if (owners == owners_) return false;
  const std::lock_guard lock(hub_.mutex_);
  for (const Uuid& owner : owners_) {
    const auto found = hub_.followers_.find(owner);
    std::erase(found->second, this);
    if (found->second.empty()) hub_.followers_.erase(found);
  }
  owners_ = std::move(owners);
  for (const Uuid& owner : owners_) hub_.followers_[owner].push_back(this);
  return true;
}

void StreamHub::Place::end() {
  ended_ = true;
  const std::lock_guard lock(hub_.mutex_);
  wake();
}

bool StreamHub::Place::suspend(std::coroutine_handle<> handle, base::Monotonic until,
                               base::KeptContext& context) {
  const std::lock_guard lock(hub_.mutex_);
  if (news_ || until <= hub_.clock_.monotonic()) return false;
  context.suspend();
  until_ = until;
  loop_ = base::Loop::current();
  waiting_ = handle;
  return true;
}

bool StreamHub::Place::takeNews() {
  const std::lock_guard lock(hub_.mutex_);
  return std::exchange(news_, false);
}

void StreamHub::Place::wake() {
  if (waiting_) loop_->post(std::exchange(waiting_, {}));
}

void StreamHub::start() {
  thread_ = std::thread([this] { run(); });
}

void StreamHub::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void StreamHub::run() {
  pthread_setname_np(pthread_self(), "streams");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto due = [this] { return stopping_ || !grown_.empty(); };
    if (places_.empty()) {
      wake_.wait(lock, [&] { return due() || !places_.empty(); });
    } else {
      wake_.wait_for(lock, kLook, due);
    }
    lock.unlock();
    dispatch();
    lock.lock();
  }
}

Result<std::unique_ptr<StreamHub::Place>> StreamHub::admit(const Uuid& user) {
  const std::lock_guard lock(mutex_);
  if (places_.size() >= limits_.inAll) {
    return Error(Code::kUnavailable, "there are as many streams as this server can hold");
  }
  std::size_t& mine = ofUser_[user];
  if (mine >= limits_.ofUser) {
    return Error(Code::kTooManyRequests, "you have as many streams as one may have");
  }
  auto place = std::make_unique<Place>(*this);
  ++mine;
  place->user_ = user;
  place->position_ = places_.insert(places_.end(), place.get());
  ++open_;
  wake_.notify_one();
  return place;
}

void StreamHub::changed(std::span<const Uuid> users) {
  if (open() == 0) return;
  const std::lock_guard lock(mutex_);
  const bool first = grown_.empty();
  for (const Uuid& user : users) {
    if (!followers_.contains(user)) continue;
    if (grown_.empty() || grown_.back() != user) grown_.push_back(user);
  }
  if (first && !grown_.empty()) wake_.notify_one();
}

// One log at a time under the lock, so that a calendar with many followers holds up no writer for
// long.
void StreamHub::dispatch() {
  std::vector<Uuid> grown;
  {
    const std::lock_guard lock(mutex_);
    grown.swap(grown_);
  }
  std::ranges::sort(grown);
  const auto repeated = std::ranges::unique(grown);
  grown.erase(repeated.begin(), repeated.end());
  for (const Uuid& owner : grown) {
    const std::lock_guard lock(mutex_);
    const auto found = followers_.find(owner);
    if (found == followers_.end()) continue;
    for (Place* place : found->second) {
      place->news_ = true;
      place->wake();
    }
  }
  const base::Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (now < nextLook_) return;
  nextLook_ = now + kLook;
  for (Place* place : places_) {
    if (place->until_ <= now) place->wake();
  }
}

}  // namespace sw::api
