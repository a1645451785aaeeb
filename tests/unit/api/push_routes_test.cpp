#include <gmock/gmock.h>

#include "api_world.h"

namespace sw::api {
namespace {

using base::Code;
using base::Error;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kBrowser =
    R"({"type":"webpush","name":"laptop","endpoint":"https://push.example.com/send/secret-path",)"
    R"("expirationTime":null,"keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AY)"
    R"(WXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}})";
constexpr const char* kTopic =
    R"({"type":"ntfy","name":"phone","url":"https://ntfy.example.com/my-secret-topic",)"
    R"("token":"tk_planted_secret"})";

class PushRoutesTest : public ::testing::Test {
 protected:
  Answer add(const std::string& who, const std::string& body, HeaderList headers = {}) {
    return world_.send(Method::kPost, "/push/targets", tokenFor(who), body, std::move(headers));
  }
  std::size_t countOf(const std::string& who) {
    const Answer answer = world_.get("/push/targets", tokenFor(who));
    const auto document = base::json::Document::parse(answer.body);
    return document->root().find("items").size();
  }
  std::string issueOf(const Answer& answer, std::string_view field) {
    const auto document = base::json::Document::parse(answer.body);
    const auto details = document->root().find("error").find("details");
    for (std::size_t i = 0; i < details.size(); ++i) {
      if (details.at(i).find("field").asString() == field) {
        return std::string(*details.at(i).find("issue").asString());
      }
    }
    return {};
  }

