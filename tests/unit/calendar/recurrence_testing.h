#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calendar/recurrence.h"

/// What the recurrence tests share: series from text, occurrences as text, random rules and a slow
/// expander that takes the RFC's definitions at their word.
namespace sw::calendar::testing {

/// A zone by name; fails the test and gives UTC when there is none.
base::Zone zoneOf(std::string_view name);
/// "20260301T090000" as wall clock.
base::LocalSeconds at(std::string_view text);
/// "20260301T090000Z" as an instant.
base::UtcSeconds instant(std::string_view text);

/// A series that starts at `start` ("20260301" makes whole days, a trailing Z UTC) in `zone`, of
/// lines or bare rules. A rule that cannot be read fails the test.
Recurrence series(std::string_view start, std::vector<std::string> lines,
                  std::string_view zone = "UTC");

/// The first `most` occurrences, as wall clock or as instants.
std::vector<std::string> locals(const Recurrence& recurrence, std::size_t most = 100);
std::vector<std::string> instants(const Recurrence& recurrence, std::size_t most = 100);
std::vector<std::string> instantsBetween(const Recurrence& recurrence, std::string_view from,
                                         std::string_view to);

/// Every wall-clock time of a rule from `start` through `end`, by trying each day (or each hour,
/// minute or second) in turn. Regards neither COUNT nor UNTIL nor zones.
std::vector<base::LocalSeconds> slowExpand(const RecurrenceRule& rule, base::LocalSeconds start,
                                           base::LocalSeconds end);

/// The instants those mean in `zone`: ascending, each once.
std::vector<base::UtcSeconds> slowInstants(const std::vector<base::LocalSeconds>& times,
                                           const base::Zone& zone);

}  // namespace sw::calendar::testing
