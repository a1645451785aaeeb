#include "adapters/sql/sql_webhook_store.h"

#include <array>
#include <limits>

#include "adapters/sql/sql_unit_of_work.h"
#include "base/text.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using webhooks::Delivery;
using webhooks::DeliveryState;
using webhooks::Webhook;

constexpr std::string_view kChanged = "the webhook was changed meanwhile";
constexpr std::string_view kDeliveryChanged = "the delivery was changed meanwhile";

#define SW_WEBHOOK_COLUMNS                                                                     \
  "id, user_id, url, description, events, active, disabled, disabled_at, secret, old_secret, " \
  "old_secret_until, failing_since, revision, created, updated "
constexpr Statement kFind{"webhooks.find", Operation::kSelect,
                          "SELECT " SW_WEBHOOK_COLUMNS "FROM webhooks WHERE id = ?1"};
constexpr Statement kOfUser{"webhooks.of_user", Operation::kSelect,
                            "SELECT " SW_WEBHOOK_COLUMNS
                            "FROM webhooks WHERE user_id = ?1 ORDER BY id"};
#undef SW_WEBHOOK_COLUMNS
constexpr Statement kIdsOfUser{"webhooks.ids_of_user", Operation::kSelect,
                               "SELECT 1 FROM webhooks WHERE user_id = ?1"};
constexpr Statement kCreate{
    "webhooks.create", Operation::kInsert,
    "INSERT INTO webhooks (id, user_id, url, description, events, active, disabled, disabled_at, "
    "secret, old_secret, old_secret_until, revision, created, updated) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"};
constexpr Statement kUpdate{
    "webhooks.update", Operation::kUpdate,
    "UPDATE webhooks SET user_id = ?2, url = ?3, description = ?4, events = ?5, active = ?6, "
    "disabled = ?7, disabled_at = ?8, secret = ?9, old_secret = ?10, old_secret_until = ?11, "
    "revision = ?12, created = ?13, updated = ?14 WHERE id = ?1 AND revision = ?12 - 1"};
constexpr Statement kRemove{"webhooks.remove", Operation::kDelete,
                            "DELETE FROM webhooks WHERE id = ?1 AND revision = ?2"};
constexpr Statement kRemoveDeliveries{"webhook_deliveries.remove_webhook", Operation::kDelete,
                                      "DELETE FROM webhook_deliveries WHERE webhook_id = ?1"};
constexpr Statement kFailing{
    "webhooks.failing", Operation::kUpdate,
    "UPDATE webhooks SET failing_since = ?2 WHERE id = ?1 AND failing_since IS NULL"};
constexpr Statement kWorking{
    "webhooks.working", Operation::kUpdate,
    "UPDATE webhooks SET failing_since = NULL WHERE id = ?1 AND failing_since IS NOT NULL"};

constexpr Statement kIsThere{"webhooks.is_there", Operation::kSelect,
                             "SELECT 1 FROM webhooks WHERE id = ?1",
                             "SELECT 1 FROM webhooks WHERE id = ?1 FOR SHARE"};
constexpr Statement kCreateDelivery{
    "webhook_deliveries.create", Operation::kInsert,
    "INSERT INTO webhook_deliveries (id, webhook_id, user_id, event_type, event_id, body, state, "
    "attempts, round, started, next_attempt, last_attempt, last_status, last_error, last_answer, "
    "history, request_id, trace_parent, revision, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
    "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)"};
constexpr Statement kUpdateDelivery{
    "webhook_deliveries.update", Operation::kUpdate,
    "UPDATE webhook_deliveries SET state = ?2, attempts = ?3, round = ?4, started = ?5, "
    "next_attempt = ?6, last_attempt = ?7, last_status = ?8, last_error = ?9, last_answer = ?10, "
    "history = ?11, revision = ?12 WHERE id = ?1 AND revision = ?12 - 1"};
constexpr Statement kPark{
    "webhook_deliveries.park", Operation::kUpdate,
    "UPDATE webhook_deliveries SET state = 2, next_attempt = NULL, last_error = ?3, "
    "revision = revision + 1 WHERE id = ?1 AND revision = ?2"};

#define SW_DELIVERY_COLUMNS                                                                 \
  "id, webhook_id, user_id, event_type, event_id, body, state, attempts, round, started, "  \
  "next_attempt, last_attempt, last_status, last_error, last_answer, history, request_id, " \
  "trace_parent, revision, created "
