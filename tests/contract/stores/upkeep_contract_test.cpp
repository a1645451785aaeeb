#include <algorithm>

#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using calendar::EventRecord;

class UpkeepStoreContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    owner_ = addUser("ada").id;
  }
  std::vector<EventRecord> scanAll(base::Uuid after, int limit) {
    std::vector<EventRecord> found;
    const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
      found.push_back(row.toRecord());
    };
    const auto outcome = run(backend_->upkeep().scanAll(after, limit, visit));
    EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
    return found;
  }
  base::Result<void> restamp(const EventRecord& record) {
    const auto unit = begin();
    backend_->upkeep().restamp(*unit, record);
    return commit(unit);
  }

  base::Uuid owner_;
};
SW_CONTRACT_SUITE(UpkeepStoreContract);

TEST_P(UpkeepStoreContract, RemembersHowFarWorkHasCome) {
  EXPECT_EQ(get(backend_->upkeep().progress("zones")), std::nullopt);
  for (const char* const progress : {"2026a 1", "2026a done"}) {
    const auto unit = begin();
    backend_->upkeep().setProgress(*unit, "zones", progress);
    backend_->upkeep().setProgress(*unit, "other", "x");
    ASSERT_TRUE(commit(unit).ok());
    EXPECT_EQ(get(backend_->upkeep().progress("zones")), progress);
  }
}

TEST_P(UpkeepStoreContract, VisitsTheRowsOfEverybodyInTheOrderOfTheirIds) {
  const base::Uuid other = addUser("bob").id;
  std::vector<base::Uuid> ids;
  for (int i = 0; i < 6; ++i) {
    const EventRecord record = event(addCalendar(i % 2 == 0 ? owner_ : other).id, i * 1000, 60);
    putEvent(record);
    ids.push_back(record.id);
  }
  std::ranges::sort(ids);
  base::Uuid after;
  for (std::size_t i = 0; i < ids.size(); i += 2) {
    const auto page = scanAll(after, 2);
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].id, ids[i]);
    EXPECT_EQ(page[1].id, ids[i + 1]);
    after = page[1].id;
  }
  EXPECT_TRUE(scanAll(after, 2).empty());
}

TEST_P(UpkeepStoreContract, StampsARowAndNothingElse) {
  const calendar::Calendar home = addCalendar(owner_);
  EventRecord record = event(home.id, 1000, 60);
  record.kind = EventRecord::Kind::kSeries;
  record.residue = "rest";
  putEvent(record, "words");
  record.tzVersion = "2099a";
  record.recurrencePlan = "plan";
  ASSERT_TRUE(restamp(record).ok());
  const auto now = findEvent(record.id);
  ASSERT_TRUE(now.has_value());
  EXPECT_EQ(now->tzVersion, "2099a");
  EXPECT_EQ(now->recurrencePlan, "plan");
  EXPECT_EQ(now->residue, "rest");
  EXPECT_EQ(now->revision, 1);
  EXPECT_EQ(search({home.id}, {"words"}).size(), 1U);
  record.revision = 2;
  EXPECT_EQ(restamp(record).error().code(), Code::kConflict);
}

}  // namespace
}  // namespace sw::contract
