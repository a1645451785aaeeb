#include "adapters/sql/sql_credential_store.h"

#include "adapters/sql/sql_unit_of_work.h"
#include "base/text.h"

namespace sw::sql {
namespace {

using accounts::AccessToken;
using accounts::SecretHash;
using accounts::Session;
using base::Result;
using base::Task;

constexpr Statement kAddToken{
    "tokens.add", Operation::kInsert,
    "INSERT INTO tokens (id, user_id, name, scopes, hash, created, expires) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Statement kRemoveToken{"tokens.remove", Operation::kDelete,
                                 "DELETE FROM tokens WHERE id = ?1 AND user_id = ?2"};
#define SW_TOKEN_COLUMNS "id, user_id, name, scopes, hash, created, expires "
constexpr Statement kTokensOf{"tokens.of_user", Operation::kSelect,
                              "SELECT " SW_TOKEN_COLUMNS
                              "FROM tokens WHERE user_id = ?1 ORDER BY id"};
constexpr Statement kFindToken{"tokens.find", Operation::kSelect,
                               "SELECT " SW_TOKEN_COLUMNS "FROM tokens WHERE hash = ?1"};
#undef SW_TOKEN_COLUMNS

constexpr Statement kAddSession{
    "sessions.add", Operation::kInsert,
    "INSERT INTO sessions (id, user_id, hash, csrf_token, created, expires) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Statement kRemoveSession{"sessions.remove", Operation::kDelete,
                                   "DELETE FROM sessions WHERE id = ?1"};
constexpr Statement kFindSession{
    "sessions.find", Operation::kSelect,
    "SELECT id, user_id, hash, csrf_token, created, expires FROM sessions WHERE hash = ?1"};

constexpr Statement kLiveSession{"sessions.live", Operation::kSelect,
                                 "SELECT 1 FROM sessions WHERE expires > ?1 LIMIT 1"};

constexpr Statement kAddCode{
    "sign_in_codes.add", Operation::kInsert,
    "INSERT INTO sign_in_codes (hash, user_id, expires) VALUES (?1, ?2, ?3)"};
constexpr Statement kFindCode{"sign_in_codes.find", Operation::kSelect,
                              "SELECT user_id FROM sign_in_codes WHERE hash = ?1 AND expires > ?2"};
constexpr Statement kUseCode{"sign_in_codes.use", Operation::kDelete,
                             "DELETE FROM sign_in_codes WHERE hash = ?1"};

constexpr Statement kExpireSessions{
    "sessions.expire", Operation::kDelete,
    "DELETE FROM sessions WHERE id IN "
    "(SELECT id FROM sessions WHERE expires <= ?1 ORDER BY expires LIMIT ?2)"};
constexpr Statement kExpireCodes{
    "sign_in_codes.expire", Operation::kDelete,
    "DELETE FROM sign_in_codes WHERE hash IN "
    "(SELECT hash FROM sign_in_codes WHERE expires <= ?1 ORDER BY expires LIMIT ?2)"};

AccessToken toToken(const Row& row) {
  AccessToken token;
  token.id = row.uuid(0);
  token.userId = row.uuid(1);
  token.name = row.string(2);
  for (const std::string_view scope : base::splitTrimmed(row.text(3), ' ')) {
    token.scopes.emplace_back(scope);
  }
  row.copyBytes(4, token.hash);
  token.created = row.instant(5);
  if (!row.isNull(6)) token.expires = row.instant(6);
  return token;
}

Session toSession(const Row& row) {
  Session session;
  session.id = row.uuid(0);
  session.userId = row.uuid(1);
  row.copyBytes(2, session.hash);
  session.csrfToken = row.string(3);
  session.created = row.instant(4);
  session.expires = row.instant(5);
  return session;
}

}  // namespace

void SqlCredentialStore::addToken(jobs::UnitOfWork& unit, const AccessToken& token) {
  const std::string scopes = base::join(token.scopes, " ");
  const Value params[] = {
      token.id,      token.userId, token.name, scopes, Value::blob(std::span(token.hash)),
      token.created, token.expires};
  SqlUnitOfWork::of(unit).add(kAddToken, params, Expectation::exactly(1, "the token exists"));
}

void SqlCredentialStore::removeToken(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) {
  const Value params[] = {id, userId};
  SqlUnitOfWork::of(unit).add(
      kRemoveToken, params,
      Expectation::exactly(1, "there is no such token", base::Code::kNotFound));
}

Task<Result<std::vector<AccessToken>>> SqlCredentialStore::tokensOf(base::Uuid userId) {
  const Value params[] = {userId};
  co_return co_await readAll<AccessToken>(database_, kTokensOf, params, toToken);
}

Task<Result<std::optional<AccessToken>>> SqlCredentialStore::findToken(SecretHash hash) {
  const Value params[] = {Value::blob(std::span(hash))};
  co_return co_await readOne<AccessToken>(database_, kFindToken, params, toToken);
}

void SqlCredentialStore::addSession(jobs::UnitOfWork& unit, const Session& session) {
  const Value params[] = {session.id,        session.userId,  Value::blob(std::span(session.hash)),
                          session.csrfToken, session.created, session.expires};
  SqlUnitOfWork::of(unit).add(kAddSession, params, Expectation::exactly(1, "the session exists"));
}

void SqlCredentialStore::removeSession(jobs::UnitOfWork& unit, base::Uuid id) {
  const Value params[] = {id};
  SqlUnitOfWork::of(unit).add(kRemoveSession, params);
}

Task<Result<std::optional<Session>>> SqlCredentialStore::findSession(SecretHash hash) {
  const Value params[] = {Value::blob(std::span(hash))};
  co_return co_await readOne<Session>(database_, kFindSession, params, toSession);
}

Task<Result<bool>> SqlCredentialStore::hasLiveSession(base::Instant now) {
  const Value params[] = {now};
  const auto map = [](const Row&) { return true; };
  SW_CO_TRY(const std::optional<bool> found,
            co_await readOne<bool>(database_, kLiveSession, params, map));
  co_return found.has_value();
}

void SqlCredentialStore::addSignInCode(jobs::UnitOfWork& unit, SecretHash hash, base::Uuid userId,
                                       base::Instant expires) {
  const Value params[] = {Value::blob(std::span(hash)), userId, expires};
  SqlUnitOfWork::of(unit).add(kAddCode, params, Expectation::exactly(1, "the code exists"));
}

Task<Result<std::optional<base::Uuid>>> SqlCredentialStore::findSignInCode(SecretHash hash,
                                                                           base::Instant now) {
  const Value params[] = {Value::blob(std::span(hash)), now};
  const auto map = [](const Row& row) { return row.uuid(0); };
  co_return co_await readOne<base::Uuid>(database_, kFindCode, params, map);
}

void SqlCredentialStore::useSignInCode(jobs::UnitOfWork& unit, SecretHash hash) {
  const Value params[] = {Value::blob(std::span(hash))};
  SqlUnitOfWork::of(unit).add(
      kUseCode, params,
      Expectation::exactly(1, "the code was used already", base::Code::kUnauthenticated));
}

Task<Result<std::int64_t>> SqlCredentialStore::removeExpired(base::Instant now, int limit) {
  const Value params[] = {now, limit};
  WriteBatch batch;
  batch.add(kExpireSessions, params);
  SW_CO_TRY(const WriteOutcome sessions, co_await database_.write(std::move(batch)));
  const std::int64_t removed = sessions.front().rows;
  if (removed >= limit) co_return removed;
  const Value rest[] = {now, limit - removed};
  WriteBatch codes;
  codes.add(kExpireCodes, rest);
  SW_CO_TRY(const WriteOutcome outcome, co_await database_.write(std::move(codes)));
  co_return removed + outcome.front().rows;
}

}  // namespace sw::sql
