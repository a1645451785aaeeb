#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/context.h"
#include "obs/field.h"
#include "obs/trace.h"

namespace sw::obs {

/// The fields of a record, with the ids of the trace and span behind them that the calling thread
/// works for, unless there are none, one is among the fields, or there are too many fields. A
/// view of the fields that it is given.
class TracedFields {
 public:
  explicit TracedFields(std::span<const Field> fields) : all_(fields) {
    if (base::currentContext().scope != nullptr) [[unlikely]]
      addIds(fields);
  }
  TracedFields(const TracedFields&) = delete;
  TracedFields& operator=(const TracedFields&) = delete;

  [[nodiscard]] std::span<const Field> all() const { return all_; }

 private:
  static constexpr std::size_t kMaxFields = 30;

  void addIds(std::span<const Field> fields) {
    const auto isId = [](const Field& one) { return one.key == FieldKey::kTraceId; };
    if (fields.size() > kMaxFields || std::ranges::any_of(fields, isId)) return;
    if (!currentTrace(digits_)) return;
    auto* const copies = reinterpret_cast<Field*>(room_.data());
    Field* const end = std::uninitialized_copy(fields.begin(), fields.end(), copies);
    std::construct_at(end, traceId({digits_.trace.data(), digits_.trace.size()}));
    std::construct_at(end + 1, spanId({digits_.span.data(), digits_.span.size()}));
    all_ = std::span<const Field>(copies, fields.size() + 2);
  }

  std::span<const Field> all_;
  TraceDigits digits_;
  alignas(Field) std::array<std::byte, (kMaxFields + 2) * sizeof(Field)> room_;  // filled in part
};

}  // namespace sw::obs
