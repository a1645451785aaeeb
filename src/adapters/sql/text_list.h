#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Lists of short texts in one column, so that a query can look for one of them.
namespace sw::sql {

/// "\none\ntwo\n"; empty for an empty list. No text may have a line feed.
inline std::string joinList(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += '\n';
    out += text;
  }
  if (!out.empty()) out += '\n';
  return out;
}

/// What `joinList` joined.
inline std::vector<std::string> splitList(std::string_view column) {
  std::vector<std::string> texts;
  while (column.size() > 1) {
    column.remove_prefix(1);
    const std::size_t end = column.find('\n');
    texts.emplace_back(column.substr(0, end));
    column.remove_prefix(end == std::string_view::npos ? column.size() : end);
  }
  return texts;
}

/// What a column with this text in its list contains; empty for an empty text.
inline std::string listItem(std::string_view text) {
  return text.empty() ? std::string() : '\n' + std::string(text) + '\n';
}

}  // namespace sw::sql
