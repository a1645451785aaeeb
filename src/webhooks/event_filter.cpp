#include "webhooks/event_filter.h"

#include <algorithm>

#include "jobs/event_types.h"

namespace sw::webhooks {
namespace {

bool matches(std::string_view pattern, std::string_view type) {
  if (pattern == "*") return true;
  if (!pattern.ends_with(".*")) return pattern == type;
  return type.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

bool isEventPattern(std::string_view pattern) {
  return std::ranges::any_of(jobs::event_type::kAll, [pattern](const auto& known) {
    return jobs::event_type::isPublished(known.name) && matches(pattern, known.name);
  });
}

bool wantsEvent(const std::vector<std::string>& patterns, std::string_view type) {
  if (!jobs::event_type::isPublished(type)) return false;
  return std::ranges::any_of(patterns,
                             [type](const std::string& pattern) { return matches(pattern, type); });
}

}  // namespace sw::webhooks
