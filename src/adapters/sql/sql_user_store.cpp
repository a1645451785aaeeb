#include "adapters/sql/sql_user_store.h"

#include "adapters/sql/sql_unit_of_work.h"

namespace sw::sql {
namespace {

using accounts::AclEntry;
using accounts::User;
using base::Result;
using base::Task;
using Stored = accounts::SettingsStore::Stored;

#define SW_USER_COLUMNS \
  "id, subject, email, email_verified, display_name, role, revision, created, updated "
constexpr Statement kFindUser{"users.find", Operation::kSelect,
                              "SELECT " SW_USER_COLUMNS "FROM users WHERE id = ?1"};
constexpr Statement kFindSubject{"users.find_subject", Operation::kSelect,
                                 "SELECT " SW_USER_COLUMNS "FROM users WHERE subject = ?1"};
constexpr Statement kFindEmail{
    "users.find_email", Operation::kSelect,
    "SELECT " SW_USER_COLUMNS
    "FROM users WHERE email = ?1 AND email_verified = 1 ORDER BY id LIMIT 1"};
#undef SW_USER_COLUMNS
constexpr Statement kCountUsers{"users.count", Operation::kSelect, "SELECT count(*) FROM users"};
constexpr Statement kCreateUser{
    "users.create", Operation::kInsert,
    "INSERT INTO users (id, subject, email, email_verified, display_name, role, revision, created, "
    "updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Statement kUpdateUser{
    "users.update", Operation::kUpdate,
    "UPDATE users SET subject = ?2, email = ?3, email_verified = ?4, display_name = ?5, role = ?6, "
    "revision = ?7, created = ?8, updated = ?9 WHERE id = ?1 AND revision = ?7 - 1"};

constexpr Statement kFindSettings{
    "settings.find", Operation::kSelect,
    "SELECT document, revision, updated FROM settings WHERE user_id = ?1"};
constexpr Statement kCreateSettings{
    "settings.create", Operation::kInsert,
    "INSERT INTO settings (user_id, document, revision, updated) VALUES (?1, ?2, ?3, ?4)"};
constexpr Statement kUpdateSettings{
    "settings.update", Operation::kUpdate,
    "UPDATE settings SET document = ?2, revision = ?3, updated = ?4 "
    "WHERE user_id = ?1 AND revision = ?3 - 1"};

#define SW_ACL_COLUMNS "id, calendar_id, user_id, role, revision, created, updated "
constexpr Statement kAclOfCalendar{"acl.of_calendar", Operation::kSelect,
                                   "SELECT " SW_ACL_COLUMNS
                                   "FROM acl WHERE calendar_id = ?1 ORDER BY id"};
constexpr Statement kAclOfUser{"acl.of_user", Operation::kSelect,
                               "SELECT " SW_ACL_COLUMNS "FROM acl WHERE user_id = ?1 ORDER BY id"};
constexpr Statement kFindAcl{"acl.find", Operation::kSelect,
                             "SELECT " SW_ACL_COLUMNS
                             "FROM acl WHERE calendar_id = ?1 AND user_id = ?2"};
#undef SW_ACL_COLUMNS
constexpr Statement kCreateAcl{
    "acl.create", Operation::kInsert,
    "INSERT INTO acl (id, calendar_id, user_id, role, revision, created, updated) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Statement kUpdateAcl{
    "acl.update", Operation::kUpdate,
    "UPDATE acl SET role = ?4, revision = ?5, created = ?6, updated = ?7 "
    "WHERE id = ?1 AND calendar_id = ?2 AND user_id = ?3 AND revision = ?5 - 1"};
constexpr Statement kDeleteAcl{"acl.delete", Operation::kDelete,
                               "DELETE FROM acl WHERE id = ?1 AND revision = ?2"};

User toUser(const Row& row) {
  User user;
  user.id = row.uuid(0);
  user.subject = row.string(1);
  user.email = row.string(2);
  user.emailVerified = row.integer(3) != 0;
  user.displayName = row.string(4);
  user.role = static_cast<accounts::UserRole>(row.integer(5));
  user.revision = row.integer(6);
  user.created = row.instant(7);
  user.updated = row.instant(8);
  return user;
}

AclEntry toAclEntry(const Row& row) {
  AclEntry entry;
  entry.id = row.uuid(0);
  entry.calendarId = row.uuid(1);
  entry.userId = row.uuid(2);
  entry.role = static_cast<accounts::AccessRole>(row.integer(3));
  entry.revision = row.integer(4);
  entry.created = row.instant(5);
  entry.updated = row.instant(6);
  return entry;
}

}  // namespace

Task<Result<std::optional<User>>> SqlUserStore::findBySubject(std::string subject) {
  const Value params[] = {subject};
  co_return co_await readOne<User>(database_, kFindSubject, params, toUser);
}

Task<Result<std::optional<User>>> SqlUserStore::find(base::Uuid id) {
  const Value params[] = {id};
  co_return co_await readOne<User>(database_, kFindUser, params, toUser);
}

Task<Result<std::optional<User>>> SqlUserStore::findByVerifiedEmail(std::string email) {
  const Value params[] = {email};
  co_return co_await readOne<User>(database_, kFindEmail, params, toUser);
}

Task<Result<std::int64_t>> SqlUserStore::count() {
  std::int64_t number = 0;
  auto sink = [&](const Row& row) { number = row.integer(0); };
  SW_CO_CHECK(co_await database_.read(kCountUsers, Params(), sink));
  co_return number;
}

void SqlUserStore::create(jobs::UnitOfWork& unit, const User& user) {
  const Value params[] = {user.id,          user.subject,
                          user.email,       user.emailVerified,
                          user.displayName, static_cast<int>(user.role),
                          user.revision,    user.created,
                          user.updated};
  SqlUnitOfWork::of(unit).add(kCreateUser, params,
                              Expectation::exactly(1, "there is a user with that subject"));
}

void SqlUserStore::update(jobs::UnitOfWork& unit, const User& user) {
  const Value params[] = {user.id,          user.subject,
                          user.email,       user.emailVerified,
                          user.displayName, static_cast<int>(user.role),
                          user.revision,    user.created,
                          user.updated};
  SqlUnitOfWork::of(unit).add(kUpdateUser, params,
                              Expectation::exactly(1, "the user was changed meanwhile"));
}

Task<Result<std::optional<Stored>>> SqlSettingsStore::find(base::Uuid userId) {
  const Value params[] = {userId};
  const auto map = [](const Row& row) {
    return Stored{row.string(0), row.integer(1), row.instant(2)};
  };
  co_return co_await readOne<Stored>(database_, kFindSettings, params, map);
}

void SqlSettingsStore::put(jobs::UnitOfWork& unit, base::Uuid userId, const Stored& stored) {
  const Value params[] = {userId, stored.document, stored.revision, stored.updated};
  const Statement& statement = stored.revision == 1 ? kCreateSettings : kUpdateSettings;
  SqlUnitOfWork::of(unit).add(statement, params,
                              Expectation::exactly(1, "the settings were changed meanwhile"));
}

Task<Result<std::vector<AclEntry>>> SqlAclStore::ofCalendar(base::Uuid calendarId) {
  const Value params[] = {calendarId};
  co_return co_await readAll<AclEntry>(database_, kAclOfCalendar, params, toAclEntry);
}

Task<Result<std::vector<AclEntry>>> SqlAclStore::ofUser(base::Uuid userId) {
  const Value params[] = {userId};
  co_return co_await readAll<AclEntry>(database_, kAclOfUser, params, toAclEntry);
}

Task<Result<std::optional<AclEntry>>> SqlAclStore::find(base::Uuid calendarId, base::Uuid userId) {
  const Value params[] = {calendarId, userId};
  co_return co_await readOne<AclEntry>(database_, kFindAcl, params, toAclEntry);
}

void SqlAclStore::put(jobs::UnitOfWork& unit, const AclEntry& entry) {
  const Value params[] = {
      entry.id,       entry.calendarId, entry.userId, static_cast<int>(entry.role),
      entry.revision, entry.created,    entry.updated};
  const Statement& statement = entry.revision == 1 ? kCreateAcl : kUpdateAcl;
  SqlUnitOfWork::of(unit).add(statement, params,
                              Expectation::exactly(1, "the access list was changed meanwhile"));
}

void SqlAclStore::remove(jobs::UnitOfWork& unit, const AclEntry& entry) {
  const Value params[] = {entry.id, entry.revision};
  SqlUnitOfWork::of(unit).add(kDeleteAcl, params,
                              Expectation::exactly(1, "the access list was changed meanwhile"));
}

}  // namespace sw::sql
