#pragma once

#include <string>

#include "accounts/user.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "calendar/series_cache.h"
#include "reminders/agenda.h"

namespace sw::reminders {

/// The lead times of one event with their channels: "popup" means every channel of the person's
/// but e-mail, "email" means e-mail; an event that keeps to the defaults those of the settings, on
/// all of the person's channels. Each lead once, the longest first.
struct EventLead {
  std::chrono::minutes before{};
  std::vector<std::string> channels;

  friend bool operator==(const EventLead&, const EventLead&) = default;
};
std::vector<EventLead> eventLeads(const calendar::Reminders& reminders, const Person& person);

/// Events and series out of their store, for the owner of their calendar. An occurrence is known
/// by its start, so that one that is moved reminds anew; it is settled when it is cancelled or
/// when the owner, known by a verified address, has declined, and over at its end. Thread-safe.
class EventAgenda final : public AgendaSource {
 public:
  struct Parts {
    calendar::EventStore& events;
    calendar::CalendarStore& calendars;
    calendar::SeriesCache& series;
    accounts::UserStore& users;
  };
  explicit EventAgenda(Parts parts) : parts_(parts) {}

  base::Task<base::Result<std::optional<Agenda>>> read(base::Uuid resourceId, const Person& person,
                                                       Range range) override;
  base::Task<base::Result<base::Uuid>> subjectOf(base::Uuid changed) override;

 private:
  base::Task<base::Result<std::optional<calendar::EventRecord>>> record(base::Uuid id);
  /// The person's address once it is verified, else nothing.
  base::Task<base::Result<std::string>> emailOf(base::Uuid userId);
  base::Task<base::Result<void>> addSeries(Agenda& agenda, const calendar::EventRecord& master,
                                           const calendar::Calendar& calendar, const Person& person,
                                           const std::string& email, Range range);

  const Parts parts_;
};

}  // namespace sw::reminders
