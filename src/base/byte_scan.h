#pragma once

#include <cstdint>
#include <cstring>

/// Looks at eight bytes of a text at a time, for texts in which what is looked for is seldom.
namespace sw::base {

/// The eight bytes from `at`, which must be there.
inline std::uint64_t eightBytes(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

constexpr std::uint64_t inEveryByte(unsigned char byte) { return 0x0101010101010101U * byte; }

/// Whether any of the eight is less than `limit`, which is 1 to 128. A byte from which the limit is
/// taken away gets its highest bit by that alone, or from the byte below it, which then is one.
constexpr bool anyIsBelow(std::uint64_t word, unsigned char limit) {
  return ((word - inEveryByte(limit)) & ~word & inEveryByte(0x80)) != 0;
}

constexpr bool anyIs(std::uint64_t word, unsigned char byte) {
  return anyIsBelow(word ^ inEveryByte(byte), 1);
}

}  // namespace sw::base
