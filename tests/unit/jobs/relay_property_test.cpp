#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "unit/jobs/relay_world.h"

namespace sw::jobs {
namespace {

using base::Uuid;
using namespace std::chrono_literals;

using RelayProperty = RelayWorld;

// Whatever fails, and whenever the process is replaced by another that knows nothing but the
// database: what readers write with their positions is there once, whole and in order.
TEST_F(RelayProperty, WhatReadersWriteIsThereOnceHoweverOftenTheRelayIsDropped) {
  const int rounds = std::getenv("SW_FULL") != nullptr ? 3000 : 150;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto chance = [&random](int oneIn) {
    return std::uniform_int_distribution<int>(1, oneIn)(random) == 1;
  };

  std::vector<Uuid> users;
  for (int i = 0; i < 4; ++i) users.push_back(addUser());
  std::map<Uuid, int> written;
  RecordingSubscriber writer("writer");
  RecordingSubscriber sometimes("sometimes");
  const auto refuse = [&chance](const Change&) { return chance(15); };
  writer.refuse = refuse;
  sometimes.refuse = refuse;
  RelayOptions options = quick();
  options.pace.batch = 3;
  auto made = relay({&writer, &sometimes}, options);
  for (int round = 0; round < rounds; ++round) {
    for (const Uuid& user : users) {
      if (!chance(2)) continue;
      const int count = std::uniform_int_distribution<int>(1, 7)(random);
      if (!tryChange(user, count)) continue;
      written[user] += count;
      if (!chance(4)) made->changed(std::span(&user, 1));
    }
    sometimes.writes = chance(2);
    if (chance(3)) {
      storage_.failNextCommit(base::Error(base::Code::kUnavailable, "the database is away"),
                              std::uniform_int_distribution<int>(0, 3)(random));
    }
    settle(*made);
    if (chance(5)) made = relay({&writer, &sometimes}, options);
    obs_.clock.advance(std::chrono::milliseconds(random() % 2000));
  }
  storage_.failNextCommit(base::Error(base::Code::kUnavailable, "the database is away"));
  settle(*made);
  writer.refuse = sometimes.refuse = nullptr;
  sometimes.writes = true;
  made = relay({&writer, &sometimes}, options);
  for (int i = 0; i < 3; ++i) {
    settle(*made);
    obs_.clock.advance(6min);
  }
  for (const Uuid& user : users) {
    EXPECT_EQ(RelayWorld::written(writer, user), upTo(written[user]));
    // Told at least once, and never one before another of the same user that it had not seen.
    std::int64_t highest = 0;
    for (const std::int64_t number : sometimes.told[user]) {
      EXPECT_LE(number, highest + 1);
      highest = std::max(highest, number);
    }
    EXPECT_EQ(highest, written[user]);
  }
  EXPECT_EQ(made->census().pending, 0);
}

}  // namespace
}  // namespace sw::jobs
