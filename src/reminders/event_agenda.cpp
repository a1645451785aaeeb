#include "reminders/event_agenda.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "base/time_format.h"
#include "calendar/event_json.h"
#include "calendar/event_record.h"
#include "calendar/window_scan.h"

namespace sw::reminders {

using base::Result;
using base::Task;
using calendar::EventContent;

namespace {

/// How far ahead of now the next occurrences of a series are looked for, one after the other.
constexpr std::array kHorizons = {std::chrono::days(2), std::chrono::days(35),
                                  std::chrono::days(400), std::chrono::days(4000)};
/// Regular occurrences of one window; only a rule that reminds more often than people can bear
/// has more.
constexpr int kMostOccurrences = 200;

bool isSettled(const EventContent& content, const std::string& email) {
  if (content.status == calendar::EventStatus::kCancelled) return true;
  return !email.empty() &&
         std::ranges::any_of(content.attendees, [&](const calendar::Attendee& attendee) {
           return attendee.response == calendar::ResponseStatus::kDeclined &&
                  base::equalsIgnoringCase(attendee.person.email, email);
         });
}

/// Collects the moments of occurrences.
class Moments final : public calendar::WindowSink {
 public:
  Moments(Agenda& agenda, const Person& person, const std::string& email, AgendaSource::Range range)
      : agenda_(agenda), person_(person), email_(email), range_(range) {}

  void add(const EventContent& content, calendar::Interval span) {
    const std::vector<EventLead> leads = eventLeads(content.reminders, person_);
    if (!leads.empty()) add(content, leads, span);
  }

  void onRow(const calendar::EventRow& row, calendar::Interval span) override {
    const auto content = calendar::fromDocument(row.document, row.residue);
    if (content.ok()) add(*content, span);
  }
  bool onOccurrence(const std::shared_ptr<const calendar::CompiledSeries>& series,
                    const calendar::SeriesOccurrence& /*occurrence*/,
                    calendar::Interval span) override {
    if (!seriesLeads_) seriesLeads_ = eventLeads(series->content.reminders, person_);
    if (seriesLeads_->empty()) return false;
    add(series->content, *seriesLeads_, span);
    return ++occurrences_ < kMostOccurrences;
  }

  [[nodiscard]] bool enough() const { return ahead_ >= AgendaSource::kAhead; }

 private:
  void add(const EventContent& content, const std::vector<EventLead>& leads,
           calendar::Interval span) {
    const base::Instant start = span.start;
    // Of an event without length, the instant itself is still worth telling for a while.
    const base::Instant end = std::max(span.end, span.start + std::chrono::minutes(15));
    if (end <= range_.now) return;
    for (const EventLead& lead : leads) {
      const base::Instant at = start - lead.before;
      if (at < range_.from) continue;
      const bool settled = isSettled(content, email_);
      if (at > range_.now && !settled) ++ahead_;
      agenda_.moments.push_back(
          {.occasionKey = base::formatInstant(start),
           .occasion = start,
           .lead = lead.before,
           .at = at,
           .expires = end,
           .channels = lead.channels,
           .title = content.summary == agenda_.title ? std::string() : content.summary,
           .settled = settled});
    }
  }