constexpr Statement kFindDelivery{"webhook_deliveries.find", Operation::kSelect,
                                  "SELECT " SW_DELIVERY_COLUMNS
                                  "FROM webhook_deliveries WHERE id = ?1"};
// Without a limit of the list, ?2 and the times are the widest there are.
constexpr Statement kPage{
    "webhook_deliveries.page", Operation::kSelect,
    "SELECT " SW_DELIVERY_COLUMNS
    "FROM webhook_deliveries WHERE webhook_id = ?1 AND id < ?2 AND created >= ?3 AND created < ?4 "
    "ORDER BY id DESC LIMIT ?5"};
constexpr Statement kPageOfState{
    "webhook_deliveries.page_of_state", Operation::kSelect,
    "SELECT " SW_DELIVERY_COLUMNS
    "FROM webhook_deliveries WHERE webhook_id = ?1 AND id < ?2 AND created >= ?3 AND created < ?4 "
    "AND state = ?6 ORDER BY id DESC LIMIT ?5"};
#undef SW_DELIVERY_COLUMNS
constexpr Statement kExpire{
    "webhook_deliveries.expire", Operation::kDelete,
    "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries "
    "WHERE created < ?1 AND state <> 0 ORDER BY created LIMIT ?2)"};

std::optional<base::Instant> instantOrNone(const Row& row, int column) {
  if (row.isNull(column)) return std::nullopt;
  return row.instant(column);
}

Webhook toWebhook(const Row& row) {
  Webhook webhook;
  webhook.id = row.uuid(0);
  webhook.userId = row.uuid(1);
  webhook.url = row.string(2);
  webhook.description = row.string(3);
  for (const std::string_view name : base::splitTrimmed(row.text(4), ' ')) {
    webhook.events.emplace_back(name);
  }
  webhook.active = row.integer(5) != 0;
  webhook.disabled = static_cast<webhooks::Disabled>(row.integer(6));
  webhook.disabledAt = instantOrNone(row, 7);
  webhook.secret = row.string(8);
  webhook.oldSecret = row.string(9);
  webhook.oldSecretUntil = instantOrNone(row, 10);
  webhook.failingSince = instantOrNone(row, 11);
  webhook.revision = row.integer(12);
  webhook.created = row.instant(13);
  webhook.updated = row.instant(14);
  return webhook;
}

Delivery toDelivery(const Row& row) {
  Delivery delivery;
  delivery.id = row.uuid(0);
  delivery.webhookId = row.uuid(1);
  delivery.userId = row.uuid(2);
  delivery.eventType = row.string(3);
  delivery.eventId = row.string(4);
  delivery.body = row.string(5);
  delivery.state = static_cast<DeliveryState>(row.integer(6));
  delivery.attempts = static_cast<int>(row.integer(7));
  delivery.round = static_cast<int>(row.integer(8));
  delivery.started = row.instant(9);
  delivery.nextAttempt = instantOrNone(row, 10);
  delivery.lastAttempt = instantOrNone(row, 11);
  delivery.lastStatus = static_cast<int>(row.integer(12));
  delivery.lastError = row.string(13);
  delivery.lastAnswer = row.string(14);
  delivery.history = row.string(15);
  delivery.requestId = row.string(16);
  delivery.traceParent = row.string(17);
  delivery.revision = row.integer(18);
  delivery.created = row.instant(19);
  return delivery;
}

/// An id above every other.
base::Uuid greatestId() {
  base::Uuid id;
  id.bytes.fill(0xFF);
  return id;
}

}  // namespace

Task<Result<std::optional<Webhook>>> SqlWebhookStore::find(base::Uuid id) {
  const Value params[] = {id};
  co_return co_await readOne<Webhook>(database_, kFind, params, toWebhook);
}

Task<Result<std::vector<Webhook>>> SqlWebhookStore::ofUser(base::Uuid userId) {
  const Value params[] = {userId};
  co_return co_await readAll<Webhook>(database_, kOfUser, params, toWebhook);
}

