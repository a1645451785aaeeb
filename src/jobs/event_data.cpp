#include "jobs/event_data.h"

#include <utility>

namespace sw::jobs {

void EventDataSources::add(std::string prefix, Source source) {
  sources_.insert_or_assign(std::move(prefix), std::move(source));
}

base::Task<base::Result<std::string>> EventDataSources::dataOf(const Change& change) const {
  const Source* best = nullptr;
  std::size_t longest = 0;
  for (const auto& [prefix, source] : sources_) {
    if (prefix.size() >= longest && change.type.starts_with(prefix)) {
      best = &source;
      longest = prefix.size();
    }
  }
  if (best == nullptr) co_return R"({"id":")" + change.resourceId.toString() + R"("})";
  co_return co_await (*best)(change);
}

}  // namespace sw::jobs
