#include "obs/log.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/json.h"
#include "obs/log_encoder.h"
#include "obs/log_output.h"
#include "obs/log_record.h"
#include "obs/log_threads.h"
#include "obs/log_trace.h"

namespace sw::obs {
namespace {

constexpr std::chrono::milliseconds kIdle{50};
constexpr std::size_t kBatchBytes = 256 * 1024;
constexpr std::size_t kMaxQuote = 160;  // of a message that was held back

/// "src/api/service.cpp:83".
std::string nameOf(const Suppressed& held) {
  std::string_view file = held.file;
  if (const std::size_t at = file.rfind("src/"); at != file.npos) file.remove_prefix(at);
  return std::string(file) + ":" + std::to_string(held.line);
}

}  // namespace

std::optional<LogFormat> logFormatFrom(std::string_view name) {
  if (name == "json") return LogFormat::kJson;
  if (name == "ecs") return LogFormat::kEcs;
  if (name == "console") return LogFormat::kConsole;
  return std::nullopt;
}

struct Log::Impl {
  Impl(LogOptions given, std::unique_ptr<LogSink> sink, Redactor secrets, const base::Clock& time,
       MetricCatalog& catalog)
      : options(std::move(given)),
        redactor(std::move(secrets)),
        clock(time),
        encoder(makeLogEncoder(options, redactor)),
        places(options.repeats),
        threads(options.bufferBytes),
        output(std::move(sink), options.notice, time, catalog),
        emitted(catalog.telemetryEmitted.handle(label::Signal::kLogs)),
        queueFull(
            catalog.telemetryDropped.handle(label::Signal::kLogs, label::DropReason::kQueueFull)),
        rateLimited(
            catalog.telemetryDropped.handle(label::Signal::kLogs, label::DropReason::kRateLimited)),
        byLevel{catalog.logMessages.handle(label::LogLevel::kError),
                catalog.logMessages.handle(label::LogLevel::kWarn),
                catalog.logMessages.handle(label::LogLevel::kInfo),
                catalog.logMessages.handle(label::LogLevel::kDebug)},
        configured{options.level, options.componentLevels} {}

  void count(Level level) const {
    byLevel[static_cast<std::size_t>(level)].increment();
    emitted.increment();
  }
  LogComponent& component(std::string_view name);
  LogComponent* known(std::string_view name);
  void spillOver(const RecordPlan& plan, Level level, base::Instant when,
                 const LogComponent* component);
  void wake();
  void run();
  void drain(bool last);
  void add(const LogComponent& of, Level level, std::string_view message,
           std::span<const Field> fields);
  void tellSuppressed(bool all);
  void writeOut();

  const LogOptions options;
  const Redactor redactor;
  const base::Clock& clock;
  const std::unique_ptr<LogEncoder> encoder;
  LogPlaces places;
  LogThreads threads;
  LogOutput output;
  const CounterHandle emitted, queueFull, rateLimited;
  const std::array<CounterHandle, 4> byLevel;
  std::atomic<RecordTap*> observer{nullptr};

  std::mutex mutex;  // guards what follows
  std::deque<LogComponent> components;
  LogLevels configured;
  std::optional<Level> forAll;       // of `setLevel`
  std::vector<std::uint64_t> spill;  // records that found no room, one after another
  std::uint64_t flushesWanted = 0;
  std::uint64_t flushesDone = 0;
  bool reopening = false;
  bool stopping = false;
  std::condition_variable work;
  std::condition_variable progress;
  std::atomic<bool> woken{false};

