#include "app/network_address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/operations/loopback_probe.h"
#include "app/sign_in_link.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;
using base::Code;

/// A socket that listens on a free loopback port.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(socket_); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

TEST(NetworkAddress, KeepsNumbersAndFindsNames) {
  EXPECT_EQ(*numericAddress("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(*numericAddress("::1"), "::1");
  const auto local = numericAddress("localhost");
  ASSERT_TRUE(local.ok());
  EXPECT_TRUE(isLoopback(*local));
  EXPECT_EQ(numericAddress("no such host").error().code(), Code::kConfiguration);
}

TEST(NetworkAddress, KnowsWhatIsReachedFromThisMachineOnly) {
  EXPECT_TRUE(isLoopback("127.0.0.1"));
  EXPECT_TRUE(isLoopback("127.8.9.10"));
  EXPECT_TRUE(isLoopback("::1"));
  EXPECT_FALSE(isLoopback("0.0.0.0"));
  EXPECT_FALSE(isLoopback("::"));
  EXPECT_FALSE(isLoopback("192.0.2.1"));
}

TEST(NetworkAddress, SaysWhenAPortIsTaken) {
  const Listener taken;
  const auto checked = checkListenable("127.0.0.1", taken.port());
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code(), Code::kConfiguration);
  EXPECT_THAT(checked.error().message(),
              testing::EndsWith(std::to_string(taken.port()) + " is in use by another program"));
  EXPECT_TRUE(checkListenable("127.0.0.1", 0).ok());
  EXPECT_FALSE(checkListenable("192.0.2.1", 4000).ok());  // TEST-NET-1: not ours
}

TEST(LoopbackProbe, SaysWhenNothingListens) {
  std::uint16_t port = 0;
  {
    port = Listener().port();
  }
  const auto asked = probe("127.0.0.1", port, "/health/ready", 5s);
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code(), Code::kUnavailable);
}

TEST(LoopbackProbe, GivesUpWhenNobodyAnswers) {
  const Listener silent;
  const auto asked = probe("0.0.0.0", silent.port(), "/health/ready", 20ms);
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code(), Code::kTimeout);
}

TEST(PageAddress, IsWhatPeopleCanOpen) {
  EXPECT_EQ(pageAddress("", "127.0.0.1", 3007, false), "http://127.0.0.1:3007/");
  EXPECT_EQ(pageAddress("", "0.0.0.0", 3007, false), "http://127.0.0.1:3007/");
  EXPECT_EQ(pageAddress("", "::", 3007, true), "https://[::1]:3007/");
  EXPECT_EQ(pageAddress("https://plan.example.com", "0.0.0.0", 3007, false),
            "https://plan.example.com/");
  EXPECT_EQ(pageAddress("https://example.com/plan/", "0.0.0.0", 3007, false),
            "https://example.com/plan/");
}

}  // namespace
}  // namespace sw::app
