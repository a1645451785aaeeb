#include "api/repeats.h"

#include "api_world.h"

namespace sw::api {
namespace {

const HeaderList kKey = {{"Idempotency-Key", "k-1"}};
constexpr const char* kGarden = R"({"name":"Garden"})";

class RepeatsTest : public ::testing::Test {
 protected:
  Answer post(const std::string& body, HeaderList headers = kKey,
              const std::string& subject = "ann") {
    return world_.send(Method::kPost, "/calendars", tokenFor(subject), body, std::move(headers));
  }
  std::size_t calendarsOf(const std::string& subject) {
    return base::runBlocking(world_.calendars.ownedBy(world_.userOf(subject).id))->size();
  }

  ApiWorld world_;
};

TEST_F(RepeatsTest, AnswersARepeatAsTheFirstTime) {
  const Answer first = post(kGarden);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.header("Idempotency-Replayed"), "");
  const Answer second = post(kGarden);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.contentType, first.contentType);
  EXPECT_EQ(second.header("ETag"), first.header("ETag"));
  EXPECT_EQ(second.header("Location"), first.header("Location"));
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(calendarsOf("ann"), 2U);
}

TEST_F(RepeatsTest, RefusesTheKeyForAnotherBody) {
  ASSERT_EQ(post(kGarden).status, 201);
  const Answer other = post(R"({"name":"House"})");
  EXPECT_EQ(other.status, 422);
  EXPECT_NE(other.body.find("Idempotency-Key"), std::string::npos);
}

TEST_F(RepeatsTest, KeepsKeysOfPeopleApart) {
  ASSERT_EQ(post(kGarden).status, 201);
  const Answer bob = post(R"({"name":"House"})", kKey, "bob");
  EXPECT_EQ(bob.status, 201);
  EXPECT_EQ(calendarsOf("bob"), 2U);
}

TEST_F(RepeatsTest, ForgetsAfterADay) {
  ASSERT_EQ(post(kGarden).status, 201);
  world_.clock.advance(std::chrono::hours(25));
  const std::string token = tokenFor("ann", "", kTestSecret, kTestNow + 200000);
  HeaderList headers = kKey;
  const Answer later =
      world_.send(Method::kPost, "/calendars", token, R"({"name":"House"})", headers);
  EXPECT_EQ(later.status, 201);
  EXPECT_EQ(later.header("Idempotency-Replayed"), "");
}

TEST_F(RepeatsTest, SaysConflictWhileTheFirstRuns) {
  RunningRequests running;
  const jobs::IdempotencyKey key{base::newUuid(world_.clock), "POST /calendars", "k"};
  const auto first = running.begin(key);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(running.begin(key).error().code(), base::Code::kConflict);
  jobs::IdempotencyKey other = key;
  other.key = "k2";
  EXPECT_TRUE(running.begin(other).ok());
  {
    auto ended = running.begin(other);
  }
  EXPECT_TRUE(running.begin(other).ok());
}

TEST_F(RepeatsTest, TakesTheAnswerOfAnotherCopyThatWasFaster) {
  static_cast<void>(world_.get("/settings", tokenFor("ann")));
  // Between this request's look for an answer and its commit another copy records one.
  struct Race final : jobs::IdempotencyStore {
    explicit Race(fakes::FakeIdempotencyStore& store) : inner(store) {}
    base::Task<base::Result<std::optional<jobs::IdempotentAnswer>>> find(
        const jobs::IdempotencyKey& key) override {
      if (blind) {
        blind = false;
        co_return std::optional<jobs::IdempotentAnswer>();
      }
      co_return co_await inner.find(key);
    }
    void record(jobs::UnitOfWork& unit, const jobs::IdempotencyKey& key,
                const jobs::IdempotentAnswer& answer, base::Instant now) override {
      inner.record(unit, key, answer, now);
    }
    base::Task<base::Result<std::int64_t>> removeExpired(base::Instant, int) override {
      co_return std::int64_t{0};
    }
    fakes::FakeIdempotencyStore& inner;
    bool blind = false;
  } race(world_.answers);
  world_.api = std::make_unique<Api>(Api::Parts{world_.router,
                                                world_.authenticator,
                                                world_.limiter,
                                                {world_.storage, race, world_.clock},
                                                world_.probe,
                                                world_.errors,
                                                world_.authProbe},
                                     ApiOptions{});
  const Answer first = post(kGarden);
  race.blind = true;
  const Answer second = post(kGarden);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  race.blind = true;
  EXPECT_EQ(post(R"({"name":"House"})").status, 422);
  EXPECT_EQ(calendarsOf("ann"), 2U);
}

