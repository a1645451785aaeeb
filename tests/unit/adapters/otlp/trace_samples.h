#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/otlp/resource.h"
#include "obs/span.h"

namespace sw::otlp {

using Traces = std::vector<std::shared_ptr<obs::KeptTrace>>;

/// Adds a text that lies with the trace.
inline obs::Attribute keptText(obs::KeptTrace& trace, obs::StaticText key, std::string_view text) {
  obs::Attribute made = obs::attribute(key, text);
  made.integer = static_cast<std::int64_t>(trace.texts.size());
  trace.texts.append(text);
  return made;
}

/// A trace with a caller elsewhere, two spans, an event, losses, and every kind of attribute.
inline Traces sampleTraces() {
  constexpr std::int64_t kBase = 1767603600000000000;
  auto trace = std::make_shared<obs::KeptTrace>();
  trace->id = {0x0af7651916cd43dd, 0x8448eb211c80319c};
  trace->root = 0xb7ad6b7169203331;
  trace->state = "a=1";
  trace->sampled = true;
  trace->lostSpans = 1;
  trace->lostAttributes = 2;
  trace->masked = true;
  trace->attributes = {obs::safeAttribute("db.system.name", "sqlite"),
                       obs::attribute("cached", true),
                       obs::attribute("rows", -3),
                       obs::attribute("share", 0.5),
                       keptText(*trace, "note", "\xC3\xBC"),
                       keptText(*trace, "empty", ""),
                       obs::attribute("off", false),
                       obs::attribute("zero", 0),
                       obs::attribute("n", 300),
                       obs::attribute("http.status_code", 503)};
  trace->spans.resize(3);
  obs::SpanRecord& child = trace->spans[0];
  child.id = 0x0102030405060708;
  child.parent = trace->root;
  child.name = "events.by_id";
  child.kind = obs::SpanKind::kClient;
  child.start = kBase + 1000;
  child.end = kBase + 5000;
  child.attributes = 8;
  obs::SpanRecord& event = trace->spans[1];
  event.parent = trace->root;
  event.name = "moment";
  event.start = event.end = kBase + 2000;
  event.firstAttribute = 8;
  event.attributes = 1;
  obs::SpanRecord& root = trace->spans[2];
  root.id = trace->root;
  root.parent = 0x00f067aa0ba902b7;
  root.name = "http_request";
  root.kind = obs::SpanKind::kServer;
  root.status = obs::SpanStatus::kError;
  root.start = kBase;
  root.end = kBase + 9000;
  root.firstAttribute = 9;
  root.attributes = 1;
  return {trace};
}

inline Resource sampleResource() { return {"svc", "1.2.3", {{"service.version", "1.2.3"}}}; }

inline std::string hexOf(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 0xFU]);
  }
  return out;
}

}  // namespace sw::otlp
