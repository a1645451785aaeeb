#include "adapters/otlp/otlp_encoder.h"

#include "adapters/otlp/protobuf.h"

namespace sw::otlp {
namespace {

using obs::Attribute;
using obs::KeptTrace;
using obs::SpanRecord;

// The numbers of the fields, by their messages in the .proto files.
namespace request {
constexpr std::uint32_t kResourceSpans = 1;
}
namespace response {
constexpr std::uint32_t kPartialSuccess = 1;
constexpr std::uint32_t kRejectedSpans = 1;
}  // namespace response
namespace resource_spans {
constexpr std::uint32_t kResource = 1;
constexpr std::uint32_t kScopeSpans = 2;
constexpr std::uint32_t kResourceAttributes = 1;
}  // namespace resource_spans
namespace scope_spans {
constexpr std::uint32_t kScope = 1;
constexpr std::uint32_t kSpans = 2;
constexpr std::uint32_t kScopeName = 1;
constexpr std::uint32_t kScopeVersion = 2;
}  // namespace scope_spans
namespace span_field {
constexpr std::uint32_t kTraceId = 1;
constexpr std::uint32_t kSpanId = 2;
constexpr std::uint32_t kTraceState = 3;
constexpr std::uint32_t kParentSpanId = 4;
constexpr std::uint32_t kName = 5;
constexpr std::uint32_t kKind = 6;
constexpr std::uint32_t kStart = 7;
constexpr std::uint32_t kEnd = 8;
constexpr std::uint32_t kAttributes = 9;
constexpr std::uint32_t kDroppedAttributes = 10;
constexpr std::uint32_t kEvents = 11;
constexpr std::uint32_t kStatus = 15;
constexpr std::uint32_t kFlags = 16;
}  // namespace span_field
namespace event_field {
constexpr std::uint32_t kTime = 1;
constexpr std::uint32_t kName = 2;
constexpr std::uint32_t kAttributes = 3;
}  // namespace event_field
namespace status_field {
constexpr std::uint32_t kCode = 3;
constexpr std::uint64_t kError = 2;
constexpr std::uint64_t kOk = 1;
}  // namespace status_field
namespace key_value {
constexpr std::uint32_t kKey = 1;
constexpr std::uint32_t kValue = 2;
constexpr std::uint32_t kString = 1;
constexpr std::uint32_t kBool = 2;
constexpr std::uint32_t kInt = 3;
constexpr std::uint32_t kDouble = 4;
}  // namespace key_value

// Of Span.flags: the lowest byte is that of `traceparent`; these tell where the parent is.
constexpr std::uint32_t kSampled = 0x01;
constexpr std::uint32_t kParentKnown = 0x100;
constexpr std::uint32_t kParentRemote = 0x200;

std::string_view bytesOf(const auto& array) {
  return {reinterpret_cast<const char*>(array.data()), array.size()};
}

void writeText(ProtobufWriter& out, std::uint32_t field, std::string_view key,
               std::string_view value) {
  const std::size_t pair = out.begin(field);
  out.text(key_value::kKey, key);
  const std::size_t any = out.begin(key_value::kValue);
  out.anyText(key_value::kString, value);
  out.end(any);
  out.end(pair);
}

void writeNumber(ProtobufWriter& out, std::uint32_t field, std::string_view key,
                 std::int64_t value) {
  const std::size_t pair = out.begin(field);
  out.text(key_value::kKey, key);
  const std::size_t any = out.begin(key_value::kValue);
  out.anyVarint(key_value::kInt, static_cast<std::uint64_t>(value));
  out.end(any);
  out.end(pair);
}

void writeAttribute(ProtobufWriter& out, std::uint32_t field, const KeptTrace& trace,
                    const Attribute& attribute) {
  if (attribute.isText()) return writeText(out, field, attribute.key, trace.text(attribute));
  const std::size_t pair = out.begin(field);
  out.text(key_value::kKey, attribute.key);
  const std::size_t any = out.begin(key_value::kValue);
  switch (attribute.kind) {
    case Attribute::Kind::kReal: out.anyDouble(key_value::kDouble, attribute.real); break;
    case Attribute::Kind::kBoolean:
      out.anyVarint(key_value::kBool, attribute.integer != 0 ? 1 : 0);
      break;
    default: out.anyVarint(key_value::kInt, static_cast<std::uint64_t>(attribute.integer)); break;
  }
  out.end(any);
  out.end(pair);
}

void writeAttributes(ProtobufWriter& out, std::uint32_t field, const KeptTrace& trace,
                     const SpanRecord& span) {
  for (std::size_t i = 0; i < span.attributes; ++i) {
    writeAttribute(out, field, trace, trace.attributes[span.firstAttribute + i]);
  }
}

void writeEvents(ProtobufWriter& out, const KeptTrace& trace, const SpanRecord& span) {
  for (const SpanRecord& event : trace.spans) {
    if (!event.isEvent() || event.parent != span.id) continue;
    const std::size_t begun = out.begin(span_field::kEvents);
    out.fixed64(event_field::kTime, static_cast<std::uint64_t>(event.start));
    out.text(event_field::kName, event.name);
    writeAttributes(out, event_field::kAttributes, trace, event);
    out.end(begun);
  }
}

void writeSpan(ProtobufWriter& out, const KeptTrace& trace, const SpanRecord& span) {
  const bool root = span.id == trace.root;
  const obs::TraceRef self = obs::toRef(trace.id, span.id);
  const obs::TraceRef parent = obs::toRef(trace.id, span.parent);
  const std::size_t begun = out.begin(scope_spans::kSpans);
  out.text(span_field::kTraceId, bytesOf(self.traceId));
  out.text(span_field::kSpanId, bytesOf(self.spanId));
  out.text(span_field::kTraceState, trace.state);
  if (span.parent != 0) out.text(span_field::kParentSpanId, bytesOf(parent.spanId));
  out.text(span_field::kName, span.name);
  out.varint(span_field::kKind, static_cast<std::uint64_t>(span.kind));
  out.fixed64(span_field::kStart, static_cast<std::uint64_t>(span.start));
  out.fixed64(span_field::kEnd, static_cast<std::uint64_t>(span.end));
  writeAttributes(out, span_field::kAttributes, trace, span);
  if (root && trace.lostSpans > 0) {
    writeNumber(out, span_field::kAttributes, "trace.lost_spans", trace.lostSpans);
  }
  if (root) out.varint(span_field::kDroppedAttributes, trace.lostAttributes);
  writeEvents(out, trace, span);
  if (span.status != obs::SpanStatus::kUnset) {
    const std::size_t status = out.begin(span_field::kStatus);
    out.varint(status_field::kCode,
               span.status == obs::SpanStatus::kError ? status_field::kError : status_field::kOk);
    out.end(status);
  }
  const std::uint32_t remote = root && span.parent != 0 ? kParentRemote : 0;
  out.fixed32(span_field::kFlags, kParentKnown | remote | (trace.sampled ? kSampled : 0));
  out.end(begun);
}

}  // namespace

std::string encodeOtlp(const Resource& resource,
                       std::span<const std::shared_ptr<obs::KeptTrace>> traces) {
  constexpr std::size_t kUsualTrace = 1536;  // bytes
  std::string body;
  body.reserve(traces.size() * kUsualTrace);
  ProtobufWriter out(body);
  const std::size_t all = out.begin(request::kResourceSpans);
  const std::size_t about = out.begin(resource_spans::kResource);
  writeText(out, resource_spans::kResourceAttributes, "service.name", resource.serviceName);
  for (const auto& [key, value] : resource.attributes) {
    writeText(out, resource_spans::kResourceAttributes, key, value);
  }
  out.end(about);
  const std::size_t spans = out.begin(resource_spans::kScopeSpans);
  const std::size_t scope = out.begin(scope_spans::kScope);
  out.text(scope_spans::kScopeName, "scheduling-worker");
  out.text(scope_spans::kScopeVersion, resource.version);
  out.end(scope);
  for (const auto& trace : traces) {
    for (const SpanRecord& span : trace->spans) {
      if (!span.isEvent()) writeSpan(out, *trace, span);
    }
  }
  out.end(spans);
  out.end(all);
  return body;
}

std::uint64_t rejectedSpans(std::string_view answer) {
  std::uint64_t rejected = 0;
  while (const auto field = nextField(answer)) {
    if (field->number != response::kPartialSuccess) continue;
    std::string_view partial = field->bytes;
    while (const auto inner = nextField(partial)) {
      if (inner->number == response::kRejectedSpans) rejected = inner->value;
    }
  }
  return rejected;
}

}  // namespace sw::otlp