TEST_F(RepeatsTest, RecordsNothingOfARequestThatFailed) {
  EXPECT_EQ(post("{}").status, 422);
  EXPECT_EQ(post(kGarden).status, 201);
  world_.storage.failNextCommit({base::Code::kUnavailable, "away"});
  EXPECT_EQ(post(kGarden, {{"Idempotency-Key", "k-2"}}).status, 503);
  EXPECT_EQ(post(kGarden, {{"Idempotency-Key", "k-2"}}).status, 201);
  EXPECT_EQ(calendarsOf("ann"), 3U);
}

TEST_F(RepeatsTest, FindsARepeatThatFailsForWhatTheFirstRequestDid) {
  const std::string lunch = R"({"summary":"Lunch",
    "start":{"dateTime":"2026-03-02T12:00:00","timeZone":"Europe/Berlin"},
    "end":{"dateTime":"2026-03-02T13:00:00","timeZone":"Europe/Berlin"}})";
  const auto create = [&](const std::string& body, HeaderList headers) {
    return world_.send(Method::kPost, "/events?onConflict=reject", tokenFor("ann"), body,
                       std::move(headers));
  };
  const Answer first = create(lunch, kKey);
  ASSERT_EQ(first.status, 201) << first.body;
  const Answer second = create(lunch, kKey);
  EXPECT_EQ(second.status, 201) << second.body;
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Location"), first.header("Location"));
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  const Answer other = create("{}", kKey);
  EXPECT_EQ(other.status, 422);
  EXPECT_NE(other.body.find("Idempotency-Key"), std::string::npos);
  EXPECT_EQ(create(lunch, {{"Idempotency-Key", "k-2"}}).status, 409);
}

TEST_F(RepeatsTest, NoticesARepeatOfAnEventWhenItCommits) {
  const std::string lunch = R"({"summary":"Lunch",
    "start":{"dateTime":"2026-03-02T12:00:00","timeZone":"Europe/Berlin"},
    "end":{"dateTime":"2026-03-02T13:00:00","timeZone":"Europe/Berlin"}})";
  const auto create = [&](const std::string& body) {
    return world_.send(Method::kPost, "/events", tokenFor("ann"), body, kKey);
  };
  const Answer first = create(lunch);
  ASSERT_EQ(first.status, 201) << first.body;
  const Answer second = create(lunch);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(create(lunch + " ").status, 422);
  const Answer listed =
      world_.get("/events?start=2026-03-02T00:00:00Z&end=2026-03-03T00:00:00Z", tokenFor("ann"));
  EXPECT_NE(listed.body.find("Lunch"), std::string::npos);
  EXPECT_EQ(listed.body.find("Lunch"), listed.body.rfind("Lunch"));
}

TEST_F(RepeatsTest, RefusesKeysThatAreNone) {
  for (const std::string& bad : {std::string(), std::string(256, 'k'), std::string("a b"),
                                 std::string("k\x7F"), std::string("\xC3\xA9")}) {
    EXPECT_EQ(post(kGarden, {{"Idempotency-Key", bad}}).status, 422) << bad;
  }
  EXPECT_EQ(post(kGarden, {{"Idempotency-Key", std::string(255, 'k')}}).status, 201);
}

TEST_F(RepeatsTest, RepeatsATokenWithoutItsSecret) {
  const std::string body = R"({"name":"x","scopes":["read"]})";
  const auto make = [&] {
    return world_.send(Method::kPost, "/tokens", tokenFor("ann"), body, kKey);
  };
  const Answer first = make();
  ASSERT_EQ(first.status, 201);
  EXPECT_TRUE(first.text({"token"}).starts_with("sw_pat_"));
  const Answer second = make();
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.text({"id"}), first.text({"id"}));
  EXPECT_EQ(second.text({"token"}), "");
  world_.storage.look([&](fakes::FakeTables& tables) {
    for (const auto& [name, answer] : tables.answers) {
      EXPECT_EQ(answer.first.body.find("sw_pat_"), std::string::npos);
    }
    return 0;
  });
}

}  // namespace
}  // namespace sw::api
