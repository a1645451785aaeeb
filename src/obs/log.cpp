#include "obs/log.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "obs/log_buffer.h"
#include "obs/log_encoder.h"
#include "obs/log_record.h"

namespace sw::obs {
namespace {

constexpr std::chrono::milliseconds kIdle{50};

struct CurrentBuffer {
  std::uint64_t log;
  LogBuffer* buffer;
};
constinit thread_local CurrentBuffer currentBuffer{0, nullptr};
constinit thread_local bool threadIsEnding = false;

/// The buffers one thread writes to, one a log; ended when the thread ends.
class HeldBuffers {
 public:
  HeldBuffers() = default;
  HeldBuffers(const HeldBuffers&) = delete;
  HeldBuffers& operator=(const HeldBuffers&) = delete;
  ~HeldBuffers() {
    threadIsEnding = true;
    currentBuffer = {0, nullptr};
    for (const Held& held : held_) held.buffer->end();
  }

  LogBuffer* find(std::uint64_t log) const {
    for (const Held& held : held_) {
      if (held.log == log) return held.buffer.get();
    }
    return nullptr;
  }
  void keep(std::uint64_t log, std::shared_ptr<LogBuffer> buffer) {
    // A buffer that only this thread holds belongs to a log that is no more.
    std::erase_if(held_, [](const Held& held) { return held.buffer.use_count() == 1; });
    held_.push_back({log, std::move(buffer)});
  }

 private:
  struct Held {
    std::uint64_t log;
    std::shared_ptr<LogBuffer> buffer;
  };
  std::vector<Held> held_;
};
thread_local HeldBuffers heldBuffers;

std::uint64_t nextLogId() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

std::string_view toString(Level level) {
  switch (level) {
    case Level::kError: return "ERROR";
    case Level::kWarn: return "WARN";
    case Level::kInfo: return "INFO";
    case Level::kDebug: return "DEBUG";
  }
  return "INFO";
}

std::optional<Level> levelFrom(std::string_view name) {
  for (const Level level : {Level::kError, Level::kWarn, Level::kInfo, Level::kDebug}) {
    if (base::equalsIgnoringCase(name, toString(level))) return level;
  }
  return std::nullopt;
}

std::optional<LogFormat> logFormatFrom(std::string_view name) {
  if (name == "json") return LogFormat::kJson;
  if (name == "ecs") return LogFormat::kEcs;
  if (name == "console") return LogFormat::kConsole;
  return std::nullopt;
}

struct Log::Impl {
  Impl(LogOptions given, std::unique_ptr<LogSink> out, Redactor secrets, const base::Clock& time,
       MetricCatalog& catalog)
      : options(std::move(given)),
        sink(std::move(out)),
        redactor(std::move(secrets)),
        clock(time),
        encoder(makeLogEncoder(options, redactor)),
        level(options.level),
        emitted(catalog.telemetryEmitted.handle(label::Signal::kLogs)),
        exported(catalog.telemetryExported.handle(label::Signal::kLogs)),
        queueFull(
            catalog.telemetryDropped.handle(label::Signal::kLogs, label::DropReason::kQueueFull)),
        exportFailed(catalog.telemetryDropped.handle(label::Signal::kLogs,
                                                     label::DropReason::kExportFailed)),
        byLevel{catalog.logMessages.handle(label::LogLevel::kError),
                catalog.logMessages.handle(label::LogLevel::kWarn),
                catalog.logMessages.handle(label::LogLevel::kInfo),
                catalog.logMessages.handle(label::LogLevel::kDebug)} {}

  LogBuffer* bufferOfThread();
  void spillOver(const RecordPlan& plan, Level level, base::Instant when,
                 const LogComponent* component);
  void wake();
  void run();
  void drain();
  void writeOut(std::size_t records);

