#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/push/message_encryption.h"
#include "adapters/push/ntfy_sender.h"
#include "adapters/push/web_push_sender.h"
#include "base/base64.h"
#include "base/jws.h"
#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_webhook_network.h"
#include "obs/log_sink.h"

namespace sw::adapters::push {
namespace {

using base::Code;
using base::Error;
using fakes::FakeTransport;
using reminders::Message;
using reminders::PushAddress;
using reminders::PushKind;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

/// Keeps the log's lines.
class LinesSink final : public obs::LogSink {
 public:
  explicit LinesSink(std::string& lines) : lines_(lines) {}
  std::size_t append(std::string_view lines) override {
    lines_ += lines;
    return lines.size();
  }

 private:
  std::string& lines_;
};

class SendersTest : public ::testing::Test {
 protected:
  SendersTest() {
    message_.id = "0190163d-8694-739b-aea5-966c26f8ad91";
    message_.title = "Laufen\r\nX-Evil: 1 ☀";
    message_.body = "Um 7 Uhr";
    message_.link = "https://worker.example.org/#/habits/1";
    message_.occasion = clock_.now() + 10min;
    message_.expires = clock_.now() + 30min;
  }

  FakeTransport::Answer answer(int status, std::string retryAfter = {}) {
    return {status, "a body of the server's", std::move(retryAfter)};
  }
  base::Result<void> pushToBrowser() {
    return base::runBlocking(webPush_.push(browser_, message_, 5s));
  }
  base::Result<void> pushToTopic() { return base::runBlocking(ntfy_.push(topic_, message_, 5s)); }
  std::string header(std::string_view name) {
    return FakeTransport::header(transport_.sent.back(), name);
  }

