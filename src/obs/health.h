#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "obs/memory_limit.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// Where the process is in its life.
enum class Phase { kStarting, kMigrating, kServing, kDraining };

enum class CheckStatus { kOk, kWarn, kFail, kNotConfigured };
/// "ok", "warn", "fail", "not_configured".
std::string_view toString(CheckStatus status);

/// What is known of a dependency; made by the prober.
struct DependencyState {
  CheckStatus status = CheckStatus::kNotConfigured;
  std::optional<std::chrono::nanoseconds> latency{};
  std::string lastError{};  // of the last failure, without secrets; empty when there was none
  std::optional<base::Instant> lastCheckedAt{};
};

/// The sign of life of one event loop: the loop calls `beat` every 100 ms. Owned by Health.
class Heartbeat {
 public:
  static constexpr std::chrono::milliseconds kInterval{100};

  Heartbeat(const base::Clock& clock, label::LoopKind::Value kind, std::string name,
            HistogramHandle lag);

  /// The loop runs; its timer came `lag` after it was due. Thread-safe, lock-free.
  void beat(std::chrono::nanoseconds lag) noexcept;
  /// The loop has ended in order and is watched no more.
  void end() noexcept { ended_.store(true, std::memory_order_release); }

  /// Time since the last beat; nothing when the loop has ended.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> silence() const;
  /// The kernel's number of the thread that beats; 0 before the first beat.
  [[nodiscard]] pid_t thread() const { return thread_.load(std::memory_order_relaxed); }
  [[nodiscard]] label::LoopKind::Value kind() const { return kind_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  const base::Clock& clock_;
  const label::LoopKind::Value kind_;
  const std::string name_;
  const HistogramHandle lag_;
  std::atomic<std::int64_t> last_;
  std::atomic<bool> ended_{false};
  std::atomic<pid_t> thread_{0};
};

struct HealthOptions {
  std::string version{};
  std::string revision{};
  std::string serviceId = "scheduling-worker";
  /// Dependencies without which the process is not ready.
  std::vector<label::Dependency::Value> required = {label::Dependency::kDatabase};
  std::chrono::seconds loopBlockedAfter{10};
  double memoryLimitShare = 0.95;
  std::chrono::seconds memoryPatience{60};
  std::chrono::minutes criticalWindow{5};
};

/// What the process knows of its own health, and the answers of the three health endpoints, all
/// from stored state: no answer calls anything. Owned by the composition root; thread-safe.
class Health {
 public:
  using MemoryReader = std::function<MemoryUse()>;

  Health(
      HealthOptions options, const base::Clock& clock, MetricCatalog& catalog,
      MemoryReader memory = [] { return readMemoryUse(); });
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;
  ~Health();

  void setPhase(Phase phase);
  [[nodiscard]] Phase phase() const;
  /// Begins to watch a loop, as if it had just beaten. Lives as long as this object.
  Heartbeat& addLoop(label::LoopKind::Value kind, std::string name);
  void setDependency(label::Dependency::Value dependency, DependencyState state);
  [[nodiscard]] DependencyState dependency(label::Dependency::Value dependency) const;
  /// A critical error. One that a restart cures makes the process not live for 5 minutes, so
  /// that it is restarted; another shows as a warning.
  void criticalError(std::string what, bool restartCures);
  /// Something that is no reason for a restart, but that a person should see: `/health/live` has a
  /// check `name`, which warns with what `look` answers. `tick` calls it, so that it must be quick,
  /// and must not call this object.
  using Look = std::function<std::optional<std::string>()>;
  void watch(std::string name, Look look);
  /// The loops that have not ended; each lives as long as this object.
  [[nodiscard]] std::vector<const Heartbeat*> loops() const;
  /// Keeps the metric of stalled loops; part of `tick`, and called by the watchdog more often.
  void showLoops() const;
  /// Looks at memory and loops; the prober calls it about every second. Reads kernel files.
  void tick();

  struct Answer {
    int status;
    std::string_view contentType;
    std::string body;
  };
  /// `/health`; in the form of draft-inadarei-api-health-check when `accept` asks for that.
  [[nodiscard]] Answer health(std::string_view accept) const;
  /// `/health/ready`: 200 or 503.
  [[nodiscard]] Answer ready() const;
  /// `/health/live`: 200 or 503.
  [[nodiscard]] Answer live() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
