#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "obs/trace.h"
#include "unit/obs/obs_fixture.h"

namespace sw::obs {

/// Keeps the traces that it is given.
class TraceList final : public TraceKeeper {
 public:
  void keep(std::shared_ptr<KeptTrace> trace) override { traces.push_back(std::move(trace)); }
  std::vector<std::shared_ptr<KeptTrace>> traces;
};

/// The value of a span's attribute as text; "-" when it has none of that name.
inline std::string attributeOf(const KeptTrace& trace, const SpanRecord& span,
                               std::string_view key) {
  for (std::size_t i = 0; i < span.attributes; ++i) {
    const Attribute& one = trace.attributes.at(span.firstAttribute + i);
    if (one.key != key) continue;
    if (one.isText()) return std::string(trace.text(one));
    if (one.kind == Attribute::Kind::kReal) return std::to_string(one.real);
    return std::to_string(one.integer);
  }
  return "-";
}

/// The first span of that name; fails the test's access when there is none.
inline const SpanRecord& spanOf(const KeptTrace& trace, std::string_view name) {
  for (const SpanRecord& span : trace.spans) {
    if (span.name == name) return span;
  }
  throw std::out_of_range("no span " + std::string(name));
}

}  // namespace sw::obs
