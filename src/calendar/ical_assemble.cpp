#include "calendar/ical_assemble.h"

#include <algorithm>
#include <chrono>

#include "base/time_format.h"
#include "calendar/ical_fields.h"
#include "calendar/ical_lines.h"
#include "calendar/ical_zone.h"
#include "calendar/recurrence_lines.h"
#include "calendar/recurrence_split.h"
#include "calendar/series_expansion.h"
#include "calendar/series_shift.h"

namespace sw::calendar {
namespace {

using std::chrono::days;

base::LocalSeconds dayOf(base::LocalSeconds time) { return std::chrono::floor<days>(time); }

bool isWallClock(const EventTime& time) { return time.allDay || time.timeZone.empty(); }

constexpr std::size_t kMaxDefinitionBytes = std::size_t{64} * 1024 * 1024;
/// Splits of one series; more are no honest file, and each costs a look at all that follow.
constexpr int kMaxSplits = 100;

/// A changed occurrence on its way into an item.
struct Pending {
  ReadEvent read;
  EventTime original;
  OccurrenceKey key;
};

class Assembler {
 public:
  Assembler(EventGroup group, std::vector<ImportedItem>& items, std::vector<ImportIssue>& issues,
            std::size_t& definitionBytes)
      : group_(std::move(group)),
        items_(items),
        issues_(issues),
        definitionBytes_(definitionBytes) {}

  void run();

 private:
  void note(const ReadEvent& about, std::string problem) {
    issues_.push_back({ImportIssue::Kind::kRepaired, about.line, group_.uid,
                       about.event.content.summary, std::move(problem)});
  }
  void tieOverrides(const EventTime& start, std::string_view definitions);
  void makeDetachedMaster();
  void addMissingDates();
  bool splitAt(std::size_t index);
  void finishItem(std::size_t end);

