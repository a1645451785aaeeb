#include "obs/health.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "base/json.h"
#include "base/time_format.h"

namespace sw::obs {
namespace {

using base::json::Writer;
using Dependency = label::Dependency;

constexpr std::size_t kDependencies = Dependency::kValues.size();
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kHealthJson = "application/health+json";

double milliseconds(std::chrono::nanoseconds duration) {
  // Three decimals are enough for people and keep the answer short.
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::microseconds>(duration).count()) /
         1000.0;
}

std::string_view toString(Phase phase) {
  switch (phase) {
    case Phase::kStarting: return "starting";
    case Phase::kMigrating: return "migrating";
    case Phase::kServing: return "serving";
    case Phase::kDraining: return "draining";
  }
  return "starting";
}

CheckStatus worse(CheckStatus a, CheckStatus b) {
  const auto rank = [](CheckStatus status) {
    return status == CheckStatus::kFail ? 2 : status == CheckStatus::kWarn ? 1 : 0;
  };
  return rank(b) > rank(a) ? b : a;
}

}  // namespace

std::string_view toString(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk: return "ok";
    case CheckStatus::kWarn: return "warn";
    case CheckStatus::kFail: return "fail";
    case CheckStatus::kNotConfigured: return "not_configured";
  }
  return "fail";
}

Heartbeat::Heartbeat(const base::Clock& clock, label::LoopKind::Value kind, std::string name,
                     HistogramHandle lag)
    : clock_(clock),
      kind_(kind),
      name_(std::move(name)),
      lag_(lag),
      last_(clock.monotonic().time_since_epoch().count()) {}

void Heartbeat::beat(std::chrono::nanoseconds lag) noexcept {
  if (thread_.load(std::memory_order_relaxed) == 0) [[unlikely]] {
    thread_.store(::gettid(), std::memory_order_relaxed);
  }
  last_.store(clock_.monotonic().time_since_epoch().count(), std::memory_order_relaxed);
  lag_.observe(std::max(lag, std::chrono::nanoseconds(0)));
}

std::optional<std::chrono::nanoseconds> Heartbeat::silence() const {
  if (ended_.load(std::memory_order_acquire)) return std::nullopt;
  const std::chrono::nanoseconds last(last_.load(std::memory_order_relaxed));
  return std::max(clock_.monotonic().time_since_epoch() - last, std::chrono::nanoseconds(0));
}

struct Health::Impl {
  struct Critical {
    base::Monotonic when;
    base::Instant wallClock;
    std::string what;
    bool restartCures;
  };
  static constexpr std::size_t kMaxCritical = 64;

  Impl(HealthOptions given, const base::Clock& time, MetricCatalog& families, MemoryReader reader)
      : options(std::move(given)),
        clock(time),
        catalog(families),
        readMemory(std::move(reader)),
        started(time.monotonic()) {}

  void begin(Writer& json, CheckStatus status) const {
    json.beginObject().field("status", obs::toString(status));
    json.field("timestamp", base::formatInstant(clock.now()));
  }
  CheckStatus ofDependency(std::size_t index) const;
  CheckStatus ofMemory() const;
  CheckStatus ofLoops() const;
  CheckStatus ofCriticalErrors() const;
  void showLoops() const;
  void writeLoops(Writer& json) const;
  void writeCriticalErrors(Writer& json) const;
  CheckStatus ofWatched() const;
  void writeWatched(Writer& json) const;
  bool isRequired(std::size_t index) const {
    return std::find(options.required.begin(), options.required.end(), index) !=
           options.required.end();
  }
  bool isRecent(const Critical& error) const {
    return clock.monotonic() - error.when < options.criticalWindow;
  }

  const HealthOptions options;
  const base::Clock& clock;
  MetricCatalog& catalog;
  const MemoryReader readMemory;
  const base::Monotonic started;
  std::atomic<Phase> phase{Phase::kStarting};

  mutable std::mutex mutex;  // guards what follows
  std::deque<Heartbeat> loops;
  std::array<DependencyState, kDependencies> dependencies;
  std::deque<Critical> critical;
  MemoryUse memory;
  std::optional<base::Monotonic> overLimitSince;
  struct Watched {
    std::string name;
    Look look;
    std::optional<std::string> warning;
  };
  std::vector<Watched> watched;
};

Health::Health(HealthOptions options, const base::Clock& clock, MetricCatalog& catalog,
               MemoryReader memory)
    : impl_(std::make_unique<Impl>(std::move(options), clock, catalog, std::move(memory))) {}

Health::~Health() = default;

void Health::setPhase(Phase phase) { impl_->phase = phase; }
Phase Health::phase() const { return impl_->phase; }