  // Of the log's own thread.
  struct Waiting {
    std::int64_t microseconds;
    const char* record;
  };
  std::vector<Waiting> waiting;
  std::vector<std::uint64_t> spilled;
  RecordView view;
  std::string lines;
  std::size_t records = 0;  // in `lines`
  std::thread thread;
};

void Log::Impl::wake() {
  if (woken.load(std::memory_order_relaxed) || woken.exchange(true)) return;
  const std::lock_guard lock(mutex);
  work.notify_one();
}

void Log::Impl::spillOver(const RecordPlan& plan, Level recordLevel, base::Instant when,
                          const LogComponent* component) {
  std::unique_lock lock(mutex);
  const std::size_t words = plan.size() / sizeof(std::uint64_t);
  progress.wait(lock, [&] {
    return stopping || (spill.size() + words) * sizeof(std::uint64_t) <= options.spillBytes;
  });
  const std::size_t at = spill.size();
  spill.resize(at + words);
  plan.write(reinterpret_cast<char*>(spill.data() + at), recordLevel, when, component);
  work.notify_one();
}

void Logger::write(Level level, std::string_view message, Fields fields, const Place& place) const {
  Log::Impl& log = *log_->impl_;
  const base::Instant now = log.clock.now();
  if (RecordTap* const tap = currentTap(); tap != nullptr) [[unlikely]] {
    const bool kept = level <= component_->level.load(std::memory_order_relaxed);
    tap->record({level, kept, now, *component_, message, fields});
    if (!kept) return;
  }
  log.count(level);
  if (limited_ && !log.places.admit(place, level, component_, message, now)) {
    log.rateLimited.increment();
    return;
  }
  if (RecordTap* const observer = log.observer.load(std::memory_order_acquire)) {
    observer->record({level, true, now, *component_, message, fields});
  }
  const TracedFields traced(fields);
  const RecordPlan plan(message, traced.all());
  const std::size_t capacity = log.options.bufferBytes;
  // What must stay free: half for DEBUG, a sixteenth for others but ERROR.
  const std::size_t reserve = level == Level::kDebug   ? capacity / 2
                              : level == Level::kError ? 0
                                                       : capacity / 16;
  LogBuffer* buffer = log.threads.mine();
  char* room = buffer == nullptr ? nullptr : buffer->reserve(plan.size(), reserve);
  if (room == nullptr) {
    if (level == Level::kError || buffer == nullptr) {
      log.spillOver(plan, level, now, component_);
    } else {
      log.queueFull.increment();
      log.wake();
    }
    return;
  }
  plan.write(room, level, now, component_);
  std::size_t filled = buffer->commit(plan.size());
  if (filled > capacity / 4) filled = buffer->waiting();
  if (level == Level::kError || filled > capacity / 4) log.wake();
}

/// A record that the log makes itself.
void Log::Impl::add(const LogComponent& of, Level level, std::string_view message,
                    std::span<const Field> fields) {
  count(level);
  view = RecordView{};
  view.when = clock.now();
  view.level = level;
  view.component = of.name;
  view.quotedComponent = of.quoted;
  view.message = message;
  view.fields.assign(fields.begin(), fields.end());
  encoder->encode(view, lines);
  ++records;
}

void Log::Impl::tellSuppressed(bool all) {
  for (const Suppressed& held : places.collect(clock.now(), all)) {
    // Redacted before it is cut, lest half a secret be left.
    std::string quote = redactor.redact(held.message);
    if (quote.size() > kMaxQuote) quote.resize(kMaxQuote);
    const std::string message = "suppressed " + std::to_string(held.records) + ": " + quote;
    const std::string place = nameOf(held);
    const Field fields[] = {field("suppressed", held.records), safeField("place", place)};
    add(*held.component, held.level, message, fields);
  }
}

void Log::Impl::writeOut() {
  if (records == 0) return;
  const auto recovery = output.write(lines, std::exchange(records, 0));
  lines.clear();
  if (!recovery) return;
  const Field fields[] = {field("lost", recovery->lost), duration(recovery->after)};
  add(component("log"), Level::kInfo, "The log can be written again", fields);
  writeOut();
}

void Log::Impl::drain(bool last) {
  waiting.clear();
  spilled.clear();
  const std::vector<std::shared_ptr<LogBuffer>> reading = threads.all();
  bool moved = false;
  {
    const std::lock_guard lock(mutex);
    spilled.swap(spill);
    moved = std::exchange(reopening, false);
  }
  if (moved) output.reopen();
  const auto take = [this](const char* record) {
    const auto* header = reinterpret_cast<const RecordHeader*>(record);
    waiting.push_back({header->microseconds, record});
    return static_cast<std::size_t>(header->size);
  };
  for (const auto& buffer : reading) buffer->read(take);
  for (std::size_t at = 0; at < spilled.size();) {
    at += take(reinterpret_cast<const char*>(spilled.data() + at)) / sizeof(std::uint64_t);
  }
  std::stable_sort(waiting.begin(), waiting.end(), [](const Waiting& a, const Waiting& b) {
    return a.microseconds < b.microseconds;
  });
  for (const Waiting& next : waiting) {
    readRecord(next.record, view);
    encoder->encode(view, lines);
    ++records;
    if (lines.size() >= kBatchBytes) writeOut();
  }
  // The room is free again before the last write, which may block.
  for (const auto& buffer : reading) buffer->release();
  tellSuppressed(last);
  writeOut();
}

void Log::Impl::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    work.wait_for(lock, kIdle, [this] {
      return stopping || woken.load(std::memory_order_relaxed) || flushesWanted != flushesDone ||
             !spill.empty();
    });
    const bool last = stopping;
    const std::uint64_t flushing = flushesWanted;
    woken.store(false);
    lock.unlock();
    drain(last);
    lock.lock();
    flushesDone = flushing;
    progress.notify_all();
    if (last) return;
  }
}

