#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

using base::Code;

class CalendarStoreContract : public StoreContract {};
class ChangeLogContract : public StoreContract {
 protected:
  void append(const base::Uuid& user, int count) {
    const auto unit = begin();
    for (int i = 0; i < count; ++i) {
      jobs::Change change;
      change.userId = user;
      change.type = "calendar.event.updated";
      change.resourceId = newId();
      change.revision = 3;
      change.at = clock_.now();
      change.requestId = "request";
      change.traceParent = "00-1-2-01";
      backend_->changes().append(*unit, change);
    }
    const auto outcome = commit(unit);
    ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
  }
};
class IdempotencyStoreContract : public StoreContract {};
SW_CONTRACT_SUITE(CalendarStoreContract);
SW_CONTRACT_SUITE(ChangeLogContract);
SW_CONTRACT_SUITE(IdempotencyStoreContract);

TEST_P(CalendarStoreContract, ListsAnOwnersCalendarsPrimaryFirst) {
  const auto ada = addUser("ada").id;
  const auto bob = addUser("bob").id;
  addCalendar(ada);
  const auto primary = addCalendar(ada, true);
  addCalendar(bob);
  const auto owned = get(backend_->calendars().ownedBy(ada));
  ASSERT_EQ(owned.size(), 2U);
  EXPECT_EQ(owned[0].id, primary.id);
  EXPECT_TRUE(owned[0].primary);
  EXPECT_EQ(owned[1].name, "Home");
  EXPECT_EQ(owned[1].description, "All of it");
  EXPECT_EQ(owned[1].timeZone, "Europe/Berlin");
  EXPECT_EQ(owned[1].backgroundColor, "#123456");
  EXPECT_EQ(owned[1].provider, calendar::Provider::kLocal);
  EXPECT_EQ(owned[1].created, clock_.now());
}

TEST_P(CalendarStoreContract, WritesOverTheRevisionBeforeAndNoOther) {
  auto home = addCalendar(addUser("ada").id);
  home.revision = 2;
  home.name = "House";
  auto unit = begin();
  backend_->calendars().put(*unit, home);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(backend_->calendars().find(home.id))->name, "House");
  unit = begin();
  backend_->calendars().put(*unit, home);
  const auto stale = commit(unit);
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code(), Code::kConflict);
}

TEST_P(CalendarStoreContract, RemovesEverythingOfACalendarAndNothingElse) {
  const auto ada = addUser("ada").id;
  const auto bob = addUser("bob").id;
  const auto home = addCalendar(ada);
  const auto work = addCalendar(ada);
  const auto gone = event(home.id, 0, 60);
  const auto kept = event(work.id, 0, 60);
  putEvent(gone, "budget");
  putEvent(kept, "budget");
  auto unit = begin();
  backend_->calendars().addFeed(*unit, {newId(), home.id, {1, 2, 3}, clock_.now()});
  backend_->acl().put(
      *unit, {newId(), home.id, bob, accounts::AccessRole::kReader, 1, clock_.now(), clock_.now()});
  ASSERT_TRUE(commit(unit).ok());
  unit = begin();
  backend_->calendars().remove(*unit, home.id, 2);
  ASSERT_FALSE(commit(unit).ok());
  ASSERT_TRUE(findEvent(gone.id).has_value());
  unit = begin();
  backend_->calendars().remove(*unit, home.id, 1);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(backend_->calendars().find(home.id)).has_value());
  EXPECT_FALSE(findEvent(gone.id).has_value());
  EXPECT_TRUE(findEvent(kept.id).has_value());
  EXPECT_TRUE(search({home.id}, {"budget"}).empty());
  EXPECT_EQ(search({work.id}, {"budget"}).size(), 1U);
  EXPECT_TRUE(get(backend_->calendars().feedsOf(home.id)).empty());
  EXPECT_TRUE(get(backend_->acl().ofUser(bob)).empty());
}

TEST_P(CalendarStoreContract, FindsAFeedByItsHashUntilItIsRemoved) {
  const auto home = addCalendar(addUser("ada").id);
  const calendar::Feed feed{newId(), home.id, {7, 7, 7}, clock_.now()};
  auto unit = begin();
  backend_->calendars().addFeed(*unit, feed);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(backend_->calendars().findFeed(feed.hash))->id, feed.id);
  EXPECT_EQ(get(backend_->calendars().feedsOf(home.id)).size(), 1U);
  unit = begin();
  backend_->calendars().removeFeed(*unit, newId(), feed.id);
  const auto wrong = commit(unit);
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code(), Code::kNotFound);
  unit = begin();
  backend_->calendars().removeFeed(*unit, home.id, feed.id);
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_FALSE(get(backend_->calendars().findFeed(feed.hash)).has_value());
}

