#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sw::otlp {

/// Writes the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding): fields
/// one after another, in the order of the calls. Default values are left out as proto3 has it,
/// unless said otherwise. Appends to a string of the caller.
class ProtobufWriter {
 public:
  explicit ProtobufWriter(std::string& out) : out_(out) {}

  void text(std::uint32_t field, std::string_view value);
  void varint(std::uint32_t field, std::uint64_t value);
  /// Also when it is zero: a value of a oneof.
  void anyVarint(std::uint32_t field, std::uint64_t value);
  void anyText(std::uint32_t field, std::string_view value);
  void anyDouble(std::uint32_t field, double value);
  void fixed64(std::uint32_t field, std::uint64_t value);
  void fixed32(std::uint32_t field, std::uint32_t value);

  /// A message inside, whose fields are written between both calls.
  [[nodiscard]] std::size_t begin(std::uint32_t field);
  void end(std::size_t begun);

 private:
  void tag(std::uint32_t field, std::uint32_t wireType);
  void number(std::uint64_t value);
  void bytes(std::uint64_t value, int count);

  std::string& out_;
};

/// One field as it is read.
struct ProtobufField {
  std::uint32_t number = 0;
  std::uint64_t value = 0;   // of a varint or fixed number
  std::string_view bytes{};  // of a text or message
};
/// Takes the next field off `text`. Nothing at its end, or where it is damaged (then `text` is
/// empty, too).
std::optional<ProtobufField> nextField(std::string_view& text);

}  // namespace sw::otlp
