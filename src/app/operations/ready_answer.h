#pragma once

#include <utility>

#include "api/http.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::app {

/// A task that has nothing to wait for.
inline base::Task<base::Result<api::Response>> readyAnswer(base::Result<api::Response> answer) {
  co_return std::move(answer);
}

}  // namespace sw::app
