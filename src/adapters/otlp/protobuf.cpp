#include "adapters/otlp/protobuf.h"

#include <array>

namespace sw::otlp {
namespace {

enum WireType : std::uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

std::size_t putVarint(std::uint64_t value, char* out) {
  std::size_t size = 0;
  while (value >= 0x80) {
    out[size++] = static_cast<char>(value | 0x80U);
    value >>= 7U;
  }
  out[size++] = static_cast<char>(value);
  return size;
}

std::optional<std::uint64_t> takeVarint(std::string_view& text) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !text.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace

void ProtobufWriter::number(std::uint64_t value) {
  if (value < 0x80) return out_.push_back(static_cast<char>(value));
  std::array<char, 10> bytes;
  out_.append(bytes.data(), putVarint(value, bytes.data()));
}

void ProtobufWriter::tag(std::uint32_t field, std::uint32_t wireType) {
  number(std::uint64_t{field} << 3U | wireType);
}

void ProtobufWriter::bytes(std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i, value >>= 8U) out_.push_back(static_cast<char>(value));
}

void ProtobufWriter::anyText(std::uint32_t field, std::string_view value) {
  tag(field, kLength);
  number(value.size());
  out_.append(value);
}
void ProtobufWriter::text(std::uint32_t field, std::string_view value) {
  if (!value.empty()) anyText(field, value);
}

void ProtobufWriter::anyVarint(std::uint32_t field, std::uint64_t value) {
  tag(field, kVarint);
  number(value);
}
void ProtobufWriter::varint(std::uint32_t field, std::uint64_t value) {
  if (value != 0) anyVarint(field, value);
}

void ProtobufWriter::anyDouble(std::uint32_t field, double value) {
  tag(field, kFixed64);
  bytes(std::bit_cast<std::uint64_t>(value), 8);
}

void ProtobufWriter::fixed64(std::uint32_t field, std::uint64_t value) {
  if (value == 0) return;
  tag(field, kFixed64);
  bytes(value, 8);
}

void ProtobufWriter::fixed32(std::uint32_t field, std::uint32_t value) {
  if (value == 0) return;
  tag(field, kFixed32);
  bytes(value, 4);
}

std::size_t ProtobufWriter::begin(std::uint32_t field) {
  tag(field, kLength);
  return out_.size();
}

void ProtobufWriter::end(std::size_t begun) {
  // The length comes first but is known last.
  std::array<char, 10> length;
  const std::size_t size = putVarint(out_.size() - begun, length.data());
  out_.insert(begun, length.data(), size);
}

std::optional<ProtobufField> nextField(std::string_view& text) {
  const auto fail = [&text] {
    text = {};
    return std::optional<ProtobufField>();
  };
  if (text.empty()) return std::nullopt;
  const auto tag = takeVarint(text);
  if (!tag || (*tag >> 3U) == 0 || (*tag >> 3U) > 0x1FFFFFFFU) return fail();
  ProtobufField field;
  field.number = static_cast<std::uint32_t>(*tag >> 3U);
  const auto wireType = static_cast<std::uint32_t>(*tag & 7U);
  if (wireType == kVarint) {
    const auto value = takeVarint(text);
    if (!value) return fail();
    field.value = *value;
    return field;
  }
  std::uint64_t size = 0;
  if (wireType == kLength) {
    const auto length = takeVarint(text);
    if (!length) return fail();
    size = *length;
  } else if (wireType == kFixed64 || wireType == kFixed32) {
    size = wireType == kFixed64 ? 8 : 4;
  } else {
    return fail();
  }
  if (size > text.size()) return fail();
  field.bytes = text.substr(0, size);
  if (wireType != kLength) {
    for (std::size_t i = size; i-- > 0;) {
      field.value = field.value << 8U | static_cast<unsigned char>(field.bytes[i]);
    }
    field.bytes = {};
  }
  text.remove_prefix(size);
  return field;
}

}  // namespace sw::otlp
