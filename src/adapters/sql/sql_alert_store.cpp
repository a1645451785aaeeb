#include "adapters/sql/sql_alert_store.h"

#include <utility>

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using obs::AlertIncident;
using obs::AlertNotice;
using obs::AlertOverview;
using obs::AlertTold;
using obs::KnownAlert;
using obs::ProcessStarts;

constexpr int kMostNotices = 5000;

#define SW_NOTICE_COLUMNS                                                                     \
  "fingerprint, alert, labels, instance, description, value, threshold, told, since, ended, " \
  "told_at, claimed_until, changed, revision"
#define SW_TAKE_NOTICE                                                                   \
  "SET alert = excluded.alert, labels = excluded.labels, instance = excluded.instance, " \
  "description = excluded.description, value = excluded.value, "                         \
  "threshold = excluded.threshold, told = excluded.told, since = excluded.since, "       \
  "ended = excluded.ended, told_at = excluded.told_at, "                                 \
  "claimed_until = excluded.claimed_until, changed = excluded.changed, "
constexpr Statement kLoad{
    "alerts.load", Operation::kSelect,
    "SELECT " SW_NOTICE_COLUMNS
    ", (SELECT max(seen) FROM alert_sightings s WHERE s.fingerprint = n.fingerprint) "
    "FROM alert_notices n ORDER BY changed DESC LIMIT ?1"};
constexpr Statement kPut{
    "alerts.put", Operation::kInsert,
    "INSERT INTO alert_notices AS known (" SW_NOTICE_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) "
    "ON CONFLICT (fingerprint) DO UPDATE " SW_TAKE_NOTICE
    "revision = excluded.revision WHERE known.revision = excluded.revision - 1"};
constexpr Statement kMerge{"alerts.merge", Operation::kInsert,
                           "INSERT INTO alert_notices AS known (" SW_NOTICE_COLUMNS
                           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) "
                           "ON CONFLICT (fingerprint) DO UPDATE " SW_TAKE_NOTICE
                           "revision = known.revision + 1 WHERE known.changed < excluded.changed"};
#undef SW_TAKE_NOTICE
#undef SW_NOTICE_COLUMNS
constexpr Statement kRemember{
    "alert_history.put", Operation::kInsert,
    "INSERT INTO alert_history AS known (fingerprint, started, alert, labels, instance, "
    "description, value, threshold, ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (fingerprint, started) DO UPDATE SET description = excluded.description, "
    "value = excluded.value, ended = excluded.ended"};

constexpr Statement kSee{
    "alert_sightings.put", Operation::kInsert,
    "INSERT INTO alert_sightings (fingerprint, instance, seen) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (fingerprint, instance) DO UPDATE SET seen = excluded.seen"};
constexpr Statement kUnsee{"alert_sightings.delete", Operation::kDelete,
                           "DELETE FROM alert_sightings WHERE fingerprint = ?1 AND instance = ?2"};

constexpr Statement kStart{"process_starts.put", Operation::kInsert,
                           "INSERT INTO process_starts (instance, started) VALUES (?1, ?2) "
                           "ON CONFLICT (instance, started) DO NOTHING"};
constexpr Statement kFirstStart{"process_starts.first", Operation::kSelect,
                                "SELECT min(started) FROM process_starts"};
constexpr Statement kRecentStarts{
    "process_starts.recent", Operation::kSelect,
    "SELECT started FROM process_starts WHERE instance = ?1 AND started > ?2 ORDER BY started"};

constexpr Statement kLastDrill{"alert_history.last_drill", Operation::kSelect,
                               "SELECT max(started) FROM alert_history WHERE alert = ?1"};
constexpr Statement kHistory{
    "alert_history.newest", Operation::kSelect,
    "SELECT fingerprint, started, alert, labels, instance, description, value, threshold, ended "
    "FROM alert_history ORDER BY started DESC, fingerprint LIMIT ?1"};

constexpr Statement kExpireHistory{
    "alert_history.expire", Operation::kDelete,
    "DELETE FROM alert_history WHERE (fingerprint, started) IN "
    "(SELECT fingerprint, started FROM alert_history WHERE started < ?1 "
    "ORDER BY started LIMIT ?2)"};
constexpr Statement kExpireNotices{
    "alerts.expire", Operation::kDelete,
    "DELETE FROM alert_notices WHERE fingerprint IN "
    "(SELECT fingerprint FROM alert_notices WHERE ended < ?1 ORDER BY ended LIMIT ?2)"};
constexpr Statement kExpireSightings{
    "alert_sightings.expire", Operation::kDelete,
    "DELETE FROM alert_sightings WHERE (fingerprint, instance) IN "
    "(SELECT fingerprint, instance FROM alert_sightings WHERE seen < ?1 ORDER BY seen LIMIT ?2)"};
// The newest start stays, so that one after a long run is known not to be the first.
constexpr Statement kExpireStarts{
    "process_starts.expire", Operation::kDelete,
    "DELETE FROM process_starts WHERE (instance, started) IN "
    "(SELECT instance, started FROM process_starts WHERE started < ?1 "
    "AND started < (SELECT max(started) FROM process_starts) ORDER BY started LIMIT ?2)"};

std::optional<base::Instant> instantOrNone(const Row& row, int column) {
  return row.isNull(column) ? std::nullopt : std::optional(row.instant(column));
}

