#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sw::base {

/// The words of a UTF-8 text for comparing without regard to case and accents: runs of letters,
/// digits and marks, decomposed and case-folded (Unicode's NFKD and full folding), marks left
/// off. At most `maxWords`, each cut to at most `maxBytes` whole characters. Bytes that are not
/// UTF-8 end a word.
std::vector<std::string> foldedWords(std::string_view text, std::size_t maxWords,
                                     std::size_t maxBytes);

}  // namespace sw::base