  std::string lines_;
  fakes::FakeClock clock_;
  obs::Metrics metrics_{clock_};
  obs::MetricCatalog catalog_{metrics_};
  obs::Log log_{{}, std::make_unique<LinesSink>(lines_), {}, clock_, catalog_};
  reminders::ChannelProbe probe_{catalog_, log_};
  FakeTransport transport_;
  PushCaller::Parts parts_{transport_, probe_, clock_};
  EcKey key_ = *EcKey::generate();
  std::unique_ptr<Vapid> vapid_ = *Vapid::make(key_, "mailto:ops@example.org", clock_);
  WebPushSender webPush_{parts_, *vapid_, false};
  NtfySender ntfy_{parts_, false};
  EcKey receiver_ = *EcKey::generate();
  PushAddress browser_{.kind = PushKind::kWebPush,
                       .url = "https://push.example.com/send/planted-path",
                       .p256dh = receiver_.publicPoint(),
                       .auth = std::string(16, 'a')};
  PushAddress topic_{.kind = PushKind::kNtfy,
                     .url = "https://ntfy.example.com/planted-topic",
                     .token = "tk_planted"};
  Message message_;
};

TEST_F(SendersTest, WebPushSendsWhatTheSpecificationsAskFor) {
  transport_.answers.emplace_back(answer(201));
  ASSERT_TRUE(pushToBrowser().ok());
  ASSERT_EQ(transport_.sent.size(), 1U);
  EXPECT_EQ(transport_.sent[0].url, browser_.url);
  EXPECT_EQ(transport_.sent[0].timeout, 5s);
  EXPECT_EQ(header("TTL"), "1800");
  EXPECT_EQ(header("Urgency"), "high");
  EXPECT_EQ(header("Topic"), "0190163d8694739baea5966c26f8ad91");
  EXPECT_EQ(header("Content-Encoding"), "aes128gcm");
  EXPECT_THAT(transport_.sent[0].body, Not(HasSubstr("Laufen")));
  EXPECT_EQ(transport_.sent[0].body.substr(16, 5), std::string("\0\0\x10\0\x41", 5));
}

TEST_F(SendersTest, WebPushSaysWhoSends) {
  ASSERT_TRUE(pushToBrowser().ok());
  const std::string first = header("Authorization");
  ASSERT_THAT(first, StartsWith("vapid t="));
  const std::size_t comma = first.find(", k=");
  ASSERT_NE(comma, std::string::npos);
  EXPECT_EQ(first.substr(comma + 4), base::encodeBase64Url(key_.publicPoint()));
  const auto jwk = base::json::Document::parse(key_.toJwk());
  const auto claims =
      base::verifyJws(first.substr(8, comma - 8), *base::JwsKey::fromJwk(jwk->root()));
  ASSERT_TRUE(claims.ok());
  const auto document = base::json::Document::parse(*claims);
  EXPECT_EQ(document->root().find("aud").asString(), "https://push.example.com");
  EXPECT_EQ(document->root().find("sub").asString(), "mailto:ops@example.org");
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  EXPECT_EQ(document->root().find("exp").asInteger(), (now + 12h).time_since_epoch().count());

  clock_.advance(5h);
  ASSERT_TRUE(pushToBrowser().ok());
  EXPECT_EQ(header("Authorization"), first);
  clock_.advance(2h);
  ASSERT_TRUE(pushToBrowser().ok());
  EXPECT_NE(header("Authorization"), first);
}

TEST_F(SendersTest, WebPushCutsALongBodyAtACharacter) {
  message_.body.clear();
  for (int i = 0; i < 4000; ++i) message_.body += "☀";
  const std::string payload = webPushPayload(message_);
  EXPECT_LE(payload.size(), kMaxPlainBytes);
  EXPECT_GE(payload.size(), kMaxPlainBytes - 600);
  const auto document = base::json::Document::parse(payload);
  ASSERT_TRUE(document.ok());
  EXPECT_THAT(std::string(*document->root().find("body").asString()), testing::EndsWith("☀…"));
  message_.body.assign(4000, '\x01');  // each takes six bytes
  EXPECT_LE(webPushPayload(message_).size(), kMaxPlainBytes);
}

TEST_F(SendersTest, NtfyPublishesWithHeadersThatNoTextCanBreakOutOf) {
  ASSERT_TRUE(pushToTopic().ok());
  EXPECT_EQ(transport_.sent[0].url, topic_.url);
  EXPECT_EQ(transport_.sent[0].body, "Um 7 Uhr");
  EXPECT_EQ(header("Title"), "Laufen  X-Evil: 1 ☀");
  EXPECT_EQ(header("Priority"), "high");
  EXPECT_EQ(header("Tags"), "repeat");
  EXPECT_EQ(header("Click"), message_.link);
  EXPECT_EQ(header("X-Sequence-ID"), message_.id);
  EXPECT_EQ(header("Authorization"), "Bearer tk_planted");
  topic_.token.clear();
  ASSERT_TRUE(pushToTopic().ok());
  EXPECT_EQ(header("Authorization"), "");
}

TEST_F(SendersTest, SaysWhatEachAnswerMeans) {
  const std::pair<int, Code> kBrowser[] = {
      {404, Code::kGone},        {410, Code::kGone},        {429, Code::kTooManyRequests},
      {500, Code::kUnavailable}, {503, Code::kUnavailable}, {401, Code::kForbidden},
      {403, Code::kForbidden},   {413, Code::kInvalid},     {400, Code::kInvalid},
      {301, Code::kInvalid},
  };
  for (const auto& [status, code] : kBrowser) {
    transport_.answers.emplace_back(answer(status));
    const auto outcome = pushToBrowser();
    ASSERT_FALSE(outcome.ok()) << status;
    EXPECT_EQ(outcome.error().code(), code) << status;
    EXPECT_THAT(outcome.error().describe(), Not(HasSubstr("planted")));
  }
  transport_.answers.emplace_back(answer(404));
  EXPECT_EQ(pushToTopic().error().code(), Code::kInvalid) << "the server is none of ntfy's";
}

TEST_F(SendersTest, LeavesAServerAloneThatFails) {
  for (int i = 0; i < 5; ++i) {
    transport_.answers.emplace_back(Error(Code::kUnavailable, "nobody answers"));
    EXPECT_FALSE(pushToBrowser().ok());
  }
  const auto held = pushToBrowser();
  ASSERT_FALSE(held.ok());
  EXPECT_TRUE(base::describe(held.error().code()).retryable);
  EXPECT_EQ(transport_.sent.size(), 5U);
  EXPECT_TRUE(pushToTopic().ok()) << "another server";
  clock_.advance(30s);
  EXPECT_TRUE(pushToBrowser().ok());
  EXPECT_TRUE(pushToBrowser().ok());
}

TEST_F(SendersTest, WaitsAsLongAsTheServerAsks) {
  transport_.answers.emplace_back(answer(429, "90"));
  EXPECT_FALSE(pushToTopic().ok());
  clock_.advance(89s);
  EXPECT_FALSE(pushToTopic().ok());
  EXPECT_EQ(transport_.sent.size(), 1U);
  clock_.advance(1s);
  EXPECT_TRUE(pushToTopic().ok());
}

TEST_F(SendersTest, TellsNoSecretInTheLog) {
  transport_.answers.emplace_back(answer(403));
  EXPECT_FALSE(pushToTopic().ok());
  transport_.answers.emplace_back(Error(Code::kForbidden, "the address may not be called"));
  EXPECT_FALSE(pushToBrowser().ok());
  log_.flush();
  EXPECT_THAT(lines_, HasSubstr("A reminder could not be handed over"));
  EXPECT_THAT(lines_, HasSubstr("ntfy.example.com"));
  EXPECT_THAT(lines_, Not(HasSubstr("planted")));
  EXPECT_THAT(lines_, Not(HasSubstr("Laufen")));
}

TEST_F(SendersTest, RefusesAnAddressWithoutTls) {
  topic_.url = "http://ntfy.example.com/topic";
  EXPECT_EQ(pushToTopic().error().code(), Code::kInvalid);
  EXPECT_TRUE(transport_.sent.empty());
}

}  // namespace
}  // namespace sw::adapters::push
