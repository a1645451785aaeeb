// Calls to real servers on the loopback interface: our own, and one that answers raw bytes.
#include "adapters/http/client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "unit/adapters/http/http_fixture.h"

namespace sw::adapters::http {
namespace {

using namespace std::chrono_literals;
using base::Code;
using testing::HasSubstr;
using testing::Not;

std::string addressOf(std::uint16_t port, std::string_view target = "/") {
  return "http://127.0.0.1:" + std::to_string(port) + std::string(target);
}

/// A server that gives each connection in turn the bytes it was made with, then ends it.
class RawServer {
 public:
  explicit RawServer(std::vector<std::string> answers, bool reads = true)
      : answers_(std::move(answers)), reads_(reads) {
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
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void run() const {
    for (const std::string& answer : answers_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      std::array<char, 4096> request;
      if (reads_) (void)::recv(connection, request.data(), request.size(), 0);
      (void)::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::shutdown(connection, SHUT_WR);
      while (reads_ && ::recv(connection, request.data(), request.size(), 0) > 0) {
      }
      ::close(connection);
    }
  }

  std::vector<std::string> answers_;
  bool reads_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

base::Task<api::Response> echo(api::Request& request) {
  api::Response response;
  response.body = std::string(request.head.header("X-Kind")) + '|' +
                  std::string(request.head.header("Content-Type")) + '|' +
                  std::string(request.head.header("Expect")) + '|' + std::string(request.body);
  response.with("X-Answer", "first");
  response.with("x-answer", "last");
  co_return response;
}

TEST(Client, SendsMethodHeadersAndBody) {
  const Running running({}, [](FakeHandler& handler) { handler.onHandle = echo; });
  Client client;
  const std::string body(4096, 'b');
  const ClientRequest request{.method = "POST",
                              .url = addressOf(running.port(), "/in?a=b"),
                              .headers = {{"X-Kind", "test"}, {"Content-Type", "text/x-own"}},
                              .body = body};
  const auto answer = client.send(request);
  ASSERT_TRUE(answer.ok()) << answer.error().describe();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "test|text/x-own||" + body);
  EXPECT_EQ(answer->header("x-answer"), "last");
  EXPECT_EQ(answer->header("absent"), "");
}

TEST(Client, AddsNoContentTypeOfItsOwn) {
  const Running running({}, [](FakeHandler& handler) { handler.onHandle = echo; });
  Client client;
  const auto answer = client.send({.method = "POST", .url = addressOf(running.port())});
  ASSERT_TRUE(answer.ok()) << answer.error().describe();
  EXPECT_EQ(answer->body, "|||");
}

TEST(Client, AnswersAnyStatusAndHead) {
  const Running running({}, [](FakeHandler& handler) {
    handler.onHandle = [](api::Request&) -> base::Task<api::Response> {
      api::Response response;
      response.status = 302;
      response.with("Location", "/elsewhere");
      response.body = std::string("moved");
      co_return response;
    };
  });
  Client client;
  const auto got = client.send({.url = addressOf(running.port())});
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->status, 302);
  EXPECT_EQ(got->header("location"), "/elsewhere");
  EXPECT_EQ(got->body, "moved");
  const auto head = client.send({.method = "HEAD", .url = addressOf(running.port())});
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->status, 302);
  EXPECT_EQ(head->body, "");
}

TEST(Client, KeepsTheConnectionBetweenCalls) {
  // One connection gets both answers; a second connection would find nobody who accepts it.
  const std::string once = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  auto served = std::async(std::launch::async, [&] {
    const int connection = ::accept(listener, nullptr, nullptr);
    std::array<char, 4096> request;
    int calls = 0;
    while (::recv(connection, request.data(), request.size(), 0) > 0) {
      ++calls;
      (void)::send(connection, once.data(), once.size(), MSG_NOSIGNAL);
    }
    ::close(connection);
    return calls;
  });
  {
    Client client;
    for (int i = 0; i < 3; ++i) {
      const auto answer =
          client.send({.url = addressOf(ntohs(address.sin_port)), .timeout = 5000ms});
      ASSERT_TRUE(answer.ok()) << answer.error().describe();
      EXPECT_EQ(answer->body, "ok");
    }
  }
  EXPECT_EQ(served.get(), 3);
  ::close(listener);
}

TEST(Client, UsesANewConnectionWhenTheOldOneWasClosed) {
  const std::string once = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const RawServer server({once, once});
  Client client;
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.send({.url = addressOf(server.port()), .timeout = 5000ms});
    ASSERT_TRUE(answer.ok()) << answer.error().describe();
    EXPECT_EQ(answer->body, "ok");
  }
}