  EventGroup group_;
  std::vector<ImportedItem>& items_;
  std::vector<ImportIssue>& issues_;
  std::size_t& definitionBytes_;
  std::string uid_;       // of the item being made
  ImportedEvent master_;  // of it
  std::vector<Pending> pending_;
};

/// The original start in the form that the series has: its zone, or the wall clock.
EventTime originalOf(const EventTime& start, const EventTime& id, std::string_view definitions,
                     std::string_view idDefinitions) {
  EventTime out{id.local, start.allDay, start.timeZone};
  if (start.allDay) {
    out.local = dayOf(id.local);
  } else if (id.allDay) {
    // A bare date names the occurrence of that day, which has the series' time.
    out.local = id.local + (start.local - dayOf(start.local));
  } else if (!isWallClock(start) && !id.timeZone.empty() && id.timeZone != start.timeZone) {
    if (const auto zone = resolveZone(start.timeZone, definitions)) {
      out.local = zone->toLocal(toInstant(id, idDefinitions));
    }
  }
  return out;
}

/// RDATE lines for times of one form.
std::string datesLine(const EventTime& form, const std::vector<Pending>& pending) {
  std::string out = "RDATE";
  auto kind = Until::Kind::kLocal;
  if (form.allDay) {
    out += ";VALUE=DATE";
    kind = Until::Kind::kDate;
  } else if (form.timeZone == "UTC") {
    kind = Until::Kind::kUtc;
  } else if (!form.timeZone.empty()) {
    out += ";TZID=" + encodeParameter(form.timeZone);
  }
  char separator = ':';
  for (std::size_t i = 0; i < std::min(pending.size(), kMaxSeriesTimes); ++i) {
    out += separator;
    appendBasicTime(out, kind, pending[i].original.local);
    separator = ',';
  }
  return out;
}

/// Takes lines that were kept because the event did not repeat by them out again.
void dropRecurrenceLines(std::string& unknown) {
  std::string kept;
  std::string_view rest = unknown;
  while (!rest.empty() && !rest.starts_with("BEGIN:")) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const auto line = parseLine(rest.substr(0, end - 1));
    if (!line || !saysRecurrence(*line)) kept += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  unknown = kept.append(rest);
}

/// "{uid}_R{key}", before the '@' of a UID that has one.
std::string splitUid(const std::string& uid, OccurrenceKey key, bool allDay) {
  std::string time;
  base::appendBasicUtc(time, key);
  const std::size_t at = std::min(uid.find('@'), uid.size());
  std::string out = uid.substr(0, at) + "_R";
  out.append(time, 0, allDay ? 8 : 15);
  return out.append(uid, at);
}

}  // namespace

Newness newnessOf(const ReadEvent& event) { return {event.event.content.sequence, event.stamp}; }

void Assembler::tieOverrides(const EventTime& start, std::string_view definitions) {
  for (ReadEvent& each : group_.overrides) {
    EventTime original =
        originalOf(start, *each.recurrenceId, definitions, each.event.content.zoneDefinitions);
    const OccurrenceKey key = toInstant(original, definitions);
    std::string& own = each.event.content.zoneDefinitions;
    if (!definitions.empty() && !isWallClock(original) &&
        definitions.find("TZID:" + original.timeZone) != std::string_view::npos &&
        own.find(definitions) == std::string::npos && definitionBytes_ < kMaxDefinitionBytes) {
      own += definitions;
      definitionBytes_ += definitions.size();
    }
    pending_.push_back({std::move(each), std::move(original), key});
  }
  group_.overrides.clear();
  std::stable_sort(pending_.begin(), pending_.end(),
                   [](const Pending& a, const Pending& b) { return a.key < b.key; });
  std::vector<Pending> kept;
  for (Pending& each : pending_) {
    if (!kept.empty() && kept.back().key == each.key) {
      note(each.read, "an occurrence is changed twice; the newer change was kept");
      if (newnessOf(each.read) >= newnessOf(kept.back().read)) kept.back() = std::move(each);
    } else {
      kept.push_back(std::move(each));
    }
  }
  pending_ = std::move(kept);
}

/// A series that has just the changed occurrences that the file knows of.
void Assembler::makeDetachedMaster() {
  const Pending& first = pending_.front();
  EventContent content = first.read.event.content;
  const base::UtcSeconds start = toInstant(content.start, content.zoneDefinitions);
  const auto length = toInstant(content.end, content.zoneDefinitions) - start;
  const bool sameKind = content.start.allDay == first.original.allDay;
  content.start = content.end = first.original;
  if (content.start.allDay) {
    content.end.local += sameKind ? std::chrono::floor<days>(length) : days(1);
    if (content.end.local <= content.start.local) content.end.local = content.start.local + days(1);
  } else if (sameKind) {
    content.end.local += length;
  }
  content.recurrence = {datesLine(first.original, pending_)};
  content.status = EventStatus::kConfirmed;
  content.reminders = {};
  content.unknownLines = std::string(kDetachedLine) + "\n";
  master_ = {std::move(content), {}, {}};
  note(first.read,
       "the series of this changed occurrence is not in the file; the occurrence was "
       "kept without it");
}

/// An event without a rule can have no changed occurrences; these make it a series of dates.
void Assembler::addMissingDates() {
  if (pending_.empty() || !master_.content.recurrence.empty()) return;
  master_.content.recurrence = {datesLine(master_.content.start, pending_)};
  dropRecurrenceLines(master_.content.unknownLines);
  note(pending_.front().read,
       "an occurrence is changed of an event that does not repeat; its date was added");
}

/// Ends the series before the change that goes on (`pending_[index]`) and begins another with it.
/// False when that cannot be written as a series; the change then holds for its day alone.
bool Assembler::splitAt(std::size_t index) {
  const Pending& change = pending_[index];
  const auto whole = recurrenceOf(master_.content);
  if (!whole.ok()) return false;
  const auto split = splitRecurrence(*whole, change.key);
  if (!split.ok()) return false;
  ImportedEvent next = change.read.event;
  const std::chrono::seconds shift = next.content.start.local - change.original.local;
  if (next.content.start.allDay != change.original.allDay) return false;
  if (next.content.recurrence.empty()) {
    auto shifted = shiftRecurrence(split->after, shift);
    if (!shifted.ok()) return false;
    if (const auto zone = resolveZone(next.content.start.timeZone, next.content.zoneDefinitions)) {
      shifted->zone = *zone;
    }
    shifted->floating = next.content.start.timeZone.empty() && !next.content.start.allDay;
    next.content.recurrence = formatRecurrence(*shifted);
  }
  std::string nextUid = uid_;
  if (split->before) {
    const std::chrono::seconds moved = split->before->start - master_.content.start.local;
    master_.content.start.local += moved;
    master_.content.end.local += moved;
    master_.content.recurrence = formatRecurrence(*split->before);
    nextUid = splitUid(uid_, change.key, change.original.allDay);
    note(change.read,
         "a change of this and all following occurrences became a series of its own, "
         "UID " +
             nextUid);
    finishItem(index);
  }
  uid_ = std::move(nextUid);
  master_ = std::move(next);
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(index) + 1);
  for (Pending& each : pending_) {
    each.original.local += shift;
    each.original.timeZone = master_.content.start.timeZone;
    each.key = toInstant(each.original, master_.content.zoneDefinitions);
  }
  return true;
}

/// Adds the item with the changed occurrences before `end`.
void Assembler::finishItem(std::size_t end) {
  ImportedItem item{uid_, master_, {}};
  for (std::size_t i = 0; i < end; ++i) {
    Pending& each = pending_[i];
    each.read.event.content.recurrence.clear();
    item.overrides.push_back({each.original, each.key, std::move(each.read.event)});
  }
  items_.push_back(std::move(item));
}

void Assembler::run() {
  uid_ = group_.uid;
  if (group_.master) {
    master_ = std::move(group_.master->event);
    const std::string definitions = master_.content.zoneDefinitions;
    tieOverrides(EventTime(master_.content.start), definitions);
    addMissingDates();
  } else {
    const ReadEvent& first = group_.overrides.front();
    const std::string definitions = first.event.content.zoneDefinitions;
    tieOverrides(EventTime(*first.recurrenceId), definitions);
    makeDetachedMaster();
  }
  int splits = 0;
  for (std::size_t i = 0; i < pending_.size();) {
    if (!pending_[i].read.andFollowing || !group_.master) {
      ++i;
    } else if (splits < kMaxSplits && splitAt(i)) {
      ++splits;
      i = 0;
    } else {
      note(pending_[i].read,
           "a change of this and all following occurrences was read as a change "
           "of this one alone");
      ++i;
    }
  }
  finishItem(pending_.size());
}

void assemble(EventGroup group, std::vector<ImportedItem>& items, std::vector<ImportIssue>& issues,
              std::size_t& definitionBytes) {
  Assembler(std::move(group), items, issues, definitionBytes).run();
}

}  // namespace sw::calendar
