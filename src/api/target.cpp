#include "api/target.h"

#include <algorithm>

#include "base/text.h"

namespace sw::api {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plusIsBlank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plusIsBlank) {
      c = ' ';
    } else if (c == '%') {
      const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    out += c;
  }
  if (!base::isUtf8(out)) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::string> percentDecode(std::string_view text) { return decode(text, false); }

base::Result<Query> Query::parse(std::string_view text) {
  Query query;
  std::vector<base::FieldProblem> problems;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view rawName = part.substr(0, equals);
    auto name = decode(rawName, true);
    auto value = decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value) {
      problems.push_back(
          {name.value_or(""), "must be percent-encoded UTF-8 without control characters"});
    } else {
      query.entries_.emplace_back(*std::move(name), *std::move(value));
    }
    if (query.entries_.size() + problems.size() > kMaxParameters) {
      problems.push_back(
          {"", "the query must have at most " + std::to_string(kMaxParameters) + " parameters"});
      break;
    }
  }
  if (!problems.empty()) {
    std::string message = "the query cannot be read";
    return base::Error(base::Code::kInvalid, std::move(message), std::move(problems));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  const auto found =
      std::ranges::find(entries_, name, [](const auto& e) -> std::string_view { return e.first; });
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : entries_) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

}  // namespace sw::api
