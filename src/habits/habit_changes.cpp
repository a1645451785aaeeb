#include "habits/habit_changes.h"

#include <algorithm>

#include "habits/frequency_json.h"

namespace sw::habits {
namespace {

using base::Code;
using base::Error;
using base::Result;

/// Amounts are sums of decimals: what differs by less is the same.
constexpr double kTolerance = 1e-9;

Error invalid(const char* field, const std::string& issue) {
  return {Code::kInvalid, std::string(field) + " " + issue, {{field, issue}}};
}

bool counts(const HabitVersion& version) { return version.goal || severalADay(version); }

bool sameRule(const HabitVersion& version, const HabitInput& input) {
  return version.frequency == input.frequency && version.goal == input.goal;
}

}  // namespace

bool severalADay(const HabitVersion& version) {
  return version.frequency.kind == Frequency::Kind::kTimes &&
         version.frequency.period == Frequency::Period::kDay;
}

HabitEntry::Status statusUnder(const HabitVersion& version, const HabitEntry& entry) {
  using Status = HabitEntry::Status;
  if (entry.isExcused()) return entry.status;
  if (!counts(version)) return Status::kDone;
  const double goal = goalOf(version);
  return entry.amount >= goal * (1 - kTolerance) ? Status::kDone : Status::kPartial;
}

HabitEntry completedEntry(const HabitVersion& version, const std::optional<HabitEntry>& known,
                          const Completion& completion) {
  HabitEntry entry = known.value_or(HabitEntry());
  entry.status = HabitEntry::Status::kPartial;
  if (!counts(version)) {
    entry.amount = completion.amount.value_or(entry.amount > 0 ? entry.amount : 1);
  } else if (completion.amount) {
    entry.amount += *completion.amount;
  } else if (severalADay(version)) {
    // A note alone does not say that it was done once more than it had to be.
    const bool noteOnly = completion.note && known && known->isDone();
    if (!noteOnly) entry.amount += 1;
  } else {
    entry.amount = std::max(entry.amount, goalOf(version));
  }
  entry.status = statusUnder(version, entry);
  if (completion.note) entry.note = *completion.note;
  return entry;
}

HabitInput inputOf(const HabitContent& content) {
  HabitInput input{content, content.versions.back().frequency, content.versions.back().goal,
                   std::nullopt};
  input.content.versions.clear();
  return input;
}

Result<void> pause(HabitContent& content, HabitPause pause) {
  for (const HabitPause& known : content.pauses) {
    const bool before = known.until && *known.until < pause.from;
    const bool behind = pause.until && *pause.until < known.from;
    if (!before && !behind) {
      return invalid("from", "must not overlap the pause from " + dateText(known.from));
    }
  }
  content.pauses.push_back(std::move(pause));
  std::ranges::sort(content.pauses, {}, &HabitPause::from);
  return {};
}

Result<void> resume(HabitContent& content, LocalDate date) {
  for (auto pause = content.pauses.begin(); pause != content.pauses.end(); ++pause) {
    if (pause->from > date || (pause->until && *pause->until < date)) continue;
    if (pause->from == date) {
      content.pauses.erase(pause);
    } else {
      pause->until = date - std::chrono::days(1);
    }
    return {};
  }
  return Error(Code::kConflict, "the habit does not rest on " + dateText(date));
}

Result<std::vector<HabitVersion>> changedVersions(std::vector<HabitVersion> versions,
                                                  const HabitInput& input,
                                                  std::optional<LocalDate> effectiveFrom,
                                                  LocalDate today) {
  if (effectiveFrom && *effectiveFrom > today) {
    return invalid("effectiveFrom", "must not lie ahead of today, " + dateText(today));
  }
  HabitVersion& first = versions.front();
  const LocalDate start = input.startDate.value_or(first.from);
  if (start != first.from) {
    if (versions.size() > 1 && start >= versions[1].from) {
      return invalid("startDate", "must lie before the first change of the frequency, " +
                                      dateText(versions[1].from));
    }
    if (first.anchor == first.from) first.anchor = start;
    first.from = start;
  }
  if (sameRule(versions.back(), input)) return versions;
  const LocalDate from = std::max(effectiveFrom.value_or(today), start);
  if (from <= start) return std::vector<HabitVersion>{{start, input.frequency, input.goal, start}};
  std::erase_if(versions, [&](const HabitVersion& version) { return version.from >= from; });
  if (!sameRule(versions.back(), input)) {
    versions.push_back({from, input.frequency, input.goal, from});
  }
  return versions;
}

}  // namespace sw::habits
