#include "accounts/activity_log.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "base/local_loop.h"
#include "fakes/fake_activity_store.h"
#include "fakes/fake_clock.h"

namespace sw::accounts {
namespace {

using base::Instant;
using base::Uuid;
using namespace std::chrono_literals;

Uuid person(std::uint8_t number) {
  Uuid id;
  id.bytes.back() = number;
  return id;
}

class ActivityLogTest : public ::testing::Test {
 protected:
  base::Result<void> write(ActivityLog& log) { return base::runBlocking(log.writeTo(store_)); }
  ActivityStore::Census census() { return *base::runBlocking(store_.census(now_)); }

  fakes::FakeStorage storage_;
  fakes::FakeActivityStore store_{storage_};
  Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + 9h + 10min};
};

TEST_F(ActivityLogTest, WritesAPersonOnceAnHour) {
  ActivityLog log;
  for (int i = 0; i < 100; ++i) log.seen(person(1), now_ + i * 10s);
  log.seen(person(2), now_);
  EXPECT_EQ(log.pending(), 2U);
  ASSERT_TRUE(write(log).ok());
  EXPECT_EQ(store_.notes(), 1);
  EXPECT_EQ(census(), (ActivityStore::Census{.day = 2, .week = 2, .month = 2}));

  log.seen(person(1), now_ + 30min);
  EXPECT_EQ(log.pending(), 0U);
  log.seen(person(1), now_ + 50min);  // 10:00
  EXPECT_EQ(log.pending(), 1U);
  ASSERT_TRUE(write(log).ok());
  const Instant hour = storage_.look([](auto& tables) { return tables.userActivity[person(1)]; });
  EXPECT_EQ(hour, Instant(std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + 10h));
}

TEST_F(ActivityLogTest, WritesNothingWhenNobodyWasSeen) {
  ActivityLog log;
  ASSERT_TRUE(write(log).ok());
  EXPECT_EQ(store_.notes(), 0);
}

TEST_F(ActivityLogTest, KeepsWhatCouldNotBeWritten) {
  ActivityLog log;
  log.seen(person(1), now_);
  store_.failNotes(1);
  EXPECT_FALSE(write(log).ok());
  EXPECT_EQ(log.pending(), 1U);
  log.seen(person(1), now_ + 1h);  // the newer hour is what counts
  ASSERT_TRUE(write(log).ok());
  EXPECT_EQ(log.pending(), 0U);
  const Instant hour = storage_.look([](auto& tables) { return tables.userActivity[person(1)]; });
  EXPECT_EQ(hour, std::chrono::floor<std::chrono::hours>(now_ + 1h));
}

TEST_F(ActivityLogTest, WritesManyPeopleInPiecesAndKeepsThePiecesThatFail) {
  ActivityLog log;
  for (int i = 0; i < 1200; ++i) {
    Uuid id;
    id.bytes[0] = static_cast<std::uint8_t>(i / 256);
    id.bytes[15] = static_cast<std::uint8_t>(i % 256);
    log.seen(id, now_);
  }
  ASSERT_TRUE(write(log).ok());
  EXPECT_EQ(store_.notes(), 3);
  EXPECT_EQ(census().day, 1200);
}

TEST_F(ActivityLogTest, StaysSmallWhileTheDatabaseIsAway) {
  ActivityLog log(16);  // one a shard
  store_.failNotes(1000);
  for (std::uint8_t i = 0; i < 200; ++i) {
    log.seen(person(i), now_);
    EXPECT_FALSE(write(log).ok());
  }
  EXPECT_LE(log.pending(), 16U);
  // Whoever found no room is noted with the next request, once there is room.
  store_.failNotes(0);
  for (std::uint8_t i = 0; i < 200; ++i) {
    ASSERT_TRUE(write(log).ok());
    log.seen(person(i), now_);
  }
  ASSERT_TRUE(write(log).ok());
  EXPECT_EQ(census().day, 200);
}

TEST_F(ActivityLogTest, LosesNobodyWhenThreadsMeet) {
  ActivityLog log;
  std::vector<std::thread> threads;
  for (std::uint8_t t = 0; t < 4; ++t) {
    threads.emplace_back([&log, t, now = now_] {
      for (std::uint8_t i = 0; i < 250; ++i) log.seen(person(i), now + std::chrono::hours(t % 2));
    });
  }
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(write(log).ok());
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(write(log).ok());
  EXPECT_EQ(census().day, 250);
}

}  // namespace
}  // namespace sw::accounts
