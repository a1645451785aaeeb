#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "base/zone.h"
#include "calendar/interval.h"

namespace sw::api {

/// Whose time is asked for, and how it is to be told.
struct FreeBusyRequest {
  calendar::Interval window;
  base::Zone zone;                 // of the answer's times
  std::vector<std::string> items;  // ids of calendars, "primary", or e-mail addresses
  std::chrono::minutes bufferBefore{};
  std::chrono::minutes bufferAfter{};
  bool workingHours = false;  // what lies outside them counts as busy
};

/// Reads a request shaped as Google's `freebusy.query`; everything wrong goes to `problems`.
FreeBusyRequest readFreeBusyRequest(base::json::Value body, base::json::Problems& problems);

}  // namespace sw::api
