#include "account_world.h"

namespace sw::accounts {
namespace {

using base::Code;
using AuthenticatorTest = AccountWorld;

TEST_F(AuthenticatorTest, MakesANewUserKnownOnceWithSettingsAndCalendar) {
  const std::string token = tokenFor("ann", R"(,"zoneinfo":"Europe/Berlin","name":"Ann",)"
                                            R"("email":"Ann@Example.org","email_verified":true)");
  const auto first = authenticate(token);
  ASSERT_TRUE(first.ok()) << first.error().describe();
  EXPECT_EQ((*first)->user.subject, "ann");
  EXPECT_EQ((*first)->user.email, "ann@example.org");
  EXPECT_TRUE((*first)->user.emailVerified);
  const auto second = authenticate(token);
  EXPECT_EQ((*second)->user.id, (*first)->user.id);
  ASSERT_EQ(gift_.given.size(), 1U);
  EXPECT_EQ(gift_.given[0], std::pair(std::string("ann"), std::string("Europe/Berlin")));
  EXPECT_EQ(storage_.commits(), 1);
}

TEST_F(AuthenticatorTest, FindsTheUserOfAnotherCopyWhenThatWasFaster) {
  ASSERT_TRUE(authenticate(tokenFor("ann")).ok());
  storage_.failNextCommit({Code::kConflict, "the subject is taken"});
  const auto later = authenticate(tokenFor("bob"));
  ASSERT_TRUE(later.ok());
  EXPECT_EQ((*later)->user.subject, "bob");
}

TEST_F(AuthenticatorTest, FollowsNameAndAddressOfTheIssuer) {
  ASSERT_TRUE(authenticate(tokenFor("ann")).ok());
  const auto renamed =
      authenticate(tokenFor("ann", R"(,"name":"Ann B.","email":"a@b.c","email_verified":true)"));
  ASSERT_TRUE(renamed.ok());
  EXPECT_EQ((*renamed)->user.displayName, "Ann B.");
  EXPECT_EQ((*renamed)->user.revision, 2);
  const auto found = base::runBlocking(users_.findByVerifiedEmail("a@b.c"));
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->subject, "ann");
}

TEST_F(AuthenticatorTest, GivesTheOperatorScopeOnlyByClaimOrStoredRole) {
  EXPECT_FALSE((*authenticate(tokenFor("ann")))->scopes.has(AccessScope::kOperator));
  EXPECT_TRUE((*authenticate(tokenFor("ann", R"(,"role":"operator")")))
                  ->scopes.has(AccessScope::kOperator));
  EXPECT_FALSE((*authenticate(tokenFor("ann", R"(,"role":["operator"])")))
                   ->scopes.has(AccessScope::kOperator));
  ASSERT_TRUE(base::runBlocking(provisioner_.owner("")).ok());
  EXPECT_TRUE((*authenticate(tokenFor("owner")))->scopes.has(AccessScope::kOperator));
}

TEST_F(AuthenticatorTest, RemembersATokenUntilItExpires) {
  const std::string token = tokenFor("ann");
  const SecretHash hash = base::sha256(token);
  EXPECT_EQ(authenticator_.known(hash), nullptr);
  ASSERT_TRUE(authenticate(token).ok());
  EXPECT_NE(authenticator_.known(hash), nullptr);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(authenticator_.known(hash), nullptr);
  clock_.advance(kClockLeeway);
  EXPECT_EQ(authenticate(token).error().code(), Code::kUnauthenticated);
}

TEST_F(AuthenticatorTest, ScreensOutWhatCannotBeGood) {
  using Kind = Credential::Kind;
  for (const std::string& bad :
       {std::string("x"), std::string("a.b.c"), std::string("sw_pat_x"), std::string(20000, 'a'),
        tokenFor("ann") + "x", tokenFor("ann", "", "another secret of 32 bytes, and more")}) {
    EXPECT_FALSE(authenticator_.screen({Kind::kBearer, bad}).ok()) << bad.substr(0, 60);
  }
  EXPECT_FALSE(authenticator_.screen({Kind::kSession, "short"}).ok());
  const std::string good = tokenFor("ann");
  EXPECT_TRUE(authenticator_.screen({Kind::kBearer, good}).ok());
}

TEST_F(AuthenticatorTest, AcceptsAnAccessTokenUntilItIsRevoked) {
  const PrincipalPointer ann = *authenticate(tokenFor("ann"));
  auto unit = storage_.begin();
  AccessTokenRequest request{"script", AccessScopes().add(AccessScope::kRead), std::nullopt};
  const auto made = base::runBlocking(tokens_.create(*unit, *ann, request));
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  EXPECT_TRUE(made->secret.starts_with("sw_pat_"));

  const auto principal = authenticate(made->secret);
  ASSERT_TRUE(principal.ok());
  EXPECT_EQ((*principal)->user.id, ann->user.id);
  EXPECT_TRUE((*principal)->scopes.has(AccessScope::kRead));
  EXPECT_FALSE((*principal)->scopes.has(AccessScope::kWrite));

  unit = storage_.begin();
  tokens_.revoke(*unit, made->token);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  tokens_.revoked(made->token);
  EXPECT_EQ(authenticator_.known(base::sha256(made->secret)), nullptr);
  EXPECT_EQ(authenticate(made->secret).error().code(), Code::kUnauthenticated);
}

TEST_F(AuthenticatorTest, ForgetsWhatAnotherCopyRevokedWithinItsTime) {
  const PrincipalPointer ann = *authenticate(tokenFor("ann"));
  auto unit = storage_.begin();
  const auto made = tokens_.issue(*unit, ann->user.id, {"script", AccessScopes::all(), {}});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  ASSERT_TRUE(authenticate(made.secret).ok());
  unit = storage_.begin();
  credentials_.removeToken(*unit, ann->user.id, made.token.id);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  clock_.advance(Authenticator::kRevocableFor);
  EXPECT_EQ(authenticator_.known(base::sha256(made.secret)), nullptr);
}

TEST_F(AuthenticatorTest, RefusesAnExpiredAccessToken) {
  const PrincipalPointer ann = *authenticate(tokenFor("ann"));
  auto unit = storage_.begin();
  const auto expires = clock_.now() + std::chrono::seconds(10);
  const auto made = tokens_.issue(*unit, ann->user.id, {"script", AccessScopes::all(), expires});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  ASSERT_TRUE(authenticate(made.secret).ok());
  EXPECT_FALSE((*authenticate(made.secret))->scopes.has(AccessScope::kOperator));
  clock_.advance(std::chrono::seconds(10));
  EXPECT_EQ(authenticator_.known(base::sha256(made.secret)), nullptr);
  EXPECT_EQ(authenticate(made.secret).error().code(), Code::kUnauthenticated);
}

TEST_F(AuthenticatorTest, LetsNoTokenMakeAStrongerOrLongerOne) {
  const PrincipalPointer ann = *authenticate(tokenFor("ann"));
  auto unit = storage_.begin();
  const auto expires = clock_.now() + std::chrono::hours(1);
  const auto weak = tokens_.issue(*unit, ann->user.id,
                                  {"weak", AccessScopes().add(AccessScope::kWrite), expires});
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  const PrincipalPointer maker = *authenticate(weak.secret);
  unit = storage_.begin();
  const AccessTokenRequest stronger{"x", AccessScopes::all(), expires};
  EXPECT_EQ(base::runBlocking(tokens_.create(*unit, *maker, stronger)).error().code(),
            Code::kForbidden);
  const AccessTokenRequest endless{"x", AccessScopes().add(AccessScope::kRead), std::nullopt};
  EXPECT_EQ(base::runBlocking(tokens_.create(*unit, *maker, endless)).error().code(),
            Code::kForbidden);
}

class SignInTest : public AccountWorld {
 protected:
  SignInTest() : AccountWorld("open sesame") {}

