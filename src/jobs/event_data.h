#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "jobs/change_log.h"

namespace sw::jobs {

/// Writes what a change was about, as the JSON object that webhooks and the message bus carry in
/// `data`: the resource as its owner reads it, or `{"id": …}` once it is gone. `jobs` knows no
/// domain, so each domain registers the source of its own types. Filled before anything reads it;
/// reading is thread-safe.
class EventDataSources {
 public:
  /// Answers the object; a resource that is no longer there is no failure.
  using Source = std::function<base::Task<base::Result<std::string>>(const Change&)>;

  /// `prefix` is the beginning of the types it answers for, with its dot: "goal.".
  void add(std::string prefix, Source source);
  /// From the source with the longest prefix; `{"id": …}` when no domain has one.
  [[nodiscard]] base::Task<base::Result<std::string>> dataOf(const Change& change) const;

 private:
  std::map<std::string, Source, std::less<>> sources_;
};

}  // namespace sw::jobs
