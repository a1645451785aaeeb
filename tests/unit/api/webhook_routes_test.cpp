#include <gmock/gmock.h>

#include "api_world.h"

namespace sw::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class WebhookRoutesTest : public ::testing::Test {
 public:
  static constexpr const char* kBody =
      R"({"url":"https://Hooks.example.com/a?b=1","events":["goal.*"],"description":"mine"})";

  Answer post(const std::string& target, const std::string& body, HeaderList headers = {}) {
    return world.send(Method::kPost, target, ann, body, std::move(headers));
  }
  Answer patch(const std::string& body, HeaderList headers = {}) {
    return world.send(Method::kPatch, path, ann, body, std::move(headers));
  }
  Answer add() {
    Answer made = post("/webhooks", kBody);
    path = "/webhooks/" + made.text({"id"});
    return made;
  }
  /// A delivery in the store, as one that was given up.
  std::string park() {
    const std::string id = post(path + "/ping", "").text({"id"});
    world.storage.look([&](fakes::FakeTables& tables) {
      tables.deliveries.at(*base::Uuid::parse(id)).state = webhooks::DeliveryState::kParked;
      return 0;
    });
    return id;
  }
  std::size_t jobs() {
    return world.storage.look([](fakes::FakeTables& tables) { return tables.jobs.size(); });
  }

  ApiWorld world;
  const std::string ann = tokenFor("ann");
  std::string path;
};

TEST_F(WebhookRoutesTest, ShowsTheSecretOfANewWebhookOnce) {
  const Answer made = add();
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("Location"), path);
  EXPECT_EQ(made.text({"url"}), "https://hooks.example.com/a?b=1");
  EXPECT_EQ(made.text({"active"}), "true");
  EXPECT_THAT(made.text({"secret"}), StartsWith("whsec_"));
  const Answer read = world.get(path, ann);
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.header("ETag"), made.header("ETag"));
  EXPECT_EQ(read.text({"secret"}), "");
  EXPECT_THAT(world.get("/webhooks", ann).body, Not(HasSubstr("whsec_")));
}

TEST_F(WebhookRoutesTest, DoesNotShowTheSecretToARepeatedRequest) {
  const HeaderList key = {{"Idempotency-Key", "k1"}};
  const Answer first = post("/webhooks", kBody, key);
  const Answer second = post("/webhooks", kBody, key);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.text({"id"}), first.text({"id"}));
  EXPECT_EQ(second.header("Location"), first.header("Location"));
  EXPECT_NE(first.text({"secret"}), "");
  EXPECT_EQ(second.text({"secret"}), "");
}

TEST_F(WebhookRoutesTest, TakesASecretThatIsGiven) {
  const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const Answer made = post("/webhooks", R"({"url":"https://hooks.example.com/","events":["*"],)"
                                        R"("secret":")" +
                                            secret + R"("})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.text({"secret"}), secret);
}

TEST_F(WebhookRoutesTest, NamesEveryProblemOfABodyAtOnce) {
  const Answer answer =
      post("/webhooks", R"({"url":"http://user@127.0.0.1/","events":["goals.*",7],"secret":"weak",)"
                        R"("active":"yes","colour":"red"})");
  ASSERT_EQ(answer.status, 422);
  for (const char* field :
       {"\"url\"", "\"events[0]\"", "\"events[1]\"", "\"secret\"", "\"active\"", "\"colour\""}) {
    EXPECT_THAT(answer.body, HasSubstr(field));
  }
  EXPECT_THAT(answer.body, Not(HasSubstr("weak")));
}

