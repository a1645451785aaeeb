#include "obs/kernel_files.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace sw::obs {

std::optional<std::string> readKernelFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return std::nullopt;
  return text;
}

std::optional<std::uint64_t> firstNumber(std::string_view text) {
  const std::size_t begin = text.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, failure] =
      std::from_chars(text.data() + begin, text.data() + text.size(), value);
  if (failure != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> numberAfter(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(key)) return firstNumber(line.substr(key.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace sw::obs
