#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;
using calendar::EventRecord;
using calendar::ImportStore;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kNoon = 1767603600;  // 2026-01-05

class ImportStoreContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    owner_ = addUser("ada").id;
    home_ = addCalendar(owner_);
  }

  ImportStore& imports() { return backend_->imports(); }

  /// Begins an import and stages so many events, which start an hour after another.
  base::Uuid stage(int events) {
    const base::Uuid import = newId();
    const auto unit = begin();
    imports().begin(*unit, import, home_, {"request-1", ""}, clock_.now());
    EXPECT_TRUE(commit(unit).ok());
    for (int i = 0; i < events; ++i) {
      const EventRecord record = event(home_.id, kNoon + i * kHour, kHour);
      staged_.push_back(record);
      EXPECT_TRUE(stage(import, record).ok());
    }
    return import;
  }
  base::Result<void> stage(base::Uuid import, const EventRecord& record) {
    const auto unit = begin();
    imports().hold(*unit, import, clock_.now());
    imports().stage(*unit, import, record, "Picnic");
    return commit(unit);
  }
  base::Result<void> publish(base::Uuid import, std::int64_t after = 0) {
    const auto unit = begin();
    imports().publish(*unit, import, home_, after, clock_.now());
    return commit(unit);
  }
  std::int64_t settle(base::Uuid import, int limit = 100) {
    return get(imports().settle(import, limit, clock_.now()));
  }
  std::int64_t discard(base::Uuid import, int limit = 100) {
    return get(imports().discard(import, limit, clock_.now()));
  }
  std::vector<ImportStore::Left> left() { return get(imports().left(clock_.now())); }
  void waitLong() { clock_.advance(ImportStore::kPatience + std::chrono::seconds(1)); }

  std::vector<jobs::Change> changes() {
    return get(backend_->changes().read({owner_, jobs::ChangeLog::kOldestKept}, 1000));
  }
  /// How many of the staged events each way of reading finds.
  std::vector<std::size_t> seen() {
    std::size_t scanned = 0;
    std::size_t byUid = 0;
    std::size_t found = 0;
    const calendar::EventVisitor countScanned = [&](const calendar::EventRow&) { ++scanned; };
    const calendar::EventVisitor countUid = [&](const calendar::EventRow&) { ++byUid; };
    EXPECT_TRUE(run(backend_->events().scan(home_.id, {}, 1000, countScanned)).ok());
    for (const EventRecord& record : staged_) {
      EXPECT_TRUE(run(backend_->events().byUid(home_.id, record.icalUid, countUid)).ok());
      if (findEvent(record.id)) ++found;
    }
    return {window(home_.id, kNoon, kNoon + 1000 * kHour).size(), scanned, byUid, found,
            search({home_.id}, {"picnic"}, {}, 1000).size()};
  }
  static std::vector<std::size_t> everywhere(std::size_t count) {
    return std::vector<std::size_t>(5, count);
  }

  base::Uuid owner_;
  calendar::Calendar home_;
  std::vector<EventRecord> staged_;
};
SW_CONTRACT_SUITE(ImportStoreContract);

TEST_P(ImportStoreContract, ShowsNothingUntilItIsPublishedAndThenAll) {
  const base::Uuid import = stage(5);
  EXPECT_EQ(seen(), everywhere(0));
  const std::int64_t version = get(backend_->events().version(home_.id));
  ASSERT_TRUE(publish(import).ok());
  EXPECT_EQ(seen(), everywhere(5));
  EXPECT_NE(get(backend_->events().version(home_.id)), version);
}

TEST_P(ImportStoreContract, HidesAStagedOverrideFromItsSeries) {
  const base::Uuid import = stage(0);
  EventRecord master = event(home_.id, kNoon, kHour);
  master.kind = EventRecord::Kind::kSeries;
  EventRecord changed = event(home_.id, kNoon, kHour);
  changed.kind = EventRecord::Kind::kOverride;
  changed.seriesId = master.id;
  ASSERT_TRUE(stage(import, changed).ok());
  ASSERT_TRUE(stage(import, master).ok());
  std::size_t visited = 0;
  const calendar::EventVisitor count = [&](const calendar::EventRow&) { ++visited; };
  ASSERT_TRUE(run(backend_->events().overridesOf(master.id, count)).ok());
  EXPECT_EQ(visited, 0U);
  ASSERT_TRUE(publish(import).ok());
  ASSERT_TRUE(run(backend_->events().overridesOf(master.id, count)).ok());
  EXPECT_EQ(visited, 1U);
  // The change log speaks of the series alone.
  EXPECT_EQ(settle(import), 2);
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes().front().resourceId, master.id);
}

