#include "app/housekeeping.h"

#include <pthread.h>

#include "base/error.h"
#include "base/local_loop.h"

namespace sw::app {
namespace {

/// How often the thread looks at the clock.
constexpr std::chrono::seconds kLook{30};

}  // namespace

Housekeeping::Housekeeping(Stores stores, const base::Clock& clock, obs::Log& log)
    : stores_(stores), clock_(clock), logger_(log.logger("housekeeping")) {}

Housekeeping::~Housekeeping() { stop(); }

void Housekeeping::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "housekeeping");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      // First of all the wait: a start has better things to do.
      if (wake_.wait_for(lock, kLook, [this] { return stopping_; })) return;
      lock.unlock();
      runIfDue();
      lock.lock();
    }
  });
}

void Housekeeping::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Housekeeping::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

template <class Remove>
void Housekeeping::removeAll(const char* what, Remove remove) {
  std::int64_t removed = 0;
  const base::Monotonic begin = clock_.monotonic();
  while (!stopping()) {
    const base::Result<std::int64_t> piece = base::runBlocking(remove());
    if (!piece.ok()) {
      logger_.warn("Could not remove what is past its time",
                   {obs::field("what", what), obs::field("error", piece.error().describe())});
      return;
    }
    removed += *piece;
    if (*piece < kPiece) break;
  }
  if (removed > 0) {
    logger_.info("Removed what is past its time",
                 {obs::field("what", what), obs::field("rows", removed),
                  obs::duration(clock_.monotonic() - begin)});
  }
}

bool Housekeeping::runIfDue() {
  const base::Monotonic begin = clock_.monotonic();
  if (last_ && begin - *last_ < kInterval) return false;
  last_ = begin;
  const base::Instant now = clock_.now();
  removeAll("remembered answers", [&] { return stores_.answers.removeExpired(now, kPiece); });
  removeAll("sessions and codes", [&] { return stores_.credentials.removeExpired(now, kPiece); });
  removeAll("changes", [&] {
    return stores_.changes.removeBefore(now - jobs::ChangeLog::kRetention, kPiece);
  });
  return true;
}

}  // namespace sw::app