  const std::uint64_t id = nextLogId();
  const LogOptions options;
  const std::unique_ptr<LogSink> sink;
  const Redactor redactor;
  const base::Clock& clock;
  const std::unique_ptr<LogEncoder> encoder;
  std::atomic<Level> level;
  CounterHandle emitted, exported, queueFull, exportFailed;
  std::array<CounterHandle, 4> byLevel;

  std::mutex mutex;  // guards what follows
  std::deque<LogComponent> components;
  std::vector<std::shared_ptr<LogBuffer>> buffers;
  std::vector<std::uint64_t> spill;  // records that found no room, one after another
  std::uint64_t flushesWanted = 0;
  std::uint64_t flushesDone = 0;
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
  std::thread thread;
};

LogBuffer* Log::Impl::bufferOfThread() {
  if (currentBuffer.log == id) [[likely]]
    return currentBuffer.buffer;
  if (threadIsEnding) return nullptr;
  LogBuffer* buffer = heldBuffers.find(id);
  if (buffer == nullptr) {
    auto made = std::make_shared<LogBuffer>(options.bufferBytes);
    buffer = made.get();
    heldBuffers.keep(id, made);
    const std::lock_guard lock(mutex);
    buffers.push_back(std::move(made));
  }
  currentBuffer = {id, buffer};
  return buffer;
}

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

void Logger::write(Level level, std::string_view message, Fields fields) const {
  Log::Impl& log = *log_->impl_;
  log.byLevel[static_cast<std::size_t>(level)].increment();
  log.emitted.increment();
  const RecordPlan plan(message, fields);
  const base::Instant now = log.clock.now();
  const std::size_t capacity = log.options.bufferBytes;
  // What must stay free: half for DEBUG, a sixteenth for others but ERROR.
  const std::size_t reserve = level == Level::kDebug   ? capacity / 2
                              : level == Level::kError ? 0
                                                       : capacity / 16;
  LogBuffer* buffer = log.bufferOfThread();
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

void Log::Impl::writeOut(std::size_t records) {
  if (records == 0) return;
  (sink->write(lines) ? exported : exportFailed).increment(records);
  lines.clear();
}

void Log::Impl::drain() {
  constexpr std::size_t kBatchBytes = 256 * 1024;
  waiting.clear();
  spilled.clear();
  std::vector<std::shared_ptr<LogBuffer>> reading;
  {
    const std::lock_guard lock(mutex);
    std::erase_if(buffers, [](const auto& buffer) { return buffer->finished(); });
    reading = buffers;
    spilled.swap(spill);
  }
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
  std::size_t records = 0;
  for (const Waiting& next : waiting) {
    readRecord(next.record, view);
    encoder->encode(view, lines);
    ++records;
    if (lines.size() >= kBatchBytes) writeOut(std::exchange(records, 0));
  }
  // The room is free again before the last write, which may block.
  for (const auto& buffer : reading) buffer->release();
  writeOut(records);
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
    drain();
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

Logger Log::logger(std::string_view component) {
  const std::lock_guard lock(impl_->mutex);
  Logger logger;
  logger.log_ = this;
  for (LogComponent& known : impl_->components) {
    if (known.name == component) logger.component_ = &known;
  }
  if (logger.component_ == nullptr) {
    std::string quoted;
    base::json::appendQuoted(quoted, component);
    logger.component_ = &impl_->components.emplace_back(std::string(component), std::move(quoted),
                                                        impl_->level.load());
  }
  return logger;
}

void Log::setLevel(Level level) {
  const std::lock_guard lock(impl_->mutex);
  impl_->level = level;
  for (LogComponent& component : impl_->components) component.level = level;
}

void Log::setLevel(std::string_view component, Level level) {
  logger(component).component_->level = level;
}

Level Log::level() const { return impl_->level; }

void Log::flush() {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t mine = ++impl_->flushesWanted;
  impl_->work.notify_one();
  impl_->progress.wait(lock, [&] { return impl_->flushesDone >= mine; });
}

}  // namespace sw::obs