  Agenda& agenda_;
  const Person& person_;
  const std::string& email_;
  const AgendaSource::Range range_;
  std::optional<std::vector<EventLead>> seriesLeads_;
  int occurrences_ = 0;
  int ahead_ = 0;
};

std::vector<std::string> withoutEmail(const std::vector<std::string>& channels) {
  std::vector<std::string> rest;
  for (const std::string& channel : channels) {
    if (channel != "email") rest.push_back(channel);
  }
  return rest;
}

void addLead(std::vector<EventLead>& leads, std::chrono::minutes before,
             const std::vector<std::string>& channels) {
  auto known = std::ranges::find(leads, before, &EventLead::before);
  if (known == leads.end()) {
    leads.push_back({before, channels});
    return;
  }
  for (const std::string& channel : channels) {
    auto& all = known->channels;
    if (std::ranges::find(all, channel) == all.end()) all.push_back(channel);
  }
}

}  // namespace

std::vector<EventLead> eventLeads(const calendar::Reminders& reminders, const Person& person) {
  std::vector<EventLead> leads;
  const std::vector<std::string> all = channelsFor(person, {});
  if (reminders.useDefault) {
    for (const std::chrono::minutes before : person.settings.reminderLeads.events) {
      addLead(leads, before, all);
    }
  }
  for (const calendar::ReminderOverride& reminder : reminders.overrides) {
    const bool mail = reminder.method == "email";
    addLead(leads, reminder.before, mail ? channelsFor(person, {"email"}) : withoutEmail(all));
  }
  std::ranges::sort(leads, std::ranges::greater{}, &EventLead::before);
  return leads;
}

Task<Result<std::optional<calendar::EventRecord>>> EventAgenda::record(base::Uuid id) {
  std::optional<calendar::EventRecord> found;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    found = row.toRecord();
  };
  SW_CO_CHECK(co_await parts_.events.find(id, visit));
  co_return found;
}

Task<Result<std::string>> EventAgenda::emailOf(base::Uuid userId) {
  SW_CO_TRY(const auto user, co_await parts_.users.find(userId));
  co_return user && user->emailVerified ? user->email : std::string();
}

Task<Result<base::Uuid>> EventAgenda::subjectOf(base::Uuid changed) {
  SW_CO_TRY(const auto row, co_await record(changed));
  const bool isPart = row && row->kind == calendar::EventRecord::Kind::kOverride;
  co_return isPart ? row->seriesId : changed;
}

Task<Result<void>> EventAgenda::addSeries(Agenda& agenda, const calendar::EventRecord& master,
                                          const calendar::Calendar& calendar, const Person& person,
                                          const std::string& email, Range range) {
  SW_CO_TRY(const auto series, co_await parts_.series.get(master));
  agenda.title = series->content.summary;
  const auto from = std::chrono::floor<std::chrono::seconds>(range.from);
  for (const std::chrono::days horizon : kHorizons) {
    agenda.moments.clear();
    Moments moments(agenda, person, email, range);
    const calendar::Interval window{
        from, std::max(from, std::chrono::floor<std::chrono::seconds>(range.now)) + horizon};
    SW_CO_CHECK(co_await calendar::scanSeries(parts_.events, calendar, series, window, moments));
    if (moments.enough() || window.end > master.spanEnd + calendar::kWallClockReach) break;
  }
  co_return Result<void>();
}

Task<Result<std::optional<Agenda>>> EventAgenda::read(base::Uuid resourceId, const Person& person,
                                                      Range range) {
  SW_CO_TRY(const auto row, co_await record(resourceId));
  if (!row || row->kind == calendar::EventRecord::Kind::kOverride) {
    co_return std::optional<Agenda>();
  }
  SW_CO_TRY(const auto calendar, co_await parts_.calendars.find(row->calendarId));
  if (!calendar || calendar->ownerId != person.id) co_return std::optional<Agenda>();
  Agenda agenda{
      .title = {}, .quietHours = person.settings.quietHours, .zone = person.zone, .moments = {}};
  std::string email;
  if (row->kind == calendar::EventRecord::Kind::kSeries) {
    SW_CO_TRY(email, co_await emailOf(person.id));
    SW_CO_CHECK(co_await addSeries(agenda, *row, *calendar, person, email, range));
  } else {
    SW_CO_TRY(const EventContent content, calendar::fromDocument(row->document, row->residue));
    if (!content.attendees.empty()) {
      SW_CO_TRY(email, co_await emailOf(person.id));
    }
    agenda.title = content.summary;
    Moments moments(agenda, person, email, range);
    moments.add(content, calendar::spanIn(calendar::asRow(*row), calendar::zoneOf(*calendar)));
  }
  std::ranges::stable_sort(agenda.moments, {}, &Moment::at);
  co_return std::optional<Agenda>(std::move(agenda));
}

}  // namespace sw::reminders