void SqlWebhookStore::put(jobs::UnitOfWork& unit, const Webhook& webhook, int most) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const std::string events = base::join(webhook.events, " ");
  const Value params[] = {webhook.id,
                          webhook.userId,
                          webhook.url,
                          webhook.description,
                          events,
                          webhook.active,
                          static_cast<int>(webhook.disabled),
                          webhook.disabledAt,
                          Value::blob(std::string_view(webhook.secret)),
                          Value::blob(std::string_view(webhook.oldSecret)),
                          webhook.oldSecretUntil,
                          webhook.revision,
                          webhook.created,
                          webhook.updated};
  if (webhook.revision == 1) {
    const Value user[] = {webhook.userId};
    work.guard(kIdsOfUser, user,
               {.least = 0, .most = most - 1, .tag = "there are as many webhooks as there may be"});
  }
  const Statement& statement = webhook.revision == 1 ? kCreate : kUpdate;
  work.add(statement, params, Expectation::exactly(1, kChanged));
}

void SqlWebhookStore::remove(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const Value params[] = {id, revision};
  work.add(kRemove, params, Expectation::exactly(1, kChanged));
  work.add(kRemoveDeliveries, Params(params).first(1));
}

void SqlWebhookStore::markFailing(jobs::UnitOfWork& unit, base::Uuid id,
                                  std::optional<base::Instant> since) {
  const Value params[] = {id, since};
  if (since) {
    SqlUnitOfWork::of(unit).add(kFailing, params);
  } else {
    SqlUnitOfWork::of(unit).add(kWorking, Params(params).first(1));
  }
}

void SqlWebhookStore::put(jobs::UnitOfWork& unit, const Delivery& delivery) {
  SqlUnitOfWork& work = SqlUnitOfWork::of(unit);
  const int state = static_cast<int>(delivery.state);
  if (delivery.revision > 1) {
    const Value params[] = {delivery.id,          state,
                            delivery.attempts,    delivery.round,
                            delivery.started,     delivery.nextAttempt,
                            delivery.lastAttempt, delivery.lastStatus,
                            delivery.lastError,   delivery.lastAnswer,
                            delivery.history,     delivery.revision};
    work.add(kUpdateDelivery, params, Expectation::exactly(1, kDeliveryChanged));
    return;
  }
  const Value webhook[] = {delivery.webhookId};
  work.guard(kIsThere, webhook, Expectation::exactly(1, "the webhook is gone"));
  const Value params[] = {delivery.id,
                          delivery.webhookId,
                          delivery.userId,
                          delivery.eventType,
                          delivery.eventId,
                          delivery.body,
                          state,
                          delivery.attempts,
                          delivery.round,
                          delivery.started,
                          delivery.nextAttempt,
                          delivery.lastAttempt,
                          delivery.lastStatus,
                          delivery.lastError,
                          delivery.lastAnswer,
                          delivery.history,
                          delivery.requestId,
                          delivery.traceParent,
                          delivery.revision,
                          delivery.created};
  work.add(kCreateDelivery, params, Expectation::exactly(1, kDeliveryChanged));
}

void SqlWebhookStore::parkDelivery(jobs::UnitOfWork& unit, base::Uuid id, std::int64_t revision,
                                   const std::string& error) {
  const Value params[] = {id, revision, error};
  SqlUnitOfWork::of(unit).add(kPark, params);
}

Task<Result<std::optional<Delivery>>> SqlWebhookStore::findDelivery(base::Uuid id) {
  const Value params[] = {id};
  co_return co_await readOne<Delivery>(database_, kFindDelivery, params, toDelivery);
}

Task<Result<std::vector<Delivery>>> SqlWebhookStore::deliveries(const Page& page) {
  const base::Uuid before = page.before.isNil() ? greatestId() : page.before;
  const std::int64_t from = page.from ? page.from->time_since_epoch().count() : 0;
  const std::int64_t to =
      page.to ? page.to->time_since_epoch().count() : std::numeric_limits<std::int64_t>::max();
  const int state = page.state ? static_cast<int>(*page.state) : 0;
  const Value params[] = {page.webhookId, before, from, to, page.limit, state};
  const Statement& statement = page.state ? kPageOfState : kPage;
  const Params used = page.state ? Params(params) : Params(params).first(5);
  co_return co_await readAll<Delivery>(database_, statement, used, toDelivery);
}

Task<Result<std::int64_t>> SqlWebhookStore::removeDeliveries(base::Instant horizon, int limit) {
  const Value params[] = {horizon, limit};
  WriteBatch batch;
  batch.add(kExpire, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  co_return outcome.front().rows;
}

}  // namespace sw::sql
