#include "obs/trace.h"

#include <algorithm>

#include "obs/log_record.h"
#include "obs/log_tap.h"
#include "obs/trace_buffer.h"

namespace sw::obs {
namespace {

std::int64_t nanoseconds(base::Monotonic time) { return time.time_since_epoch().count(); }

/// The buffer that a context refers to; null when its trace has ended.
TraceBuffer* bufferOf(const base::Context& context) {
  auto* buffer = static_cast<TraceBuffer*>(context.scope);
  if (buffer == nullptr) return nullptr;
  const bool lives = buffer->generation.load(std::memory_order_relaxed) == context.generation;
  return lives ? buffer : nullptr;
}

/// Keeps what is logged on behalf of a trace. One for all threads: the context says for which.
class FlightTap final : public RecordTap {
 public:
  void record(const TappedRecord& record) noexcept override {
    TraceBuffer* const buffer = bufferOf(base::currentContext());
    if (buffer == nullptr) return;
    const RecordPlan plan(record.message, record.fields);
    char* const room = buffer->records.room(plan.size());
    if (room != nullptr) plan.write(room, record.level, record.when, &record.component);
  }
};

FlightTap& flightTap() {
  static FlightTap tap;
  return tap;
}

KeptTrace::Why whyOf(Verdict verdict) {
  if (verdict == Verdict::kFailed) return KeptTrace::Why::kFailed;
  return verdict == Verdict::kSlow ? KeptTrace::Why::kSlow : KeptTrace::Why::kSampled;
}

/// Adds an attribute given by a caller to a trace that is kept.
void addAttribute(KeptTrace& trace, const Attribute& given) {
  Attribute kept = given;
  if (given.isKept()) {
    kept.size = std::min<std::uint32_t>(given.size, TraceBuffer::kMaxTarget);
    kept.integer = static_cast<std::int64_t>(trace.texts.size());
    trace.texts.append(given.data, kept.size);
  }
  trace.attributes.push_back(kept);
}

}  // namespace

std::size_t KeptTrace::spanCount() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(spans, [](const SpanRecord& span) { return !span.isEvent(); }));
}

struct Tracer::Impl {
  Impl(TracerOptions given, Keepers told, const base::Clock& time)
      : options(given), keepers(told), clock(time), pool(given.maxTraces) {}

  const TracerOptions options;
  const Keepers keepers;
  const base::Clock& clock;
  TraceBufferPool pool;
};

Tracer::Tracer(TracerOptions options, Keepers keepers, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(options, keepers, clock)), propagate_(options.propagate) {
  detail::requestTap.store(&flightTap(), std::memory_order_release);
}

Tracer::~Tracer() = default;

ActiveTrace Tracer::begin(const TraceStart& start) {
  const TraceContext* const parent = start.parent;
  TraceBuffer* const buffer = impl_->pool.take([&](TraceBuffer& made) {
    made.trace = parent != nullptr ? parent->trace : newTraceId();
    made.parent = parent != nullptr ? parent->span : 0;
    made.root = newSpanId();
    made.start = start.begun;
    made.textSize = 0;
    made.targetSize = made.addText(start.path, TraceBuffer::kMaxTarget);
    if (!start.query.empty()) {
      made.targetSize += made.addText("?", 1);
      made.targetSize += made.addText(start.query, TraceBuffer::kMaxTarget);
    }
    made.requestIdSize = made.addText(start.requestId, TraceBuffer::kMaxText);
    made.operation.store(nullptr, std::memory_order_relaxed);
  });
  if (buffer == nullptr) return {};
  buffer->clock = &impl_->clock;
  buffer->remote = parent != nullptr;
  buffer->callersAlone = false;
  buffer->sampled = impl_->options.sampler.samples(buffer->trace, parent);
  buffer->state.clear();
  if (parent != nullptr) buffer->state = parent->state;
  buffer->spanCount = 0;
  buffer->attributeCount = 0;
  buffer->lostSpans = 0;
  buffer->lostAttributes = 0;
  buffer->records.clear();
  return {*this, *buffer};
}

