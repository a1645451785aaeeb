#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sw::calendar {

/// The words of a text as search finds them: runs of letters and digits, in lower case, marks
/// above and below Latin letters left off ("Zahnärztin" is "zahnarztin"), each once, in order of
/// first appearance. Both stores index these and nothing else, so that they find the same.
/// At most `kMaxSearchTokens` words, each cut to `kMaxSearchToken` bytes.
std::vector<std::string> searchTokens(std::string_view text);

inline constexpr std::size_t kMaxSearchTokens = 2000;
inline constexpr std::size_t kMaxSearchToken = 64;

}  // namespace sw::calendar
