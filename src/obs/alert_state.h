#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::obs {

/// What the people behind the channels have last been told of an alert.
enum class AlertTold : std::uint8_t { kNothing, kFiring, kResolved };

/// One alert as all copies share it: one row for each fingerprint. It is changed by compare and
/// set on `revision`, so that of several copies one tells.
struct AlertNotice {
  std::string fingerprint{};
  std::string alert{};     // its name in the table
  std::string labels{};    // JSON object
  std::string instance{};  // the copy that wrote this last
  std::string description{};
  double value = 0;
  double threshold = 0;
  AlertTold told = AlertTold::kNothing;
  base::Instant since{};                 // when this incident began to fire
  std::optional<base::Instant> ended{};  // nothing while it fires
  base::Instant toldAt{};                // of `told`
  base::Instant claimedUntil{};          // until then one copy is busy telling
  base::Instant changed{};               // when this row was written
  std::int64_t revision = 0;             // 0: not stored yet

  [[nodiscard]] bool isOpen() const { return revision > 0 && !ended; }
  friend bool operator==(const AlertNotice&, const AlertNotice&) = default;
};

/// A notice, and when a copy last saw its condition hold.
struct KnownAlert {
  AlertNotice notice{};
  std::optional<base::Instant> lastSeen{};
};

/// What all copies share.
struct AlertOverview {
  std::vector<KnownAlert> alerts{};
  std::optional<base::Instant> lastDrill{};
};

/// One incident or drill of the past.
struct AlertIncident {
  std::string fingerprint{};
  std::string alert{};
  std::string labels{};  // JSON object
  std::string instance{};
  std::string description{};
  double value = 0;
  double threshold = 0;
  base::Instant started{};
  std::optional<base::Instant> ended{};

  friend bool operator==(const AlertIncident&, const AlertIncident&) = default;
};

/// What is remembered of the starts of processes.
struct ProcessStarts {
  std::optional<base::Instant> first{};  // of any copy
  std::vector<base::Instant> recent{};   // of the copy asked for, oldest first
  bool anotherBefore = false;            // some copy started before the newest of `recent`
};

/// Name of the incidents that drills are recorded as.
inline constexpr const char* kAlertDrill = "SchedulingWorkerAlertDrill";

/// Keeps what has been told of alerts, so that restarts and other copies do not tell it again, and
/// the history of incidents. Thread-safe. All fail as the database does.
class AlertStateStore {
 public:
  /// How long incidents and starts are kept, and a notice after its end.
  static constexpr std::chrono::days kHistoryKept{90};
  static constexpr std::chrono::days kNoticeKept{7};

  AlertStateStore() = default;
  AlertStateStore(const AlertStateStore&) = delete;
  AlertStateStore& operator=(const AlertStateStore&) = delete;
  virtual ~AlertStateStore() = default;

  virtual base::Task<base::Result<AlertOverview>> load() = 0;
  /// Stores `next` when what is stored has `next.revision - 1` (or nothing is stored), and the
  /// incident it speaks of into the history. False when another write was faster.
  virtual base::Task<base::Result<bool>> put(AlertNotice next) = 0;
  /// Stores each notice that is newer (`changed`) than what is stored, for what was written
  /// elsewhere while this could not be reached.
  virtual base::Task<base::Result<void>> merge(std::vector<AlertNotice> notices) = 0;
  /// The condition of each alert holds now for `instance`; it no longer sees `unseen`.
  virtual base::Task<base::Result<void>> see(std::string instance, std::vector<std::string> seen,
                                             std::vector<std::string> unseen,
                                             base::Instant now) = 0;

  /// Remembers that `instance` began at `started`, and answers what is known of starts; `recent`
  /// holds those after `since`.
  virtual base::Task<base::Result<ProcessStarts>> recordStart(std::string instance,
                                                              base::Instant started,
                                                              base::Instant since) = 0;
  /// Adds a finished incident: a drill.
  virtual base::Task<base::Result<void>> record(AlertIncident incident) = 0;
  /// The newest incidents, newest first.
  virtual base::Task<base::Result<std::vector<AlertIncident>>> history(int limit) = 0;
  /// Removes at most `limit` rows of each kind that are past their time, and says how many.
  virtual base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) = 0;
};

}  // namespace sw::obs
