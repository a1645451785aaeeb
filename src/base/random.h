#pragma once

#include <cstdint>
#include <span>

namespace sw::base {

/// Fills `out` from the operating system's cryptographic random source. Thread-safe. Aborts when
/// that source is missing, since nothing here is safe without it.
void fillRandom(std::span<std::uint8_t> out);

}  // namespace sw::base