Heartbeat& Health::addLoop(label::LoopKind::Value kind, std::string name) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->loops.emplace_back(impl_->clock, kind, std::move(name),
                                   impl_->catalog.eventLoopLag.handle(kind));
}

void Health::setDependency(Dependency::Value dependency, DependencyState state) {
  const std::lock_guard lock(impl_->mutex);
  impl_->dependencies.at(dependency) = std::move(state);
}

DependencyState Health::dependency(Dependency::Value dependency) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->dependencies.at(dependency);
}

void Health::criticalError(std::string what, bool restartCures) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->critical.size() == Impl::kMaxCritical) impl_->critical.pop_front();
  impl_->critical.push_back(
      {impl_->clock.monotonic(), impl_->clock.now(), std::move(what), restartCures});
}

void Health::tick() {
  const MemoryUse memory = impl_->readMemory();
  const std::lock_guard lock(impl_->mutex);
  impl_->memory = memory;
  for (Impl::Watched& one : impl_->watched) one.warning = one.look();
  const bool over = memory.limitBytes && memory.workingSetBytes &&
                    static_cast<double>(*memory.workingSetBytes) >
                        static_cast<double>(*memory.limitBytes) * impl_->options.memoryLimitShare;
  if (!over) {
    impl_->overLimitSince.reset();
  } else if (!impl_->overLimitSince) {
    impl_->overLimitSince = impl_->clock.monotonic();
  }
  impl_->showLoops();
}

void Health::showLoops() const {
  const std::lock_guard lock(impl_->mutex);
  impl_->showLoops();
}

std::vector<const Heartbeat*> Health::loops() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<const Heartbeat*> running;
  for (const Heartbeat& loop : impl_->loops) {
    if (loop.silence()) running.push_back(&loop);
  }
  return running;
}

void Health::Impl::showLoops() const {
  std::array<std::optional<double>, label::LoopKind::kValues.size()> stalled;
  for (const Heartbeat& loop : loops) {
    if (const auto silence = loop.silence()) {
      const bool late = *silence >= Heartbeat::kInterval;
      auto& longest = stalled.at(loop.kind());
      longest = std::max(longest.value_or(0),
                         late ? std::chrono::duration<double>(*silence).count() : 0.0);
    }
  }
  for (std::size_t i = 0; i < stalled.size(); ++i) {
    const auto kind = static_cast<label::LoopKind::Value>(i);
    if (stalled[i]) catalog.eventLoopStalled.handle(kind).set(*stalled[i]);
  }
}

CheckStatus Health::Impl::ofDependency(std::size_t index) const {
  const CheckStatus status = dependencies[index].status;
  if (status != CheckStatus::kFail || isRequired(index)) return status;
  return CheckStatus::kWarn;  // as the whole sees it
}

CheckStatus Health::Impl::ofMemory() const {
  if (!overLimitSince) return CheckStatus::kOk;
  return clock.monotonic() - *overLimitSince >= options.memoryPatience ? CheckStatus::kFail
                                                                       : CheckStatus::kWarn;
}

CheckStatus Health::Impl::ofLoops() const {
  CheckStatus status = CheckStatus::kOk;
  for (const Heartbeat& loop : loops) {
    const auto silence = loop.silence();
    if (silence && *silence >= options.loopBlockedAfter) status = CheckStatus::kFail;
  }
  return status;
}

CheckStatus Health::Impl::ofCriticalErrors() const {
  CheckStatus status = CheckStatus::kOk;
  for (const Critical& error : critical) {
    if (!isRecent(error)) continue;
    status = worse(status, error.restartCures ? CheckStatus::kFail : CheckStatus::kWarn);
  }
  return status;
}

void Health::Impl::writeLoops(Writer& json) const {
  json.key("eventLoop").beginObject().field("status", obs::toString(ofLoops()));
  json.key("loops").beginArray();
  for (const Heartbeat& loop : loops) {
    const auto silence = loop.silence();
    if (!silence) continue;
    json.beginObject().field("name", loop.name());
    json.key("silentMs").number(milliseconds(*silence)).endObject();
  }
  json.endArray().endObject();
}

void Health::Impl::writeCriticalErrors(Writer& json) const {
  json.key("criticalErrors").beginObject();
  json.field("status", obs::toString(ofCriticalErrors()));
  const auto recent = [this](const Critical& error) { return isRecent(error); };
  json.field("count",
             static_cast<std::int64_t>(std::count_if(critical.begin(), critical.end(), recent)));
  if (!critical.empty() && isRecent(critical.back())) {
    json.field("last", critical.back().what);
    json.field("lastAt", base::formatInstant(critical.back().wallClock));
    json.field("restartCures", critical.back().restartCures);
  }
  json.endObject();
}

