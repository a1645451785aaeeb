#pragma once

#include <string>
#include <string_view>

/// Character sets of calendar files as they are found. Plain functions, thread-safe.
namespace sw::calendar {

/// Whether `text` is UTF-8 as RFC 3629 has it: no overlong forms, no surrogates.
bool isUtf8(std::string_view text);

/// Appends `bytes` read as Windows-1252, of which Latin-1's printable part is a subset, as UTF-8.
void appendWindows1252(std::string& out, std::string_view bytes);

/// Appends a code point as UTF-8; U+FFFD for what is none.
void appendUtf8(std::string& out, char32_t codePoint);

/// What a file begins with: takes a byte order mark off `bytes`. For UTF-16 (either order, with
/// its mark, or without one where the first characters show it) fills `converted` with the whole
/// text as UTF-8 and returns a view of it; else returns the rest of `bytes` untouched.
std::string_view withoutByteOrderMark(std::string_view bytes, std::string& converted);

/// Decodes QUOTED-PRINTABLE (RFC 2045, section 6.7). Broken sequences stay as they stand.
std::string decodeQuotedPrintable(std::string_view text);

}  // namespace sw::calendar