Log::Log(LogOptions options, std::unique_ptr<LogSink> sink, Redactor redactor,
         const base::Clock& clock, MetricCatalog& catalog)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(sink), std::move(redactor), clock,
                                   catalog)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Log::~Log() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->work.notify_one();
  }
  impl_->thread.join();
}

LogComponent* Log::Impl::known(std::string_view name) {
  const auto found = std::ranges::find(components, name, &LogComponent::name);
  return found == components.end() ? nullptr : &*found;
}

LogComponent& Log::Impl::component(std::string_view name) {
  const std::lock_guard lock(mutex);
  if (LogComponent* const found = known(name)) return *found;
  std::string quoted;
  base::json::appendQuoted(quoted, name);
  return components.emplace_back(std::string(name), std::move(quoted),
                                 forAll.value_or(configured.of(name)), forAll.has_value());
}

Logger Log::logger(std::string_view component) {
  Logger logger;
  logger.log_ = this;
  logger.component_ = &impl_->component(component);
  return logger;
}

Level Log::level() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->forAll.value_or(impl_->configured.level);
}

std::vector<ComponentLevel> Log::levels() const {
  std::vector<ComponentLevel> all;
  {
    const std::lock_guard lock(impl_->mutex);
    for (const LogComponent& component : impl_->components) {
      all.push_back({component.name, component.level, component.changed});
    }
  }
  std::ranges::sort(all, {}, &ComponentLevel::name);
  return all;
}

void Log::setLevel(Level level) {
  const std::lock_guard lock(impl_->mutex);
  impl_->forAll = level;
  for (LogComponent& component : impl_->components) {
    component.level = level;
    component.changed = true;
  }
}

bool Log::setLevel(std::string_view component, Level level) {
  const std::lock_guard lock(impl_->mutex);
  LogComponent* const found = impl_->known(component);
  if (found == nullptr) return false;
  found->level = level;
  found->changed = true;
  return true;
}

void Log::resetLevels() {
  const std::lock_guard lock(impl_->mutex);
  impl_->forAll.reset();
  for (LogComponent& component : impl_->components) {
    component.level = impl_->configured.of(component.name);
    component.changed = false;
  }
}

bool Log::resetLevel(std::string_view component) {
  const std::lock_guard lock(impl_->mutex);
  LogComponent* const found = impl_->known(component);
  if (found == nullptr) return false;
  found->level = impl_->configured.of(component);
  found->changed = false;
  return true;
}

void Log::configureLevels(LogLevels levels) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->configured = std::move(levels);
  }
  resetLevels();
}

void Log::observe(RecordTap* tap) { impl_->observer.store(tap, std::memory_order_release); }

void Log::reopen() {
  const std::lock_guard lock(impl_->mutex);
  impl_->reopening = true;
  impl_->woken.store(true);
  impl_->work.notify_one();
}

std::optional<std::string> Log::trouble() const { return impl_->output.trouble(); }

void Log::flush() {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t mine = ++impl_->flushesWanted;
  impl_->work.notify_one();
  impl_->progress.wait(lock, [&] { return impl_->flushesDone >= mine; });
}

}  // namespace sw::obs
