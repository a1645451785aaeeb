#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/local_loop.h"
#include "base/time_format.h"
#include "calendar/event_editor.h"
#include "calendar/event_json.h"
#include "calendar/event_reader.h"
#include "fakes/fake_calendar_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_event_store.h"

namespace sw::calendar {

/// A calendar in Berlin with everything that reads and edits it, on fakes.
class CalendarWorld : public ::testing::Test {
 protected:
  CalendarWorld() {
    owner_ = base::newUuid(clock_);
    Calendar calendar;
    calendar.id = base::newUuid(clock_);
    calendar.ownerId = owner_;
    calendar.name = "Test";
    calendar.timeZone = "Europe/Berlin";
    calendar.revision = 1;
    auto unit = storage_.begin();
    calendars_.put(*unit, calendar);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    access_.push_back({calendar, accounts::AccessRole::kOwner});
  }

  static base::UtcSeconds utc(const std::string& text) {
    const auto parsed = base::parseDateTime(text);
    return base::UtcSeconds(parsed->local.time_since_epoch() -
                            parsed->offset.value_or(std::chrono::seconds(0)));
  }
  static EventTime berlin(const std::string& local) {
    return {base::parseDateTime(local)->local, false, "Europe/Berlin"};
  }
  static EventTime allDay(const std::string& date) { return {*base::parseDate(date), true, ""}; }

  static EventContent meeting(const std::string& summary, const std::string& start,
                              const std::string& end, std::vector<std::string> recurrence = {}) {
    EventContent content;
    content.summary = summary;
    content.start = berlin(start);
    content.end = berlin(end);
    content.recurrence = std::move(recurrence);
    return content;
  }

  EventId create(EventContent content) {
    auto unit = storage_.begin();
    const auto record = editor_.create(*unit, access_[0].calendar, std::move(content), "", {});
    EXPECT_TRUE(record.ok()) << record.error().describe();
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    return {record->id, {}, false};
  }

  base::Result<FoundEvent> find(const EventId& id) {
    return base::runBlocking(reader_.find(owner_, id, accounts::AccessRole::kReader));
  }

  base::Result<void> replace(const EventId& id, Scope scope, EventContent content) {
    auto found = find(id);
    if (!found.ok()) return found.error();
    auto unit = storage_.begin();
    const jobs::Actor nobody;
    const auto record =
        base::runBlocking(editor_.replace(*unit, *found, scope, std::move(content), nobody));
    if (!record.ok()) return record.error();
    return base::runBlocking(unit->commit());
  }

  base::Result<void> remove(const EventId& id, Scope scope) {
    auto found = find(id);
    if (!found.ok()) return found.error();
    auto unit = storage_.begin();
    const auto removed = base::runBlocking(editor_.remove(*unit, *found, scope, {}));
    if (!removed.ok()) return removed.error();
    return base::runBlocking(unit->commit());
  }

  static EventId occurrence(const EventId& series, const std::string& start) {
    return {series.event, utc(start), false};
  }

  EventList list(const std::string& from, const std::string& to, std::size_t limit = 250,
                 std::optional<ListPosition> after = {}) {
    WindowQuery query;
    query.calendars = access_;
    query.from = utc(from);
    query.to = utc(to);
    query.limit = limit;
    query.after = after;
    auto found = base::runBlocking(reader_.window(query));
    EXPECT_TRUE(found.ok());
    return *std::move(found);
  }

  /// "2026-03-02T08:00:00Z Summary" for each item.
  std::vector<std::string> titles(const std::string& from, const std::string& to) {
    const EventList found = list(from, to);
    std::vector<std::string> out;
    for (const ListedEvent& item : found.items()) {
      std::string view;
      item.appendView(view);
      const auto document = base::json::Document::parse(view);
      EXPECT_TRUE(document.ok()) << view;
      const auto summary = document->root().find("summary").asString().value_or("");
      out.push_back(base::formatInstant(item.position.start) + " " + std::string(summary));
    }
    return out;
  }

  fakes::FakeClock clock_;
  fakes::FakeStorage storage_;
  fakes::FakeCalendarStore calendars_{storage_};
  fakes::FakeAclStore acl_{storage_};
  fakes::FakeEventStore events_{storage_};
  fakes::FakeChangeLog changes_{storage_};
  CalendarDirectory directory_{calendars_, acl_};
  SeriesCache cache_{events_, 1000};
  EventReader reader_{events_, directory_, cache_};
  EventEditor editor_{events_, changes_, clock_};
  base::Uuid owner_;
  std::vector<CalendarAccess> access_;
};

}  // namespace sw::calendar
