#include "adapters/sql/sql_push_store.h"

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using reminders::PushKind;
using reminders::PushTarget;

constexpr Statement kOfUser{"push_targets.of_user", Operation::kSelect,
                            "SELECT id, user_id, kind, name, server, fingerprint, sealed, created "
                            "FROM push_targets WHERE user_id = ?1 ORDER BY id"};
constexpr Statement kPut{
    "push_targets.put", Operation::kInsert,
    "INSERT INTO push_targets (id, user_id, kind, name, server, fingerprint, sealed, created) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET "
    "kind = excluded.kind, name = excluded.name, server = excluded.server, "
    "fingerprint = excluded.fingerprint, sealed = excluded.sealed "
    "WHERE push_targets.user_id = excluded.user_id"};
constexpr Statement kRemove{"push_targets.remove", Operation::kDelete,
                            "DELETE FROM push_targets WHERE id = ?1 AND user_id = ?2"};
constexpr Statement kRemoveGone{"push_targets.remove_gone", Operation::kDelete,
                                "DELETE FROM push_targets WHERE id = ?1 AND sealed = ?2"};
constexpr Statement kRemoveOfOthers{
    "push_targets.remove_of_others", Operation::kDelete,
    "DELETE FROM push_targets WHERE fingerprint = ?1 AND user_id <> ?2"};

PushTarget toTarget(const Row& row) {
  PushTarget target;
  target.id = row.uuid(0);
  target.userId = row.uuid(1);
  target.kind = static_cast<PushKind>(row.integer(2));
  target.name = row.string(3);
  target.server = row.string(4);
  row.copyBytes(5, target.fingerprint);
  target.sealed = row.string(6);
  target.created = row.instant(7);
  return target;
}

}  // namespace

Task<Result<std::vector<PushTarget>>> SqlPushStore::ofUser(base::Uuid userId) {
  const Value params[] = {userId};
  co_return co_await readAll<PushTarget>(database_, kOfUser, params, toTarget);
}

void SqlPushStore::put(jobs::UnitOfWork& unit, const PushTarget& target) {
  const Value params[] = {target.id,
                          target.userId,
                          static_cast<int>(target.kind),
                          target.name,
                          target.server,
                          Value::blob(std::span(target.fingerprint)),
                          Value::blob(std::string_view(target.sealed)),
                          target.created};
  SqlUnitOfWork::of(unit).add(
      kPut, params, Expectation::exactly(1, "the address is registered by another request"));
}

void SqlPushStore::remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) {
  const Value params[] = {id, userId};
  SqlUnitOfWork::of(unit).add(
      kRemove, params,
      Expectation::exactly(1, "there is no such push target", base::Code::kNotFound));
}

void SqlPushStore::removeGone(jobs::UnitOfWork& unit, const PushTarget& target) {
  const Value params[] = {target.id, Value::blob(std::string_view(target.sealed))};
  SqlUnitOfWork::of(unit).add(kRemoveGone, params);
}

void SqlPushStore::removeOfOthers(jobs::UnitOfWork& unit, base::Uuid userId,
                                  const base::Sha256& fingerprint) {
  const Value params[] = {Value::blob(std::span(fingerprint)), userId};
  SqlUnitOfWork::of(unit).add(kRemoveOfOthers, params);
}

}  // namespace sw::sql
