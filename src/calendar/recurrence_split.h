#pragma once

#include <optional>

#include "base/result.h"
#include "calendar/recurrence.h"

namespace sw::calendar {

/// A series cut in two, for changes to an occurrence and all that follow it.
struct SplitRecurrence {
  /// What comes before the cut. None when the cut is at the first occurrence.
  std::optional<Recurrence> before;
  /// The cut occurrence and what follows, its start that occurrence. Together they give exactly
  /// the occurrences of the whole.
  Recurrence after;
};

/// Cuts a series at the occurrence that starts at `at`: rules before it end by UNTIL, or by a
/// smaller COUNT where they had one; rules after it keep their UNTIL, or count what is left; RDATE
/// and EXDATE go to the side they lie on.
/// `kNotFound` when no occurrence starts there. `kInvalid` where the rest cannot be written as a
/// series: a rule with an INTERVAL takes no part in the cut occurrence, so that a new DTSTART would
/// shift it, or counting did not end within bounds. `resolved` shortens the counting.
base::Result<SplitRecurrence> splitRecurrence(const Recurrence& recurrence, base::UtcSeconds at,
                                              const ResolvedRecurrence* resolved = nullptr);

}  // namespace sw::calendar
