#include "app/operations/operations_views.h"

#include <cstddef>
#include <utility>

namespace sw::app {

void OperationsViews::show(Name name, View view) {
  const std::lock_guard lock(mutex_);
  views_.at(static_cast<std::size_t>(name)) = std::move(view);
}

base::Result<std::string> OperationsViews::render(Name name) {
  const std::lock_guard lock(mutex_);
  const View& view = views_.at(static_cast<std::size_t>(name));
  if (!view) {
    return base::Error(base::Code::kUnavailable,
                       "nobody shows this now: the service starts or stops, or it is off");
  }
  return view();
}

}  // namespace sw::app
