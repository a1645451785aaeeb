#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "habits/habit_editor.h"

/// What a change makes of a habit's parts; plain rules without a store.
namespace sw::habits {

/// The dates that entries can have.
inline constexpr LocalDate kFirstDate{std::chrono::year(1970) / 1 / 1};
inline constexpr LocalDate kLastDate{std::chrono::year(9998) / 12 / 31};

/// Whether one date asks for several completions.
bool severalADay(const HabitVersion& version);

/// What an entry that is not excused comes to under a version: done, or partial. An excused one
/// stays so.
HabitEntry::Status statusUnder(const HabitVersion& version, const HabitEntry& entry);

/// The entry after a completion was added to what was known of the date; status, amount and note.
HabitEntry completedEntry(const HabitVersion& version, const std::optional<HabitEntry>& known,
                          const Completion& completion);

/// The input that leaves everything as it is.
HabitInput inputOf(const HabitContent& content);
/// Lets the habit rest from a date on. `kInvalid` where it rests then already.
base::Result<void> pause(HabitContent& content, HabitPause pause);
/// Ends the rest that holds on a date, so that the habit goes on with it. `kConflict` where it
/// does not rest.
base::Result<void> resume(HabitContent& content, LocalDate date);

/// The versions after a change; see `HabitEditor::change`.
base::Result<std::vector<HabitVersion>> changedVersions(std::vector<HabitVersion> versions,
                                                        const HabitInput& input,
                                                        std::optional<LocalDate> effectiveFrom,
                                                        LocalDate today);

}  // namespace sw::habits