std::vector<Tracer::InFlight> Tracer::inFlight(std::size_t limit) const {
  std::vector<InFlight> found;
  impl_->pool.forEachActive([&](const TraceBuffer& buffer) {
    InFlight& one = found.emplace_back();
    one.id = buffer.trace;
    one.begun = buffer.start;
    const std::string* operation = buffer.operation.load(std::memory_order_acquire);
    if (operation != nullptr) one.operation = *operation;
    one.target = buffer.target();
    one.requestId = buffer.requestId();
  });
  std::ranges::sort(found, {}, &InFlight::begun);
  if (found.size() > limit) found.resize(limit);
  return found;
}

std::shared_ptr<KeptTrace> Tracer::copy(const TraceBuffer& buffer, Verdict verdict,
                                        const TraceEnd& end) {
  auto trace = std::make_shared<KeptTrace>();
  trace->id = buffer.trace;
  trace->root = buffer.root;
  trace->state = buffer.state;
  trace->sampled = buffer.sampled;
  trace->why = whyOf(verdict);
  trace->duration = end.ended - buffer.start;
  const std::string* operation = buffer.operation.load(std::memory_order_relaxed);
  if (operation != nullptr) trace->operation = *operation;
  trace->status = end.httpStatus;
  trace->lostSpans = buffer.lostSpans;
  trace->lostAttributes = buffer.lostAttributes;
  trace->texts.assign(buffer.texts.data(), buffer.textSize);
  trace->attributes.reserve(buffer.attributeCount + end.attributes.size());
  trace->attributes.assign(
      buffer.attributes.begin(),
      buffer.attributes.begin() + static_cast<std::ptrdiff_t>(buffer.attributeCount));
  trace->spans.reserve(buffer.spanCount + 1);
  trace->spans.assign(buffer.spans.begin(),
                      buffer.spans.begin() + static_cast<std::ptrdiff_t>(buffer.spanCount));
  SpanRecord root;
  root.id = buffer.root;
  root.parent = buffer.parent;
  root.start = nanoseconds(buffer.start);
  root.end = nanoseconds(end.ended);
  root.name = end.name;
  root.kind = end.kind;
  root.status = end.status;
  root.firstAttribute = static_cast<std::uint32_t>(trace->attributes.size());
  for (const Attribute& given : end.attributes) addAttribute(*trace, given);
  root.attributes = static_cast<std::uint16_t>(trace->attributes.size() - root.firstAttribute);
  trace->spans.push_back(root);

  // The two clocks are read together once, so that all spans of a trace are shifted alike.
  const std::int64_t sinceEpoch =
      std::chrono::nanoseconds(impl_->clock.now().time_since_epoch()).count();
  const std::int64_t shift = sinceEpoch - nanoseconds(impl_->clock.monotonic());
  for (SpanRecord& span : trace->spans) {
    span.start += shift;
    span.end += shift;
  }
  trace->start = base::Instant(std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::nanoseconds(trace->spans.back().start)));
  if (verdict != Verdict::kSampled) {  // for the flight recorder
    trace->requestId = buffer.requestId();
    trace->target = buffer.target();
    buffer.records.copyTo(trace->records);
    trace->lostRecords = buffer.records.lost();
  }
  return trace;
}

ActiveTrace::~ActiveTrace() { release(); }

void ActiveTrace::release() {
  if (buffer_ == nullptr) return;
  tracer_->impl_->pool.giveBack(*buffer_);
  buffer_ = nullptr;
}

bool ActiveTrace::sampled() const { return buffer_ != nullptr && buffer_->sampled; }

TraceContext ActiveTrace::context() const {
  if (buffer_ == nullptr) return {};
  return {buffer_->trace, buffer_->root, buffer_->sampled, buffer_->state};
}

TraceRef ActiveTrace::ref() const {
  return buffer_ == nullptr ? TraceRef() : toRef(buffer_->trace, buffer_->root);
}

base::Context ActiveTrace::scope() const {
  if (buffer_ == nullptr) return {};
  return {buffer_, buffer_->generation.load(std::memory_order_relaxed), buffer_->root};
}

void ActiveTrace::describe(const std::string& operation) {
  if (buffer_ != nullptr) buffer_->operation.store(&operation, std::memory_order_release);
}

void ActiveTrace::leaveToCaller() {
  if (buffer_ == nullptr) return;
  buffer_->callersAlone = true;
  if (!buffer_->remote) buffer_->sampled = false;
}