  ApiWorld world_;
};

TEST_F(PushRoutesTest, GivesTheKeyThatBrowsersRegisterWith) {
  const Answer answer = world_.get("/push/key", tokenFor("ann"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text({"publicKey"}).size(), 87U);
  const Answer again =
      world_.get("/push/key", tokenFor("ann"), {{"If-None-Match", answer.header("ETag")}});
  EXPECT_EQ(again.status, 304);
}

TEST_F(PushRoutesTest, RegistersDevicesAndShowsNothingThatReachesThem) {
  const Answer browser = add("ann", kBrowser);
  ASSERT_EQ(browser.status, 201) << browser.body;
  EXPECT_EQ(browser.header("Location"), "/push/targets/" + browser.text({"id"}));
  EXPECT_EQ(browser.text({"type"}), "webpush");
  EXPECT_EQ(browser.text({"server"}), "https://push.example.com");
  const Answer topic = add("ann", kTopic);
  ASSERT_EQ(topic.status, 201) << topic.body;
  const Answer list = world_.get("/push/targets", tokenFor("ann"));
  for (const std::string& body : {browser.body, topic.body, list.body}) {
    EXPECT_THAT(body, Not(HasSubstr("secret")));
    EXPECT_THAT(body, Not(HasSubstr("BCVxsr7N")));
    EXPECT_THAT(body, Not(HasSubstr("BTBZMqHH")));
  }
  EXPECT_EQ(countOf("ann"), 2U);
  EXPECT_EQ(countOf("bob"), 0U);
}

TEST_F(PushRoutesTest, KeepsTheIdOfAnAddressThatIsRegisteredAgain) {
  const Answer first = add("ann", kBrowser);
  std::string other = kBrowser;
  other.replace(other.find("laptop"), 6, "tablet");
  const Answer second = add("ann", other);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.text({"id"}), first.text({"id"}));
  EXPECT_EQ(second.text({"name"}), "tablet");
  EXPECT_EQ(countOf("ann"), 1U);
}

TEST_F(PushRoutesTest, GivesABrowserToWhoRegisteredItLast) {
  add("ann", kBrowser);
  add("ann", kTopic);
  EXPECT_EQ(add("bob", kBrowser).status, 201);
  EXPECT_EQ(add("bob", kTopic).status, 201);  // a topic can have many listeners
  EXPECT_EQ(countOf("ann"), 1U);
  EXPECT_EQ(countOf("bob"), 2U);
}

TEST_F(PushRoutesTest, NamesEveryProblemOfABody) {
  const Answer answer =
      add("ann", R"({"type":"webpush","keys":{"p256dh":"AAAA","auth":"#"},"x":1})");
  EXPECT_EQ(answer.status, 422);
  for (const char* field : {"endpoint", "keys.p256dh", "keys.auth", "x"}) {
    EXPECT_NE(issueOf(answer, field), "") << field << " in " << answer.body;
  }
  EXPECT_NE(issueOf(add("ann", R"({"type":"pigeon"})"), "type"), "");
  EXPECT_NE(
      issueOf(add("ann", R"({"type":"ntfy","url":"https://ntfy.example.com/a","token":"a b"})"),
              "token"),
      "");
}

TEST_F(PushRoutesTest, RefusesAddressesThatMayNotBeCalled) {
  for (const char* url :
       {"https://inside.example.com/topic", "https://127.0.0.1/topic", "http://ntfy.example.com/a",
        "https://nowhere.example.com/topic", "ftp://ntfy.example.com/topic", "topic"}) {
    const Answer answer = add("ann", R"({"type":"ntfy","url":")" + std::string(url) + R"("})");
    EXPECT_EQ(answer.status, 422) << url;
    EXPECT_NE(issueOf(answer, "url"), "") << url;
  }
  EXPECT_NE(issueOf(add("ann", R"({"type":"ntfy","url":"https://ntfy.example.com/"})"), "url"), "");
  EXPECT_EQ(countOf("ann"), 0U);
}

TEST_F(PushRoutesTest, RefusesTheTwentyFirstDevice) {
  for (int i = 0; i < 20; ++i) {
    const Answer answer = add(
        "ann", R"({"type":"ntfy","url":"https://ntfy.example.com/t)" + std::to_string(i) + R"("})");
    ASSERT_EQ(answer.status, 201);
  }
  EXPECT_EQ(add("ann", kTopic).status, 409);
  const Answer again = add("ann", R"({"type":"ntfy","url":"https://ntfy.example.com/t7"})");
  EXPECT_EQ(again.status, 201);
  const Answer page = world_.get("/push/targets?maxResults=15", tokenFor("ann"));
  const Answer rest = world_.get(
      "/push/targets?maxResults=15&pageToken=" + page.text({"nextPageToken"}), tokenFor("ann"));
  EXPECT_EQ(base::json::Document::parse(rest.body)->root().find("items").size(), 5U);
  EXPECT_EQ(rest.text({"nextPageToken"}), "");
}

TEST_F(PushRoutesTest, RepeatsTheFirstAnswerToTheSameKey) {
  const Answer first = add("ann", kTopic, {{"Idempotency-Key", "one"}});
  const Answer second = add("ann", kTopic, {{"Idempotency-Key", "one"}});
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
}

TEST_F(PushRoutesTest, RemovesADeviceOfTheCallerAlone) {
  const std::string path = "/push/targets/" + add("ann", kTopic).text({"id"});
  EXPECT_EQ(world_.call({Method::kDelete, path, tokenFor("bob"), {}, {}}).status, 404);
  EXPECT_EQ(world_.call({Method::kDelete, path, tokenFor("ann"), {}, {}}).status, 204);
  EXPECT_EQ(world_.call({Method::kDelete, path, tokenFor("ann"), {}, {}}).status, 404);
}

TEST_F(PushRoutesTest, SendsATestAndSaysWhatCameOfIt) {
  const std::string path = "/push/targets/" + add("ann", kTopic).text({"id"}) + "/test";
  EXPECT_EQ(world_.send(Method::kPost, path, tokenFor("bob"), "").status, 404);
  const Answer sent = world_.send(Method::kPost, path, tokenFor("ann"), "");
  EXPECT_EQ(sent.status, 200);
  EXPECT_EQ(sent.text({"status"}), "sent");
  ASSERT_EQ(world_.push.ntfySender.sent.size(), 1U);
  EXPECT_EQ(world_.push.ntfySender.sent[0].first.token, "tk_planted_secret");

  world_.push.ntfySender.answers.emplace_back(Error(Code::kUnavailable, "it is away"));
  const Answer failed = world_.send(Method::kPost, path, tokenFor("ann"), "");
  EXPECT_EQ(failed.text({"status"}), "failed");
  EXPECT_EQ(failed.text({"message"}), "it is away");
  EXPECT_EQ(countOf("ann"), 1U);

  world_.push.ntfySender.answers.emplace_back(Error(Code::kGone, "no such device"));
  EXPECT_EQ(world_.send(Method::kPost, path, tokenFor("ann"), "").text({"status"}), "gone");
  EXPECT_EQ(countOf("ann"), 0U);
}

}  // namespace
}  // namespace sw::api