KnownAlert toKnown(const Row& row) {
  KnownAlert known;
  AlertNotice& notice = known.notice;
  notice.fingerprint = row.string(0);
  notice.alert = row.string(1);
  notice.labels = row.string(2);
  notice.instance = row.string(3);
  notice.description = row.string(4);
  notice.value = row.real(5);
  notice.threshold = row.real(6);
  notice.told = static_cast<AlertTold>(row.integer(7));
  notice.since = row.instant(8);
  notice.ended = instantOrNone(row, 9);
  notice.toldAt = row.instant(10);
  notice.claimedUntil = row.instant(11);
  notice.changed = row.instant(12);
  notice.revision = row.integer(13);
  known.lastSeen = instantOrNone(row, 14);
  return known;
}

AlertIncident toIncident(const Row& row) {
  AlertIncident incident;
  incident.fingerprint = row.string(0);
  incident.started = row.instant(1);
  incident.alert = row.string(2);
  incident.labels = row.string(3);
  incident.instance = row.string(4);
  incident.description = row.string(5);
  incident.value = row.real(6);
  incident.threshold = row.real(7);
  incident.ended = instantOrNone(row, 8);
  return incident;
}

void addNotice(WriteBatch& batch, const Statement& statement, const AlertNotice& notice,
               Expectation expectation) {
  const Value params[] = {
      notice.fingerprint, notice.alert,   notice.labels,    notice.instance,
      notice.description, notice.value,   notice.threshold, static_cast<int>(notice.told),
      notice.since,       notice.ended,   notice.toldAt,    notice.claimedUntil,
      notice.changed,     notice.revision};
  batch.add(statement, params, expectation);
  const Value incident[] = {notice.fingerprint, notice.since,     notice.alert,
                            notice.labels,      notice.instance,  notice.description,
                            notice.value,       notice.threshold, notice.ended};
  batch.add(kRemember, incident);
}

}  // namespace

Task<Result<AlertOverview>> SqlAlertStore::load() {
  AlertOverview overview;
  const Value most[] = {kMostNotices};
  SW_CO_TRY(overview.alerts, co_await readAll<KnownAlert>(database_, kLoad, most, toKnown));
  const Value drill[] = {obs::kAlertDrill};
  auto keep = [&](const Row& row) { overview.lastDrill = instantOrNone(row, 0); };
  SW_CO_CHECK(co_await database_.read(kLastDrill, drill, keep));
  co_return overview;
}

Task<Result<bool>> SqlAlertStore::put(AlertNotice next) {
  WriteBatch batch;
  addNotice(batch, kPut, next, Expectation::exactly(1, "another copy changed the alert meanwhile"));
  const auto outcome = co_await database_.write(std::move(batch));
  if (outcome.ok()) co_return true;
  if (outcome.error().code() == base::Code::kConflict) co_return false;
  co_return outcome.error();
}

Task<Result<void>> SqlAlertStore::merge(std::vector<AlertNotice> notices) {
  WriteBatch batch;
  for (const AlertNotice& notice : notices) {
    addNotice(batch, kMerge, notice, Expectation::any());
  }
  if (batch.empty()) co_return Result<void>();
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  static_cast<void>(outcome);
  co_return Result<void>();
}

Task<Result<void>> SqlAlertStore::see(std::string instance, std::vector<std::string> seen,
                                      std::vector<std::string> unseen, base::Instant now) {
  WriteBatch batch;
  for (const std::string& fingerprint : seen) {
    const Value params[] = {fingerprint, instance, now};
    batch.add(kSee, params);
  }
  for (const std::string& fingerprint : unseen) {
    const Value params[] = {fingerprint, instance};
    batch.add(kUnsee, params);
  }
  if (batch.empty()) co_return Result<void>();
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  static_cast<void>(outcome);
  co_return Result<void>();
}

Task<Result<ProcessStarts>> SqlAlertStore::recordStart(std::string instance, base::Instant started,
                                                       base::Instant since) {
  WriteBatch batch;
  const Value start[] = {instance, started};
  batch.add(kStart, start);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  static_cast<void>(outcome);
  ProcessStarts starts;
  auto keepFirst = [&](const Row& row) { starts.first = instantOrNone(row, 0); };
  SW_CO_CHECK(co_await database_.read(kFirstStart, Params(), keepFirst));
  const Value recent[] = {instance, since};
  const auto toInstant = [](const Row& row) { return row.instant(0); };
  SW_CO_TRY(starts.recent,
            co_await readAll<base::Instant>(database_, kRecentStarts, recent, toInstant));
  starts.anotherBefore = starts.first && *starts.first < started;
  co_return starts;
}

Task<Result<void>> SqlAlertStore::record(AlertIncident incident) {
  WriteBatch batch;
  const Value params[] = {incident.fingerprint, incident.started,   incident.alert,
                          incident.labels,      incident.instance,  incident.description,
                          incident.value,       incident.threshold, incident.ended};
  batch.add(kRemember, params);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  static_cast<void>(outcome);
  co_return Result<void>();
}

Task<Result<std::vector<AlertIncident>>> SqlAlertStore::history(int limit) {
  const Value params[] = {limit};
  co_return co_await readAll<AlertIncident>(database_, kHistory, params, toIncident,
                                            ReadKind::kLong);
}

Task<Result<std::int64_t>> SqlAlertStore::removeExpired(base::Instant now, int limit) {
  const Value history[] = {now - kHistoryKept, limit};
  const Value notices[] = {now - kNoticeKept, limit};
  WriteBatch batch;
  batch.add(kExpireHistory, history);
  batch.add(kExpireNotices, notices);
  batch.add(kExpireSightings, notices);
  batch.add(kExpireStarts, history);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(batch)));
  std::int64_t removed = 0;
  for (const StatementOutcome& one : outcome) removed += one.rows;
  co_return removed;
}

}  // namespace sw::sql
