#include "api/service.h"

#include "api_world.h"
#include "obs/exposition.h"

namespace sw::api {
namespace {

TEST(ApiTest, AnswersErrorsInOneShape) {
  ApiWorld world;
  const Answer answer = world.get("/nowhere", "", {{"X-Request-ID", "abc-1"}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.contentType, "application/json");
  EXPECT_EQ(answer.header("X-Request-ID"), "abc-1");
  EXPECT_EQ(answer.text({"error", "code"}), "NOT_FOUND");
  EXPECT_EQ(answer.text({"error", "requestId"}), "abc-1");
  EXPECT_FALSE(answer.text({"error", "message"}).empty());
}

TEST(ApiTest, NamesEveryProblemOfABodyAtOnce) {
  ApiWorld world;
  const Answer answer = world.send(Method::kPost, "/tokens", tokenFor("ann"),
                                   R"({"scopes":["all"],"expires":"soon","colour":1})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.text({"error", "code"}), "VALIDATION_ERROR");
  const auto document = base::json::Document::parse(answer.body);
  EXPECT_EQ(document->root().find("error").find("details").size(), 4U);
}

TEST(ApiTest, HidesWhatWentWrongInside) {
  ApiWorld world;
  const Answer answer = world.get("/test/throws", tokenFor("ann"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.text({"error", "code"}), "INTERNAL");
  EXPECT_EQ(answer.body.find("secret detail"), std::string::npos);
  world.storage.failNextCommit({base::Code::kUnavailable, "the queue of writer 3 is full"});
  const Answer busy =
      world.send(Method::kPatch, "/settings", tokenFor("bob"), R"({"lockAhead":1})");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.body.find("writer 3"), std::string::npos);
  EXPECT_EQ(busy.header("Retry-After"), "1");
}

TEST(ApiTest, TakesARequestIdOnlyWhenItIsSafe) {
  ApiWorld world;
  for (const std::string& bad :
       {std::string("a b"), std::string("a\r\nSet-Cookie: x"), std::string("\"quoted\""),
        std::string("<script>"), std::string(129, 'a'), std::string("\xC3\xA9"), std::string()}) {
    const Answer answer = world.get("/nowhere", "", {{"X-Request-ID", bad}});
    EXPECT_NE(answer.header("X-Request-ID"), bad);
    EXPECT_TRUE(base::Uuid::parse(answer.header("X-Request-ID")));
    EXPECT_EQ(answer.text({"error", "requestId"}), answer.header("X-Request-ID"));
  }
}

TEST(ApiTest, PutsRequestIdAndTraceIntoTheChangeLog) {
  ApiWorld world;
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const Answer answer =
      world.send(Method::kPost, "/calendars", tokenFor("ann"), R"({"name":"Garden"})",
                 {{"X-Request-ID", "r-7"}, {"traceparent", trace}});
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto log = base::runBlocking(world.changes.read({world.userOf("ann").id, 0}, 10));
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(log->back().requestId, "r-7");
  EXPECT_EQ(log->back().traceParent, trace);
}

TEST(ApiTest, NotesWhoIsActiveOnceAnHourWhateverTheyAsk) {
  ApiWorld world;
  EXPECT_EQ(world.get("/settings", "").status, 401);
  EXPECT_EQ(
      world.get("/settings", tokenFor("eve", "", "another secret of 32 bytes, at least")).status,
      401);
  EXPECT_EQ(world.get("/nowhere", "").status, 404);
  EXPECT_EQ(world.activity.pending(), 0U);
  EXPECT_EQ(world.get("/settings", tokenFor("ann")).status, 200);
  EXPECT_EQ(world.get("/calendars", tokenFor("ann")).status, 200);
  EXPECT_EQ(world.activity.pending(), 1U);
  EXPECT_EQ(world.get("/calendars", tokenFor("bob")).status, 200);
  EXPECT_EQ(world.activity.pending(), 2U);
}

TEST(ApiTest, SaysWhichMethodsAPathHas) {
  ApiWorld world;
  const Answer wrong = world.call({Method::kPut, "/settings", tokenFor("ann"), {}, {}});
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, PATCH, OPTIONS");
  EXPECT_EQ(wrong.text({"error", "code"}), "METHOD_NOT_ALLOWED");
  const Answer options = world.call({Method::kOptions, "/settings", {}, {}, {}});
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, PATCH, OPTIONS");
  EXPECT_EQ(world.call({Method::kOptions, "/nowhere", {}, {}, {}}).status, 404);
  EXPECT_EQ(world.call({Method::kOther, "/settings", {}, {}, {}}).status, 405);
  EXPECT_EQ(world.call({Method::kHead, "/settings", tokenFor("ann"), {}, {}}).status, 200);
}

TEST(ApiTest, RefusesBodiesOfOtherKindsBeforeReadingThem) {
  ApiWorld world;
  const auto post = [&](HeaderList headers, const std::string& body = "{}") {
    return world.call({Method::kPost, "/tokens", tokenFor("ann"), body, std::move(headers)});
  };
  for (const std::string type :
       {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/jsonp", "application/merge-patch+json", "application/json; charset=latin1"}) {
    const Answer answer = post({{"Content-Type", type}});
    EXPECT_EQ(answer.status, 415) << type;
    EXPECT_FALSE(answer.readBody);
  }
  EXPECT_EQ(post({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(post({{"content-type", "Application/JSON ; Charset=\"UTF-8\""}}).status, 422);
  EXPECT_EQ(post({{"Content-Type", "application/json"}}, "{").status, 400);
  EXPECT_EQ(post({{"Content-Type", "application/json"}}, "\"\xFF\"").status, 400);
  EXPECT_EQ(
      post({{"Content-Type", "application/json"}}, std::string(BodyLimits().json + 1, ' ')).status,
      413);
}

TEST(ApiTest, ShowsOperatorPathsToOperatorsOnly) {
  ApiWorld world;
  const std::string path = "/test/operators";
  EXPECT_EQ(world.get(path, tokenFor("ann", R"(,"role":"operator")")).status, 200);
  const Answer hidden = world.get(path, tokenFor("ann"), {{"X-Request-ID", "r"}});
  const Answer unknown = world.get("/test/nothing", tokenFor("ann"), {{"X-Request-ID", "r"}});
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(hidden.body, unknown.body);
  EXPECT_EQ(world.get(path, "").status, 404);
  EXPECT_EQ(world.get(path, tokenFor("ann") + "x").status, 404);
}

TEST(ApiTest, SetsTheHeadersThatKeepBrowsersSafe) {
  ApiWorld world;
  const Answer plain = world.get("/settings", tokenFor("ann"));
  EXPECT_EQ(plain.header("X-Content-Type-Options"), "nosniff");
  EXPECT_NE(plain.header("Content-Security-Policy").find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(plain.header("Cache-Control"), "private, no-cache");
  EXPECT_EQ(plain.header("Strict-Transport-Security"), "");
  EXPECT_EQ(world.get("/tokens", tokenFor("ann")).header("Cache-Control"), "no-store");
  Call call{Method::kGet, "/tokens", tokenFor("ann"), {}, {}};
  call.secure = true;
  EXPECT_NE(world.call(call).header("Strict-Transport-Security"), "");
}

TEST(ApiTest, IsClosedToOtherOriginsUnlessConfigured) {
  ApiWorld closed;
  EXPECT_EQ(closed.get("/settings", tokenFor("ann"), {{"Origin", "https://a.example"}})
                .header("Access-Control-Allow-Origin"),
            "");
  WorldOptions options;
  options.api.cors = *CorsPolicy::parse("https://a.example, https://b.example:8443");
  ApiWorld world(std::move(options));
  const Answer allowed = world.get("/settings", tokenFor("ann"), {{"Origin", "https://a.example"}});
  EXPECT_EQ(allowed.header("Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_EQ(allowed.header("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(allowed.header("Vary"), "Origin");
  const Answer other = world.get("/settings", tokenFor("ann"), {{"Origin", "https://evil"}});
  EXPECT_EQ(other.header("Access-Control-Allow-Origin"), "");
  const Answer preflight = world.call(
      {Method::kOptions,
       "/settings",
       {},
       {},
       {{"Origin", "https://b.example:8443"}, {"Access-Control-Request-Method", "PATCH"}}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_NE(preflight.header("Access-Control-Allow-Methods").find("PATCH"), std::string::npos);
  EXPECT_NE(preflight.header("Access-Control-Allow-Headers").find("If-Match"), std::string::npos);
  for (const std::string_view bad : {"example.org", "https://", "https://A.example",
                                     "https://a.example/path", "javascript:alert(1)", "null"}) {
    EXPECT_FALSE(CorsPolicy::parse(bad).ok()) << bad;
  }
  WorldOptions open;
  open.api.cors = *CorsPolicy::parse("*");
  ApiWorld all(std::move(open));
  const Answer any = all.get("/settings", tokenFor("ann"), {{"Origin", "https://a.example"}});
  EXPECT_EQ(any.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(any.header("Access-Control-Allow-Credentials"), "");
}

TEST(ApiTest, LimitsEachCallerAndSaysHow) {
  WorldOptions options;
  options.limits = {
      .enabled = true, .readsPerMinute = 3, .writesPerMinute = 60, .anonymousPerMinute = 2};
  ApiWorld world(options);
  for (int i = 2; i >= 0; --i) {
    const Answer answer = world.get("/settings", tokenFor("ann"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("RateLimit-Limit"), "3");
    EXPECT_EQ(answer.header("RateLimit-Remaining"), std::to_string(i));
  }
  const Answer refused = world.get("/settings", tokenFor("ann"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.text({"error", "code"}), "RATE_LIMITED");
  EXPECT_EQ(refused.header("Retry-After"), "20");
  EXPECT_EQ(refused.header("RateLimit-Remaining"), "0");
  EXPECT_EQ(world.get("/settings", tokenFor("bob")).status, 200);
  world.clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(world.get("/settings", tokenFor("ann")).status, 200);

  const auto guess = [&](const std::string& remote) {
    Call call{Method::kPost, "/auth/session", {}, R"({"code":"x"})", {}};
    call.headers = {{"Content-Type", "application/json"}};
    call.remote = remote;
    return world.call(call).status;
  };
  EXPECT_EQ(guess("192.0.2.1"), 401);
  EXPECT_EQ(guess("192.0.2.1"), 401);
  EXPECT_EQ(guess("192.0.2.1"), 429);
  EXPECT_EQ(guess("192.0.2.2"), 401);
}

TEST(ApiTest, LimitsLongRequestsByThemselves) {
  WorldOptions options;
  options.limits = {.heavyPerMinute = 1};
  ApiWorld world(options);
  const auto send = [&] {
    return world.send(Method::kPost, "/events/batch", tokenFor("ann"), "{}").status;
  };
  EXPECT_EQ(send(), 422);
  EXPECT_EQ(send(), 429);
  EXPECT_EQ(world.get("/settings", tokenFor("ann")).status, 200);
}

TEST(ApiTest, LimitsWhatAnAddressAsksWithoutAUser) {
  WorldOptions options;
  options.limits = {.anonymousPerMinute = 2};
  ApiWorld world(options);
  EXPECT_EQ(world.get("/openapi.json", "").status, 200);
  EXPECT_EQ(world.get("/openapi.json", "").status, 200);
  EXPECT_EQ(world.get("/openapi.json", "").status, 429);
}

TEST(ApiTest, ReadsBodiesAsLongAsItIsTold) {
  WorldOptions options;
  options.api.bodies = {.json = 100, .calendarFile = 200};
  ApiWorld world(options);
  const auto statusOf = [&](std::size_t size) {
    std::string body = "{}";
    body.resize(size, ' ');
    return world.send(Method::kPatch, "/settings", tokenFor("ann"), body).status;
  };
  EXPECT_NE(statusOf(100), 413);
  EXPECT_EQ(statusOf(101), 413);
  const auto importOf = [&](std::size_t size) {
    return world
        .call({Method::kPost,
               "/calendars/0190163d-8694-739b-aea5-966c26f8ad91/import",
               tokenFor("ann"),
               std::string(size, ' '),
               {{"Content-Type", "text/calendar"}}})
        .status;
  };
  EXPECT_NE(importOf(200), 413);
  EXPECT_EQ(importOf(201), 413);
}

/// What the metric says of credentials that were not good.
std::string failures(ApiWorld& world, const std::string& labels) {
  const std::string text = obs::expose(world.metrics, obs::ExpositionFormat::kText);
  const std::string series = "scheduling_auth_failures_total{" + labels + "} ";
  const std::size_t at = text.find(series);
  return at == std::string::npos ? "none" : text.substr(at + series.size(), 1);
}

TEST(ApiTest, LimitsCredentialsThatAreNotGoodByAddress) {
  WorldOptions options;
  options.limits = {.failuresPerMinute = 3};
  ApiWorld world(options);
  const auto statusFrom = [&](const std::string& remote, const std::string& token) {
    Call call{Method::kGet, "/settings", token, {}, {}};
    call.remote = remote;
    return world.call(call).status;
  };
  const std::string bad = tokenFor("ann", "", "another secret of at least 32 bytes");
  for (const std::string& token :
       {bad, "sw_pat_" + std::string(43, 'a'), std::string("no token at all")}) {
    EXPECT_EQ(statusFrom("192.0.2.1", token), 401);
  }
  EXPECT_EQ(statusFrom("192.0.2.1", bad), 429);
  EXPECT_EQ(statusFrom("192.0.2.2", bad), 401) << "another address";
  EXPECT_EQ(statusFrom("192.0.2.1", tokenFor("ann")), 200) << "somebody else behind that address";
  EXPECT_EQ(failures(world, R"(credential="token",outcome="refused")"), "3");
  EXPECT_EQ(failures(world, R"(credential="token",outcome="limited")"), "1");
  EXPECT_EQ(failures(world, R"(credential="access_token",outcome="refused")"), "1");
  EXPECT_EQ(failures(world, R"(credential="session",outcome="refused")"), "0");
  world.clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(statusFrom("192.0.2.1", bad), 401);
  EXPECT_EQ(statusFrom("192.0.2.1", bad), 429);
}

TEST(ApiTest, LooksAtNoCodeOfAnAddressThatFailedTooOften) {
  WorldOptions options;
  options.limits = {.failuresPerMinute = 2};
  options.setupCode = "open sesame";
  ApiWorld world(options);
  const auto signIn = [&](const std::string& code) {
    return world.send(Method::kPost, "/auth/session", "", R"({"setupCode":")" + code + "\"}");
  };
  EXPECT_EQ(signIn("a").status, 401);
  EXPECT_EQ(signIn("b").status, 401);
  EXPECT_EQ(signIn("c").status, 429);
  const Answer right = signIn("open sesame");
  EXPECT_EQ(right.status, 429) << "it must not tell good from bad";
  EXPECT_EQ(right.header("Retry-After"), "30");
  EXPECT_EQ(failures(world, R"(credential="setup_code",outcome="refused")"), "2");
  EXPECT_EQ(failures(world, R"(credential="setup_code",outcome="limited")"), "2");
  world.clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(signIn("open sesame").status, 200);
}

TEST(ApiTest, CountsRequestsUnderTheirRoute) {
  ApiWorld world;
  static_cast<void>(world.get("/settings", tokenFor("ann")));
  static_cast<void>(world.get("/tokens/0190163d-8694-739b-aea5-966c26f8ad91", tokenFor("ann")));
  static_cast<void>(world.get("/etc/passwd", ""));
  const std::string text = obs::expose(world.metrics, obs::ExpositionFormat::kText);
  const auto count = [&](const std::string& labels) {
    const std::string line = "scheduling_api_requests_total{" + labels + "} ";
    const std::size_t at = text.find(line);
    return at == std::string::npos
               ? std::string("none")
               : text.substr(at + line.size(), text.find('\n', at) - at - line.size());
  };
  EXPECT_EQ(count(R"(method="GET",endpoint="/settings",status="200")"), "1");
  EXPECT_EQ(count(R"(method="PATCH",endpoint="/settings",status="500")"), "0");
  EXPECT_EQ(count(R"(method="GET",endpoint="unmatched",status="404")"), "1");
  EXPECT_EQ(text.find("passwd"), std::string::npos);
}

TEST(ApiTest, SurvivesHostileCredentials) {
  ApiWorld world;
  for (const std::string& value :
       {std::string("Bearer"), std::string("Bearer "), std::string("Basic YTpi"),
        std::string("Bearer a.b.c"), "Bearer " + std::string(100000, 'a'),
        "Bearer " + std::string(100000, '.'), std::string("Bearer \xFF\xFE.\x80.x"),
        "bearer sw_pat_" + std::string(43, 'a'), std::string("Bearer ' OR 1=1 --"),
        "Bearer " + tokenFor("ann") + " " + tokenFor("bob")}) {
    const Answer answer = world.get("/settings", "", {{"Authorization", value}});
    EXPECT_EQ(answer.status, 401) << value.substr(0, 40);
  }
  EXPECT_EQ(world.get("/settings", tokenFor("ann"), {{"authorization", "Bearer x"}}).status, 401);
  for (const std::string& value :
       {std::string("sw_session"), std::string("sw_session="), std::string(";;;=;"),
        "sw_session=" + std::string(43, 'a'), "sw_session=" + std::string(100000, 'a'),
        std::string("xsw_session=abc; sw_sessionx=abc")}) {
    EXPECT_EQ(world.get("/settings", "", {{"Cookie", value}}).status, 401) << value.substr(0, 40);
  }
  EXPECT_EQ(world.storage.commits(), 0);
}

}  // namespace
}  // namespace sw::api
