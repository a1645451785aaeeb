#include <algorithm>

#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using accounts::AccessRole;
using base::Code;

class UserStoreContract : public StoreContract {};
class SettingsStoreContract : public StoreContract {};
class AclStoreContract : public StoreContract {};
class CredentialStoreContract : public StoreContract {};
SW_CONTRACT_SUITE(UserStoreContract);
SW_CONTRACT_SUITE(SettingsStoreContract);
SW_CONTRACT_SUITE(AclStoreContract);
SW_CONTRACT_SUITE(CredentialStoreContract);

accounts::SecretHash hashOf(std::uint8_t first) {
  accounts::SecretHash hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(first + i);
  return hash;
}

TEST_P(UserStoreContract, FindsWhatWasCreatedInEveryWay) {
  const accounts::User ada = addUser("ada");
  addUser("bob");
  for (const auto& found :
       {get(backend_->users().find(ada.id)), get(backend_->users().findBySubject("ada")),
        get(backend_->users().findByVerifiedEmail("ada@example.org"))}) {
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->id, ada.id);
    EXPECT_EQ(found->subject, "ada");
    EXPECT_EQ(found->email, "ada@example.org");
    EXPECT_TRUE(found->emailVerified);
    EXPECT_EQ(found->displayName, "Person ada");
    EXPECT_EQ(found->role, accounts::UserRole::kUser);
    EXPECT_EQ(found->revision, 1);
    EXPECT_EQ(found->created, ada.created);
    EXPECT_EQ(found->updated, ada.updated);
  }
  EXPECT_EQ(get(backend_->users().count()), 2);
  EXPECT_FALSE(get(backend_->users().findBySubject("Ada")).has_value());
  EXPECT_FALSE(get(backend_->users().find(newId())).has_value());
}

TEST_P(UserStoreContract, ConflictsWhenTheSubjectIsTaken) {
  accounts::User second = addUser("ada");
  second.id = newId();
  const auto unit = begin();
  backend_->users().create(*unit, second);
  const auto outcome = commit(unit);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kConflict);
  EXPECT_EQ(get(backend_->users().count()), 1);
}

TEST_P(UserStoreContract, UpdatesOnlyTheNextRevision) {
  accounts::User ada = addUser("ada");
  ada.revision = 2;
  ada.emailVerified = false;
  ada.role = accounts::UserRole::kOperator;
  auto unit = begin();
  backend_->users().update(*unit, ada);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(backend_->users().findByVerifiedEmail("ada@example.org")).has_value());
  EXPECT_EQ(get(backend_->users().find(ada.id))->role, accounts::UserRole::kOperator);

  unit = begin();
  backend_->users().update(*unit, ada);
  const auto stale = commit(unit);
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code(), Code::kConflict);
}

TEST_P(UserStoreContract, KeepsTextsByteForByteAndComparesThemSo) {
  const accounts::User user = addUser("zoë'\"\\ ☂ \t𝄞");
  EXPECT_TRUE(get(backend_->users().findBySubject(user.subject)).has_value());
  EXPECT_FALSE(get(backend_->users().findBySubject("zoe'\"\\ ☂ \t𝄞")).has_value());
}

TEST_P(SettingsStoreContract, KeepsTheLastRevisionOnly) {
  const accounts::User ada = addUser("ada");
  EXPECT_FALSE(get(backend_->settings().find(ada.id)).has_value());
  auto unit = begin();
  backend_->settings().put(*unit, ada.id, {"{\"a\":1}", 1, clock_.now()});
  ASSERT_TRUE(commit(unit).ok());
  unit = begin();
  backend_->settings().put(*unit, ada.id, {"{\"a\":2}", 2, clock_.now()});
  ASSERT_TRUE(commit(unit).ok());
  const auto found = get(backend_->settings().find(ada.id));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->document, "{\"a\":2}");
  EXPECT_EQ(found->revision, 2);
  EXPECT_EQ(found->updated, clock_.now());
  for (const std::int64_t wrong : {1, 2, 4}) {
    unit = begin();
    backend_->settings().put(*unit, ada.id, {"{}", wrong, clock_.now()});
    const auto outcome = commit(unit);
    ASSERT_FALSE(outcome.ok()) << wrong;
    EXPECT_EQ(outcome.error().code(), Code::kConflict);
  }
}

TEST_P(AclStoreContract, GivesRolesByCalendarAndByUser) {
  const auto ada = addUser("ada");
  const auto bob = addUser("bob");
  const auto home = addCalendar(ada.id);
  const auto work = addCalendar(ada.id);
  std::vector<accounts::AclEntry> entries;
  for (const auto& calendar : {home, work}) {
    accounts::AclEntry entry{newId(), calendar.id,  bob.id,      AccessRole::kFreeBusyReader,
                             1,       clock_.now(), clock_.now()};
    const auto unit = begin();
    backend_->acl().put(*unit, entry);
    ASSERT_TRUE(commit(unit).ok());
    entries.push_back(entry);
  }
  EXPECT_EQ(get(backend_->acl().ofUser(bob.id)).size(), 2U);
  EXPECT_EQ(get(backend_->acl().ofCalendar(home.id)).size(), 1U);
  EXPECT_EQ(get(backend_->acl().find(home.id, bob.id))->role, AccessRole::kFreeBusyReader);
  EXPECT_FALSE(get(backend_->acl().find(home.id, ada.id)).has_value());

  entries[0].role = AccessRole::kWriter;
  entries[0].revision = 2;
  auto unit = begin();
  backend_->acl().put(*unit, entries[0]);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(backend_->acl().find(home.id, bob.id))->role, AccessRole::kWriter);

  accounts::AclEntry doubled = entries[1];
  doubled.id = newId();
  unit = begin();
  backend_->acl().put(*unit, doubled);
  ASSERT_FALSE(commit(unit).ok());

  unit = begin();
  backend_->acl().remove(*unit, entries[0]);
  ASSERT_TRUE(commit(unit).ok());
  unit = begin();
  backend_->acl().remove(*unit, entries[0]);
  const auto gone = commit(unit);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code(), Code::kConflict);
  EXPECT_EQ(get(backend_->acl().ofUser(bob.id)).size(), 1U);
}

