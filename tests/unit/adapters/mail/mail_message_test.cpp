#include "adapters/mail/mail_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "adapters/mail/mail_alert_sink.h"
#include "adapters/mail/smtp_client.h"
#include "fakes/fake_clock.h"

namespace sw::adapters::mail {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using Security = SmtpServer::Security;

Mail sample() {
  Mail mail;
  mail.from = "scheduling@example.org";
  mail.fromName = "scheduling-worker";
  mail.to = {"ann@example.org", "bob@example.org"};
  mail.subject = "High error rate detected";
  mail.text = "plain";
  mail.html = "<p>rich</p>";
  mail.messageId = "one@example.org";
  mail.thread = {"incident.1@example.org"};
  mail.date = base::Instant(std::chrono::seconds(1767603600));
  return mail;
}

TEST(RenderMail, HasTheHeadersOfRfc5322AndBothParts) {
  const std::string text = renderMail(sample(), "boundary1");
  EXPECT_THAT(text, StartsWith("Date: Mon, 05 Jan 2026 09:00:00 +0000\r\n"));
  for (const char* part :
       {"From: \"scheduling-worker\" <scheduling@example.org>\r\n",
        "To: <ann@example.org>,\r\n <bob@example.org>\r\n", "Subject: High error rate detected\r\n",
        "Message-ID: <one@example.org>\r\n", "References: <incident.1@example.org>\r\n",
        "Auto-Submitted: auto-generated\r\n", "MIME-Version: 1.0\r\n",
        "Content-Type: multipart/alternative; boundary=\"boundary1\"\r\n\r\n--boundary1\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n", "\r\n\r\ncGxhaW4=\r\n",
        "Content-Type: text/html; charset=utf-8\r\n", "\r\n\r\nPHA+cmljaDwvcD4=\r\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, EndsWith("--boundary1--\r\n"));
}

TEST(RenderMail, NoTextCanAddAHeader) {
  Mail mail = sample();
  mail.subject = "Hello\r\nBcc: everybody@example.org\r\n\r\nbody";
  mail.fromName = "A\r\nX-Evil: 1";
  mail.to = {"ann@example.org>\r\nX-Evil: 2"};
  mail.messageId = "one\r\nX-Evil: 3@example.org";
  const std::string text = renderMail(mail, "b");
  EXPECT_THAT(text, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(text, Not(HasSubstr("\nX-Evil:")));
}

TEST(RenderMail, IsAsciiInShortLines) {
  Mail mail = sample();
  mail.subject = "Fehlerrate über 5 % – Zähler " + std::string(200, 'x') + " ☎";
  mail.text = std::string(1000, 'y') + "\n.\nÄ";
  const std::string text = renderMail(mail, "b");
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; }));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 78U);
    at = end + 2;
  }
  EXPECT_THAT(text, HasSubstr("Subject: =?utf-8?B?"));
}

TEST(AlertMail, SaysWhatFiresInSubjectTextAndHtml) {
  const fakes::FakeClock clock;
  obs::AlertNote note;
  note.name = "SchedulingWorkerDatabaseDown";
  note.severity = "critical";
  note.summary = "Scheduling Worker database connection lost";
  note.description = "<script>";
  note.instance = "copy-1";
  note.runbook = "https://git.example/runbook";
  note.since = clock.now();
  obs::AlertMessage message;
  message.service = "scheduling-worker";
  message.notes = {note};
  const Mail mail = alertMail(message, "a@example.org", {"b@example.org"}, clock);
  EXPECT_EQ(mail.subject, "[FIRING] Scheduling Worker database connection lost (critical)");
  EXPECT_THAT(mail.text, AllOf(HasSubstr("SchedulingWorkerDatabaseDown"), HasSubstr("copy-1"),
                               HasSubstr("https://git.example/runbook")));
  EXPECT_THAT(mail.html, AllOf(HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script>"))));
  EXPECT_THAT(mail.messageId, EndsWith("@example.org"));
  message.notes[0].ended = clock.now();
  const Mail over = alertMail(message, "a@example.org", {"b@example.org"}, clock);
  EXPECT_THAT(over.subject, StartsWith("[RESOLVED] "));
  EXPECT_EQ(over.thread, mail.thread);
  EXPECT_NE(over.messageId, mail.messageId);
}

TEST(SmtpUrl, SaysHowTheServerIsReached) {
  const auto plain = parseSmtpUrl("smtp://mail.example.org");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->security, Security::kWhenOffered);
  EXPECT_EQ(plain->address(), "mail.example.org:25");
  const auto startTls = parseSmtpUrl("smtp+starttls://ann%40x:p%2Fw@mail.example.org");
  ASSERT_TRUE(startTls.ok());
  EXPECT_EQ(startTls->security, Security::kStartTls);
  EXPECT_EQ(startTls->address(), "mail.example.org:587");
  EXPECT_EQ(startTls->user, "ann@x");
  EXPECT_EQ(startTls->password, "p/w");
  const auto tls = parseSmtpUrl("smtps://mail.example.org:4465");
  ASSERT_TRUE(tls.ok());
  EXPECT_EQ(tls->security, Security::kTls);
  EXPECT_EQ(tls->address(), "mail.example.org:4465");
}

TEST(SmtpUrl, RefusesOtherAddressesWithoutRepeatingThem) {
  for (const char* url : {"http://secret@mail.example.org", "smtp://", "secret", "smtp://a b"}) {
    const auto parsed = parseSmtpUrl(url);
    ASSERT_FALSE(parsed.ok()) << url;
    EXPECT_EQ(parsed.error().code(), base::Code::kConfiguration);
    EXPECT_THAT(parsed.error().describe(), Not(HasSubstr("secret")));
  }
}

TEST(SmtpClient, RefusesAddressesThatWouldEndTheirCommand) {
  SmtpClient client(SmtpServer{.host = "127.0.0.1", .port = 1});
  const auto sent =
      client.send("a@example.org", {"b@example.org>\r\nDATA"}, "x", std::chrono::milliseconds(100));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code(), base::Code::kInvalid);
}

}  // namespace
}  // namespace sw::adapters::mail
