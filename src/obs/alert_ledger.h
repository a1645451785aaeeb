#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "obs/alert_state.h"
#include "obs/log.h"

namespace sw::obs {

/// The shared state of alerts as one copy uses it. While the store cannot be reached it goes on
/// with what it knows, in memory and in a file, as if it were alone; when the store is back, what
/// was told meanwhile is merged into it. Of one thread; blocks as the store does.
class AlertLedger {
 public:
  /// After a failure the store is left in peace for that long.
  static constexpr std::chrono::seconds kStoreRetry{15};

  /// `store` may be null: then there is only the file. An empty `file`: only memory.
  AlertLedger(AlertStateStore* store, std::filesystem::path file, std::string instance,
              const base::Clock& clock, Logger logger);

  /// Reads what all copies share; by fingerprint.
  const std::map<std::string, KnownAlert>& refresh();
  [[nodiscard]] const std::map<std::string, KnownAlert>& known() const { return known_; }
  /// Stores `next` as the successor of what is known. False when another copy was faster.
  bool put(AlertNotice next);
  /// The conditions of these alerts hold here and now; those of `unseen` no longer do.
  void see(std::vector<std::string> seen, std::vector<std::string> unseen);

  /// Tells the store of this process's start and asks for those before, until that has worked
  /// once; nothing before.
  std::optional<ProcessStarts> recordStart(base::Instant started, base::Instant since);
  /// Removes from the store what is past its time, at most once an hour.
  void tidy();
  [[nodiscard]] std::optional<base::Instant> lastDrill() const { return lastDrill_; }
  /// Whether the store was reached when last tried.
  [[nodiscard]] bool isShared() const { return store_ != nullptr && !failed_; }
  /// When the store was reached again after a time without it, or first.
  [[nodiscard]] base::Monotonic sharedSince() const { return sharedSince_; }

 private:
  bool reach();
  template <class T>
  bool worked(const base::Result<T>& outcome);
  void readFile();
  void writeFile();
  bool mergeOwn();

  AlertStateStore* const store_;
  const std::filesystem::path file_;
  const std::string instance_;
  const base::Clock& clock_;
  const Logger logger_;

  std::map<std::string, KnownAlert> known_;
  std::set<std::string> unmerged_;  // written while the store was away
  std::optional<ProcessStarts> starts_;
  std::optional<base::Instant> lastDrill_;
  std::string written_;  // what the file holds
  bool failed_ = false;
  bool reached_ = false;
  bool fileFailed_ = false;
  base::Monotonic retryAt_{};
  std::optional<base::Monotonic> tidied_{};
  base::Monotonic sharedSince_{};
};

}  // namespace sw::obs
