#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using accounts::ActivityStore;
using accounts::Sighting;
using base::Instant;
using Census = ActivityStore::Census;
using namespace std::chrono_literals;

class ActivityStoreContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    now_ = std::chrono::floor<std::chrono::hours>(clock_.now());
  }
  void note(std::vector<Sighting> sightings) {
    const auto outcome = run(backend_->activity().note(std::move(sightings)));
    EXPECT_TRUE(outcome.ok());
  }
  Census census(Instant at) { return get(backend_->activity().census(at)); }

  Instant now_;
};
SW_CONTRACT_SUITE(ActivityStoreContract);

TEST_P(ActivityStoreContract, CountsNobodyBeforeAnybodyWasSeen) {
  EXPECT_EQ(census(now_), Census{});
  note({});
  EXPECT_EQ(census(now_), Census{});
}

TEST_P(ActivityStoreContract, CountsDistinctPeopleInEachWindow) {
  note({{newId(), now_}, {newId(), now_ - 3 * 24h}, {newId(), now_ - 20 * 24h}});
  note({{newId(), now_ - 40 * 24h}});
  EXPECT_EQ(census(now_), (Census{.day = 1, .week = 2, .month = 3}));
}

TEST_P(ActivityStoreContract, CountsAnHourUntilAllOfItIsBehindTheWindow) {
  note({{newId(), now_}});
  EXPECT_EQ(census(now_ + 24h + 59min).day, 1);
  EXPECT_EQ(census(now_ + 25h), (Census{.day = 0, .week = 1, .month = 1}));
  EXPECT_EQ(census(now_ + 7 * 24h + 1h).week, 0);
  EXPECT_EQ(census(now_ + 30 * 24h + 59min).month, 1);
  EXPECT_EQ(census(now_ + 30 * 24h + 1h).month, 0);
}

TEST_P(ActivityStoreContract, KeepsTheLatestHourOfAPersonWhoeverWritesLast) {
  const base::Uuid ann = newId();
  note({{ann, now_}});
  note({{ann, now_ - 48h}});  // another copy of the program, late
  EXPECT_EQ(census(now_), (Census{.day = 1, .week = 1, .month = 1}));
  note({{ann, now_ + 48h}});
  EXPECT_EQ(census(now_ + 48h).day, 1);
}

TEST_P(ActivityStoreContract, ForgetsThoseNotSeenForLongAFewAtATime) {
  note({{newId(), now_ - 40 * 24h}, {newId(), now_ - 41 * 24h}, {newId(), now_ - 42 * 24h}});
  const base::Uuid ann = newId();
  note({{ann, now_ - 24h}});
  const Instant horizon = now_ - 31 * 24h;
  EXPECT_EQ(get(backend_->activity().removeBefore(horizon, 2)), 2);
  EXPECT_EQ(get(backend_->activity().removeBefore(horizon, 2)), 1);
  EXPECT_EQ(get(backend_->activity().removeBefore(horizon, 2)), 0);
  EXPECT_EQ(census(now_ - 15 * 24h), (Census{.day = 1, .week = 1, .month = 1}));
}

}  // namespace
}  // namespace sw::contract
