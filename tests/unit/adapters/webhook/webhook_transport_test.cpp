// Messages to a real server on the loopback interface, which is just where webhooks must not go.
#include "adapters/webhook/webhook_transport.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "adapters/webhook/system_resolver.h"
#include "base/local_loop.h"
#include "fakes/fake_webhook_network.h"

namespace sw::adapters::webhook {
namespace {

using namespace std::chrono_literals;
using base::Code;
using testing::HasSubstr;
using webhooks::Network;
using webhooks::TargetGuard;
using webhooks::Transport;

/// Answers every connection alike and counts them.
class Receiver {
 public:
  explicit Receiver(std::string answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(listener_, 8);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  [[nodiscard]] std::string port() const { return std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_.load(); }

 private:
  void run() {
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      ++connections_;
      std::array<char, 8192> request;
      static_cast<void>(::recv(connection, request.data(), request.size(), 0));
      static_cast<void>(::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL));
      ::shutdown(connection, SHUT_WR);
      while (::recv(connection, request.data(), request.size(), 0) > 0) {
      }
      ::close(connection);
    }
  }

  const std::string answer_;
  std::atomic<int> connections_{0};
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class WebhookTransportTest : public ::testing::Test {
 protected:
  base::Result<Transport::Answer> send(WebhookTransport::Options options, std::string url) {
    options.allowHttp = true;
    options.threads = 2;
    WebhookTransport transport(std::move(options));
    Transport::Message message;
    message.url = std::move(url);
    message.headers = {{"webhook-id", "1"}, {"Content-Type", "application/json"}};
    message.body = "{}";
    message.timeout = 10s;
    return base::runBlocking(transport.send(std::move(message)));
  }
};

TEST_F(WebhookTransportTest, SendsWhereConfigurationAllowsIt) {
  const Receiver receiver(
      "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 4\r\nConnection: close\r\n\r\nslow");
  WebhookTransport::Options options;
  options.policy.allowed = {*Network::parse("127.0.0.0/8")};
  const auto answer = send(options, "http://127.0.0.1:" + receiver.port() + "/hook");
  ASSERT_TRUE(answer.ok()) << answer.error().describe();
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->retryAfter, "7");
  EXPECT_EQ(answer->body, "slow");
}

TEST_F(WebhookTransportTest, ConnectsToNoSpecialAddress) {
  const Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  for (const std::string host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    const auto answer = send({}, "http://" + host + ":" + receiver.port() + "/hook");
    ASSERT_FALSE(answer.ok()) << host;
    EXPECT_EQ(answer.error().code(), Code::kForbidden) << host << answer.error().describe();
  }
  EXPECT_EQ(receiver.connections(), 0);
}

// The name had a public address when the webhook was registered, and has another one now.
TEST_F(WebhookTransportTest, IsNotFooledByANameThatLeadsElsewhereLater) {
  const Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const std::string url = "http://rebind.example:" + receiver.port() + "/hook";
  fakes::FakeResolver resolver;
  resolver.set("rebind.example", {"93.184.216.34"});
  TargetGuard guard({.policy = {}, .allowHttp = true}, resolver);
  ASSERT_TRUE(base::runBlocking(guard.check(url)).ok());

  WebhookTransport::Options options;
  options.knownHosts = {"rebind.example:" + receiver.port() + ":127.0.0.1"};
  const auto answer = send(options, url);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kForbidden);
  EXPECT_EQ(receiver.connections(), 0);

  // The same with the loopback address allowed arrives, so the name did lead there.
  options.policy.allowAll = true;
  const auto allowed = send(options, url);
  ASSERT_TRUE(allowed.ok()) << allowed.error().describe();
  EXPECT_EQ(receiver.connections(), 1);
}

TEST_F(WebhookTransportTest, CallsNoTargetWithoutTlsWhereThatIsNotAllowed) {
  const Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  WebhookTransport transport({.policy = {.allowAll = true}, .threads = 1});
  const auto answer =
      base::runBlocking(transport.send({.url = "http://127.0.0.1:" + receiver.port() + "/"}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kForbidden);
  EXPECT_EQ(receiver.connections(), 0);
}

TEST_F(WebhookTransportTest, FollowsNoRedirect) {
  const Receiver target("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const Receiver receiver("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + target.port() +
                          "/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  WebhookTransport::Options options;
  options.policy.allowAll = true;
  const auto answer = send(options, "http://127.0.0.1:" + receiver.port() + "/");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(WebhookTransportTest, KeepsTheFirstKilobyteOfALongAnswer) {
  const std::string body(100000, 'x');
  const Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body);
  WebhookTransport::Options options;
  options.policy.allowAll = true;
  const auto answer = send(options, "http://127.0.0.1:" + receiver.port() + "/");
  ASSERT_TRUE(answer.ok()) << answer.error().describe();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, body.substr(0, 1024));
}

TEST_F(WebhookTransportTest, RefusesToSendOnceItHasStopped) {
  WebhookTransport transport({.policy = {.allowAll = true}, .threads = 1});
  transport.stop();
  const auto answer = base::runBlocking(transport.send({.url = "http://127.0.0.1:1/"}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kCancelled);
  EXPECT_TRUE(webhooks::Transport::isUntried(answer.error()));
}

base::Task<int> refusalsOf(WebhookTransport& transport, int messages) {
  int open = messages;
  int refused = 0;
  const auto send = [](WebhookTransport& by, int& left, int& no) -> base::Detached {
    webhooks::Transport::Message message{.url = "http://127.0.0.1:1/"};
    message.timeout = std::chrono::seconds(5);
    const auto answer = co_await by.send(std::move(message));
    EXPECT_FALSE(answer.ok());
    if (!answer.ok() && webhooks::Transport::isUntried(answer.error())) {
      EXPECT_EQ(answer.error().code(), Code::kTooManyRequests);
      ++no;
    }
    --left;
  };
  for (int i = 0; i < messages; ++i) send(transport, open, refused);
  const int& left = open;  // counted down by what was sent
  while (left > 0) co_await base::sleepFor(std::chrono::milliseconds(1));
  co_return refused;
}

TEST_F(WebhookTransportTest, SaysWhenItHasTooMuchToSendAndNotThatTheTargetIsAway) {
  WebhookTransport transport(
      {.policy = {.allowAll = true}, .allowHttp = true, .threads = 1, .queueLimit = 1});
  const int refused = base::runBlocking(refusalsOf(transport, 100));
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 100);
}

TEST(SystemResolverTest, FindsLoopbackAndNothingForNamesThatCannotBe) {
  SystemResolver resolver;
  const auto found = base::runBlocking(resolver.resolve("localhost"));
  ASSERT_TRUE(found.ok()) << found.error().describe();
  ASSERT_FALSE(found->empty());
  for (const webhooks::IpAddress& address : *found) {
    EXPECT_EQ(webhooks::specialUse(address), "loopback");
  }
  EXPECT_FALSE(base::runBlocking(resolver.resolve("nothing.invalid")).ok());
}

}  // namespace
}  // namespace sw::adapters::webhook
