#include "base/unicode.h"

#include <utf8proc.h>

#include <array>

namespace sw::base {
namespace {

constexpr auto kFolding =
    static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                   UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
// The longest decomposition of one character has 18 (U+FDFA).
constexpr std::size_t kMaxDecomposition = 32;

bool isWordPart(utf8proc_int32_t character) {
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
  }
}

/// Builds words character by character.
class WordBuilder {
 public:
  WordBuilder(std::size_t maxWords, std::size_t maxBytes)
      : maxWords_(maxWords), maxBytes_(maxBytes) {}

  void add(utf8proc_int32_t character) {
    std::array<utf8proc_int32_t, kMaxDecomposition> folded;
    int boundary = 0;
    const auto count =
        utf8proc_decompose_char(character, folded.data(), folded.size(), kFolding, &boundary);
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
      // A compatibility character may decompose into several words.
      if (isWordPart(folded.at(static_cast<std::size_t>(i)))) {
        append(folded.at(static_cast<std::size_t>(i)));
      } else {
        finish();
      }
    }
  }
  void finish() {
    if (!word_.empty() && words_.size() < maxWords_) words_.push_back(word_);
    word_.clear();
    full_ = false;
  }
  [[nodiscard]] bool full() const { return words_.size() >= maxWords_; }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  void append(utf8proc_int32_t character) {
    std::array<utf8proc_uint8_t, 4> bytes;
    const auto length = static_cast<std::size_t>(utf8proc_encode_char(character, bytes.data()));
    full_ = full_ || word_.size() + length > maxBytes_;
    if (full_) return;
    for (std::size_t i = 0; i < length; ++i) word_ += static_cast<char>(bytes.at(i));
  }

  std::size_t maxWords_;
  std::size_t maxBytes_;
  std::string word_;
  bool full_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> foldedWords(std::string_view text, std::size_t maxWords,
                                     std::size_t maxBytes) {
  WordBuilder builder(maxWords, maxBytes);
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0 && !builder.full()) {
    utf8proc_int32_t character = -1;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &character);
    if (length <= 0) {
      builder.finish();
      ++at;
      --left;
      continue;
    }
    if (isWordPart(character)) {
      builder.add(character);
    } else {
      builder.finish();
    }
    at += length;
    left -= length;
  }
  builder.finish();
  return builder.take();
}

}  // namespace sw::base
