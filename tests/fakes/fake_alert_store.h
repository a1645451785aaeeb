#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "obs/alert_state.h"

namespace sw::fakes {

/// The state of alerts in memory. `fail` makes every call fail until it is taken back. Thread-safe.
class FakeAlertStore final : public obs::AlertStateStore {
 public:
  void fail(bool failing) {
    const std::lock_guard lock(mutex_);
    failing_ = failing;
  }

  base::Task<base::Result<obs::AlertOverview>> load() override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    obs::AlertOverview overview;
    for (const auto& [fingerprint, notice] : notices_) {
      obs::KnownAlert known{notice, std::nullopt};
      for (const auto& [key, seen] : seen_) {
        if (key.first == fingerprint && (!known.lastSeen || *known.lastSeen < seen)) {
          known.lastSeen = seen;
        }
      }
      overview.alerts.push_back(std::move(known));
    }
    for (const auto& [key, incident] : incidents_) {
      if (incident.alert == obs::kAlertDrill &&
          (!overview.lastDrill || *overview.lastDrill < incident.started)) {
        overview.lastDrill = incident.started;
      }
    }
    co_return overview;
  }
  base::Task<base::Result<bool>> put(obs::AlertNotice next) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    const auto found = notices_.find(next.fingerprint);
    if (found != notices_.end() && found->second.revision != next.revision - 1) co_return false;
    remember(next);
    std::string fingerprint = next.fingerprint;
    notices_.insert_or_assign(std::move(fingerprint), std::move(next));
    co_return true;
  }
  base::Task<base::Result<void>> merge(std::vector<obs::AlertNotice> notices) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    for (obs::AlertNotice& notice : notices) {
      remember(notice);
      const auto found = notices_.find(notice.fingerprint);
      if (found != notices_.end()) {
        if (found->second.changed >= notice.changed) continue;
        notice.revision = found->second.revision + 1;
      }
      std::string fingerprint = notice.fingerprint;
      notices_.insert_or_assign(std::move(fingerprint), std::move(notice));
    }
    co_return base::Result<void>();
  }
  base::Task<base::Result<void>> see(std::string instance, std::vector<std::string> seen,
                                     std::vector<std::string> unseen, base::Instant now) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    for (const std::string& fingerprint : seen) seen_[{fingerprint, instance}] = now;
    for (const std::string& fingerprint : unseen) seen_.erase({fingerprint, instance});
    co_return base::Result<void>();
  }
  base::Task<base::Result<obs::ProcessStarts>> recordStart(std::string instance,
                                                           base::Instant started,
                                                           base::Instant since) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    starts_.emplace(started, instance);
    obs::ProcessStarts starts;
    starts.first = starts_.begin()->first;
    starts.anotherBefore = *starts.first < started;
    for (const auto& [at, of] : starts_) {
      if (of == instance && at > since) starts.recent.push_back(at);
    }
    co_return starts;
  }
  base::Task<base::Result<void>> record(obs::AlertIncident incident) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    const std::pair key(incident.fingerprint, incident.started);
    incidents_.insert_or_assign(key, std::move(incident));
    co_return base::Result<void>();
  }
  base::Task<base::Result<std::vector<obs::AlertIncident>>> history(int limit) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    std::vector<obs::AlertIncident> all;
    for (const auto& [key, incident] : incidents_) all.push_back(incident);
    std::ranges::stable_sort(all, std::ranges::greater(), &obs::AlertIncident::started);
    if (all.size() > static_cast<std::size_t>(limit)) all.resize(static_cast<std::size_t>(limit));
    co_return all;
  }
  base::Task<base::Result<std::int64_t>> removeExpired(base::Instant now, int limit) override {
    const std::lock_guard lock(mutex_);
    if (failing_) co_return away();
    std::int64_t removed = 0;
    const auto expire = [&](auto& rows, auto isOld) {
      int left = limit;
      for (auto row = rows.begin(); row != rows.end() && left > 0;) {
        if (isOld(*row)) {
          row = rows.erase(row);
          --left;
          ++removed;
        } else {
          ++row;
        }
      }
    };
    const base::Instant history = now - kHistoryKept;
    const base::Instant notice = now - kNoticeKept;
    expire(incidents_, [&](const auto& row) { return row.second.started < history; });
    expire(notices_,
           [&](const auto& row) { return row.second.ended && *row.second.ended < notice; });
    expire(seen_, [&](const auto& row) { return row.second < notice; });
    const base::Instant newest = starts_.empty() ? base::Instant{} : starts_.rbegin()->first;
    expire(starts_, [&](const auto& row) { return row.first < history && row.first < newest; });
    co_return removed;
  }

 private:
  static base::Error away() { return {base::Code::kUnavailable, "the store is away"}; }
  void remember(const obs::AlertNotice& notice) {
    obs::AlertIncident& incident = incidents_[{notice.fingerprint, notice.since}];
    incident = {notice.fingerprint, notice.alert,       notice.labels,
                notice.instance,    notice.description, notice.value,
                notice.threshold,   notice.since,       notice.ended};
  }

  std::mutex mutex_;
  bool failing_ = false;
  std::map<std::string, obs::AlertNotice> notices_;
  std::map<std::pair<std::string, std::string>, base::Instant> seen_;
  std::map<std::pair<std::string, base::Instant>, obs::AlertIncident> incidents_;
  std::set<std::pair<base::Instant, std::string>> starts_;
};

}  // namespace sw::fakes
