#include "api/http.h"

#include <algorithm>

namespace sw::api {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool sameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view toString(Method method) {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kHead: return "HEAD";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
    case Method::kOptions: return "OPTIONS";
    case Method::kOther: return "OTHER";
  }
  return "OTHER";
}

std::string_view RequestHead::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (sameName(header.name, name)) return header.value;
  }
  return {};
}

bool RequestHead::hasHeader(std::string_view name) const {
  return std::ranges::any_of(headers, [&](const Header& h) { return sameName(h.name, name); });
}

}  // namespace sw::api
