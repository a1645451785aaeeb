#include "api_world.h"

namespace sw::api {
namespace {

/// A browser that has signed in.
struct Browser {
  std::string cookie;
  std::string csrf;

  [[nodiscard]] HeaderList headers(bool proof) const {
    HeaderList list = {{"Cookie", "theme=dark; " + cookie}};
    if (proof) list.emplace_back("X-CSRF-Token", csrf);
    return list;
  }
};

class AccountRoutesTest : public ::testing::Test {
 protected:
  AccountRoutesTest() : world_(withSetupCode()) {}

  static WorldOptions withSetupCode() {
    WorldOptions options;
    options.setupCode = "open sesame";
    options.api.proxies = *TrustedProxies::parse("10.0.0.0/8");
    return options;
  }
  Answer signIn(const std::string& body) {
    return world_.send(Method::kPost, "/auth/session", "", body);
  }
  Browser browserOf(const Answer& answer) {
    const std::string cookie = answer.header("Set-Cookie");
    return {cookie.substr(0, cookie.find(';')), answer.text({"csrfToken"})};
  }

  ApiWorld world_;
};

TEST_F(AccountRoutesTest, SignsInByCodeOnceAndOut) {
  static_cast<void>(world_.get("/settings", tokenFor("ann", R"(,"name":"Ann")")));
  const auto code = base::runBlocking(world_.signIn.issueCode(world_.userOf("ann").id));
  const std::string body = R"({"code":")" + *code + "\"}";
  const Answer in = signIn(body);
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.text({"user", "displayName"}), "Ann");
  EXPECT_EQ(in.text({"user", "role"}), "user");
  const std::string cookie = in.header("Set-Cookie");
  EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("; SameSite=Lax"), std::string::npos);
  EXPECT_EQ(cookie.find("; Secure"), std::string::npos);
  EXPECT_EQ(signIn(body).status, 401);

  const Browser browser = browserOf(in);
  const Answer who = world_.get("/auth/session", "", browser.headers(false));
  EXPECT_EQ(who.status, 200);
  EXPECT_EQ(who.text({"csrfToken"}), browser.csrf);
  const Answer out = world_.call({Method::kDelete, "/auth/session", {}, {}, browser.headers(true)});
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(world_.get("/auth/session", "", browser.headers(false)).status, 401);
}

TEST_F(AccountRoutesTest, MakesTheOwnerBySetupCodeOnlyWhileThereIsNone) {
  EXPECT_EQ(signIn(R"({"setupCode":"guess"})").status, 401);
  const Answer in = signIn(R"({"setupCode":"open sesame"})");
  ASSERT_EQ(in.status, 200);
  EXPECT_EQ(in.text({"user", "role"}), "operator");
  EXPECT_EQ(world_.get("/test/operators", "", browserOf(in).headers(false)).status, 200);
  EXPECT_EQ(signIn(R"({"setupCode":"open sesame"})").status, 403);
}

TEST_F(AccountRoutesTest, RefusesSignInsThatNameNothingOrBoth) {
  for (const char* body : {"{}", R"({"code":"a","setupCode":"b"})", R"({"code":7})", "[]",
                           R"({"code":null})", R"({"code":"a","x":1})"}) {
    EXPECT_EQ(signIn(body).status, 422) << body;
  }
}

TEST_F(AccountRoutesTest, DemandsTheCsrfTokenOfSessionsForEverythingButReading) {
  const Browser browser = browserOf(signIn(R"({"setupCode":"open sesame"})"));
  const auto patch = [&](HeaderList headers) {
    return world_.send(Method::kPatch, "/settings", "", R"({"lockAhead":2})", std::move(headers));
  };
  EXPECT_EQ(patch(browser.headers(false)).status, 403);
  HeaderList wrong = browser.headers(false);
  wrong.emplace_back("X-CSRF-Token", std::string(browser.csrf.size(), 'a'));
  EXPECT_EQ(patch(wrong).status, 403);
  EXPECT_EQ(patch(browser.headers(true)).status, 200);
  EXPECT_EQ(world_
                .send(Method::kPost, "/freebusy", "",
                      R"({"timeMin":"2026-03-01T00:00:00Z","timeMax":"2026-03-02T00:00:00Z",)"
                      R"("items":[]})",
                      browser.headers(false))
                .status,
            403);
}

TEST_F(AccountRoutesTest, MarksTheCookieSecureBehindATrustedProxyThatSpeaksTls) {
  const auto cookieFrom = [&](const std::string& remote) {
    Call call{Method::kPost, "/auth/session", {}, {}, {}};
    static_cast<void>(world_.get("/settings", tokenFor("ann")));
    const auto code = base::runBlocking(world_.signIn.issueCode(world_.userOf("ann").id));
    call.body = R"({"code":")" + *code + "\"}";
    call.headers = {{"Content-Type", "application/json"}, {"X-Forwarded-Proto", "https"}};
    call.remote = remote;
    return world_.call(call).header("Set-Cookie");
  };
  EXPECT_NE(cookieFrom("10.1.2.3").find("; Secure"), std::string::npos);
  EXPECT_EQ(cookieFrom("192.0.2.1").find("; Secure"), std::string::npos);
}

