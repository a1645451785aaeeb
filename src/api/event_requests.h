#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/calendar_services.h"
#include "base/json.h"
#include "calendar/event_editor.h"
#include "calendar/event_reader.h"

namespace sw::api {

/// One change of events that a caller asks for, by itself or as a part of a batch.
struct EventChange {
  enum class Kind { kCreate, kPatch, kReplace, kDelete };

  Kind kind = Kind::kCreate;
  std::string eventId;                   // of all but kCreate
  std::string calendarId;                // of kCreate; empty: the body's, else the primary one
  std::optional<calendar::Scope> scope;  // none: this for an occurrence, all for a series
  bool rejectConflicts = false;
  std::string ifMatch;     // an entity tag; empty: any state is fine
  base::json::Value body;  // of all but kDelete; a view
};

/// What became of it, before it is committed.
struct EventChanged {
  int status = 200;
  std::string view;  // the event as JSON, with its conflicts; empty when it is deleted
  std::string etag;
  std::string id;
};

/// Works out changes of events: reads what is there, checks the body, collects the writes.
/// Thread-safe; the services must outlive it.
class EventWriter {
 public:
  explicit EventWriter(CalendarServices& services) : services_(services) {}

  /// Adds the change to `unit`, which the caller commits. Every failure a caller can cause is an
  /// error with its code: `kInvalid` with all problems of the body, `kNotFound`, `kForbidden`,
  /// `kPreconditionFailed`, and `kConflict` when conflicts are to be rejected.
  base::Task<base::Result<EventChanged>> apply(jobs::UnitOfWork& unit, base::Uuid userId,
                                               const EventChange& change, const jobs::Actor& actor);

 private:
  base::Task<base::Result<EventChanged>> create(jobs::UnitOfWork& unit, base::Uuid userId,
                                                const EventChange& change,
                                                const jobs::Actor& actor);
  base::Task<base::Result<EventChanged>> update(jobs::UnitOfWork& unit, base::Uuid userId,
                                                const EventChange& change,
                                                const jobs::Actor& actor);
  base::Task<base::Result<EventChanged>> remove(jobs::UnitOfWork& unit, base::Uuid userId,
                                                const EventChange& change,
                                                const jobs::Actor& actor);
  /// The calendars an event of `access` can collide in: its own and those of the caller, `owned`
  /// when they are known already. With
  /// `guard`, the unit fails when anything in them is written meanwhile; to be called before the
  /// unit gets its writes, which would trip the guard.
  base::Task<base::Result<std::vector<calendar::CalendarAccess>>> compared(
      jobs::UnitOfWork& unit, base::Uuid userId, const calendar::CalendarAccess& access, bool guard,
      std::vector<calendar::Calendar> owned = {});
  /// The event with its conflicts; `kConflict` if there are any and they are to be rejected.
  base::Task<base::Result<EventChanged>> conclude(
      const std::vector<calendar::CalendarAccess>& compared, const calendar::EventRecord& record,
      const calendar::EventContent& content, bool reject, int status);

  CalendarServices& services_;
};

}  // namespace sw::api
