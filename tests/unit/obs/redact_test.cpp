#include "obs/redact.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>

namespace sw::obs {
namespace {

struct Case {
  const char* text;
  const char* expected;
};

TEST(Redactor, RemovesWhatLooksLikeASecret) {
  const Redactor redactor;
  const Case cases[] = {
      {"Authorization: Bearer abc.DEF-123~+/=", "Authorization: Bearer [redacted]"},
      {"sent bearer AbCdEf0123 to it", "sent bearer [redacted] to it"},
      {"authorization: Basic dXNlcjpwYXNz", "authorization: Basic [redacted]"},
      {"postgres://sw:p@ss:w0rd@db:5432/x?sslmode=require",
       "postgres://sw:[redacted]@db:5432/x?sslmode=require"},
      {"redis://:se/cret@cache:6379/0 is down", "redis://:[redacted]@cache:6379/0 is down"},
      {"https://0123456789abcdef@o1.ingest.sentry.io/2",
       "https://[redacted]@o1.ingest.sentry.io/2"},
      {"token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln refused", "token [redacted] refused"},
      {"got ya29.a0AfH6SMBx-yz_12 from Google", "got [redacted] from Google"},
      {"refresh 1//0gFqk3Xxyz-ABCDEFGHIJKLMNOP ok", "refresh [redacted] ok"},
      {"code 4/0AX4XfWjYZ1234567890abcdefg ok", "code [redacted] ok"},
      {"GET /feeds/AbC123xyz.ics 200", "GET /feeds/[redacted].ics 200"},
      {"GET /feeds/AbC123xyz?x=1", "GET /feeds/[redacted]?x=1"},
      {"GET /feeds/{token}.ics", "GET /feeds/{token}.ics"},
      {"https://hooks.slack.com/services/T0/B0/XyZ failed",
       "https://hooks.slack.com/services/[redacted] failed"},
      {"/cb?code=abc&state=def&x=1", "/cb?code=[redacted]&state=[redacted]&x=1"},
      {"http://h/#code=ABC123 opened", "http://h/#code=[redacted] opened"},
      {"{\"password\": \"a\\\"b\", \"x\": 1}", "{\"password\": \"[redacted]\", \"x\": 1}"},
      {"client_secret=abc refresh_token='d e'",
       "client_secret=[redacted] refresh_token='[redacted]'"},
      {"Set-Cookie: sid=abc; Path=/", "Set-Cookie: [redacted]; Path=/"},
      {"key GOCSPX-abcdefghijklmnop", "key [redacted]"},
      {"signed with whsec_MfKQ9r8GKYqrTwjU", "signed with [redacted]"},
      {"token sw_pat_MfKQ9r8GKYqrTwjUxyz", "token [redacted]"},
      {"Cookie: sw_session=MfKQ9r8GKYqrTwjUxyz", "Cookie: [redacted]"},
      {"maps AIzaSyA1234567890abcdefghijklmnopqrstuv", "maps [redacted]"},
      {"-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\nrest",
       "[redacted]\nrest"},
  };
  for (const Case& one : cases) EXPECT_EQ(redactor.redact(one.text), one.expected);
}

TEST(Redactor, LeavesOrdinaryTextAlone) {
  const Redactor redactor;
  for (const char* text :
       {"Calendar sync completed successfully", "https://example.com:8080/a@b?x=1",
        "status code=500 in 12 ms", "basic problem", "0194388e-5c00-7abc-8def-0123456789ab",
        "ratio 1/2 and 4/5", "a == b: c", "http://jaeger:14268/api/traces", "", "://", "key=", "=",
        "user@example.com"}) {
    EXPECT_EQ(redactor.redact(text), text);
  }
}

TEST(Redactor, KnowsSecretNamesInAnySpelling) {
  for (const char* name : {"password", "apiKey", "X-Api-Key", "client_secret", "refreshToken",
                           "Authorization", "Set-Cookie", "SENTRY_DSN", "private-key"}) {
    EXPECT_TRUE(Redactor::isSecretName(name)) << name;
  }
  for (const char* name : {"endpoint", "status", "userId", "duration", "author", "keyboard"}) {
    EXPECT_FALSE(Redactor::isSecretName(name)) << name;
  }
}

TEST(Redactor, RemovesConfiguredSecretsWhereverTheyStand) {
  Redactor redactor;
  redactor.addSecret("hunter2hunter2");
  redactor.addSecret("hunter2");
  redactor.addSecret("abc");  // too short to look for
  EXPECT_EQ(redactor.redact("xhunter2hunter2y hunter2 abc"), "x[redacted]y [redacted] abc");
}

TEST(Redactor, LearnsSecretsWhileItsCopiesWork) {
  const Redactor redactor;
  const auto copy = std::make_unique<Redactor>(redactor);
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) EXPECT_EQ(copy->redact("plain"), "plain");
  });
  for (int i = 0; i < 100; ++i) redactor.addSecret("secret-value-" + std::to_string(i));
  stop = true;
  reader.join();
  EXPECT_EQ(copy->redact("x secret-value-7 y"), "x [redacted] y");
}

TEST(Redactor, CopiesRandomBytesWithoutHarm) {
  Redactor redactor;
  redactor.addSecret("planted-secret");
  std::mt19937 random(7);
  const std::string alphabet = ":=/.- _JzeyB\"'\\@&?#1ya29 bearer\n\xff";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i) text += alphabet[random() % alphabet.size()];
    const std::string prefix = text.substr(0, text.size() / 2);
    text = prefix + "planted-secret" + text.substr(text.size() / 2);
    EXPECT_EQ(redactor.redact(text).find("planted-secret"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace sw::obs
