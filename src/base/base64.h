#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Base64 (RFC 4648). Reading is strict: no white space, no foreign characters, no spare bits.
/// Thread-safe.
namespace sw::base {

/// The alphabet of URLs without padding (section 5).
std::string encodeBase64Url(std::string_view bytes);
std::string encodeBase64Url(std::span<const std::uint8_t> bytes);
/// Nothing when `text` is not exactly what `encodeBase64Url` gives for some bytes.
std::optional<std::string> decodeBase64Url(std::string_view text);

/// The standard alphabet with padding (section 4).
std::string encodeBase64(std::string_view bytes);
/// Nothing when `text` is not exactly what `encodeBase64` gives for some bytes.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace sw::base
