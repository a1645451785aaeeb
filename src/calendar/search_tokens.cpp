#include "calendar/search_tokens.h"

#include <unordered_set>
#include <utility>

#include "base/unicode.h"

namespace sw::calendar {

std::vector<std::string> searchTokens(std::string_view text) {
  std::vector<std::string> words = base::foldedWords(text, kMaxSearchTokens, kMaxSearchToken);
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> tokens;
  tokens.reserve(words.size());
  for (std::string& word : words) {
    if (!seen.insert(word).second) continue;
    tokens.push_back(word);
  }
  return tokens;
}

}  // namespace sw::calendar
