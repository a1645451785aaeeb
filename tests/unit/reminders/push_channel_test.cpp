#include "reminders/push_channel.h"

#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_push_sender.h"
#include "fakes/fake_push_store.h"

namespace sw::reminders {
namespace {

using base::Code;
using base::Error;
using namespace std::chrono_literals;

constexpr std::string_view kSecret = "a secret of 32 bytes for the tests";

class PushChannelTest : public ::testing::Test {
 protected:
  PushTarget add(const std::string& url, PushKind kind = PushKind::kWebPush) {
    clock_.advance(1ms);  // ids are in the order of their milliseconds
    PushTarget target;
    target.id = base::newUuid(clock_);
    target.userId = user_;
    target.kind = kind;
    target.fingerprint = keeper_.fingerprint(url);
    target.sealed = keeper_.seal({.kind = kind, .url = url}, target.id);
    const auto unit = storage_.begin();
    store_.put(*unit, target);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
    return target;
  }
  base::Result<Delivery> send(const std::string& id = "one") {
    Message message;
    message.id = id;
    message.userId = user_;
    message.title = "Run";
    return base::runBlocking(channel_.send(message));
  }
  std::vector<std::string> calledUrls() const {
    std::vector<std::string> urls;
    for (const auto& [address, message] : sender_.sent) urls.push_back(address.url);
    return urls;
  }
  std::size_t count() { return base::runBlocking(store_.ofUser(user_))->size(); }

  fakes::FakeClock clock_;
  fakes::FakeStorage storage_;
  fakes::FakePushStore store_{storage_};
  PushKeeper keeper_{kSecret};
  fakes::FakePushSender sender_{PushKind::kWebPush};
  PushChannel channel_{"web_push", {storage_, store_, keeper_, sender_}, clock_};
  base::Uuid user_ = base::newUuid(clock_);
};

TEST_F(PushChannelTest, SkipsWhoHasNoDeviceOfItsKind) {
  add("https://ntfy.example.com/topic", PushKind::kNtfy);
  const auto outcome = send();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(*outcome, Delivery::kSkipped);
  EXPECT_TRUE(sender_.sent.empty());
}

TEST_F(PushChannelTest, SendsToEveryDevice) {
  add("https://a.example.com/1");
  add("https://b.example.com/2");
  const auto outcome = send();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(*outcome, Delivery::kSent);
  EXPECT_EQ(calledUrls(),
            (std::vector<std::string>{"https://a.example.com/1", "https://b.example.com/2"}));
}

TEST_F(PushChannelTest, TriesAgainOnlyTheDevicesThatDidNotTakeIt) {
  add("https://a.example.com/1");
  add("https://b.example.com/2");
  sender_.answers = {base::Result<void>(), Error(Code::kUnavailable, "away")};
  const auto first = send();
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().code(), Code::kUnavailable);
  sender_.sent.clear();
  const auto second = send();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(*second, Delivery::kSent);
  EXPECT_EQ(calledUrls(), std::vector<std::string>{"https://b.example.com/2"});
  sender_.sent.clear();
  EXPECT_TRUE(send("another message").ok());
  EXPECT_EQ(sender_.sent.size(), 2U);
}

TEST_F(PushChannelTest, RemovesADeviceThatIsGone) {
  add("https://a.example.com/1");
  add("https://b.example.com/2");
  sender_.answers = {Error(Code::kGone, "gone")};
  const auto outcome = send();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(*outcome, Delivery::kSent);
  EXPECT_EQ(count(), 1U);
  sender_.answers = {Error(Code::kGone, "gone")};
  EXPECT_EQ(*send("two"), Delivery::kSkipped);
  EXPECT_EQ(count(), 0U);
}

TEST_F(PushChannelTest, LeavesADeviceThatWasRegisteredAnewMeanwhile) {
  PushTarget target = add("https://a.example.com/1");
  sender_.answers = {Error(Code::kGone, "gone")};
  sender_.onPush = [&] {
    target.sealed = keeper_.seal({.url = "https://a.example.com/1", .auth = "new"}, target.id);
    const auto unit = storage_.begin();
    store_.put(*unit, target);
    EXPECT_TRUE(base::runBlocking(unit->commit()).ok());
  };
  EXPECT_EQ(*send(), Delivery::kSkipped);
  EXPECT_EQ(count(), 1U);
}

TEST_F(PushChannelTest, HidesARefusalWhereAnotherDeviceTookIt) {
  add("https://a.example.com/1");
  add("https://b.example.com/2");
  sender_.answers = {Error(Code::kInvalid, "too long")};
  EXPECT_EQ(*send(), Delivery::kSent);
  sender_.answers = {Error(Code::kInvalid, "too long"), Error(Code::kForbidden, "no")};
  const auto outcome = send("two");
  ASSERT_FALSE(outcome.ok());
  EXPECT_FALSE(base::describe(outcome.error().code()).retryable);
}

TEST_F(PushChannelTest, EndsWithinThePatienceOfThePort) {
  for (int i = 0; i < 5; ++i) add("https://a.example.com/" + std::to_string(i));
  sender_.answers.assign(5, Error(Code::kTimeout, "slow"));
  sender_.onPush = [&] { clock_.advance(sender_.timeouts.back()); };
  const base::Monotonic begun = clock_.monotonic();
  const auto outcome = send();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kTimeout);
  EXPECT_LE(clock_.monotonic() - begun, 30s);
  EXPECT_EQ(sender_.sent.size(), 3U);
}

TEST_F(PushChannelTest, SaysWhenAnAddressCannotBeDecrypted) {
  const PushTarget target = add("https://a.example.com/1");
  const PushKeeper other("another secret of at least 32 bytes");
  PushChannel channel("web_push", {storage_, store_, other, sender_}, clock_);
  const auto outcome = base::runBlocking(channel.sendTo(target, Message{}, 1s));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kCorrupted);
  EXPECT_TRUE(sender_.sent.empty());
}

TEST(PushKeeperTest, OpensWhatItSealedForThatTargetAlone) {
  const fakes::FakeClock clock;
  const PushKeeper keeper(kSecret);
  PushTarget target;
  target.id = base::newUuid(clock);
  target.kind = PushKind::kNtfy;
  const PushAddress address{.kind = PushKind::kNtfy,
                            .url = "https://ntfy.example.com/planted",
                            .p256dh = std::string(65, '\xFF'),
                            .auth = std::string(16, '\0'),
                            .token = "tk_planted"};
  target.sealed = keeper.seal(address, target.id);
  EXPECT_EQ(target.sealed.find("planted"), std::string::npos);
  EXPECT_EQ(keeper.open(target), address);
  target.id = base::newUuid(clock);
  EXPECT_EQ(keeper.open(target), std::nullopt);
  EXPECT_NE(keeper.fingerprint(address.url), PushKeeper("another").fingerprint(address.url));
}

}  // namespace
}  // namespace sw::reminders
