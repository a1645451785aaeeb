#include "obs/flight_recorder.h"

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time_format.h"
#include "obs/log_record.h"

namespace sw::obs {
namespace {

using base::json::Writer;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kMaxInFlight = 200;

std::string_view nameOf(KeptTrace::Why why) {
  switch (why) {
    case KeptTrace::Why::kSampled: return "sampled";
    case KeptTrace::Why::kFailed: return "failed";
    case KeptTrace::Why::kSlow: return "slow";
  }
  return "sampled";
}

double milliseconds(std::int64_t nanoseconds) {
  return Milliseconds(std::chrono::nanoseconds(nanoseconds)).count();
}

/// Calls `visit` with each record of the trace, oldest first.
template <class Visit>
void forEachRecord(const KeptTrace& trace, Visit&& visit) {
  RecordView view;
  for (std::size_t at = 0; at < trace.records.size();) {
    const auto* record = reinterpret_cast<const char*>(trace.records.data() + at);
    readRecord(record, view);
    visit(std::as_const(view));
    at += reinterpret_cast<const RecordHeader*>(record)->size / sizeof(std::uint64_t);
  }
}

void writeAttribute(Writer& json, const KeptTrace& trace, const Attribute& attribute) {
  json.key(attribute.key);
  switch (attribute.kind) {
    case Attribute::Kind::kInteger: json.integer(attribute.integer); break;
    case Attribute::Kind::kReal: json.number(attribute.real); break;
    case Attribute::Kind::kBoolean: json.boolean(attribute.integer != 0); break;
    default: json.string(trace.text(attribute)); break;
  }
}

void writeSpan(Writer& json, const KeptTrace& trace, const SpanRecord& span) {
  json.beginObject().field("name", span.name);
  if (!span.isEvent()) json.field("spanId", toHex(span.id));
  if (span.parent != 0) json.field("parentSpanId", toHex(span.parent));
  json.key("startMs").number(milliseconds(span.start - trace.spans.back().start));
  if (!span.isEvent()) json.key("durationMs").number(milliseconds(span.end - span.start));
  if (span.status == SpanStatus::kError) json.field("failed", true);
  json.key("attributes").beginObject();
  for (std::size_t i = 0; i < span.attributes; ++i) {
    writeAttribute(json, trace, trace.attributes[span.firstAttribute + i]);
  }
  json.endObject().endObject();
}

void writeTrace(Writer& json, const KeptTrace& trace, LogEncoder& encoder) {
  json.beginObject()
      .field("why", nameOf(trace.why))
      .field("operation", trace.operation)
      .field("target", trace.target)
      .field("status", std::int64_t{trace.status})
      .field("started", base::formatInstant(trace.start));
  json.key("durationMs").number(Milliseconds(trace.duration).count());
  json.field("traceId", toHex(trace.id)).field("requestId", trace.requestId);
  json.key("spans").beginArray();
  writeSpan(json, trace, trace.spans.back());  // the root first
  for (std::size_t i = 0; i + 1 < trace.spans.size(); ++i) writeSpan(json, trace, trace.spans[i]);
  json.endArray().key("records").beginArray();
  std::string line;
  forEachRecord(trace, [&](const RecordView& record) {
    line.clear();
    encoder.encode(record, line);
    json.raw(base::trim(line));
  });
  json.endArray();
  if (trace.lostSpans > 0) json.field("lostSpans", std::int64_t{trace.lostSpans});
  if (trace.lostAttributes > 0) json.field("lostAttributes", std::int64_t{trace.lostAttributes});
  if (trace.lostRecords > 0) json.field("lostRecords", std::int64_t{trace.lostRecords});
  json.endObject();
}

std::size_t bytesOf(const KeptTrace& trace) {
  return sizeof trace + trace.spans.capacity() * sizeof(SpanRecord) +
         trace.attributes.capacity() * sizeof(Attribute) + trace.texts.capacity() +
         trace.records.capacity() * sizeof(std::uint64_t);
}

Field textOf(FieldKey key, std::string_view text) { return detail::textField(key, text); }

}  // namespace

FlightRecorder::FlightRecorder(FlightRecorderOptions options, const TraceMask& mask,
                               const Redactor& redactor, const base::Clock& clock, Log& log)
    : options_(options),
      mask_(mask),
      redactor_(redactor),
      clock_(clock),
      log_(log),
      logger_(log.logger("flight-recorder").unlimited()) {}

FlightRecorder::~FlightRecorder() = default;

/// Whether one more request may be written out in this second. Under the lock.
bool FlightRecorder::mayWrite() {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.monotonic().time_since_epoch());
  if (now != second_) {
    second_ = now;
    written_ = 0;
  }
  if (written_ >= options_.writtenPerSecond) {
    ++unwritten_;
    return false;
  }
  ++written_;
  return true;
}

