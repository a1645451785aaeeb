#include "base/uuid.h"

#include <algorithm>
#include <cstring>

#include "base/random.h"

namespace sw::base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kTextLength = 36;

constexpr bool isHyphenAt(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void Uuid::appendTo(std::string& out) const {
  std::array<char, kTextLength> text;
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (isHyphenAt(at)) text[at++] = '-';
    text[at++] = kHex[byte >> 4U];
    text[at++] = kHex[byte & 0x0fU];
  }
  out.append(text.data(), text.size());
}

std::string Uuid::toString() const {
  std::string out;
  appendTo(out);
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  Uuid id;
  std::size_t byte = 0;
  for (std::size_t at = 0; at < kTextLength;) {
    if (isHyphenAt(at)) {
      if (text[at++] != '-') return std::nullopt;
      continue;
    }
    const int high = hexDigit(text[at]);
    const int low = hexDigit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[byte++] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return id;
}

std::optional<Uuid> Uuid::fromBytes(std::span<const std::uint8_t> raw) {
  Uuid id;
  if (raw.size() != id.bytes.size()) return std::nullopt;
  std::ranges::copy(raw, id.bytes.begin());
  return id;
}

Uuid newUuid(const Clock& clock) {
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(clock.now()).time_since_epoch().count());
  Uuid id;
  fillRandom(std::span(id.bytes).subspan(6));
  for (std::size_t i = 0; i < 6; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | 0x70U);  // version 7
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);  // variant 10
  return id;
}

}  // namespace sw::base

std::size_t std::hash<sw::base::Uuid>::operator()(const sw::base::Uuid& id) const noexcept {
  // The last eight bytes are random in every id we make; mixing in the first keeps foreign ids
  // apart as well.
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  std::memcpy(&head, id.bytes.data(), sizeof head);
  std::memcpy(&tail, id.bytes.data() + 8, sizeof tail);
  return static_cast<std::size_t>(tail ^ (head * 0x9e3779b97f4a7c15ULL));
}