Verdict ActiveTrace::judge(bool failed, base::Monotonic ended) const {
  if (buffer_ == nullptr) return Verdict::kDrop;
  if (buffer_->callersAlone && !buffer_->sampled) return Verdict::kDrop;
  if (failed) return Verdict::kFailed;
  if (ended - buffer_->start > tracer_->impl_->options.slow) return Verdict::kSlow;
  return buffer_->sampled ? Verdict::kSampled : Verdict::kDrop;
}

bool ActiveTrace::wanted(Verdict verdict) const {
  if (buffer_ == nullptr || verdict == Verdict::kDrop) return false;
  const Tracer::Keepers& keepers = tracer_->impl_->keepers;
  if (keepers.exporter != nullptr) return true;
  return verdict != Verdict::kSampled && keepers.recorder != nullptr;
}

void ActiveTrace::finish(Verdict verdict, const TraceEnd& end) {
  if (wanted(verdict)) {
    const Tracer::Keepers& keepers = tracer_->impl_->keepers;
    auto trace = tracer_->copy(*buffer_, verdict, end);
    // The recorder comes first: it removes the secrets before others see the same object.
    if (verdict != Verdict::kSampled && keepers.recorder != nullptr) keepers.recorder->keep(trace);
    if (keepers.exporter != nullptr) keepers.exporter->keep(std::move(trace));
  }
  release();
}

std::optional<TraceContext> currentTrace() {
  const base::Context& context = base::currentContext();
  const TraceBuffer* const buffer = bufferOf(context);
  if (buffer == nullptr) return std::nullopt;
  return TraceContext{buffer->trace, context.position, buffer->sampled, buffer->state};
}

bool currentTrace(TraceDigits& out) {
  const base::Context& context = base::currentContext();
  const TraceBuffer* const buffer = bufferOf(context);
  if (buffer == nullptr) return false;
  writeHex(buffer->trace, out.trace.data());
  writeHex(context.position, out.span.data());
  return true;
}

void recordSpan(const FinishedSpan& span) {
  const base::Context& context = base::currentContext();
  TraceBuffer* const buffer = bufferOf(context);
  if (buffer == nullptr) return;
  SpanRecord record;
  record.id = newSpanId();
  record.parent = context.position;
  record.start = nanoseconds(span.start);
  record.end = nanoseconds(span.end);
  record.name = span.name;
  record.kind = span.kind;
  record.status = span.status;
  buffer->add(record, span.attributes);
}

void recordEvent(StaticText name, std::span<const Attribute> attributes) {
  const base::Context& context = base::currentContext();
  TraceBuffer* const buffer = bufferOf(context);
  if (buffer == nullptr) return;
  SpanRecord record;
  record.parent = context.position;
  record.start = record.end = nanoseconds(buffer->clock->monotonic());
  record.name = name.view();
  buffer->add(record, attributes);
}

Span::Span(StaticText name, SpanKind kind)
    : name_(name.view()), kind_(kind), former_(base::currentContext()) {
  const TraceBuffer* const buffer = bufferOf(former_);
  if (buffer == nullptr) return;
  id_ = newSpanId();
  start_ = buffer->clock->monotonic();
  base::exchangeContext({former_.scope, former_.generation, id_});
}

Span::~Span() {
  if (id_ == 0) return;
  const base::Context& now = base::currentContext();
  // A suspended coroutine that is destroyed must not touch the context of whoever runs.
  if (now.scope == former_.scope && now.generation == former_.generation) {
    base::exchangeContext(former_);
  }
  TraceBuffer* const buffer = bufferOf(former_);
  if (buffer == nullptr) return;
  SpanRecord record;
  record.id = id_;
  record.parent = former_.position;
  record.start = nanoseconds(start_);
  record.end = nanoseconds(buffer->clock->monotonic());
  record.name = name_;
  record.kind = kind_;
  record.status = status_;
  buffer->add(record, std::span(attributes_.data(), count_));
}

void Span::set(const Attribute& attribute) {
  if (id_ != 0 && count_ < kMaxAttributes) attributes_[count_++] = attribute;
}

void Span::fail(std::string_view errorType) {
  status_ = SpanStatus::kError;
  set(safeAttribute("error.type", errorType));
}

}  // namespace sw::obs
