#include "adapters/sql/pg_watchdog.h"

#include <sys/socket.h>

namespace sw::sql {
namespace {

constexpr std::chrono::milliseconds kRound{100};

}  // namespace

PgWatchdog::Watch::Watch(PgWatchdog& dog) : dog_(dog) {
  const std::lock_guard lock(dog_.mutex_);
  dog_.watches_.insert(this);
}

PgWatchdog::Watch::~Watch() {
  const std::lock_guard lock(dog_.mutex_);
  dog_.watches_.erase(this);
}

void PgWatchdog::Watch::arm(int socket, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const std::lock_guard lock(dog_.mutex_);
  socket_ = socket;
  deadline_ = deadline;
}

void PgWatchdog::Watch::disarm() {
  const std::lock_guard lock(dog_.mutex_);
  socket_ = -1;
}

bool PgWatchdog::Watch::fired() {
  const std::lock_guard lock(dog_.mutex_);
  return fired_;
}

PgWatchdog::PgWatchdog() : thread_([this] { run(); }) {}

PgWatchdog::~PgWatchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void PgWatchdog::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kRound, [this] { return stopping_; })) {
    const auto now = std::chrono::steady_clock::now();
    for (Watch* watch : watches_) {
      if (watch->socket_ < 0 || now < watch->deadline_) continue;
      ::shutdown(watch->socket_, SHUT_RDWR);
      watch->socket_ = -1;
      watch->fired_ = true;
    }
  }
}

}  // namespace sw::sql