TEST_P(ImportStoreContract, TellsTheChangeLogWhileItSettles) {
  const base::Uuid import = stage(5);
  ASSERT_TRUE(publish(import).ok());
  EXPECT_TRUE(changes().empty());
  EXPECT_EQ(settle(import, 2), 2);
  EXPECT_EQ(changes().size(), 2U);
  EXPECT_EQ(seen(), everywhere(5));
  EXPECT_EQ(settle(import, 2), 2);
  EXPECT_EQ(settle(import, 2), 1);
  EXPECT_EQ(settle(import, 2), 0);
  EXPECT_EQ(settle(import, 2), 0);
  const auto told = changes();
  ASSERT_EQ(told.size(), 5U);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].number, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(told[i].type, "calendar.event.created");
    EXPECT_EQ(told[i].calendarId, home_.id);
    EXPECT_EQ(told[i].revision, 1);
    EXPECT_EQ(told[i].requestId, "request-1");
  }
  EXPECT_EQ(seen(), everywhere(5));
}

TEST_P(ImportStoreContract, TakesEverythingBackWhenDiscarded) {
  const base::Uuid import = stage(5);
  EXPECT_EQ(discard(import, 3), 3);
  EXPECT_EQ(publish(import).error().code(), Code::kConflict);
  EXPECT_EQ(stage(import, event(home_.id, kNoon, kHour)).error().code(), Code::kConflict);
  EXPECT_EQ(discard(import, 3), 2);
  EXPECT_EQ(discard(import, 3), 0);
  EXPECT_EQ(seen(), everywhere(0));
  EXPECT_TRUE(changes().empty());
  // The calendar is free for the next one.
  ASSERT_TRUE(publish(stage(1)).ok());
}

TEST_P(ImportStoreContract, IsNotDiscardedOncePublished) {
  const base::Uuid import = stage(1);
  ASSERT_TRUE(publish(import).ok());
  EXPECT_EQ(run(imports().discard(import, 10, clock_.now())).error().code(), Code::kConflict);
  EXPECT_EQ(seen(), everywhere(1));
}

TEST_P(ImportStoreContract, AllowsOneImportIntoACalendarAtATime) {
  const base::Uuid import = stage(1);
  auto unit = begin();
  imports().begin(*unit, newId(), home_, {}, clock_.now());
  EXPECT_EQ(commit(unit).error().code(), Code::kConflict);
  ASSERT_TRUE(publish(import).ok());
  EXPECT_EQ(settle(import), 1);
  EXPECT_EQ(settle(import), 0);
  unit = begin();
  imports().begin(*unit, newId(), home_, {}, clock_.now());
  EXPECT_TRUE(commit(unit).ok());
}

TEST_P(ImportStoreContract, DoesNotPublishBesideAnotherEventOfTheSameUid) {
  const base::Uuid import = stage(2);
  // An event with another UID does no harm, nor does what was written before `after`.
  EventRecord other = event(home_.id, kNoon, kHour);
  EventRecord same = event(home_.id, kNoon, kHour);
  same.icalUid = staged_.front().icalUid;
  for (const EventRecord& record : {other, same}) {
    const auto unit = begin();
    backend_->events().put(*unit, record, "");
    backend_->changes().append(
        *unit, {owner_, 0, "calendar.event.created", record.id, home_.id, 1, clock_.now(), "", ""});
    ASSERT_TRUE(commit(unit).ok());
  }
  EXPECT_EQ(publish(import, 0).error().code(), Code::kConflict);
  EXPECT_EQ(publish(import, 1).error().code(), Code::kConflict);
  EXPECT_EQ(seen().back(), 0U);
  EXPECT_TRUE(publish(import, 2).ok());
}

TEST_P(ImportStoreContract, FailsWhenItsCalendarIsGone) {
  const base::Uuid import = stage(1);
  const auto unit = begin();
  backend_->calendars().remove(*unit, home_.id, home_.revision);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(publish(import).error().code(), Code::kConflict);
  EXPECT_EQ(discard(import), 0);
}

TEST_P(ImportStoreContract, NamesWhatNobodyHolds) {
  const base::Uuid import = stage(1);
  EXPECT_TRUE(left().empty());
  waitLong();
  ASSERT_EQ(left().size(), 1U);
  EXPECT_EQ(left().front().id, import);
  EXPECT_EQ(left().front().calendarId, home_.id);
  EXPECT_FALSE(left().front().published);
  // Whoever works on it again holds it.
  EXPECT_TRUE(stage(import, event(home_.id, kNoon, kHour)).ok());
  EXPECT_TRUE(left().empty());
  ASSERT_TRUE(publish(import).ok());
  EXPECT_TRUE(left().empty());
  waitLong();
  ASSERT_EQ(left().size(), 1U);
  EXPECT_TRUE(left().front().published);
  EXPECT_EQ(settle(import), 2);
  EXPECT_EQ(settle(import), 0);
  waitLong();
  EXPECT_TRUE(left().empty());
}

TEST_P(ImportStoreContract, LetsAPublishedEventBeChangedBeforeItSettles) {
  const base::Uuid import = stage(2);
  ASSERT_TRUE(publish(import).ok());
  EventRecord edited = staged_[0];
  ++edited.revision;
  putEvent(edited, "Picnic");
  const auto unit = begin();
  backend_->events().remove(*unit, staged_[1], clock_.now());
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(seen(), everywhere(1));
  EXPECT_EQ(settle(import), 1);
  EXPECT_EQ(settle(import), 0);
  EXPECT_EQ(seen(), everywhere(1));
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes().front().revision, 2);
}

}  // namespace
}  // namespace sw::contract
