#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "obs/alert_dispatcher.h"
#include "obs/alert_ledger.h"
#include "obs/alert_rules.h"
#include "obs/alert_sink.h"
#include "obs/alert_state.h"
#include "obs/alert_tracker.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"
#include "obs/window.h"

namespace sw::obs {

struct AlertEngineOptions {
  std::string service = "scheduling-worker";
  std::string instance{};
  std::string externalUrl{};  // of the service, for messages; may be empty
  std::string runbookBase{};  // put before the path of a runbook; may be empty
  std::filesystem::path stateFile{};
  AlertThresholds thresholds{};

  std::chrono::seconds interval{15};
  std::chrono::hours repeat{4};  // of what still fires
  std::chrono::hours repeatInfo{24};
  /// A copy that has not confirmed an alert for that long no longer speaks for it.
  std::chrono::minutes stale{5};
  /// How long a copy has for telling; longer than the dispatcher's deadline.
  std::chrono::minutes lease{6};
  /// After all channels failed.
  std::chrono::minutes retellAfter{5};
  /// What another copy called ended a moment ago is not told again at once.
  std::chrono::minutes settle{2};
};

/// The process watches itself: looks at its own metrics every 15 seconds, takes alerts through
/// pending, firing and resolved, and has them told once, whatever restarts and however many copies
/// share the store. Without a store, or while it is away, each copy tells by itself. Owned by the
/// composition root, which keeps what it is given longer; `json` may be called from any thread.
class AlertEngine {
 public:
  /// `store` may be null.
  AlertEngine(AlertEngineOptions options, const base::Clock& clock, MetricCatalog& catalog,
              Log& log, AlertStateStore* store, AlertDispatcher& dispatcher);
  AlertEngine(const AlertEngine&) = delete;
  AlertEngine& operator=(const AlertEngine&) = delete;
  ~AlertEngine();

  /// Evaluates when it is due by the clock, and takes note of what was delivered. Blocks as the
  /// store does.
  void runDue();
  /// Calls `runDue` about every second on a thread of its own.
  void start();
  /// Ends the thread; waits for an evaluation that runs. Safe to call twice.
  void stop();

  /// What is active and what was lately, as a JSON object.
  [[nodiscard]] std::string json() const;

 private:
  struct Claim {
    std::string fingerprint;
    AlertTold told;
    base::Instant since;
  };
  struct View {
    std::map<std::string, TrackedAlert> local{};
    std::vector<AlertNotice> elsewhere{};  // open, but not known here
    base::Instant evaluated{};
    std::optional<base::Instant> lastDrill{};
    bool shared = true;
  };

  void evaluate();
  void restore();
  AlertFacts facts();
  void logChanges() const;
  void tell();
  void settle();
  std::optional<AlertNotice> beginning(const std::string& fingerprint, const TrackedAlert& alert);
  std::optional<AlertNotice> ending(const KnownAlert& alert);
  void claim(AlertNotice next, AlertTold told, std::vector<AlertNotice>& toTell);
  [[nodiscard]] AlertNote noteOf(const AlertNotice& notice, AlertTold told) const;
  void publish();

  const AlertEngineOptions options_;
  const base::Clock& clock_;
  MetricCatalog& catalog_;
  const Logger logger_;
  AlertDispatcher& dispatcher_;
  const base::Instant started_;
  const base::Monotonic begun_;

  // Of the evaluating thread.
  MetricWindow window_;
  AlertTracker tracker_;
  AlertLedger ledger_;
  std::optional<base::Monotonic> last_;
  std::optional<base::Monotonic> refreshed_;
  std::set<std::string> endedHere_;  // ended on this copy, not yet in the ledger
  std::vector<Claim> claims_;        // of the message being put together
  std::map<std::uint64_t, std::vector<Claim>> underWay_;
  GaugeHandle drill_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<std::pair<std::uint64_t, bool>> reports_;
  View view_;
  std::thread thread_;
};

/// Labels as a JSON object, and back; what is no object of texts is empty.
std::string labelsToJson(const AlertLabels& labels);
AlertLabels labelsFromJson(std::string_view json);
/// Where the runbook of an alert is: `base` and the path, or the path alone.
std::string runbookOf(std::string_view base, const AlertInfo& info);

}  // namespace sw::obs