CheckStatus Health::Impl::ofWatched() const {
  const bool warns =
      std::ranges::any_of(watched, [](const Watched& one) { return one.warning.has_value(); });
  return warns ? CheckStatus::kWarn : CheckStatus::kOk;
}

void Health::Impl::writeWatched(Writer& json) const {
  for (const Watched& one : watched) {
    const CheckStatus status = one.warning ? CheckStatus::kWarn : CheckStatus::kOk;
    json.key(one.name).beginObject().field("status", obs::toString(status));
    if (one.warning) json.field("output", *one.warning);
    json.endObject();
  }
}

void Health::watch(std::string name, Look look) {
  const std::lock_guard lock(impl_->mutex);
  impl_->watched.push_back({std::move(name), std::move(look), std::nullopt});
}

Health::Answer Health::live() const {
  const std::lock_guard lock(impl_->mutex);
  const CheckStatus status = worse(worse(impl_->ofMemory(), impl_->ofCriticalErrors()),
                                   worse(impl_->ofLoops(), impl_->ofWatched()));
  Answer answer{status == CheckStatus::kFail ? 503 : 200, kJson, {}};
  Writer json(answer.body);
  impl_->begin(json, status);
  json.key("checks").beginObject();
  json.key("memory").beginObject().field("status", obs::toString(impl_->ofMemory()));
  for (const auto& [name, bytes] : {std::pair("workingSetBytes", impl_->memory.workingSetBytes),
                                    std::pair("limitBytes", impl_->memory.limitBytes)}) {
    if (bytes) json.field(name, static_cast<std::int64_t>(*bytes));
  }
  json.endObject();
  impl_->writeCriticalErrors(json);
  impl_->writeLoops(json);
  impl_->writeWatched(json);
  json.endObject().endObject();
  return answer;
}

Health::Answer Health::ready() const {
  const Phase phase = impl_->phase;
  const std::lock_guard lock(impl_->mutex);
  CheckStatus status = phase == Phase::kServing ? CheckStatus::kOk : CheckStatus::kFail;
  for (std::size_t i = 0; i < kDependencies; ++i) status = worse(status, impl_->ofDependency(i));
  Answer answer{status == CheckStatus::kFail ? 503 : 200, kJson, {}};
  Writer json(answer.body);
  impl_->begin(json, status);
  json.field("phase", toString(phase));
  json.key("checks").beginObject();
  for (std::size_t i = 0; i < kDependencies; ++i) {
    const DependencyState& state = impl_->dependencies[i];
    // The four of the contract always appear, others when they are configured.
    if (i > Dependency::kGoogleCalendar && state.status == CheckStatus::kNotConfigured) continue;
    json.key(Dependency::kValues[i]).beginObject().field("status", obs::toString(state.status));
    json.field("required", impl_->isRequired(i));
    json.key("latencyMs");
    state.latency ? json.number(milliseconds(*state.latency)) : json.null();
    json.key("lastError");
    state.lastError.empty() ? json.null() : json.string(state.lastError);
    json.key("lastCheckedAt");
    state.lastCheckedAt ? json.string(base::formatInstant(*state.lastCheckedAt)) : json.null();
    json.endObject();
  }
  json.endObject().endObject();
  return answer;
}

Health::Answer Health::health(std::string_view accept) const {
  const bool detailed = accept.find(kHealthJson) != accept.npos;
  Answer answer{200, detailed ? kHealthJson : kJson, {}};
  Writer json(answer.body);
  const std::lock_guard lock(impl_->mutex);
  impl_->begin(json, CheckStatus::kOk);
  const auto uptime = impl_->clock.monotonic() - impl_->started;
  json.field("uptime", std::chrono::duration_cast<std::chrono::seconds>(uptime).count());
  json.field("version", impl_->options.version);
  if (detailed) {
    json.field("releaseId", impl_->options.revision);
    json.field("serviceId", impl_->options.serviceId);
    json.key("checks").beginObject();
    for (std::size_t i = 0; i < kDependencies; ++i) {
      const DependencyState& state = impl_->dependencies[i];
      if (state.status == CheckStatus::kNotConfigured) continue;
      json.key(std::string(Dependency::kValues[i]) + ":responseTime").beginArray().beginObject();
      json.field("componentType", i == Dependency::kDatabase ? "datastore" : "component");
      if (state.latency) {
        json.key("observedValue").number(milliseconds(*state.latency));
        json.field("observedUnit", "ms");
      }
      json.field("status", obs::toString(state.status));
      if (state.lastCheckedAt) json.field("time", base::formatInstant(*state.lastCheckedAt));
      if (!state.lastError.empty()) json.field("output", state.lastError);
      json.endObject().endArray();
    }
    json.endObject();
  }
  json.endObject();
  return answer;
}

}  // namespace sw::obs
