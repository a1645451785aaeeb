#include "obs/prober.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sw::obs {
namespace {

label::ErrorComponent::Value componentOf(label::Dependency::Value dependency) {
  switch (dependency) {
    case label::Dependency::kDatabase: return label::ErrorComponent::kStorage;
    case label::Dependency::kRedis: return label::ErrorComponent::kCache;
    case label::Dependency::kKafka: return label::ErrorComponent::kBus;
    case label::Dependency::kGoogleCalendar: return label::ErrorComponent::kSync;
    case label::Dependency::kSmtp: return label::ErrorComponent::kDelivery;
    case label::Dependency::kEnd_: break;
  }
  return label::ErrorComponent::kProcess;
}

}  // namespace

struct Prober::Impl {
  struct Entry {
    label::Dependency::Value dependency;
    Probe probe;
    GaugeHandle up;
    GaugeHandle lastCheck;
    HistogramHandle duration;
    std::optional<base::Monotonic> last{};
    std::optional<bool> working{};  // as shown
    int contrary = 0;               // outcomes in a row that contradict what is shown
  };

  void run(Entry& entry);
  void tell(Incident incident, const Entry& entry, std::chrono::nanoseconds took,
            std::string_view what) const;

  ProberOptions options;
  const base::Clock& clock;
  Health& health;
  MetricCatalog& catalog;
  ErrorReporter& errors;
  Redactor redactor;
  std::vector<Entry> entries{};
  std::thread thread{};
  std::mutex mutex{};
  std::condition_variable wake{};
  bool stopping = false;
};

Prober::Prober(ProberOptions options, const base::Clock& clock, Health& health,
               MetricCatalog& catalog, ErrorReporter& errors, Redactor redactor)
    : impl_(new Impl{.options = options,
                     .clock = clock,
                     .health = health,
                     .catalog = catalog,
                     .errors = errors,
                     .redactor = std::move(redactor)}) {}

Prober::~Prober() { stop(); }

void Prober::add(label::Dependency::Value dependency, Probe probe) {
  impl_->entries.push_back({.dependency = dependency,
                            .probe = std::move(probe),
                            .up = impl_->catalog.dependencyUp.handle(dependency),
                            .lastCheck = impl_->catalog.dependencyLastCheck.handle(dependency),
                            .duration = impl_->catalog.dependencyCheckDuration.handle(dependency)});
  impl_->health.setDependency(dependency,
                              {.status = CheckStatus::kFail, .lastError = "not probed yet"});
}

void Prober::Impl::tell(Incident incident, const Entry& entry, std::chrono::nanoseconds took,
                        std::string_view what) const {
  const Field fields[] = {safeField("dependency", label::Dependency::kValues[entry.dependency]),
                          duration(took)};
  errors.report(incident, {.what = what, .component = componentOf(entry.dependency)},
                {.fields = fields});
}

void Prober::Impl::run(Entry& entry) {
  const base::Monotonic begin = clock.monotonic();
  const base::Result<void> outcome = entry.probe();
  const auto took = clock.monotonic() - begin;
  entry.last = begin;
  entry.duration.observe(took);
  entry.up.set(outcome.ok() ? 1 : 0);
  const base::Instant now = clock.now();
  entry.lastCheck.set(std::chrono::duration<double>(now.time_since_epoch()).count());

  const bool first = !entry.working.has_value();
  entry.contrary = first || *entry.working == outcome.ok() ? 0 : entry.contrary + 1;
  const bool changes = first || entry.contrary >= options.hysteresis;
  if (changes) {
    entry.working = outcome.ok();
    entry.contrary = 0;
  }
  DependencyState state = health.dependency(entry.dependency);
  state.latency = took;
  state.lastCheckedAt = now;
  state.status = !*entry.working      ? CheckStatus::kFail
                 : entry.contrary > 0 ? CheckStatus::kWarn
                                      : CheckStatus::kOk;
  if (!outcome.ok()) {
    state.lastError = redactor.redact(outcome.error().describe());
  } else if (first) {
    state.lastError.clear();
  }
  if (!outcome.ok()) {
    const Incident lost = entry.dependency == label::Dependency::kDatabase
                              ? Incident::kDatabaseLost
                              : Incident::kDependencyLost;
    tell(changes ? lost : Incident::kDependencyCheckFailed, entry, took, state.lastError);
  } else if (changes && !first) {
    tell(Incident::kDependencyRecovered, entry, took, {});
  }
  health.setDependency(entry.dependency, std::move(state));
}

void Prober::runDue() {
  for (Impl::Entry& entry : impl_->entries) {
    const base::Monotonic now = impl_->clock.monotonic();
    if (!entry.last || now - *entry.last >= impl_->options.interval) impl_->run(entry);
  }
  impl_->health.tick();
}

void Prober::start() {
  runDue();
  impl_->thread = std::thread([this] {
    std::unique_lock lock(impl_->mutex);
    while (!impl_->stopping) {
      impl_->wake.wait_for(lock, std::chrono::seconds(1), [this] { return impl_->stopping; });
      if (impl_->stopping) return;
      lock.unlock();
      runDue();
      lock.lock();
    }
  });
}

void Prober::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->wake.notify_all();
  }
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace sw::obs
