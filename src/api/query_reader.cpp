#include "api/query_reader.h"

#include <algorithm>
#include <charconv>

#include "base/time_format.h"

namespace sw::api {

std::optional<std::string_view> QueryReader::find(std::string_view name) {
  asked_.push_back(name);
  return query_.find(name);
}

void QueryReader::problem(std::string_view name, std::string issue) {
  problems_.add(std::string(name), std::move(issue));
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t maxBytes) {
  const auto found = find(name);
  if (!found) return std::nullopt;
  if (found->size() > maxBytes) {
    problem(name, "must be at most " + std::to_string(maxBytes) + " bytes long");
    return std::nullopt;
  }
  return std::string(*found);
}

std::vector<std::string> QueryReader::texts(std::string_view name) {
  asked_.push_back(name);
  std::vector<std::string> values;
  for (const std::string_view value : query_.all(name)) values.emplace_back(value);
  return values;
}

std::int64_t QueryReader::integer(std::string_view name, std::int64_t min, std::int64_t max,
                                  std::int64_t fallback) {
  const auto found = find(name);
  if (!found) return fallback;
  std::int64_t value = 0;
  const auto read = std::from_chars(found->data(), found->data() + found->size(), value);
  const bool whole = read.ec == std::errc() && read.ptr == found->data() + found->size();
  if (whole && value >= min && value <= max) return value;
  problem(name,
          "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return fallback;
}

bool QueryReader::boolean(std::string_view name, bool fallback) {
  const auto found = find(name);
  if (!found) return fallback;
  if (*found == "true") return true;
  if (*found == "false") return false;
  problem(name, "must be true or false");
  return fallback;
}

std::size_t QueryReader::choice(std::string_view name,
                                std::initializer_list<std::string_view> allowed,
                                std::size_t fallback) {
  const auto found = find(name);
  if (!found) return fallback;
  const auto* const match = std::ranges::find(allowed, *found);
  if (match != allowed.end()) return static_cast<std::size_t>(match - allowed.begin());
  std::string list;
  for (const std::string_view option : allowed) {
    if (!list.empty()) list += ", ";
    list += option;
  }
  problem(name, "must be one of " + list);
  return fallback;
}

std::optional<base::UtcSeconds> QueryReader::time(std::string_view name) {
  const auto found = find(name);
  if (!found) return std::nullopt;
  if (const auto date = base::parseDate(*found)) {
    return base::UtcSeconds(date->time_since_epoch());
  }
  const auto parsed = base::parseDateTime(*found);
  if (!parsed) {
    problem(name, "must be a time such as 2026-03-01T09:00:00Z (RFC 3339; a '+' is sent as %2B)");
    return std::nullopt;
  }
  return base::UtcSeconds(parsed->local.time_since_epoch() -
                          parsed->offset.value_or(std::chrono::seconds(0)));
}

void QueryReader::finish() {
  for (const auto& [name, value] : query_.entries()) {
    if (std::ranges::find(asked_, name) == asked_.end()) {
      problem(name, "is not a known parameter");
    }
  }
}

}  // namespace sw::api
