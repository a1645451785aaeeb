#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/context.h"
#include "obs/span.h"
#include "obs/trace_context.h"
#include "obs/trace_sampler.h"

namespace sw::obs {

struct TraceBuffer;
class Tracer;

/// Whether a trace that ends is kept, and why.
enum class Verdict : std::uint8_t { kDrop, kSampled, kFailed, kSlow };

/// What is known of a trace when it begins. Views live as long as the call.
struct TraceStart {
  const TraceContext* parent = nullptr;  // elsewhere; null: a new trace
  base::Monotonic begun{};
  std::string_view requestId{};
  std::string_view path{};   // as sent
  std::string_view query{};  // as sent, what follows the question mark
};

/// What its root span says when it ends. Views live as long as the call, `name` for ever.
struct TraceEnd {
  std::string_view name;
  SpanKind kind = SpanKind::kInternal;
  base::Monotonic ended{};
  SpanStatus status = SpanStatus::kUnset;
  int httpStatus = 0;
  std::span<const Attribute> attributes{};
};

/// A trace that is being recorded, from its begin to `finish`; one that is destroyed before
/// leaves nothing. Held by whoever serves the request or job; one thread at a time.
class ActiveTrace {
 public:
  /// Records nothing.
  ActiveTrace() = default;
  ActiveTrace(ActiveTrace&& other) noexcept
      : tracer_(std::exchange(other.tracer_, nullptr)),
        buffer_(std::exchange(other.buffer_, nullptr)) {}
  ActiveTrace& operator=(ActiveTrace&& other) noexcept {
    std::swap(tracer_, other.tracer_);
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~ActiveTrace();

  explicit operator bool() const { return buffer_ != nullptr; }
  [[nodiscard]] bool sampled() const;
  /// Where the root span is, for whoever is called or told next.
  [[nodiscard]] TraceContext context() const;
  [[nodiscard]] TraceRef ref() const;
  /// What the code that serves it must run in (see `base::ContextScope`), so that spans and log
  /// records find it. Empty when nothing is recorded.
  [[nodiscard]] base::Context scope() const;

  /// What it turned out to be, as in "GET /events/{id}", for the list of requests in flight;
  /// `operation` lives as long as the tracer.
  void describe(const std::string& operation);
  /// It is not worth keeping, unless whoever called it samples it.
  void leaveToCaller();

  /// By the tail rule: kept when it failed, took longer than the limit or was sampled at its
  /// begin.
  [[nodiscard]] Verdict judge(bool failed, base::Monotonic ended) const;
  /// Whether anybody takes a trace with this verdict, for callers whose attributes are costly.
  [[nodiscard]] bool wanted(Verdict verdict) const;
  /// Ends it; copies it to the keepers where it is wanted.
  void finish(Verdict verdict, const TraceEnd& end);

 private:
  friend class Tracer;
  ActiveTrace(Tracer& tracer, TraceBuffer& buffer) : tracer_(&tracer), buffer_(&buffer) {}
  void release();

  Tracer* tracer_ = nullptr;
  TraceBuffer* buffer_ = nullptr;
};

struct TracerOptions {
  Sampler sampler{Sampler::Rule::kAlwaysOn, 1, true};
  std::chrono::nanoseconds slow = std::chrono::seconds(1);
  bool propagate = true;         // a trace goes on from callers and is named in answers
  std::size_t maxTraces = 2048;  // recorded at a time, 16 to 24 KiB each; others go unrecorded
};

/// Records traces: every one in memory of fixed size, of which those that are kept are copied out
/// (to be exported; failed and slow ones to the flight recorder as well). Owned by the composition
/// root; outlives what it records and is outlived by its keepers. Thread-safe.
class Tracer {
 public:
  struct Keepers {
    TraceKeeper* exporter = nullptr;  // of every kept trace
    TraceKeeper* recorder = nullptr;  // of failed and slow ones, told first
  };
  Tracer(TracerOptions options, Keepers keepers, const base::Clock& clock);
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;
  ~Tracer();

  /// Records nothing when too many traces are being recorded.
  ActiveTrace begin(const TraceStart& start);
  [[nodiscard]] bool propagates() const { return propagate_; }

  /// A trace that has not ended.
  struct InFlight {
    TraceId id;
    base::Monotonic begun{};
    std::string operation;  // empty until it is known
    std::string target;     // as sent: mask it
    std::string requestId;
  };
  /// At most `limit` of them, the oldest first.
  [[nodiscard]] std::vector<InFlight> inFlight(std::size_t limit) const;

 private:
  friend class ActiveTrace;
  std::shared_ptr<KeptTrace> copy(const TraceBuffer& buffer, Verdict verdict, const TraceEnd& end);

  struct Impl;
  std::unique_ptr<Impl> impl_;
  const bool propagate_;
};

/// The trace and span that the calling thread works for; nothing where none is recorded.
std::optional<TraceContext> currentTrace();
/// The same for log records: ids as hexadecimal digits.
struct TraceDigits {
  std::array<char, 32> trace;
  std::array<char, 16> span;
};
/// False, with `out` as it was, where none is recorded.
bool currentTrace(TraceDigits& out);

/// A span that is over already, as a child of the current one. Nothing where none is recorded.
struct FinishedSpan {
  std::string_view name;  // in static storage
  SpanKind kind = SpanKind::kInternal;
  base::Monotonic start{};
  base::Monotonic end{};
  SpanStatus status = SpanStatus::kUnset;
  std::span<const Attribute> attributes{};
};
void recordSpan(const FinishedSpan& span);
/// A moment in the current span.
void recordEvent(StaticText name, std::span<const Attribute> attributes);

/// A span of the current trace that lasts as long as this object, with those made inside it as
/// its children. Costs next to nothing where no trace is recorded. A coroutine may suspend inside
/// it at awaitables that keep the context.
class Span {
 public:
  explicit Span(StaticText name, SpanKind kind = SpanKind::kInternal);
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  ~Span();

  /// At most `kMaxAttributes` are kept. Texts in static storage or as long as this object.
  void set(const Attribute& attribute);
  /// It failed; `errorType` in static storage, as in "timeout".
  void fail(std::string_view errorType);

  static constexpr std::size_t kMaxAttributes = 8;

 private:
  std::string_view name_;
  SpanKind kind_;
  SpanStatus status_ = SpanStatus::kUnset;
  std::uint8_t count_ = 0;
  SpanId id_ = 0;
  base::Context former_;
  base::Monotonic start_{};
  std::array<Attribute, kMaxAttributes> attributes_;
};

}  // namespace sw::obs