  base::Result<SignIn::Opened> byCode(const std::string& code) {
    auto opened = base::runBlocking(signIn_.byCode(code));
    if (!opened.ok()) return opened;
    const auto committed = base::runBlocking(signIn_.finish(*opened));
    if (!committed.ok()) return committed.error();
    return opened;
  }
};

TEST_F(SignInTest, WorksOnceByCodeAndGivesASession) {
  const auto ann = *authenticate(tokenFor("ann"));
  const auto code = base::runBlocking(signIn_.issueCode(ann->user.id));
  ASSERT_TRUE(code.ok());
  const auto opened = byCode(*code);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(byCode(*code).error().code(), Code::kUnauthenticated);
  const auto principal = authenticate(opened->secret, Credential::Kind::kSession);
  ASSERT_TRUE(principal.ok());
  EXPECT_EQ((*principal)->csrfToken, opened->session.csrfToken);
  clock_.advance(signIn_.sessionLifetime() - std::chrono::seconds(1));
  EXPECT_TRUE(authenticate(opened->secret, Credential::Kind::kSession).ok());
  clock_.advance(std::chrono::seconds(1));
  EXPECT_FALSE(authenticate(opened->secret, Credential::Kind::kSession).ok());
}

TEST_F(SignInTest, LetsOnlyOneOfTwoUseACode) {
  const auto ann = *authenticate(tokenFor("ann"));
  const auto code = *base::runBlocking(signIn_.issueCode(ann->user.id));
  auto first = base::runBlocking(signIn_.byCode(code));
  auto second = base::runBlocking(signIn_.byCode(code));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(base::runBlocking(signIn_.finish(*first)).ok());
  EXPECT_EQ(base::runBlocking(signIn_.finish(*second)).error().code(), Code::kUnauthenticated);
}

TEST_F(SignInTest, RefusesACodeAfterTenMinutes) {
  const auto ann = *authenticate(tokenFor("ann"));
  const auto code = *base::runBlocking(signIn_.issueCode(ann->user.id));
  clock_.advance(SignIn::kCodeLifetime);
  EXPECT_EQ(byCode(code).error().code(), Code::kUnauthenticated);
}

TEST_F(SignInTest, MakesTheOwnerBySetupCodeOnlyOnce) {
  EXPECT_EQ(base::runBlocking(signIn_.bySetupCode("wrong", "")).error().code(),
            Code::kUnauthenticated);
  auto opened = base::runBlocking(signIn_.bySetupCode("open sesame", ""));
  ASSERT_TRUE(opened.ok());
  ASSERT_TRUE(base::runBlocking(signIn_.finish(*opened)).ok());
  EXPECT_EQ(opened->user.role, UserRole::kOperator);
  EXPECT_EQ(base::runBlocking(signIn_.bySetupCode("open sesame", "")).error().code(),
            Code::kForbidden);
}

TEST_F(SignInTest, MakesOwnerAndSessionTogetherOrNeither) {
  const auto opened = base::runBlocking(signIn_.bySetupCode("open sesame", ""));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(*base::runBlocking(users_.count()), 0);
  EXPECT_FALSE(*base::runBlocking(credentials_.hasLiveSession(clock_.now())));
  storage_.failNextCommit({Code::kUnavailable, "the disk is full"});
  auto first = base::runBlocking(signIn_.bySetupCode("open sesame", ""));
  EXPECT_EQ(base::runBlocking(signIn_.finish(*first)).error().code(), Code::kUnavailable);
  EXPECT_EQ(*base::runBlocking(users_.count()), 0);
  auto second = base::runBlocking(signIn_.bySetupCode("open sesame", ""));
  auto third = base::runBlocking(signIn_.bySetupCode("open sesame", ""));
  ASSERT_TRUE(base::runBlocking(signIn_.finish(*second)).ok());
  EXPECT_TRUE(authenticate(second->secret, Credential::Kind::kSession).ok());
  EXPECT_EQ(base::runBlocking(signIn_.finish(*third)).error().code(), Code::kForbidden);
  EXPECT_FALSE(authenticate(third->secret, Credential::Kind::kSession).ok());
}

TEST_F(AuthenticatorTest, PrintsACodeAtTheFirstStartOnly) {
  const auto first = base::runBlocking(signIn_.firstStart());
  ASSERT_TRUE(first.ok() && first->has_value());
  const auto again = base::runBlocking(signIn_.firstStart());
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->has_value());
  EXPECT_EQ(base::runBlocking(signIn_.bySetupCode("", "")).error().code(), Code::kUnauthenticated);
}

TEST(PrincipalCacheTest, StaysWithinItsCapacity) {
  PrincipalCache cache(640);
  const base::Instant now{std::chrono::seconds(1000)};
  for (int i = 0; i < 5000; ++i) {
    Principal principal;
    principal.hash = base::sha256(std::to_string(i));
    cache.put(std::make_shared<const Principal>(principal), now + std::chrono::hours(1), now);
  }
  EXPECT_LE(cache.size(), 640U);
  EXPECT_GE(cache.size(), 600U);
  EXPECT_NE(cache.find(base::sha256("4999"), now), nullptr);
  cache.remove(base::sha256("4999"));
  EXPECT_EQ(cache.find(base::sha256("4999"), now), nullptr);
}

}  // namespace
}  // namespace sw::accounts
