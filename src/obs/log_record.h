#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "obs/field.h"
#include "obs/log.h"

namespace sw::obs {

/// A record as it lies in a buffer: this header, the message, then for each field a header and
/// its text. Sizes are multiples of 8, so that every header is aligned.
struct RecordHeader {
  std::uint32_t size;  // of all, in bytes
  std::uint32_t messageSize;
  std::int64_t microseconds;  // since 1970
  const void* component;
  std::uint16_t fields;
  Level level;
  bool cut;  // a text was longer than what is here
};

/// A record read back: views into the buffer.
struct RecordView {
  base::Instant when;
  Level level = Level::kInfo;
  bool cut = false;
  std::string_view component;        // plain
  std::string_view quotedComponent;  // as JSON
  std::string_view message;
  std::vector<Field> fields;
};

inline constexpr std::size_t kMaxRecordBytes = 32 * 1024;

/// How large `message` and `fields` are as a record, and how much of a text is kept.
class RecordPlan {
 public:
  RecordPlan(std::string_view message, std::span<const Field> fields);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Writes the record to `out`, which has `size()` bytes and is aligned to 8.
  void write(char* out, Level level, base::Instant when, const void* component) const;

 private:
  static constexpr std::size_t kMaxFields = 32;

  [[nodiscard]] std::size_t kept(std::string_view text, std::size_t& budget);

  std::string_view message_;
  std::span<const Field> fields_;
  std::size_t size_ = 0;
  std::uint16_t fieldCount_ = 0;
  bool cut_ = false;
  std::uint32_t messageSize_ = 0;
  std::uint32_t textSizes_[kMaxFields];
};

/// Reads the record at `at` into `out`, reusing its memory.
void readRecord(const char* at, RecordView& out);

}  // namespace sw::obs
