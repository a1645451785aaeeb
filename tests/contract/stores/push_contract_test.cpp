#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using reminders::PushKind;
using reminders::PushTarget;

class PushContract : public StoreContract {
 protected:
  PushTarget target(base::Uuid userId, char address, PushKind kind = PushKind::kWebPush) {
    clock_.advance(std::chrono::milliseconds(1));  // ids are in the order of their milliseconds
    PushTarget made;
    made.id = newId();
    made.userId = userId;
    made.kind = kind;
    made.name = "Telefon ☎";
    made.server = "https://push.example.com";
    made.fingerprint.fill(static_cast<std::uint8_t>(address));
    made.sealed = std::string("\0\xFF sealed ", 10) + address;
    made.created = clock_.now();
    return made;
  }
  base::Result<void> put(const PushTarget& one) {
    const auto unit = begin();
    backend_->pushTargets().put(*unit, one);
    return commit(unit);
  }
  std::vector<PushTarget> of(base::Uuid userId) {
    return get(backend_->pushTargets().ofUser(userId));
  }
};

TEST_P(PushContract, KeepsTargetsByUserInTheOrderOfTheirIds) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid bob = addUser("bob").id;
  const PushTarget first = target(ann, 'a');
  const PushTarget second = target(ann, 'b', PushKind::kNtfy);
  ASSERT_TRUE(put(second).ok());
  ASSERT_TRUE(put(first).ok());
  ASSERT_TRUE(put(target(bob, 'c')).ok());
  EXPECT_EQ(of(ann), (std::vector{first, second}));
}

TEST_P(PushContract, WritesOverATargetOfTheSameIdAndKeepsWhenItWasMade) {
  const base::Uuid ann = addUser("ann").id;
  const PushTarget before = target(ann, 'a');
  ASSERT_TRUE(put(before).ok());
  PushTarget after = before;
  after.name = "laptop";
  after.sealed = "other keys";
  after.created += std::chrono::hours(1);
  ASSERT_TRUE(put(after).ok());
  after.created = before.created;
  EXPECT_EQ(of(ann), std::vector{after});
}

TEST_P(PushContract, RefusesASecondTargetOfOneAddress) {
  const base::Uuid ann = addUser("ann").id;
  ASSERT_TRUE(put(target(ann, 'a')).ok());
  const auto outcome = put(target(ann, 'a'));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kConflict);
  EXPECT_EQ(of(ann).size(), 1U);
}

TEST_P(PushContract, NeverWritesOverATargetOfAnotherUser) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid bob = addUser("bob").id;
  const PushTarget hers = target(ann, 'a');
  ASSERT_TRUE(put(hers).ok());
  PushTarget his = target(bob, 'b');
  his.id = hers.id;
  const auto outcome = put(his);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kConflict);
  EXPECT_EQ(of(ann), std::vector{hers});
}

TEST_P(PushContract, RemovesOnlyWhatIsTheUsersOwn) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid bob = addUser("bob").id;
  const PushTarget hers = target(ann, 'a');
  ASSERT_TRUE(put(hers).ok());
  auto unit = begin();
  backend_->pushTargets().remove(*unit, bob, hers.id);
  const auto refused = commit(unit);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kNotFound);
  EXPECT_EQ(of(ann).size(), 1U);
  unit = begin();
  backend_->pushTargets().remove(*unit, ann, hers.id);
  EXPECT_TRUE(commit(unit).ok());
  EXPECT_TRUE(of(ann).empty());
}

TEST_P(PushContract, LeavesATargetThatWasRegisteredAnewWhileItWasFoundGone) {
  const base::Uuid ann = addUser("ann").id;
  const PushTarget before = target(ann, 'a');
  PushTarget after = before;
  after.sealed = "other keys";
  ASSERT_TRUE(put(after).ok());
  auto unit = begin();
  backend_->pushTargets().removeGone(*unit, before);
  EXPECT_TRUE(commit(unit).ok());
  EXPECT_EQ(of(ann).size(), 1U);
  unit = begin();
  backend_->pushTargets().removeGone(*unit, after);
  EXPECT_TRUE(commit(unit).ok());
  EXPECT_TRUE(of(ann).empty());
}

TEST_P(PushContract, RemovesAnAddressOfEverybodyButOneUser) {
  const base::Uuid ann = addUser("ann").id;
  const base::Uuid bob = addUser("bob").id;
  const base::Uuid cid = addUser("cid").id;
  const PushTarget hers = target(ann, 'a');
  const PushTarget other = target(cid, 'b');
  ASSERT_TRUE(put(hers).ok());
  ASSERT_TRUE(put(target(bob, 'a')).ok());
  ASSERT_TRUE(put(other).ok());
  const auto unit = begin();
  backend_->pushTargets().removeOfOthers(*unit, ann, hers.fingerprint);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(of(ann), std::vector{hers});
  EXPECT_TRUE(of(bob).empty());
  EXPECT_EQ(of(cid), std::vector{other});
}

SW_CONTRACT_SUITE(PushContract);

}  // namespace
}  // namespace sw::contract