TEST_F(WebhookRoutesTest, RefusesTargetsThatMustNotBeCalled) {
  for (const char* url :
       {"https://127.0.0.1/", "https://[::1]/", "https://inside.example.com/",
        "https://nowhere.example.com/", "http://hooks.example.com/", "https://2130706433/",
        "https://hooks.example.com:22/", "https://hooks.example.com./"}) {
    const Answer answer =
        post("/webhooks", R"({"events":["*"],"url":")" + std::string(url) + R"("})");
    EXPECT_EQ(answer.status, 422) << url << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("\"field\":\"url\"")) << url;
  }
  add();
  EXPECT_EQ(patch(R"({"url":"https://10.1.2.3/"})").status, 422);
}

TEST_F(WebhookRoutesTest, ChangesWhatIsGivenAndNothingElse) {
  const Answer made = add();
  const Answer changed = patch(R"({"events":["habit.*"],"description":null,"active":false})",
                               {{"If-Match", made.header("ETag")}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.text({"events"}), R"(["habit.*"])");
  EXPECT_EQ(changed.text({"description"}), "");
  EXPECT_EQ(changed.text({"active"}), "false");
  EXPECT_EQ(changed.text({"url"}), made.text({"url"}));
  EXPECT_NE(changed.header("ETag"), made.header("ETag"));
  EXPECT_EQ(patch("{}", {{"If-Match", made.header("ETag")}}).status, 412);
  EXPECT_EQ(patch(R"({"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})").status, 422);
}

TEST_F(WebhookRoutesTest, RotatesTheSecretAndSaysUntilWhenTheOldOneHolds) {
  const Answer made = add();
  const Answer rotated = post(path + "/rotate-secret", "{}");
  ASSERT_EQ(rotated.status, 200) << rotated.body;
  EXPECT_THAT(rotated.text({"secret"}), StartsWith("whsec_"));
  EXPECT_NE(rotated.text({"secret"}), made.text({"secret"}));
  EXPECT_EQ(rotated.text({"oldSecretValidUntil"}), "2026-01-06T09:00:00Z");
  world.clock.advance(std::chrono::hours(25));
  const std::string late = tokenFor("ann", "", kTestSecret, kTestNow + 200000);
  EXPECT_EQ(world.get(path, late).text({"oldSecretValidUntil"}), "");
}

TEST_F(WebhookRoutesTest, TellsThatThereAreTooMany) {
  for (int i = 0; i < webhooks::WebhookEditor::kMaxPerUser; ++i) ASSERT_EQ(add().status, 201);
  EXPECT_EQ(post("/webhooks", kBody).status, 409);
  EXPECT_EQ(world.send(Method::kPost, "/webhooks", tokenFor("bob"), kBody).status, 201);
}

TEST_F(WebhookRoutesTest, PagesWebhooksAndDeliveries) {
  for (int i = 0; i < 3; ++i) add();
  const Answer first = world.get("/webhooks?maxResults=2", ann);
  const std::string next = first.text({"nextPageToken"});
  ASSERT_NE(next, "");
  const Answer second = world.get("/webhooks?maxResults=2&pageToken=" + next, ann);
  EXPECT_EQ(second.text({"nextPageToken"}), "");
  EXPECT_EQ(world.get("/webhooks?pageToken=x", ann).status, 422);

  for (int i = 0; i < 3; ++i) ASSERT_EQ(post(path + "/ping", "").status, 202);
  const std::string list = path + "/deliveries?maxResults=2";
  const Answer page = world.get(list, ann);
  ASSERT_EQ(page.status, 200) << page.body;
  const std::string more = page.text({"nextPageToken"});
  ASSERT_NE(more, "");
  EXPECT_EQ(world.get(list + "&pageToken=" + more, ann).text({"nextPageToken"}), "");
  EXPECT_THAT(world.get(path + "/deliveries?status=pending", ann).body, HasSubstr("webhook.ping"));
  EXPECT_EQ(world.get(path + "/deliveries?status=parked", ann).body, R"({"items":[]})");
  EXPECT_EQ(world.get(path + "/deliveries?status=lost", ann).status, 422);
}

TEST_F(WebhookRoutesTest, SendsOneDeliveryAgain) {
  add();
  const std::string id = park();
  const std::size_t before = jobs();
  const Answer answer = post(path + "/redeliver", R"({"deliveryId":")" + id + R"("})");
  ASSERT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.text({"redelivered"}), "1");
  EXPECT_EQ(jobs(), before + 1);
  add();
  EXPECT_EQ(post(path + "/redeliver", R"({"deliveryId":")" + id + R"("})").status, 404);
}

TEST_F(WebhookRoutesTest, SendsARangeOrAllParkedAgain) {
  add();
  park();
  world.clock.advance(std::chrono::minutes(1));
  park();
  const Answer range = post(path + "/redeliver", R"({"from":"2026-01-05T09:00:30Z"})");
  EXPECT_EQ(range.text({"redelivered"}), "1") << range.body;
  const Answer all = post(path + "/redeliver", R"({"status":"parked"})");
  EXPECT_EQ(all.text({"redelivered"}), "1") << all.body;
  EXPECT_EQ(all.text({"more"}), "false");
  for (const char* bad :
       {"{}", R"({"deliveryId":"x"})", R"({"status":"pending"})",
        R"({"to":"2026-01-05T09:00:30Z"})", R"({"from":"2026-01-05T09:00:30"})",
        R"({"from":"2026-01-05T09:00:30Z","to":"2026-01-05T09:00:00Z"})",
        R"({"deliveryId":"0190163d-8694-739b-aea5-966c26f8ad91","status":"parked"})"}) {
    EXPECT_EQ(post(path + "/redeliver", bad).status, 422) << bad;
  }
  ASSERT_EQ(patch(R"({"active":false})").status, 200);
  EXPECT_EQ(post(path + "/redeliver", R"({"status":"parked"})").status, 409);
}

TEST_F(WebhookRoutesTest, DeletesAWebhook) {
  add();
  EXPECT_EQ(world.send(Method::kDelete, path, tokenFor("bob"), "").status, 404);
  EXPECT_EQ(world.send(Method::kDelete, path, ann, "").status, 204);
  EXPECT_EQ(world.get(path, ann).status, 404);
  EXPECT_EQ(world.get("/webhooks/x", ann).status, 404);
}

TEST_F(WebhookRoutesTest, TellsTheChangesOfAWebhookToItsOwner) {
  add();
  patch(R"({"active":false})");
  world.send(Method::kDelete, path, ann, "");
  const std::string changes = world.get("/changes", ann).body;
  for (const char* type : {"webhook.created", "webhook.updated", "webhook.deleted"}) {
    EXPECT_THAT(changes, HasSubstr(type));
  }
}

}  // namespace
}  // namespace sw::api
