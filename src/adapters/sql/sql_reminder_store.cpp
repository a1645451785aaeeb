#include "adapters/sql/sql_reminder_store.h"

#include <limits>
#include <utility>

#include "adapters/sql/sql_unit_of_work.h"
#include "base/text.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using reminders::Reminder;
using reminders::ReminderDelivery;
using reminders::ReminderStore;

#define SW_REMINDER_COLUMNS                                                                 \
  "id, user_id, kind, resource_id, occasion_key, occasion, lead, scheduled, due, expires, " \
  "title, channels, state, reason, told, message_id, snoozes, revision, updated"

constexpr Statement kFind{"reminders.find", Operation::kSelect,
                          "SELECT " SW_REMINDER_COLUMNS " FROM reminders WHERE id = ?1"};
// Two branches, each by its own index: the planned one may be older than the key asked for.
constexpr Statement kOfResource{
    "reminders.of_resource", Operation::kSelect,
    "SELECT " SW_REMINDER_COLUMNS
    " FROM reminders WHERE resource_id = ?1 AND state = 0 "
    "UNION ALL SELECT " SW_REMINDER_COLUMNS
    " FROM reminders WHERE resource_id = ?1 AND occasion_key >= ?2 AND state <> 0"};
constexpr Statement kUpcoming{
    "reminders.upcoming", Operation::kSelect,
    "SELECT " SW_REMINDER_COLUMNS
    " FROM reminders WHERE user_id = ?1 AND state < 3 AND (due, id) > (?2, ?3) AND due < ?4 "
    "ORDER BY due, id LIMIT ?5"};
constexpr Statement kPast{
    "reminders.past", Operation::kSelect,
    "SELECT " SW_REMINDER_COLUMNS
    " FROM reminders WHERE user_id = ?1 AND state > 2 AND (due, id) < (?2, ?3) "
    "ORDER BY due DESC, id DESC LIMIT ?4"};
constexpr Statement kGathered{
    "reminders.gathered", Operation::kSelect,
    "SELECT " SW_REMINDER_COLUMNS
    " FROM reminders WHERE user_id = ?1 AND state = 2 ORDER BY due, id LIMIT ?2"};
constexpr Statement kCreate{
    "reminders.create", Operation::kInsert,
    "INSERT INTO reminders (" SW_REMINDER_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
    "?19)"};
// What never changes of a reminder is not written again, and its indexes not touched.
constexpr Statement kUpdate{
    "reminders.update", Operation::kUpdate,
    "UPDATE reminders SET due = ?2, expires = ?3, title = ?4, channels = ?5, state = ?6, "
    "reason = ?7, told = ?8, message_id = ?9, snoozes = ?10, updated = ?12, revision = ?11, "
    "occasion = ?13, scheduled = ?14 WHERE id = ?1 AND revision = ?11 - 1"};
constexpr Statement kRemove{"reminders.remove", Operation::kDelete,
                            "DELETE FROM reminders WHERE id = ?1 AND revision = ?2"};

constexpr Statement kDeliveries{
    "reminder_deliveries.of_message", Operation::kSelect,
    "SELECT message_id, channel, user_id, state, attempts, error, updated "
    "FROM reminder_deliveries WHERE message_id = ?1 ORDER BY channel"};
constexpr Statement kAddDelivery{
    "reminder_deliveries.add", Operation::kInsert,
    "INSERT INTO reminder_deliveries (message_id, channel, user_id, state, attempts, error, "
    "updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Statement kPutDelivery{
    "reminder_deliveries.put", Operation::kUpdate,
    "UPDATE reminder_deliveries SET state = ?5, attempts = ?6, error = ?7, updated = ?8 "
    "WHERE message_id = ?1 AND channel = ?2 AND state = ?3 AND attempts = ?4"};

constexpr Statement kExpire{
    "reminders.expire", Operation::kDelete,
    "DELETE FROM reminders WHERE id IN "
    "(SELECT id FROM reminders WHERE state > 2 AND told < ?1 ORDER BY told LIMIT ?2)"};
constexpr Statement kExpireDeliveries{
    "reminder_deliveries.expire", Operation::kDelete,
    "DELETE FROM reminder_deliveries WHERE (message_id, channel) IN "
    "(SELECT message_id, channel FROM reminder_deliveries WHERE updated < ?1 "
    "ORDER BY updated LIMIT ?2)"};

#undef SW_REMINDER_COLUMNS

constexpr Expectation kUnchanged = Expectation::exactly(1, "the reminder was changed meanwhile");
constexpr Expectation kDeliveryUnchanged =
    Expectation::exactly(1, "the delivery was changed meanwhile");

constexpr base::Instant kBeyond{base::Instant::duration(std::numeric_limits<std::int64_t>::max())};
constexpr base::Instant kBeforeAll{
    base::Instant::duration(std::numeric_limits<std::int64_t>::min())};

Reminder toReminder(const Row& row) {
  Reminder reminder;
  reminder.id = row.uuid(0);
  reminder.userId = row.uuid(1);
  reminder.kind = static_cast<reminders::ResourceKind>(row.integer(2));
  reminder.resourceId = row.uuid(3);
  reminder.occasionKey = row.string(4);
  reminder.occasion = row.instant(5);
  reminder.lead = std::chrono::minutes(row.integer(6));
  reminder.scheduled = row.instant(7);
  reminder.due = row.instant(8);
  reminder.expires = row.instant(9);
  reminder.title = row.string(10);
  for (const std::string_view channel : base::splitTrimmed(row.text(11), ' ')) {
    reminder.channels.emplace_back(channel);
  }
  reminder.state = static_cast<reminders::ReminderState>(row.integer(12));
  reminder.reason = static_cast<reminders::SkipReason>(row.integer(13));
  reminder.told = row.instant(14);
  reminder.messageId = row.uuid(15);
  reminder.snoozes = static_cast<int>(row.integer(16));
  reminder.revision = row.integer(17);
  reminder.updated = row.instant(18);
  return reminder;
}

