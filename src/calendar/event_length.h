#pragma once

#include <chrono>
#include <optional>

#include "base/zone.h"
#include "calendar/event.h"

namespace sw::calendar {

/// How long an event lasts by DURATION: days of the calendar first, which change of clocks or not
/// end at the same wall clock, then exact time (RFC 5545, section 3.3.6).
struct NominalLength {
  std::chrono::days days{0};
  std::chrono::seconds seconds{0};
};

/// Where that length leads from `start`, in the same zone (a wall-clock time's is UTC).
base::LocalSeconds endAfter(base::LocalSeconds start, NominalLength length, const base::Zone& zone);

/// The length by which the content's occurrences last (section 3.8.5.3): its DURATION, as long as
/// that leads from its start to its end. Nothing where the end is what counts, so that every
/// occurrence lasts exactly as long as the first, and nothing when a zone is unknown.
std::optional<NominalLength> nominalLengthOf(const EventContent& content);

}  // namespace sw::calendar
