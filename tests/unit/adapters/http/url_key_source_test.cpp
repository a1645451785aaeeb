#include "adapters/http/url_key_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "unit/adapters/http/http_fixture.h"

namespace sw::adapters::http {
namespace {

using namespace std::chrono_literals;
using base::Code;
using testing::HasSubstr;

/// A server whose every answer a test decides.
class KeyServer {
 public:
  explicit KeyServer(std::function<base::Task<api::Response>(api::Request&)> answer) {
    handler_.onHandle = std::move(answer);
    server_ = *Server::start({}, handler_, clock_);
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/keys";
  }

 private:
  fakes::FakeClock clock_;
  FakeHandler handler_;
  std::unique_ptr<Server> server_;
};

base::Task<api::Response> answerOf(int status, std::string text) {
  api::Response response;
  response.status = status;
  response.body = std::move(text);
  co_return response;
}

TEST(UrlKeySource, GetsTheText) {
  const KeyServer server([](api::Request&) { return answerOf(200, R"({"keys":[]})"); });
  UrlKeySource source(server.url());
  const auto first = base::runBlocking(source.fetch());
  ASSERT_TRUE(first.ok()) << first.error().describe();
  EXPECT_EQ(*first, R"({"keys":[]})");
  EXPECT_TRUE(base::runBlocking(source.fetch()).ok());
}

TEST(UrlKeySource, TakesNothingButSuccess) {
  const KeyServer server([](api::Request&) { return answerOf(404, "no"); });
  UrlKeySource source(server.url());
  const auto answer = base::runBlocking(source.fetch());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
  EXPECT_THAT(answer.error().message(), HasSubstr("404"));
}

TEST(UrlKeySource, StopsAtOneMebibyte) {
  const KeyServer server(
      [](api::Request&) { return answerOf(200, std::string(UrlKeySource::kMaxBytes + 1, 'x')); });
  UrlKeySource source(server.url());
  const auto answer = base::runBlocking(source.fetch());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kIo);
}

TEST(UrlKeySource, SaysWhenNobodyIsThere) {
  UrlKeySource source("http://127.0.0.1:1/keys");
  const auto answer = base::runBlocking(source.fetch());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kUnavailable);
}

TEST(UrlKeySource, OpensNoFiles) {
  UrlKeySource source("file:///etc/hostname");
  EXPECT_FALSE(base::runBlocking(source.fetch()).ok());
}

TEST(UrlKeySource, GivesUpAtItsDeadline) {
  Gate gate;
  const KeyServer server([&gate](api::Request&) -> base::Task<api::Response> {
    co_await gate.pass();
    co_return api::Response{};
  });
  UrlKeySource source(server.url(), 50ms);
  const auto answer = base::runBlocking(source.fetch());
  gate.open();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kTimeout);
}

}  // namespace
}  // namespace sw::adapters::http