TEST_F(AccountRoutesTest, ListsRevokesAndPagesAccessTokens) {
  std::vector<Answer> made;
  for (const char* name : {"a", "b", "c"}) {
    made.push_back(
        world_.send(Method::kPost, "/tokens", tokenFor("ann"),
                    R"({"name":")" + std::string(name) +
                        R"(","scopes":["write"],"expires":"2026-02-01T00:00:00+01:00"})"));
    ASSERT_EQ(made.back().status, 201) << made.back().body;
  }
  const std::string secret = made[0].text({"token"});
  EXPECT_TRUE(secret.ends_with(made[0].text({"lastFour"})));
  EXPECT_EQ(made[0].text({"scopes"}), R"(["read","write"])");
  EXPECT_EQ(made[0].text({"expires"}), "2026-01-31T23:00:00Z");
  EXPECT_EQ(world_.get("/settings", secret).status, 200);

  const Answer page = world_.get("/tokens?maxResults=2", tokenFor("ann"));
  EXPECT_EQ(page.body.find("sw_pat_"), std::string::npos);
  EXPECT_EQ(base::json::Document::parse(page.body)->root().find("items").size(), 2U);
  const Answer rest =
      world_.get("/tokens?maxResults=2&pageToken=" + page.text({"nextPageToken"}), tokenFor("ann"));
  EXPECT_EQ(base::json::Document::parse(rest.body)->root().find("items").size(), 1U);
  EXPECT_EQ(rest.text({"nextPageToken"}), "");

  const std::string path = "/tokens/" + made[0].text({"id"});
  EXPECT_EQ(world_.call({Method::kDelete, path, tokenFor("bob"), {}, {}}).status, 404);
  EXPECT_EQ(world_.call({Method::kDelete, path, tokenFor("ann"), {}, {}}).status, 204);
  EXPECT_EQ(world_.call({Method::kDelete, path, tokenFor("ann"), {}, {}}).status, 404);
  EXPECT_EQ(world_.get("/settings", secret).status, 401);
}

TEST_F(AccountRoutesTest, ChangesSettingsAsAMergePatchUnderTheirTag) {
  const std::string ann = tokenFor("ann", R"(,"zoneinfo":"Europe/Berlin")");
  const Answer before = world_.get("/settings", ann);
  EXPECT_EQ(before.text({"timeZone"}), "Europe/Berlin");
  EXPECT_EQ(before.header("ETag"), "\"1\"");
  EXPECT_EQ(world_.get("/settings", ann, {{"If-None-Match", "W/\"1-gzip\""}}).status, 304);

  const Answer after =
      world_.send(Method::kPatch, "/settings", ann,
                  R"({"quietHours":{"start":"22:00","end":"07:00"},"workingHours":{"friday":[]}})",
                  {{"If-Match", "\"1-br\""}});
  ASSERT_EQ(after.status, 200) << after.body;
  EXPECT_EQ(after.header("ETag"), "\"2\"");
  EXPECT_EQ(after.text({"workingHours", "friday"}), "[]");
  EXPECT_EQ(after.text({"workingHours", "monday"}), R"([{"start":"09:00","end":"17:00"}])");
  EXPECT_EQ(
      world_.send(Method::kPatch, "/settings", ann, R"({"lockAhead":1})", {{"If-Match", "\"1\""}})
          .status,
      412);
  EXPECT_EQ(
      world_.send(Method::kPatch, "/settings", ann, R"({"quietHours":null})").text({"quietHours"}),
      "null");
  EXPECT_EQ(world_.send(Method::kPatch, "/settings", ann, R"({"lockahead":1})").status, 422);
  EXPECT_EQ(world_.send(Method::kPatch, "/settings", ann, "[]").status, 422);
}

TEST_F(AccountRoutesTest, TakesOnlyAWritableCalendarAsTarget) {
  static_cast<void>(world_.get("/settings", tokenFor("bob")));
  const auto bobs = base::runBlocking(world_.calendars.ownedBy(world_.userOf("bob").id));
  const auto patch = [&](const std::string& subject) {
    return world_.send(Method::kPatch, "/settings", tokenFor(subject),
                       R"({"targetCalendar":")" + bobs->front().id.toString() + "\"}");
  };
  EXPECT_EQ(patch("bob").status, 200);
  const Answer foreign = patch("ann");
  EXPECT_EQ(foreign.status, 422);
  EXPECT_NE(foreign.body.find("targetCalendar"), std::string::npos);
}

TEST_F(AccountRoutesTest, TriesAgainWhenAnotherWriterWasFaster) {
  static_cast<void>(world_.get("/settings", tokenFor("ann")));
  world_.storage.failNextCommit({base::Code::kConflict, "another was faster"});
  EXPECT_EQ(world_.send(Method::kPatch, "/settings", tokenFor("ann"), R"({"lockAhead":2})").status,
            200);
}

}  // namespace
}  // namespace sw::api
