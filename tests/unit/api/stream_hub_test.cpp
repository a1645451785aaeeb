#include "api/stream_hub.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <optional>
#include <thread>

#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "step_loop.h"

namespace sw::api {
namespace {

using base::Code;
using base::Uuid;
using namespace std::chrono_literals;
using PlacePointer = std::unique_ptr<StreamHub::Place>;

Uuid person(std::uint8_t number) {
  Uuid id;
  id.bytes.back() = number;
  return id;
}

base::Detached waitOn(StreamHub::Place& place, base::Monotonic until, std::optional<bool>& news) {
  news = co_await place.wait(until);
}

class StreamHubTest : public ::testing::Test {
 protected:
  PlacePointer admit(const Uuid& user) {
    auto place = hub_.admit(user);
    EXPECT_TRUE(place.ok());
    return place.ok() ? *std::move(place) : nullptr;
  }
  Code refusal(const Uuid& user) {
    const auto place = hub_.admit(user);
    return place.ok() ? Code::kInternal : place.error().code();
  }
  /// A stream of `user` that follows them.
  PlacePointer following(const Uuid& user) {
    PlacePointer place = admit(user);
    EXPECT_TRUE(place->follow({user}));
    return place;
  }
  void tell(const Uuid& user) {
    const std::array users{user};
    hub_.changed(users);
    hub_.dispatch();
    loop_.run();
  }
  /// What `place` gets from a wait for a quarter of a minute, so far.
  std::optional<bool>& wait(StreamHub::Place& place) {
    news_.reset();
    waitOn(place, clock_.monotonic() + 15s, news_);
    return news_;
  }

