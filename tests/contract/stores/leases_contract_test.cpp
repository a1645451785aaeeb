#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using jobs::Lease;
using namespace std::chrono_literals;

class LeaseStoreContract : public StoreContract {
 protected:
  std::optional<Lease> acquire(const std::string& holder, const std::string& name = "relay") {
    return get(backend_->leases().acquire(
        {.name = name, .holder = holder, .now = clock_.now(), .length = 30s}));
  }
  base::Result<void> writeUnder(const Lease& lease) {
    const auto unit = begin();
    backend_->leases().guard(*unit, lease);
    backend_->upkeep().setProgress(*unit, "x", "y");
    return commit(unit);
  }
};
SW_CONTRACT_SUITE(LeaseStoreContract);

TEST_P(LeaseStoreContract, OneHolderAtATime) {
  const auto first = acquire("one");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->until, clock_.now() + 30s);
  EXPECT_EQ(acquire("two"), std::nullopt);
  EXPECT_EQ(acquire("one"), std::nullopt);
  EXPECT_TRUE(acquire("two", "other").has_value());
}

TEST_P(LeaseStoreContract, GoesToTheNextWhenItEndsWithALargerFence) {
  const auto first = acquire("one");
  clock_.advance(30s);
  const auto second = acquire("two");
  ASSERT_TRUE(first && second);
  EXPECT_GT(second->fence, first->fence);
  EXPECT_FALSE(get(backend_->leases().renew(*first, clock_.now() + 30s)));
  EXPECT_EQ(writeUnder(*first).error().code(), Code::kConflict);
  EXPECT_TRUE(writeUnder(*second).ok());
}

TEST_P(LeaseStoreContract, LastsWhileItIsRenewed) {
  const auto lease = acquire("one");
  ASSERT_TRUE(lease.has_value());
  for (int i = 0; i < 3; ++i) {
    clock_.advance(20s);
    EXPECT_TRUE(get(backend_->leases().renew(*lease, clock_.now() + 30s)));
  }
  EXPECT_EQ(acquire("two"), std::nullopt);
  // One that ended and that nobody took is still its holder's.
  clock_.advance(60s);
  EXPECT_TRUE(get(backend_->leases().renew(*lease, clock_.now() + 30s)));
  EXPECT_EQ(acquire("two"), std::nullopt);
}

TEST_P(LeaseStoreContract, IsFreeAtOnceWhenReleased) {
  const auto first = acquire("one");
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(run(backend_->leases().release(*first)).ok());
  EXPECT_FALSE(get(backend_->leases().renew(*first, clock_.now() + 30s)));
  EXPECT_EQ(writeUnder(*first).error().code(), Code::kConflict);
  const auto second = acquire("two");
  ASSERT_TRUE(second.has_value());
  EXPECT_GT(second->fence, first->fence);
  ASSERT_TRUE(run(backend_->leases().release(*first)).ok());
  EXPECT_TRUE(get(backend_->leases().renew(*second, clock_.now() + 30s)));
  EXPECT_EQ(get(backend_->leases().list()).size(), 1U);
}

}  // namespace
}  // namespace sw::contract
