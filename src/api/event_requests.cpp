#include "api/event_requests.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/etag.h"
#include "base/json_patch.h"
#include "base/json_reader.h"
#include "calendar/conflicts.h"
#include "calendar/event_json.h"
#include "calendar/event_record.h"
#include "calendar/event_view.h"
#include "calendar/window_scan.h"

namespace sw::api {
namespace {

using accounts::AccessRole;
using base::Code;
using base::Error;
using base::Result;
using base::Task;
using calendar::Calendar;
using calendar::CalendarAccess;
using calendar::EventContent;
using calendar::EventRecord;
using calendar::FoundEvent;
using calendar::Scope;

constexpr std::string_view kPrimaryCalendar = "primary";

Error noSuchCalendar() { return {Code::kNotFound, "there is no such calendar"}; }
Error noSuchEvent() { return {Code::kNotFound, "there is no such event"}; }

/// Reads a whole event and checks it as a whole.
Result<EventContent> readWhole(base::json::Value body, const base::Zone& zone) {
  base::json::Problems problems;
  EventContent content =
      calendar::readEventContent(body, zone, calendar::EventJsonSource::kRequest, problems);
  if (problems.empty()) calendar::checkEventContent(content, problems);
  if (!problems.empty()) return problems.toError();
  return content;
}

/// What the person sees of the event now: what a merge patch applies to.
std::string currentView(const FoundEvent& found) {
  std::string view;
  found.appendView(view);
  return view;
}

/// A patch that gives a time of the other kind replaces the time; the members of the old kind
/// would otherwise stay and contradict it.
std::string withoutReplacedTimes(const std::string& view, base::json::Value patch) {
  std::string clearing = "{";
  for (const std::string_view name : {"start", "end"}) {
    const base::json::Value time = patch.find(name);
    const bool date = time.find("date").asString().has_value();
    const bool dateTime = time.find("dateTime").asString().has_value();
    if (!date && !dateTime) continue;
    if (clearing.size() > 1) clearing += ',';
    clearing += '"';
    clearing += name;
    clearing +=
        date ? R"(":{"dateTime":null,"timeZone":null,"floating":null})" : R"(":{"date":null})";
  }
  clearing += '}';
  const auto document = base::json::Document::parse(clearing);
  if (!document.ok()) return view;
  auto cleared = base::json::mergePatch(view, document->root());
  return cleared.ok() ? *std::move(cleared) : view;
}

Scope scopeOf(const EventChange& change, const FoundEvent& found) {
  if (change.scope) return *change.scope;
  const bool occurrence =
      found.regular.has_value() || found.record.kind == EventRecord::Kind::kOverride;
  return occurrence ? Scope::kThis : Scope::kAll;
}

Result<void> checkMatch(const EventChange& change, std::int64_t revision) {
  const std::string etag = calendar::etagOf(revision);
  if (change.ifMatch.empty() || ifMatchNames(change.ifMatch, etag)) return {};
  return Error(Code::kPreconditionFailed, "the event was changed since: its ETag is now " + etag);
}

Result<void> needWriter(const CalendarAccess& access) {
  if (access.role >= AccessRole::kWriter) return {};
  return Error(Code::kForbidden, "this needs the role writer in the event's calendar");
}

}  // namespace

Task<Result<EventChanged>> EventWriter::apply(jobs::UnitOfWork& unit, base::Uuid userId,
                                              const EventChange& change, const jobs::Actor& actor) {
  switch (change.kind) {
    case EventChange::Kind::kCreate: co_return co_await create(unit, userId, change, actor);
    case EventChange::Kind::kPatch:
    case EventChange::Kind::kReplace: co_return co_await update(unit, userId, change, actor);
    case EventChange::Kind::kDelete: co_return co_await remove(unit, userId, change, actor);
  }
  co_return noSuchEvent();
}

Task<Result<EventChanged>> EventWriter::create(jobs::UnitOfWork& unit, base::Uuid userId,
                                               const EventChange& change,
                                               const jobs::Actor& actor) {
  std::string calendarId = change.calendarId;
  if (calendarId.empty()) calendarId = change.body.find("calendarId").asString().value_or("");
  if (calendarId.empty()) calendarId = kPrimaryCalendar;
  std::vector<Calendar> owned;
  CalendarAccess access;
  if (calendarId == kPrimaryCalendar) {
    SW_CO_TRY(owned, co_await services_.calendars.ownedBy(userId));
    if (owned.empty() || !owned.front().primary) co_return noSuchCalendar();
    access = {owned.front(), AccessRole::kOwner};
  } else {
    SW_CO_TRY(access,
              co_await findCalendar(services_, userId, std::move(calendarId), AccessRole::kWriter));
  }
  SW_CO_TRY(EventContent content, readWhole(change.body, calendar::zoneOf(access.calendar)));
  SW_CO_TRY(const auto others,
            co_await compared(unit, userId, access, change.rejectConflicts, std::move(owned)));
  std::string uid(change.body.find("iCalUID").asString().value_or(""));
  if (uid.size() > 1024) uid.clear();
  SW_CO_TRY(const EventRecord record,
            services_.eventEditor.create(unit, access.calendar, content, std::move(uid), actor));
  co_return co_await conclude(others, record, content, change.rejectConflicts, 201);
}

Task<Result<EventChanged>> EventWriter::update(jobs::UnitOfWork& unit, base::Uuid userId,
                                               const EventChange& change,
                                               const jobs::Actor& actor) {
  const auto id = calendar::EventId::parse(change.eventId);
  if (!id) co_return noSuchEvent();
  SW_CO_TRY(const FoundEvent found,
            co_await services_.eventReader.find(userId, *id, AccessRole::kFreeBusyReader));
  SW_CO_CHECK(needWriter(found.access));
  SW_CO_CHECK(checkMatch(change, found.revision()));

  const base::Zone zone = calendar::zoneOf(found.access.calendar);
  EventContent content;
  if (change.kind == EventChange::Kind::kPatch) {
    if (!change.body.isObject()) co_return readWhole(change.body, zone).error();
    const std::string target = withoutReplacedTimes(currentView(found), change.body);
    SW_CO_TRY(const std::string merged, base::json::mergePatch(target, change.body));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    SW_CO_TRY(content, readWhole(document.root(), zone));
  } else {
    SW_CO_TRY(content, readWhole(change.body, zone));
  }
  // What came from an imported file and no field shows stays with the event.
  SW_CO_TRY(const calendar::Event current, calendar::toEvent(found.record));
  content.unknownLines = current.content.unknownLines;
  content.zoneDefinitions = current.content.zoneDefinitions;
  content.duration = current.content.duration;
  SW_CO_TRY(const auto others,
            co_await compared(unit, userId, found.access, change.rejectConflicts));
  SW_CO_TRY(const EventRecord record, co_await services_.eventEditor.replace(
                                          unit, found, scopeOf(change, found), content, actor));
  SW_CO_TRY(const calendar::Event written, calendar::toEvent(record));
  co_return co_await conclude(others, record, written.content, change.rejectConflicts, 200);
}

Task<Result<EventChanged>> EventWriter::remove(jobs::UnitOfWork& unit, base::Uuid userId,
                                               const EventChange& change,
                                               const jobs::Actor& actor) {
  const auto id = calendar::EventId::parse(change.eventId);
  if (!id) co_return noSuchEvent();
  SW_CO_TRY(const FoundEvent found,
            co_await services_.eventReader.find(userId, *id, AccessRole::kFreeBusyReader));
  SW_CO_CHECK(needWriter(found.access));
  SW_CO_CHECK(checkMatch(change, found.revision()));
  SW_CO_CHECK(co_await services_.eventEditor.remove(unit, found, scopeOf(change, found), actor));
  EventChanged changed;
  changed.status = 204;
  co_return changed;
}

Task<Result<std::vector<CalendarAccess>>> EventWriter::compared(jobs::UnitOfWork& unit,
                                                                base::Uuid userId,
                                                                const CalendarAccess& access,
                                                                bool guard,
                                                                std::vector<Calendar> owned) {
  if (owned.empty()) {
    SW_CO_TRY(owned, co_await services_.calendars.ownedBy(userId));
  }
  std::vector<CalendarAccess> calendars{access};
  for (Calendar& calendar : owned) {
    if (calendar.id == access.calendar.id) continue;
    calendars.push_back({std::move(calendar), AccessRole::kOwner});
  }
  for (const CalendarAccess& one : calendars) {
    if (!guard) break;
    SW_CO_TRY(const std::int64_t version, co_await services_.events.version(one.calendar.id));
    services_.events.expectVersion(unit, one.calendar.id, version);
  }
  co_return calendars;
}

Task<Result<EventChanged>> EventWriter::conclude(const std::vector<CalendarAccess>& compared,
                                                 const EventRecord& record,
                                                 const EventContent& content, bool reject,
                                                 int status) {
  const CalendarAccess& access = compared.front();
  const bool isOverride = record.kind == EventRecord::Kind::kOverride;
  SW_CO_TRY(const calendar::EventList conflicts,
            co_await services_.conflicts.find(compared, access.calendar, content,
                                              isOverride ? record.seriesId : record.id));
  if (reject && !conflicts.items().empty()) {
    std::vector<base::FieldProblem> details;
    for (const calendar::ListedEvent& item : conflicts.items()) {
      details.push_back({"start", "overlaps the event " + item.id()});
    }
    co_return Error(Code::kConflict, "the event overlaps others", std::move(details));
  }
  EventChanged changed;
  changed.status = status;
  changed.etag = calendar::etagOf(record.revision);
  const calendar::EventRow row = calendar::asRow(record);
  changed.id = calendar::eventIdOf(row);
  calendar::appendEventView(changed.view, row, access, true);
  changed.view += R"(,"conflicts":[)";
  for (std::size_t i = 0; i < conflicts.items().size(); ++i) {
    if (i > 0) changed.view += ',';
    conflicts.items()[i].appendBrief(changed.view);
  }
  changed.view += "]}";
  co_return changed;
}

}  // namespace sw::api