  fakes::FakeClock clock_;
  StepLoop loop_;
  StreamHub hub_{clock_, {.ofUser = 2, .inAll = 3}};
  const Uuid ann_ = person(1);
  const Uuid bob_ = person(2);
  std::optional<bool> news_;
};

TEST_F(StreamHubTest, AdmitsAsManyAsOneMayHaveAndGivesPlacesBack) {
  PlacePointer first = admit(ann_);
  const PlacePointer second = admit(ann_);
  EXPECT_EQ(hub_.open(), 2U);
  EXPECT_EQ(refusal(ann_), Code::kTooManyRequests);
  const PlacePointer other = admit(bob_);
  EXPECT_EQ(refusal(bob_), Code::kUnavailable);
  EXPECT_EQ(refusal(person(3)), Code::kUnavailable);
  first.reset();
  EXPECT_EQ(hub_.open(), 2U);
  const PlacePointer again = admit(ann_);
  EXPECT_EQ(hub_.open(), 3U);
}

TEST_F(StreamHubTest, WakesThoseWhoFollowALogThatGrewAndNobodyElse) {
  const PlacePointer anns = following(ann_);
  const PlacePointer bobs = following(bob_);
  std::optional<bool> ofAnn;
  std::optional<bool> ofBob;
  waitOn(*anns, clock_.monotonic() + 15s, ofAnn);
  waitOn(*bobs, clock_.monotonic() + 15s, ofBob);
  tell(person(9));
  EXPECT_FALSE(ofAnn || ofBob);
  tell(ann_);
  EXPECT_EQ(ofAnn, true);
  EXPECT_EQ(ofBob, std::nullopt);
  tell(bob_);
  EXPECT_EQ(ofBob, true);
}

TEST_F(StreamHubTest, KeepsNewsUntilTheNextWait) {
  const PlacePointer place = following(ann_);
  tell(ann_);
  EXPECT_EQ(wait(*place), true);
  EXPECT_EQ(wait(*place), std::nullopt);  // they are told once
  tell(ann_);
  EXPECT_EQ(news_, true);
}

TEST_F(StreamHubTest, EndsAWaitByTheClockWithoutNews) {
  const PlacePointer place = following(ann_);
  EXPECT_EQ(wait(*place), std::nullopt);
  clock_.advance(14s);
  hub_.dispatch();
  loop_.run();
  EXPECT_EQ(news_, std::nullopt);
  clock_.advance(1s);
  hub_.dispatch();
  loop_.run();
  EXPECT_EQ(news_, false);
  // One that is over already does not begin.
  std::optional<bool> late;
  waitOn(*place, clock_.monotonic(), late);
  EXPECT_EQ(late, false);
}

TEST_F(StreamHubTest, EndsEveryWaitOfAPlaceThatEnds) {
  const PlacePointer place = following(ann_);
  EXPECT_EQ(wait(*place), std::nullopt);
  place->end();
  loop_.run();
  EXPECT_EQ(news_, false);
  EXPECT_TRUE(place->ended());
  EXPECT_EQ(wait(*place), false);
}

TEST_F(StreamHubTest, FollowsOthersFromThenOn) {
  const PlacePointer place = following(ann_);
  EXPECT_FALSE(place->follow({ann_}));
  EXPECT_TRUE(place->follow({ann_, bob_}));
  EXPECT_EQ(wait(*place), std::nullopt);
  tell(bob_);
  EXPECT_EQ(news_, true);
  EXPECT_TRUE(place->follow({bob_}));  // no longer ann
  EXPECT_EQ(wait(*place), std::nullopt);
  tell(ann_);
  EXPECT_EQ(news_, std::nullopt);
  place->end();
  loop_.run();
}

TEST_F(StreamHubTest, ForgetsAPlaceThatIsGone) {
  PlacePointer place = following(ann_);
  const std::array users{ann_};
  hub_.changed(users);
  place.reset();
  hub_.dispatch();  // touches nothing of it
  EXPECT_EQ(hub_.open(), 0U);
  EXPECT_EQ(refusal(ann_), Code::kInternal);  // admitted
}

base::Task<int> readUntil(StreamHub::Place& place, const base::Clock& clock,
                          std::atomic<int>& written, int all) {
  int wakes = 0;
  while (written.load() < all) {
    const base::Monotonic until = clock.monotonic() + 1h;  // by a clock that stands still
    const bool news = co_await place.wait(until);
    EXPECT_TRUE(news);
    ++wakes;
  }
  co_return wakes;
}

TEST(StreamHubThreads, LoseNoNews) {
  constexpr int kChanges = 20000;
  fakes::FakeClock clock;
  StreamHub hub(clock, {});
  hub.start();
  const Uuid ann = person(1);
  auto place = hub.admit(ann);
  ASSERT_TRUE(place.ok());
  ASSERT_TRUE((*place)->follow({ann}));
  std::atomic<int> written = 0;
  std::thread writer([&] {
    const std::array users{ann, person(2)};
    for (int i = 0; i < kChanges; ++i) {
      ++written;
      hub.changed(users);
    }
  });
  // A wake-up that is lost would leave this waiting for ever.
  const int wakes = base::runBlocking(readUntil(**place, clock, written, kChanges));
  writer.join();
  EXPECT_LE(wakes, kChanges);
  hub.stop();
  hub.stop();
}

TEST(StreamHubThreads, PlacesComeAndGoWhileChangesAreTold) {
  fakes::FakeClock clock;
  StreamHub hub(clock, {.ofUser = 1000, .inAll = 1000});
  hub.start();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const std::array users{person(1), person(2), person(3)};
    while (!done) hub.changed(users);
  });
  std::vector<std::thread> readers;
  for (std::uint8_t t = 1; t <= 2; ++t) {
    readers.emplace_back([&hub, t] {
      for (int i = 0; i < 500; ++i) {
        auto place = hub.admit(person(t));
        ASSERT_TRUE(place.ok());
        (*place)->follow({person(t), person(3)});
        (*place)->follow({person(t)});
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  done = true;
  writer.join();
  EXPECT_EQ(hub.open(), 0U);
}

}  // namespace
}  // namespace sw::api