ReminderDelivery toDelivery(const Row& row) {
  ReminderDelivery delivery;
  delivery.messageId = row.uuid(0);
  delivery.channel = row.string(1);
  delivery.userId = row.uuid(2);
  delivery.state = static_cast<reminders::DeliveryState>(row.integer(3));
  delivery.attempts = static_cast<int>(row.integer(4));
  delivery.error = row.string(5);
  delivery.updated = row.instant(6);
  return delivery;
}

}  // namespace

Task<Result<std::optional<Reminder>>> SqlReminderStore::find(base::Uuid id) {
  const Value params[] = {id};
  co_return co_await readOne<Reminder>(database_, kFind, params, toReminder);
}

Task<Result<std::vector<Reminder>>> SqlReminderStore::ofResource(base::Uuid resourceId,
                                                                 std::string_view fromKey) {
  const Value params[] = {resourceId, fromKey};
  co_return co_await readAll<Reminder>(database_, kOfResource, params, toReminder);
}

Task<Result<std::vector<Reminder>>> SqlReminderStore::list(const ListQuery& query) {
  if (query.part == Part::kUpcoming) {
    const Position after = query.after.value_or(Position{kBeforeAll, {}});
    const Value params[] = {query.userId, after.due, after.id, query.dueBefore.value_or(kBeyond),
                            query.limit};
    co_return co_await readAll<Reminder>(database_, kUpcoming, params, toReminder);
  }
  const Position after = query.after.value_or(Position{kBeyond, {}});
  const Value params[] = {query.userId, after.due, after.id, query.limit};
  co_return co_await readAll<Reminder>(database_, kPast, params, toReminder);
}

Task<Result<std::vector<Reminder>>> SqlReminderStore::gatheredOf(base::Uuid userId, int limit) {
  const Value params[] = {userId, limit};
  co_return co_await readAll<Reminder>(database_, kGathered, params, toReminder);
}

void SqlReminderStore::put(jobs::UnitOfWork& unit, const Reminder& reminder) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const std::string channels = base::join(reminder.channels, " ");
  const int state = static_cast<int>(reminder.state);
  const int reason = static_cast<int>(reminder.reason);
  if (reminder.revision == 1) {
    const Value params[] = {reminder.id,
                            reminder.userId,
                            static_cast<int>(reminder.kind),
                            reminder.resourceId,
                            reminder.occasionKey,
                            reminder.occasion,
                            reminder.lead.count(),
                            reminder.scheduled,
                            reminder.due,
                            reminder.expires,
                            reminder.title,
                            channels,
                            state,
                            reason,
                            reminder.told,
                            Value::idOrNull(reminder.messageId),
                            reminder.snoozes,
                            reminder.revision,
                            reminder.updated};
    work.add(kCreate, params, kUnchanged);
    return;
  }
  const Value params[] = {reminder.id,
                          reminder.due,
                          reminder.expires,
                          reminder.title,
                          channels,
                          state,
                          reason,
                          reminder.told,
                          Value::idOrNull(reminder.messageId),
                          reminder.snoozes,
                          reminder.revision,
                          reminder.updated,
                          reminder.occasion,
                          reminder.scheduled};
  work.add(kUpdate, params, kUnchanged);
}

void SqlReminderStore::remove(jobs::UnitOfWork& unit, const Reminder& reminder) {
  const Value params[] = {reminder.id, reminder.revision};
  SqlUnitOfWork::of(unit).add(kRemove, params, kUnchanged);
}

Task<Result<std::vector<ReminderDelivery>>> SqlReminderStore::deliveriesOf(base::Uuid messageId) {
  const Value params[] = {messageId};
  co_return co_await readAll<ReminderDelivery>(database_, kDeliveries, params, toDelivery);
}

void SqlReminderStore::addDelivery(jobs::UnitOfWork& unit, const ReminderDelivery& delivery) {
  const Value params[] = {
      delivery.messageId, delivery.channel, delivery.userId, static_cast<int>(delivery.state),
      delivery.attempts,  delivery.error,   delivery.updated};
  SqlUnitOfWork::of(unit).add(kAddDelivery, params, kDeliveryUnchanged);
}

void SqlReminderStore::putDelivery(jobs::UnitOfWork& unit, const ReminderDelivery& before,
                                   const ReminderDelivery& after) {
  const Value params[] = {after.messageId,
                          after.channel,
                          static_cast<int>(before.state),
                          before.attempts,
                          static_cast<int>(after.state),
                          after.attempts,
                          after.error,
                          after.updated};
  SqlUnitOfWork::of(unit).add(kPutDelivery, params, kDeliveryUnchanged);
}

Task<Result<std::int64_t>> SqlReminderStore::removeBefore(base::Instant horizon, int limit) {
  const Value params[] = {horizon, limit};
  WriteBatch batch;
  batch.add(kExpire, params);
  batch.add(kExpireDeliveries, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  co_return outcome[0].rows + outcome[1].rows;
}

}  // namespace sw::sql
