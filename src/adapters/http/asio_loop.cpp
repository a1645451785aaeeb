#include "adapters/http/asio_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace sw::adapters::http {

namespace asio = boost::asio;
using Errors = boost::system::error_code;

AsioLoop::AsioLoop() : context_(1), timer_(context_) {}

AsioLoop::~AsioLoop() {
  // The descriptors are not ours to close.
  for (auto& [descriptor, watch] : watches_) watch->descriptor.release();
}

void AsioLoop::run() {
  setCurrent(this);
  const auto guard = asio::make_work_guard(context_);
  context_.run();
  setCurrent(nullptr);
}

void AsioLoop::stop() { context_.stop(); }

void AsioLoop::post(std::coroutine_handle<> handle) {
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    first = posted_.empty();
    posted_.push_back(handle);
  }
  if (first) asio::post(context_, [this] { resumePosted(); });
}

void AsioLoop::resumePosted() {
  {
    const std::scoped_lock lock(mutex_);
    resuming_.swap(posted_);
  }
  for (const std::coroutine_handle<> handle : resuming_) handle.resume();
  resuming_.clear();
}

void AsioLoop::postAfter(std::chrono::nanoseconds delay, std::coroutine_handle<> handle) {
  const auto inserted = sleeping_.emplace(
      std::chrono::steady_clock::now() + std::chrono::ceil<Time::duration>(delay), handle);
  if (inserted == sleeping_.begin()) armTimer();
}

void AsioLoop::armTimer() {
  timer_.expires_at(sleeping_.begin()->first);
  timer_.async_wait([this](const Errors& error) {
    if (!error) resumeDue();
  });
}

void AsioLoop::resumeDue() {
  const Time now = std::chrono::steady_clock::now();
  while (!sleeping_.empty() && sleeping_.begin()->first <= now) {
    const std::coroutine_handle<> handle = sleeping_.begin()->second;
    sleeping_.erase(sleeping_.begin());
    handle.resume();
  }
  if (!sleeping_.empty()) armTimer();
}

void AsioLoop::postWhenReady(int descriptor, Readiness readiness, std::coroutine_handle<> handle) {
  std::unique_ptr<Watch>& watch = watches_[descriptor];
  if (!watch) {
    watch = std::make_unique<Watch>(context_);
    Errors error;
    watch->descriptor.assign(descriptor, error);
    if (error) {  // broken: the caller finds out by using it
      watches_.erase(descriptor);
      post(handle);
      return;
    }
  }
  ++watch->waits;
  const auto kind = readiness == Readiness::kReadable ? asio::posix::descriptor_base::wait_read
                                                      : asio::posix::descriptor_base::wait_write;
  watch->descriptor.async_wait(kind, [this, descriptor, handle](const Errors& /*error*/) {
    const auto found = watches_.find(descriptor);
    if (--found->second->waits == 0) {
      found->second->descriptor.release();
      watches_.erase(found);
    }
    handle.resume();
  });
}

bool AsioLoop::afterRound(std::function<void()> work) {
  // Behind what the reactor has found ready.
  asio::post(context_, std::move(work));
  return true;
}

}  // namespace sw::adapters::http