TEST(Client, ForgetsTheHeadersOfAnInterimAnswer) {
  const RawServer server(
      {"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n"
       "HTTP/1.1 201 Created\r\nX-Late: yes\r\nContent-Length: 0\r\n\r\n"});
  Client client;
  const auto answer = client.send({.url = addressOf(server.port()), .timeout = 5000ms});
  ASSERT_TRUE(answer.ok()) << answer.error().describe();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->header("x-early"), "");
  EXPECT_EQ(answer->header("x-late"), "yes");
}

TEST(Client, RefusesAnAnswerThatIsTooLong) {
  const std::string body(5000, 'x');
  const RawServer server({"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + body,
                          "HTTP/1.1 200 OK\r\nX-Long: " + std::string(70'000, 'h') + "\r\n\r\n"});
  Client client({.maxAnswerBytes = 4999});
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.send({.url = addressOf(server.port()), .timeout = 5000ms});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), Code::kIo);
  }
}

TEST(Client, FailsOnAnAnswerThatIsCutOff) {
  const RawServer server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nfew", "no HTTP at all\r\n"});
  Client client;
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.send({.url = addressOf(server.port()), .timeout = 5000ms});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), Code::kUnavailable);
  }
}

TEST(Client, TellsNothingSecretOfTheAddress) {
  Client client;
  const auto answer = client.send(
      {.url = "http://user:hushhush@127.0.0.1:1/services/T0/B0?key=hushhush", .timeout = 5000ms});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
  EXPECT_THAT(answer.error().describe(), HasSubstr("http://127.0.0.1:1"));
  EXPECT_THAT(answer.error().describe(), Not(HasSubstr("hushhush")));
  EXPECT_THAT(answer.error().describe(), Not(HasSubstr("services")));
}

TEST(Client, RefusesOtherAddressesAndBrokenHeaders) {
  Client client;
  for (const char* url : {"", "file:///etc/hostname", "ftp://127.0.0.1/x", "//127.0.0.1/",
                          "nonsense", "http://", "http://exa mple/"}) {
    const auto answer = client.send({.url = url});
    ASSERT_FALSE(answer.ok()) << url;
    EXPECT_EQ(answer.error().code(), Code::kInvalid) << url;
  }
  const ClientRequest split{.url = "http://127.0.0.1:1/", .headers = {{"X-A", "b\r\nX-C: d"}}};
  EXPECT_EQ(client.send(split).error().code(), Code::kInvalid);
}

TEST(Client, GivesUpAtItsDeadline) {
  Gate gate;
  const Running running({}, [&gate](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request&) -> base::Task<api::Response> {
      co_await gate.pass();
      co_return api::Response{};
    };
  });
  Client client;
  const auto answer = client.send({.url = addressOf(running.port()), .timeout = 50ms});
  gate.open();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kTimeout);
  EXPECT_EQ(client.send({.url = addressOf(running.port()), .timeout = 0ms}).error().code(),
            Code::kTimeout);
}

TEST(Client, EndsTheCallPromptlyWhenAborted) {
  Gate gate;
  const Running running({}, [&gate](FakeHandler& handler) {
    handler.onHandle = [&gate](api::Request&) -> base::Task<api::Response> {
      co_await gate.pass();
      co_return api::Response{};
    };
  });
  Client client;
  auto call = std::async(std::launch::async, [&] {
    return client.send({.url = addressOf(running.port()), .timeout = 60'000ms});
  });
  gate.waitForWaiting(1);
  const auto begun = std::chrono::steady_clock::now();
  client.abort();
  const auto answer = call.get();
  const auto took = std::chrono::steady_clock::now() - begun;
  gate.open();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
  EXPECT_LT(took, 5s);  // 50 ms but for a busy machine; without the abort it is a minute
  EXPECT_EQ(client.send({.url = addressOf(running.port())}).error().code(), Code::kUnavailable);
}

TEST(Client, TakesNoProxyFromTheEnvironment) {
  const Running running;
  // NOLINTBEGIN(concurrency-mt-unsafe): the server's threads read no environment
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("all_proxy", "http://127.0.0.1:1", 1);
  Client client;
  const auto answer = client.send({.url = addressOf(running.port())});
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
  // NOLINTEND(concurrency-mt-unsafe)
  ASSERT_TRUE(answer.ok()) << answer.error().describe();
  EXPECT_EQ(answer->status, 200);
}

}  // namespace
}  // namespace sw::adapters::http
