#pragma once

#include <string>

#include "base/json.h"
#include "jobs/change_log.h"

namespace sw::api {

/// A change as `GET /changes` and `GET /stream` show it: one JSON object.
void writeChange(base::json::Writer& writer, const jobs::Change& change);

}  // namespace sw::api