TEST_P(CredentialStoreContract, FindsTokensByHashUntilTheyAreRemoved) {
  const auto ada = addUser("ada");
  const auto bob = addUser("bob");
  accounts::AccessToken token{newId(),   ada.id,       "backup script", {"read", "write"},
                              hashOf(1), clock_.now(), std::nullopt};
  auto unit = begin();
  backend_->credentials().addToken(*unit, token);
  ASSERT_TRUE(commit(unit).ok());
  const auto found = get(backend_->credentials().findToken(hashOf(1)));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, token.id);
  EXPECT_EQ(found->userId, ada.id);
  EXPECT_EQ(found->name, "backup script");
  EXPECT_EQ(found->scopes, token.scopes);
  EXPECT_EQ(found->hash, hashOf(1));
  EXPECT_FALSE(found->expires.has_value());
  EXPECT_EQ(get(backend_->credentials().tokensOf(ada.id)).size(), 1U);
  EXPECT_TRUE(get(backend_->credentials().tokensOf(bob.id)).empty());
  EXPECT_FALSE(get(backend_->credentials().findToken(hashOf(2))).has_value());

  unit = begin();
  backend_->credentials().removeToken(*unit, bob.id, token.id);
  const auto others = commit(unit);
  ASSERT_FALSE(others.ok());
  EXPECT_EQ(others.error().code(), Code::kNotFound);
  unit = begin();
  backend_->credentials().removeToken(*unit, ada.id, token.id);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(backend_->credentials().findToken(hashOf(1))).has_value());
}

TEST_P(CredentialStoreContract, UsesASignInCodeOnce) {
  const auto ada = addUser("ada");
  auto unit = begin();
  backend_->credentials().addSignInCode(*unit, hashOf(9), ada.id,
                                        clock_.now() + std::chrono::minutes(10));
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(backend_->credentials().findSignInCode(hashOf(9), clock_.now())), ada.id);
  const auto late = clock_.now() + std::chrono::minutes(10);
  EXPECT_FALSE(get(backend_->credentials().findSignInCode(hashOf(9), late)).has_value());
  unit = begin();
  backend_->credentials().useSignInCode(*unit, hashOf(9));
  ASSERT_TRUE(commit(unit).ok());
  unit = begin();
  backend_->credentials().useSignInCode(*unit, hashOf(9));
  const auto again = commit(unit);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), Code::kUnauthenticated);
}

TEST_P(CredentialStoreContract, KnowsWhetherAnybodyIsSignedIn) {
  const auto ada = addUser("ada");
  EXPECT_FALSE(get(backend_->credentials().hasLiveSession(clock_.now())));
  const auto unit = begin();
  const auto expires = clock_.now() + std::chrono::minutes(5);
  backend_->credentials().addSession(*unit,
                                     {newId(), ada.id, hashOf(1), "csrf", clock_.now(), expires});
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_TRUE(get(backend_->credentials().hasLiveSession(clock_.now())));
  EXPECT_FALSE(get(backend_->credentials().hasLiveSession(expires)));
}

TEST_P(CredentialStoreContract, RemovesExpiredSessionsAndCodesWithinTheLimit) {
  const auto ada = addUser("ada");
  for (std::uint8_t i = 0; i < 5; ++i) {
    const auto unit = begin();
    const auto expires = clock_.now() + std::chrono::minutes(i < 4 ? 1 : 90);
    backend_->credentials().addSession(*unit,
                                       {newId(), ada.id, hashOf(i), "csrf", clock_.now(), expires});
    backend_->credentials().addSignInCode(*unit, hashOf(static_cast<std::uint8_t>(100 + i)), ada.id,
                                          expires);
    ASSERT_TRUE(commit(unit).ok());
  }
  clock_.advance(std::chrono::hours(1));
  std::int64_t removed = 0;
  for (int round = 0; round < 4; ++round) {
    const auto now = get(backend_->credentials().removeExpired(clock_.now(), 3));
    EXPECT_LE(now, 3);
    removed += now;
  }
  EXPECT_EQ(removed, 8);
  EXPECT_FALSE(get(backend_->credentials().findSession(hashOf(0))).has_value());
  EXPECT_EQ(get(backend_->credentials().findSession(hashOf(4)))->csrfToken, "csrf");
}

}  // namespace
}  // namespace sw::contract
