#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sw::obs {

/// The whole of a small file of the kernel's, nothing when it cannot be read.
std::optional<std::string> readKernelFile(const std::filesystem::path& path);
/// The first whole number of the text, nothing when there is none.
std::optional<std::uint64_t> firstNumber(std::string_view text);
/// The first number of the line that begins with `key` ("VmData:"), nothing when there is none.
std::optional<std::uint64_t> numberAfter(std::string_view text, std::string_view key);

}  // namespace sw::obs
