#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Small operations on text that several folders need. All are thread-safe and do not block.
namespace sw::base {

char toLowerAscii(char c);
std::string toLowerAscii(std::string_view text);
bool equalsIgnoringCase(std::string_view a, std::string_view b);
/// Without spaces, tabs and line ends on either side.
std::string_view trim(std::string_view text);
/// The trimmed, non-empty parts between separators.
std::vector<std::string_view> splitTrimmed(std::string_view text, char separator);
/// The parts joined by `separator`.
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Length of the longest prefix of `text` with at most `maxBytes` that cuts no UTF-8 sequence.
std::size_t utf8Prefix(std::string_view text, std::size_t maxBytes);
bool isUtf8(std::string_view text);
/// Appends `text` with U+FFFD in place of every byte that belongs to no UTF-8 sequence
/// (overlong forms, surrogates and values above U+10FFFF are none).
void appendAsUtf8(std::string& out, std::string_view text);

/// Breaks a paragraph at spaces into lines of at most `width` bytes (a longer word stands alone),
/// each begun by `indent`, each ended by a line feed.
std::string wrapText(std::string_view paragraph, std::size_t width, std::string_view indent);

/// "DATA_DIR" as "dataDir" and as "data-dir".
std::string camelFromConstant(std::string_view name);
std::string kebabFromConstant(std::string_view name);

}  // namespace sw::base