void FlightRecorder::keep(std::shared_ptr<KeptTrace> trace) {
  mask_.apply(*trace);
  bool write = false;
  std::int64_t unwritten = 0;
  {
    const std::lock_guard lock(mutex_);
    bytes_ += bytesOf(*trace);
    kept_.push_back(trace);
    while (kept_.size() > 1 && (kept_.size() > options_.keep || bytes_ > options_.keepBytes)) {
      bytes_ -= bytesOf(*kept_.front());
      kept_.pop_front();
    }
    write = mayWrite();
    if (write) unwritten = std::exchange(unwritten_, 0);
  }
  if (!write) return;
  if (unwritten > 0) {
    logger_.info("More requests failed or were slow than are written out",
                 {field("suppressed", unwritten)});
  }
  writeOut(*trace);
}

void FlightRecorder::writeOut(const KeptTrace& trace) {
  const std::string traceDigits = toHex(trace.id);
  const std::string rootDigits = toHex(trace.root);
  logger_.warn(trace.why == KeptTrace::Why::kSlow ? "A request was slow" : "A request failed",
               {operation(trace.operation), duration(trace.duration), requestId(trace.requestId),
                textOf(FieldKey::kTraceId, traceDigits), textOf(FieldKey::kSpanId, rootDigits),
                field("target", trace.target), field("status", trace.status),
                field("spans", static_cast<std::int64_t>(trace.spanCount()))});
  std::size_t spans = 0;
  for (const SpanRecord& span : trace.spans) {
    if (span.id == trace.root || span.isEvent()) continue;
    if (++spans > options_.maxSpansWritten) break;
    const std::string spanDigits = toHex(span.id);
    logger_.info("Part of a request that failed or was slow",
                 {operation(span.name), duration(std::chrono::nanoseconds(span.end - span.start)),
                  requestId(trace.requestId), textOf(FieldKey::kTraceId, traceDigits),
                  textOf(FieldKey::kSpanId, spanDigits),
                  field("failed", span.status == SpanStatus::kError)});
  }
  // Where the log keeps DEBUG records, it has them already.
  if (log_.level() == Level::kDebug) return;
  std::vector<Field> fields;
  forEachRecord(trace, [&](const RecordView& record) {
    if (record.level != Level::kDebug) return;
    const std::string when = base::formatInstant(record.when);
    fields.assign(record.fields.begin(), record.fields.end());
    fields.push_back(field("recordedBy", record.component));
    fields.push_back(safeField("recordedAt", when));
    fields.push_back(safeField("recordedLevel", toString(record.level)));
    fields.push_back(textOf(FieldKey::kTraceId, traceDigits));
    logger_.log(Level::kInfo, record.message, std::span<const Field>(fields));
  });
}

std::string FlightRecorder::describe(const Tracer& tracer) const {
  std::vector<std::shared_ptr<const KeptTrace>> kept;
  {
    const std::lock_guard lock(mutex_);
    kept.assign(kept_.rbegin(), kept_.rend());
  }
  LogOptions options;
  options.format = LogFormat::kJson;
  const auto encoder = makeLogEncoder(options, redactor_);
  const base::Monotonic now = clock_.monotonic();
  std::string text;
  Writer json(text);
  json.beginObject().key("inFlight").beginArray();
  for (const Tracer::InFlight& one : tracer.inFlight(kMaxInFlight)) {
    json.beginObject()
        .field("operation", one.operation)
        .field("target", mask_.url(one.target))
        .field("traceId", toHex(one.id))
        .field("requestId", mask_.text(one.requestId));
    json.key("ageMs").number(Milliseconds(now - one.begun).count()).endObject();
  }
  json.endArray().key("recent").beginArray();
  for (const auto& trace : kept) writeTrace(json, *trace, *encoder);
  json.endArray().endObject();
  return text;
}

}  // namespace sw::obs
