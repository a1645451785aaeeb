#include "adapters/sql/sql_calendar_store.h"

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using calendar::Calendar;
using calendar::Feed;

#define SW_CALENDAR_COLUMNS                                                                        \
  "id, owner_id, name, description, time_zone, background_color, is_primary, provider, revision, " \
  "created, updated "
constexpr Statement kFind{"calendars.find", Operation::kSelect,
                          "SELECT " SW_CALENDAR_COLUMNS "FROM calendars WHERE id = ?1"};
constexpr Statement kOwnedBy{"calendars.owned_by", Operation::kSelect,
                             "SELECT " SW_CALENDAR_COLUMNS
                             "FROM calendars WHERE owner_id = ?1 ORDER BY is_primary DESC, id"};
#undef SW_CALENDAR_COLUMNS
constexpr Statement kCreate{
    "calendars.create", Operation::kInsert,
    "INSERT INTO calendars (id, owner_id, name, description, time_zone, background_color, "
    "is_primary, provider, revision, created, updated) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
constexpr Statement kUpdate{
    "calendars.update", Operation::kUpdate,
    "UPDATE calendars SET owner_id = ?2, name = ?3, description = ?4, time_zone = ?5, "
    "background_color = ?6, is_primary = ?7, provider = ?8, revision = ?9, created = ?10, "
    "updated = ?11 WHERE id = ?1 AND revision = ?9 - 1"};
constexpr Statement kHasRevision{
    "calendars.has_revision", Operation::kSelect,
    "SELECT revision FROM calendars WHERE id = ?1 AND revision = ?2",
    "SELECT revision FROM calendars WHERE id = ?1 AND revision = ?2 FOR UPDATE"};
constexpr Statement kUnindexEvents{
    "event_search.remove_calendar", Operation::kInsert,
    "INSERT INTO event_search (event_search, rowid, terms) "
    "SELECT 'delete', doc, terms FROM event_texts WHERE calendar_id = ?1",
    ""};
constexpr Statement kDeleteTexts{"event_texts.delete_calendar", Operation::kDelete,
                                 "DELETE FROM event_texts WHERE calendar_id = ?1"};
constexpr Statement kDeleteEvents{"events.delete_calendar", Operation::kDelete,
                                  "DELETE FROM events WHERE calendar_id = ?1"};
constexpr Statement kDelete{"calendars.delete", Operation::kDelete,
                            "DELETE FROM calendars WHERE id = ?1"};

constexpr Statement kAddFeed{
    "feeds.add", Operation::kInsert,
    "INSERT INTO feeds (id, calendar_id, hash, created) VALUES (?1, ?2, ?3, ?4)"};
constexpr Statement kRemoveFeed{"feeds.remove", Operation::kDelete,
                                "DELETE FROM feeds WHERE id = ?1 AND calendar_id = ?2"};
constexpr Statement kFeedsOf{
    "feeds.of_calendar", Operation::kSelect,
    "SELECT id, calendar_id, hash, created FROM feeds WHERE calendar_id = ?1 ORDER BY id"};
constexpr Statement kFindFeed{"feeds.find", Operation::kSelect,
                              "SELECT id, calendar_id, hash, created FROM feeds WHERE hash = ?1"};

Calendar toCalendar(const Row& row) {
  Calendar calendar;
  calendar.id = row.uuid(0);
  calendar.ownerId = row.uuid(1);
  calendar.name = row.string(2);
  calendar.description = row.string(3);
  calendar.timeZone = row.string(4);
  calendar.backgroundColor = row.string(5);
  calendar.primary = row.integer(6) != 0;
  calendar.provider = static_cast<calendar::Provider>(row.integer(7));
  calendar.revision = row.integer(8);
  calendar.created = row.instant(9);
  calendar.updated = row.instant(10);
  return calendar;
}

Feed toFeed(const Row& row) {
  Feed feed;
  feed.id = row.uuid(0);
  feed.calendarId = row.uuid(1);
  row.copyBytes(2, feed.hash);
  feed.created = row.instant(3);
  return feed;
}

}  // namespace

Task<Result<std::optional<Calendar>>> SqlCalendarStore::find(base::Uuid id) {
  const Value params[] = {id};
  co_return co_await readOne<Calendar>(database_, kFind, params, toCalendar);
}

Task<Result<std::vector<Calendar>>> SqlCalendarStore::ownedBy(base::Uuid ownerId) {
  const Value params[] = {ownerId};
  co_return co_await readAll<Calendar>(database_, kOwnedBy, params, toCalendar);
}

void SqlCalendarStore::put(jobs::UnitOfWork& unit, const Calendar& calendar) {
  const Value params[] = {calendar.id,       calendar.ownerId,
                          calendar.name,     calendar.description,
                          calendar.timeZone, calendar.backgroundColor,
                          calendar.primary,  static_cast<int>(calendar.provider),
                          calendar.revision, calendar.created,
                          calendar.updated};
  const Statement& statement = calendar.revision == 1 ? kCreate : kUpdate;
  SqlUnitOfWork::of(unit).add(statement, params,
                              Expectation::exactly(1, "the calendar was changed meanwhile"));
}

void SqlCalendarStore::remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const Value params[] = {id, revision};
  const Params key = Params(params).first(1);
  work.guard(kHasRevision, params, Expectation::exactly(1, "the calendar was changed meanwhile"));
  if (work.dialect() == Dialect::kSqlite) work.add(kUnindexEvents, key);
  work.add(kDeleteTexts, key);
  work.add(kDeleteEvents, key);
  work.add(kDelete, key);
}

void SqlCalendarStore::addFeed(jobs::UnitOfWork& unit, const Feed& feed) {
  const Value params[] = {feed.id, feed.calendarId, Value::blob(std::span(feed.hash)),
                          feed.created};
  SqlUnitOfWork::of(unit).add(kAddFeed, params, Expectation::exactly(1, "the feed exists"));
}

void SqlCalendarStore::removeFeed(jobs::UnitOfWork& unit, base::Uuid calendarId, base::Uuid id) {
  const Value params[] = {id, calendarId};
  SqlUnitOfWork::of(unit).add(
      kRemoveFeed, params, Expectation::exactly(1, "there is no such feed", base::Code::kNotFound));
}

Task<Result<std::vector<Feed>>> SqlCalendarStore::feedsOf(base::Uuid calendarId) {
  const Value params[] = {calendarId};
  co_return co_await readAll<Feed>(database_, kFeedsOf, params, toFeed);
}

Task<Result<std::optional<Feed>>> SqlCalendarStore::findFeed(std::array<std::uint8_t, 32> hash) {
  const Value params[] = {Value::blob(std::span(hash))};
  co_return co_await readOne<Feed>(database_, kFindFeed, params, toFeed);
}

}  // namespace sw::sql
