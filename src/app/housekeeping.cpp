#include "app/housekeeping.h"

#include <pthread.h>

#include "base/error.h"
#include "base/local_loop.h"
#include "base/zone.h"

namespace sw::app {
namespace {

/// How often the thread looks at the clock.
constexpr std::chrono::seconds kLook{30};

}  // namespace

Housekeeping::Housekeeping(Stores stores, const base::Clock& clock, obs::Log& log,
                           obs::ErrorReporter& errors)
    : stores_(stores), clock_(clock), logger_(log.logger("housekeeping")), errors_(errors) {}

Housekeeping::~Housekeeping() { stop(); }

void Housekeeping::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "housekeeping");
    followTimeZones(base::Zone::databaseVersion());
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      // The wait comes first: a start has better things to do.
      if (wake_.wait_for(lock, kLook, [this] { return stopping_; })) return;
      lock.unlock();
      finishImports();
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

void Housekeeping::failed(std::string_view what, const base::Error& error) {
  const std::string text = error.describe();
  const obs::Field fields[] = {obs::field("what", what)};
  errors_.report(obs::Incident::kUpkeepFailed, {.what = text}, {.fields = fields});
}

template <class Remove>
void Housekeeping::removeAll(const char* what, Remove remove) {
  std::int64_t removed = 0;
  const base::Monotonic begin = clock_.monotonic();
  while (!stopping()) {
    const base::Result<std::int64_t> piece = base::runBlocking(remove());
    if (!piece.ok()) {
      failed(what, piece.error());
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

void Housekeeping::followTimeZones(const std::string& version) {
  const base::Monotonic begin = clock_.monotonic();
  const auto run = base::runBlocking(stores_.timeZones.run(version, [this] { return stopping(); }));
  if (!run.ok()) {
    failed("following the tz database", run.error());
    return;
  }
  if (!run->needed || run->looked == 0) return;
  logger_.info(run->whole ? "Followed the tz database"
                          : "Began to follow the tz database; the next start goes on",
               {obs::field("version", version), obs::field("rows", run->looked),
                obs::field("moved", run->moved), obs::field("unreadable", run->unclear),
                obs::duration(clock_.monotonic() - begin)});
}

void Housekeeping::finishImports() {
  const auto ended = base::runBlocking(stores_.importer.finishLeft({}));
  if (!ended.ok()) {
    failed("ending imports left in the midst", ended.error());
  } else if (*ended > 0) {
    logger_.info("Ended imports that were left in the midst", {obs::field("imports", *ended)});
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