TEST_P(ChangeLogContract, NumbersEachUsersChangesWithoutGaps) {
  const auto ada = addUser("ada").id;
  const auto bob = addUser("bob").id;
  append(ada, 3);
  append(bob, 1);
  append(ada, 2);
  const auto changes = get(backend_->changes().read({ada, 0}, 100));
  ASSERT_EQ(changes.size(), 5U);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].number, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(changes[i].userId, ada);
    EXPECT_EQ(changes[i].type, "calendar.event.updated");
    EXPECT_EQ(changes[i].revision, 3);
    EXPECT_EQ(changes[i].requestId, "request");
    EXPECT_EQ(changes[i].traceParent, "00-1-2-01");
    EXPECT_TRUE(changes[i].calendarId.isNil());
  }
  EXPECT_EQ(get(backend_->changes().last(ada)), 5);
  EXPECT_EQ(get(backend_->changes().last(bob)), 1);
  EXPECT_EQ(get(backend_->changes().last(newId())), 0);
  const auto page = get(backend_->changes().read({ada, 2}, 2));
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].number, 3);
  EXPECT_EQ(page[1].number, 4);
}

TEST_P(ChangeLogContract, TakesNoNumberWhenTheUnitFails) {
  const auto ada = addUser("ada").id;
  const auto home = addCalendar(ada);
  const auto there = event(home.id, 0, 60);
  putEvent(there);
  const std::int64_t before = get(backend_->changes().last(ada));
  const auto unit = begin();
  jobs::Change change;
  change.userId = ada;
  change.type = "calendar.event.created";
  change.resourceId = there.id;
  backend_->changes().append(*unit, change);
  backend_->events().put(*unit, there, "");
  ASSERT_FALSE(commit(unit).ok());
  EXPECT_EQ(get(backend_->changes().last(ada)), before);
}

TEST_P(ChangeLogContract, SaysGoneWhenWhatComesNextWasRemoved) {
  const auto ada = addUser("ada").id;
  append(ada, 4);
  clock_.advance(std::chrono::hours(48));
  append(ada, 2);
  const auto horizon = clock_.now() - std::chrono::hours(1);
  EXPECT_EQ(get(backend_->changes().removeBefore(horizon, 3)), 3);
  EXPECT_EQ(get(backend_->changes().removeBefore(horizon, 3)), 1);
  EXPECT_EQ(get(backend_->changes().removeBefore(horizon, 3)), 0);
  const auto gone = run(backend_->changes().read({ada, 2}, 10));
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code(), Code::kGone);
  EXPECT_EQ(get(backend_->changes().read({ada, 4}, 10)).size(), 2U);
  EXPECT_EQ(get(backend_->changes().read({ada, 6}, 10)).size(), 0U);
  EXPECT_EQ(get(backend_->changes().read({ada, jobs::ChangeLog::kOldestKept}, 10)).size(), 2U);
  EXPECT_EQ(get(backend_->changes().last(ada)), 6);
  append(ada, 1);
  EXPECT_EQ(get(backend_->changes().last(ada)), 7);
}

TEST_P(IdempotencyStoreContract, AnswersWhatWasRecordedForADay) {
  const auto ada = addUser("ada").id;
  const jobs::IdempotencyKey key{ada, "POST /events", "key-1"};
  const jobs::IdempotentAnswer answer{{9, 8, 7},
                                      201,
                                      "application/json",
                                      "ETag: \"1\"\nLocation: /events/1",
                                      std::string("{\"id\":\0}", 8)};
  EXPECT_FALSE(get(backend_->answers().find(key)).has_value());
  auto unit = begin();
  backend_->answers().record(*unit, key, answer, clock_.now());
  ASSERT_TRUE(commit(unit).ok());
  const auto found = get(backend_->answers().find(key));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->requestHash, answer.requestHash);
  EXPECT_EQ(found->status, 201);
  EXPECT_EQ(found->contentType, answer.contentType);
  EXPECT_EQ(found->headers, answer.headers);
  EXPECT_EQ(found->body, answer.body);
  for (const jobs::IdempotencyKey& other :
       {jobs::IdempotencyKey{ada, "POST /calendars", "key-1"},
        jobs::IdempotencyKey{ada, "POST /events", "key-2"},
        jobs::IdempotencyKey{addUser("bob").id, "POST /events", "key-1"}}) {
    EXPECT_FALSE(get(backend_->answers().find(other)).has_value());
  }
  unit = begin();
  backend_->answers().record(*unit, key, answer, clock_.now());
  const auto taken = commit(unit);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code(), Code::kConflict);
}

TEST_P(IdempotencyStoreContract, FreesAKeyAfterTheRetention) {
  const auto ada = addUser("ada").id;
  const jobs::IdempotencyKey key{ada, "POST /events", "key-1"};
  auto unit = begin();
  backend_->answers().record(*unit, key, {{1}, 201, "", "", "first"}, clock_.now());
  ASSERT_TRUE(commit(unit).ok());
  clock_.advance(jobs::IdempotencyStore::kRetention);
  EXPECT_FALSE(get(backend_->answers().find(key)).has_value());
  unit = begin();
  backend_->answers().record(*unit, key, {{1}, 201, "", "", "second"}, clock_.now());
  ASSERT_TRUE(commit(unit).ok());
  EXPECT_EQ(get(backend_->answers().find(key))->body, "second");
  EXPECT_EQ(get(backend_->answers().removeExpired(clock_.now(), 10)), 0);
  clock_.advance(jobs::IdempotencyStore::kRetention);
  EXPECT_EQ(get(backend_->answers().removeExpired(clock_.now(), 10)), 1);
}

}  // namespace
}  // namespace sw::contract
