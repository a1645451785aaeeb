#include "adapters/mail/mail_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "obs/log_sink.h"

namespace sw::adapters::mail {
namespace {

using reminders::Delivery;
using reminders::Message;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class NoSink final : public obs::LogSink {
 public:
  std::size_t append(std::string_view lines) override { return lines.size(); }
};

Message sample() {
  Message message;
  message.id = "0190163d-8694-739b-aea5-966c26f8ad91";
  message.email = "ann@example.org";
  message.title = "Laufen ☀";
  message.body = "Um 7 Uhr";
  message.link = "https://worker.example.org/#/habits/1";
  return message;
}

const MailChannelOptions kOptions{.server = std::nullopt,
                                  .from = "scheduling@example.org",
                                  .page = "https://worker.example.org/#/settings"};

TEST(ReminderMail, HasTheHeadersOfAnAutomaticMail) {
  const fakes::FakeClock clock;
  const Mail mail = reminderMail(sample(), kOptions, clock.now());
  const std::string text = renderMail(mail, {});
  for (const char* line :
       {"To: <ann@example.org>\r\n", "Subject: =?utf-8?B?TGF1ZmVuIOKYgA==?=\r\n",
        "Message-ID: <reminder.0190163d-8694-739b-aea5-966c26f8ad91@example.org>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "List-Unsubscribe: <https://worker.example.org/#/settings>\r\n", "MIME-Version: 1.0\r\n",
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("multipart")));
  std::string body = text.substr(text.find("\r\n\r\n") + 4);
  std::erase(body, '\r');
  std::erase(body, '\n');
  const auto decoded = base::decodeBase64(body);
  ASSERT_TRUE(decoded);
  EXPECT_THAT(*decoded, testing::StartsWith("Um 7 Uhr\n\nhttps://worker.example.org/#/habits/1\n"));
}

TEST(ReminderMail, LeavesOutWhatIsNotKnown) {
  Message message = sample();
  message.link.clear();
  MailChannelOptions options = kOptions;
  options.page.clear();
  const std::string text = renderMail(reminderMail(message, options, {}), {});
  EXPECT_THAT(text, Not(HasSubstr("List-Unsubscribe")));
}

TEST(ReminderMail, NoTextCanAddAHeader) {
  Message message = sample();
  message.title = "Run\r\nBcc: everybody@example.org\r\n\r\nbody";
  message.email = "ann@example.org>\r\nX-Evil: 1";
  const std::string text = renderMail(reminderMail(message, kOptions, {}), {});
  const std::string head = text.substr(0, text.find("\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(head, Not(HasSubstr("\nX-Evil")));
  EXPECT_THAT(head, HasSubstr("Content-Transfer-Encoding: base64"));
}

class MailChannelTest : public ::testing::Test {
 protected:
  fakes::FakeClock clock_;
  obs::Metrics metrics_{clock_};
  obs::MetricCatalog catalog_{metrics_};
  obs::Log log_{{}, std::make_unique<NoSink>(), {}, clock_, catalog_};
  reminders::ChannelProbe probe_{catalog_, log_};
  base::WorkerPool pool_{{.name = "mail"}};
  MailChannel::Parts parts_{pool_, probe_, clock_};
};

TEST_F(MailChannelTest, SkipsWithoutAServerOrAnAddress) {
  MailChannel without(kOptions, parts_);
  EXPECT_EQ(*base::runBlocking(without.send(sample())), Delivery::kSkipped);
  MailChannelOptions options = kOptions;
  options.server = SmtpServer{.host = "127.0.0.1", .port = 1};
  MailChannel with(options, parts_);
  Message message = sample();
  message.email.clear();
  EXPECT_EQ(*base::runBlocking(with.send(message)), Delivery::kSkipped);
}

TEST_F(MailChannelTest, IsTriedAgainWhenNobodyAnswersAndLeavesTheServerAlone) {
  MailChannelOptions options = kOptions;
  options.server = SmtpServer{.host = "127.0.0.1", .port = 1};  // nothing listens there
  MailChannel channel(options, parts_);
  for (int i = 0; i < 6; ++i) {
    const auto outcome = base::runBlocking(channel.send(sample()));
    ASSERT_FALSE(outcome.ok());
    EXPECT_TRUE(base::describe(outcome.error().code()).retryable);
    const bool held = outcome.error().message().find("not called for a while") != std::string::npos;
    EXPECT_EQ(held, i == 5);
  }
}

TEST_F(MailChannelTest, RefusesEverythingOnceItIsAborted) {
  MailChannelOptions options = kOptions;
  options.server = SmtpServer{.host = "127.0.0.1", .port = 1};
  MailChannel channel(options, parts_);
  channel.abort();
  const auto outcome = base::runBlocking(channel.send(sample()));
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message(), EndsWith("the service stops"));
}

}  // namespace
}  // namespace sw::adapters::mail
