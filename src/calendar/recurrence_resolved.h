#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"

namespace sw::calendar {

/// Where the counting of a rule stands: `before` of its occurrences start before `at`.
struct Checkpoint {
  std::uint32_t before;
  base::UtcSeconds at;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// What counting off a rule with COUNT found. Of a rule without COUNT all is empty.
struct ResolvedRule {
  bool counted = false;
  /// The last occurrence; none (when counted) if the rule has none.
  std::optional<base::UtcSeconds> last;
  std::vector<Checkpoint> checkpoints;  // ascending, evenly spaced, at most kMaxCheckpoints

  friend bool operator==(const ResolvedRule&, const ResolvedRule&) = default;
};
inline constexpr std::size_t kMaxCheckpoints = 32;

/// What the store keeps with a series so that windows and the span index need no walk. Holds
/// under one version of the tz database: resolve again when that changes.
struct ResolvedRecurrence {
  /// Starts of the first and the last occurrence. No `first`: the series has no occurrence.
  /// No `last` with a `first`: it is endless, or was not found within bounds.
  std::optional<base::UtcSeconds> first;
  std::optional<base::UtcSeconds> last;
  bool endless = false;
  /// A rule ruled out too many candidates in a row (or has an absurd COUNT); what is found may
  /// not be all.
  bool gaveUp = false;
  /// One for each rule of the recurrence, then one for each exclusion rule.
  std::vector<ResolvedRule> rules;

  friend bool operator==(const ResolvedRecurrence&, const ResolvedRecurrence&) = default;
};

/// A compact text of printable ASCII without quotes, some bytes for a series without COUNT.
std::string encodeResolved(const ResolvedRecurrence& resolved);
/// Reads what `encodeResolved` wrote; nothing where it is not that (resolve again then).
std::optional<ResolvedRecurrence> decodeResolved(std::string_view text);

}  // namespace sw::calendar
