#include <algorithm>
#include <string>
#include <vector>

#include "contract/stores/store_world.h"
#include "jobs/relay_store.h"

namespace sw::contract {
namespace {

using base::Code;
using base::Instant;
using base::Uuid;
using jobs::ChangeSubscriber;
using jobs::RelayStore;
using namespace std::chrono_literals;

constexpr std::string_view kReader = "reader";
constexpr std::string_view kOther = "other";

class RelayContract : public StoreContract {
 protected:
  RelayStore& relay() { return backend_->relay(); }

  Uuid addPerson(const std::string& subject) { return addUser(subject).id; }
  /// So many changes of the user, at the clock's time.
  void change(const Uuid& user, int count = 1) {
    const auto unit = begin();
    for (int i = 0; i < count; ++i) {
      jobs::Change change;
      change.userId = user;
      change.type = "calendar.event.created";
      change.resourceId = newId();
      change.at = clock_.now();
      backend_->changes().append(*unit, std::move(change));
    }
    ASSERT_TRUE(commit(unit).ok());
  }
  base::Result<void> advance(const Uuid& user, const RelayStore::Standing& from, std::int64_t to) {
    const auto unit = begin();
    relay().advance(*unit, kReader, user, from, to);
    return commit(unit);
  }
  RelayStore::Standing standing(const Uuid& user, Instant since = {}) {
    return get(relay().standing(kReader, user, since));
  }
  std::vector<Uuid> behind(Instant since = {}, const Uuid& after = {}, int limit = 10) {
    return get(relay().behind(kReader, since, after, limit));
  }
};

TEST_P(RelayContract, EnrolledOnceKeepsItsFirstInstant) {
  const Instant first = clock_.now();
  EXPECT_EQ(get(relay().enroll(kReader, ChangeSubscriber::Start::kNow, first)), first);
  clock_.advance(1h);
  EXPECT_EQ(get(relay().enroll(kReader, ChangeSubscriber::Start::kNow, clock_.now())), first);
  EXPECT_EQ(get(relay().enroll(kOther, ChangeSubscriber::Start::kOldestKept, clock_.now())),
            Instant{});
}

TEST_P(RelayContract, WithoutAPositionItStandsBeforeWhatIsWrittenFromTheInstantOn) {
  const Uuid ada = addPerson("ada");
  change(ada, 3);
  clock_.advance(1s);
  const Instant since = clock_.now();
  EXPECT_EQ(standing(ada, since).position, 3);
  change(ada, 2);
  const auto now = standing(ada, since);
  EXPECT_FALSE(now.recorded);
  EXPECT_EQ(now.position, 3);
  EXPECT_EQ(now.last, 5);
  EXPECT_EQ(standing(ada).position, 0);
}

TEST_P(RelayContract, PositionMovesOnlyFromWhereItWasFound) {
  const Uuid ada = addPerson("ada");
  change(ada, 5);
  const auto first = standing(ada);
  ASSERT_TRUE(advance(ada, first, 2).ok());
  const auto again = advance(ada, first, 3);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), Code::kConflict);

  const auto second = standing(ada);
  EXPECT_TRUE(second.recorded);
  EXPECT_EQ(second.position, 2);
  ASSERT_TRUE(advance(ada, second, 5).ok());
  const auto late = advance(ada, second, 4);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code(), Code::kConflict);
  EXPECT_EQ(standing(ada).position, 5);
}

TEST_P(RelayContract, RaisedPositionNeverGoesBack) {
  const Uuid ada = addPerson("ada");
  change(ada, 9);
  for (const std::int64_t to : {4, 7, 5}) {
    const auto unit = begin();
    relay().raise(*unit, kReader, ada, to);
    ASSERT_TRUE(commit(unit).ok());
  }
  EXPECT_EQ(standing(ada).position, 7);
  EXPECT_EQ(get(relay().standing(kOther, ada, Instant{})).position, 0);
}

TEST_P(RelayContract, FindsThoseWhoAreBehindPageByPage) {
  std::vector<Uuid> people;
  for (int i = 0; i < 5; ++i) people.push_back(addPerson("person" + std::to_string(i)));
  std::ranges::sort(people);
  for (int i = 0; i < 4; ++i) change(people[static_cast<std::size_t>(i)], 2);
  ASSERT_TRUE(advance(people[1], standing(people[1]), 2).ok());
  ASSERT_TRUE(advance(people[2], standing(people[2]), 1).ok());

  const std::vector<Uuid> expected = {people[0], people[2], people[3]};
  EXPECT_EQ(behind(), expected);
  const std::vector<Uuid> firstPage = {people[0], people[2]};
  EXPECT_EQ(behind({}, {}, 2), firstPage);
  EXPECT_EQ(behind({}, people[2], 2), std::vector<Uuid>{people[3]});
}

TEST_P(RelayContract, OneWhoStartsNowIsNotBehindWithWhatIsOlder) {
  const Uuid ada = addPerson("ada");
  const Uuid bob = addPerson("bob");
  change(ada);
  change(bob);
  clock_.advance(1s);
  const Instant since = clock_.now();
  EXPECT_TRUE(behind(since).empty());
  change(bob);
  EXPECT_EQ(behind(since), std::vector<Uuid>{bob});
}

TEST_P(RelayContract, TellsWhoWroteLatelyAndHowFar) {
  const Uuid ada = addPerson("ada");
  const Uuid bob = addPerson("bob");
  change(ada, 2);
  clock_.advance(10s);
  const Instant from = clock_.now();
  change(bob, 3);
  clock_.advance(1s);
  change(bob);
  const auto news = get(relay().writtenSince(from));
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news.front().userId, bob);
  EXPECT_EQ(news.front().last, 4);
  EXPECT_EQ(get(relay().writtenSince(from - 10s)).size(), 2U);
}

SW_CONTRACT_SUITE(RelayContract);

}  // namespace
}  // namespace sw::contract
