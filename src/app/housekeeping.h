#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "accounts/credentials.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_importer.h"
#include "calendar/time_zone_upkeep.h"
#include "jobs/change_log.h"
#include "jobs/idempotency.h"
#include "obs/error_reporter.h"
#include "obs/log.h"

namespace sw::app {

/// Removes what has served its time (remembered answers, sessions, sign-in codes, old entries of
/// the change log) in small pieces, so that other writers are hardly held up, and ends imports
/// that a crash left in the midst, and brings events along with the tz database. Several copies of
/// the program may do it at once. Owned by the composition root; the stores must outlive it.
class Housekeeping {
 public:
  static constexpr std::chrono::minutes kInterval{10};
  /// Rows of one write.
  static constexpr int kPiece = 500;

  struct Stores {
    jobs::IdempotencyStore& answers;
    accounts::CredentialStore& credentials;
    jobs::ChangeLog& changes;
    calendar::CalendarImporter& importer;
    calendar::TimeZoneUpkeep& timeZones;
  };

  Housekeeping(Stores stores, const base::Clock& clock, obs::Log& log, obs::ErrorReporter& errors);
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;
  ~Housekeeping();

  /// Begins to look after it on a thread of its own.
  void start();
  /// Ends the thread after the piece that is being removed. Safe to call twice.
  void stop();

  /// Removes what is past its time when the last time was `kInterval` ago. Blocks. Answers whether
  /// it was due.
  bool runIfDue();
  /// Derives the times of all events again when the tz database is another than the last time;
  /// the thread does it first of all. Blocks, and may take long; `stop` ends it after a piece.
  void followTimeZones(const std::string& version);
  /// Ends imports that were left in the midst. Blocks.
  void finishImports();

 private:
  bool stopping();
  void failed(std::string_view what, const base::Error& error);
  template <class Remove>
  void removeAll(const char* what, Remove remove);

  const Stores stores_;
  const base::Clock& clock_;
  const obs::Logger logger_;
  obs::ErrorReporter& errors_;
  std::optional<base::Monotonic> last_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::app
