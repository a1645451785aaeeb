#include "obs/log_record.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace sw::obs {
namespace {

struct FieldHeader {
  std::uint32_t textSize;
  std::uint32_t nameSize;
  const char* name;
  std::int64_t number;  // the bits of a double for kReal
  FieldKey key;
  Field::Kind kind;
};

/// Longer secrets have a shape by which their begin is known.
constexpr std::size_t kMaxSecretBytes = 512;

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

}  // namespace

RecordPlan::RecordPlan(std::string_view message, std::span<const Field> fields)
    : message_(message), fields_(fields) {
  fieldCount_ = static_cast<std::uint16_t>(std::min(fields.size(), kMaxFields));
  cut_ = fields.size() > kMaxFields;
  std::size_t budget =
      kMaxRecordBytes - sizeof(RecordHeader) - fieldCount_ * (sizeof(FieldHeader) + 8) - 8;
  std::size_t half = budget / 2;  // so that a long message leaves room for the fields
  messageSize_ = static_cast<std::uint32_t>(kept(message, half));
  budget -= messageSize_;
  size_ = sizeof(RecordHeader) + aligned(messageSize_);
  for (std::size_t i = 0; i < fieldCount_; ++i) {
    const Field& field = fields[i];
    textSizes_[i] = static_cast<std::uint32_t>(kept(field.text, budget));
    size_ += sizeof(FieldHeader) + aligned(textSizes_[i]);
  }
}

std::size_t RecordPlan::kept(std::string_view text, std::size_t& budget) {
  std::size_t take = std::min(text.size(), budget);
  if (take < text.size()) {
    cut_ = true;
    // Between words, so that no part of a secret is left that cannot be told as one.
    const std::size_t least = take - std::min(take, kMaxSecretBytes);
    const std::size_t gap = text.substr(0, take).find_last_of(" \t\n");
    take = gap == std::string_view::npos ? least : std::max(gap, least);
  }
  budget -= take;
  return take;
}

void RecordPlan::write(char* out, Level level, base::Instant when, const void* component) const {
  const RecordHeader header{static_cast<std::uint32_t>(size_),
                            messageSize_,
                            when.time_since_epoch().count(),
                            component,
                            fieldCount_,
                            level,
                            cut_};
  std::memcpy(out, &header, sizeof header);
  out += sizeof header;
  std::memcpy(out, message_.data(), messageSize_);
  out += aligned(messageSize_);
  for (std::size_t i = 0; i < fieldCount_; ++i) {
    const Field& field = fields_[i];
    const FieldHeader head{textSizes_[i],     static_cast<std::uint32_t>(field.name.size()),
                           field.name.data(), field.integer,
                           field.key,         field.kind};
    std::memcpy(out, &head, sizeof head);
    out += sizeof head;
    if (textSizes_[i] == 0) continue;
    std::memcpy(out, field.text.data(), textSizes_[i]);
    out += aligned(textSizes_[i]);
  }
}

void readRecord(const char* at, RecordView& out) {
  RecordHeader header;
  std::memcpy(&header, at, sizeof header);
  at += sizeof header;
  const auto* component = static_cast<const LogComponent*>(header.component);
  out.when = base::Instant(std::chrono::microseconds(header.microseconds));
  out.level = header.level;
  out.cut = header.cut;
  out.component = component->name;
  out.quotedComponent = component->quoted;
  out.message = std::string_view(at, header.messageSize);
  at += aligned(header.messageSize);
  out.fields.clear();
  for (std::size_t i = 0; i < header.fields; ++i) {
    FieldHeader head;
    std::memcpy(&head, at, sizeof head);
    at += sizeof head;
    Field& field = out.fields.emplace_back();
    field.key = head.key;
    field.kind = head.kind;
    field.name = std::string_view(head.name, head.nameSize);
    field.text = std::string_view(at, head.textSize);
    field.integer = head.number;
    at += aligned(head.textSize);
  }
}

}  // namespace sw::obs
