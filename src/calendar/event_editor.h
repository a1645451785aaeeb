#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "calendar/event_reader.h"
#include "calendar/event_store.h"
#include "jobs/actor.h"
#include "jobs/change_log.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// How much of a series a change means.
enum class Scope {
  kThis,       // one occurrence
  kFollowing,  // it and all after it
  kAll,        // the series
};

/// Changes events: works out which rows a change touches and adds them to a unit of work, with
/// the guards that make it right and the entries of the change log. Nothing is written before the
/// caller commits. Every change to any part of a series raises its master's revision, so two
/// changes of one series at a time never mix: the second unit fails with `kConflict` and is to be
/// worked out again. Thread-safe; the stores must outlive it.
class EventEditor {
 public:
  EventEditor(EventStore& events, jobs::ChangeLog& changes, const base::Clock& clock)
      : events_(events), changes_(changes), clock_(clock) {}

  /// A new single event or series. `icalUid` empty: one is made from the id.
  base::Result<EventRecord> create(jobs::UnitOfWork& unit, const Calendar& calendar,
                                   EventContent content, std::string icalUid,
                                   const jobs::Actor& actor);

  /// Gives the event `content`. The outcome is the row that now stands for `target`: its own, the
  /// changed occurrence's, or with `kFollowing` the new series' master.
  /// On an occurrence, `kAll` moves the whole series as far as the content's times differ from
  /// that occurrence's, and takes the other members as they are. `kInvalid` when such a move does
  /// not fit the rule, or a part of a series is to recur by itself.
  base::Task<base::Result<EventRecord>> replace(jobs::UnitOfWork& unit, const FoundEvent& target,
                                                Scope scope, EventContent content,
                                                const jobs::Actor& actor);

  /// Removes the event, its whole series, one occurrence, or it and all after it.
  base::Task<base::Result<void>> remove(jobs::UnitOfWork& unit, const FoundEvent& target,
                                        Scope scope, const jobs::Actor& actor);

 private:
  friend class SeriesEdit;

  EventStore& events_;
  jobs::ChangeLog& changes_;
  const base::Clock& clock_;
};

}  // namespace sw::calendar
