#include "api/etag.h"

#include <algorithm>

#include "base/text.h"

namespace sw::api {
namespace {

/// The tag between the quotes, without a suffix of compression; empty when there are no quotes.
std::string_view opaque(std::string_view tag) {
  if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return {};
  tag = tag.substr(1, tag.size() - 2);
  for (const std::string_view suffix : {"-gzip", "-br"}) {
    if (tag.ends_with(suffix)) tag.remove_suffix(suffix.size());
  }
  return tag;
}

bool names(std::string_view list, std::string_view etag, bool weakAllowed) {
  const std::string_view wanted = opaque(etag);
  return std::ranges::any_of(base::splitTrimmed(list, ','), [&](std::string_view tag) {
    if (tag == "*") return true;
    if (tag.starts_with("W/")) {
      if (!weakAllowed) return false;
      tag.remove_prefix(2);
    }
    return !wanted.empty() && opaque(tag) == wanted;
  });
}

}  // namespace

bool ifMatchNames(std::string_view list, std::string_view etag) { return names(list, etag, false); }

bool ifNoneMatchNames(std::string_view list, std::string_view etag) {
  return names(list, etag, true);
}

std::string withoutStates(std::string_view tags) {
  std::string out;
  bool skipping = false;
  for (const char c : tags) {
    if (c == '.') {
      skipping = true;
    } else if (c < '0' || c > '9') {
      skipping = false;
    }
    if (!skipping) out += c;
  }
  return out;
}

}  // namespace sw::api
