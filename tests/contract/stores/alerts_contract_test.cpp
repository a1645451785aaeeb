#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "contract/stores/store_world.h"
#include "obs/alert_state.h"

namespace sw::contract {
namespace {

using namespace std::chrono_literals;
using obs::AlertNotice;
using obs::AlertTold;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AlertsContract : public StoreContract {
 protected:
  obs::AlertStateStore& store() { return backend_->alerts(); }

  AlertNotice notice(const std::string& fingerprint, std::int64_t revision = 1) {
    AlertNotice made;
    made.fingerprint = fingerprint;
    made.alert = "SchedulingWorkerDatabaseDown";
    made.labels = R"({"instance":"one"})";
    made.instance = "one";
    made.description = "Zähler steht";
    made.value = 0.25;
    made.threshold = 0.05;
    made.told = AlertTold::kFiring;
    made.since = clock_.now();
    made.toldAt = clock_.now() + 1s;
    made.claimedUntil = clock_.now() + 2s;
    made.changed = clock_.now();
    made.revision = revision;
    return made;
  }
  std::vector<AlertNotice> stored() {
    std::vector<AlertNotice> all;
    for (auto& known : get(store().load()).alerts) all.push_back(std::move(known.notice));
    return all;
  }
  std::optional<base::Instant> lastSeen() {
    const auto overview = get(store().load());
    return overview.alerts.empty() ? std::nullopt : overview.alerts.front().lastSeen;
  }
};
SW_CONTRACT_SUITE(AlertsContract);

TEST_P(AlertsContract, GivesBackWhatWasPut) {
  EXPECT_THAT(stored(), IsEmpty());
  AlertNotice first = notice("a{}");
  EXPECT_TRUE(get(store().put(first)));
  EXPECT_THAT(stored(), ElementsAre(first));
  AlertNotice second = first;
  second.revision = 2;
  second.told = AlertTold::kResolved;
  second.ended = clock_.now() + 5min;
  EXPECT_TRUE(get(store().put(second)));
  EXPECT_THAT(stored(), ElementsAre(second));
}

TEST_P(AlertsContract, LetsOneOfTwoWritersOfARevisionWin) {
  EXPECT_TRUE(get(store().put(notice("a{}"))));
  EXPECT_FALSE(get(store().put(notice("a{}"))));
  AlertNotice mine = notice("a{}", 2);
  mine.instance = "mine";
  EXPECT_TRUE(get(store().put(mine)));
  AlertNotice other = notice("a{}", 2);
  other.instance = "other";
  EXPECT_FALSE(get(store().put(other)));
  EXPECT_THAT(stored(), ElementsAre(mine));
}

TEST_P(AlertsContract, MergesWhatIsNewerAndNothingElse) {
  EXPECT_TRUE(get(store().put(notice("a{}"))));
  AlertNotice older = notice("a{}", 7);
  older.changed -= 1s;
  older.description = "older";
  AlertNotice fresh = notice("b{}", 3);
  ASSERT_TRUE(run(store().merge({older, fresh})).ok());
  EXPECT_THAT(stored(), SizeIs(2));
  for (const AlertNotice& each : stored()) EXPECT_NE(each.description, "older");
  AlertNotice newer = notice("a{}", 1);
  newer.changed += 1s;
  newer.description = "newer";
  ASSERT_TRUE(run(store().merge({newer})).ok());
  newer.revision = 2;
  EXPECT_THAT(stored(), testing::Contains(newer));
  EXPECT_TRUE(get(store().put(notice("a{}", 3))));
}

TEST_P(AlertsContract, RemembersWhoSeesAnAlert) {
  EXPECT_TRUE(get(store().put(notice("a{}"))));
  EXPECT_EQ(lastSeen(), std::nullopt);
  const base::Instant first = clock_.now();
  ASSERT_TRUE(run(store().see("one", {"a{}"}, {}, first)).ok());
  ASSERT_TRUE(run(store().see("two", {"a{}"}, {}, first + 1s)).ok());
  EXPECT_EQ(lastSeen(), first + 1s);
  ASSERT_TRUE(run(store().see("two", {}, {"a{}"}, first + 2s)).ok());
  EXPECT_EQ(lastSeen(), first);
  ASSERT_TRUE(run(store().see("one", {"a{}"}, {}, first + 3s)).ok());
  EXPECT_EQ(lastSeen(), first + 3s);
}

TEST_P(AlertsContract, KeepsOneIncidentForEachTimeAnAlertFired) {
  AlertNotice each = notice("a{}");
  EXPECT_TRUE(get(store().put(each)));
  each.revision = 2;
  each.ended = clock_.now() + 1min;
  EXPECT_TRUE(get(store().put(each)));
  each.revision = 3;
  each.since = clock_.now() + 1h;
  each.ended.reset();
  EXPECT_TRUE(get(store().put(each)));
  const auto history = get(store().history(10));
  ASSERT_THAT(history, SizeIs(2));
  EXPECT_EQ(history[0].started, clock_.now() + 1h);
  EXPECT_EQ(history[0].ended, std::nullopt);
  EXPECT_EQ(history[1].started, clock_.now());
  EXPECT_EQ(history[1].ended, clock_.now() + 1min);
  EXPECT_EQ(history[1].description, "Zähler steht");
  EXPECT_THAT(get(store().history(1)), SizeIs(1));
}

TEST_P(AlertsContract, FindsTheLastDrill) {
  EXPECT_EQ(get(store().load()).lastDrill, std::nullopt);
  for (const auto after : {1h, 3h, 2h}) {
    obs::AlertIncident drill;
    drill.fingerprint = "drill";
    drill.alert = obs::kAlertDrill;
    drill.labels = "{}";
    drill.started = clock_.now() + after;
    drill.ended = drill.started;
    ASSERT_TRUE(run(store().record(drill)).ok());
  }
  EXPECT_EQ(get(store().load()).lastDrill, clock_.now() + 3h);
}

TEST_P(AlertsContract, KnowsTheStartsBefore) {
  const base::Instant begin = clock_.now();
  const auto first = get(store().recordStart("one", begin, begin - 30min));
  EXPECT_EQ(first.first, begin);
  EXPECT_FALSE(first.anotherBefore);
  EXPECT_THAT(first.recent, ElementsAre(begin));
  const auto other = get(store().recordStart("two", begin + 40min, begin + 10min));
  EXPECT_TRUE(other.anotherBefore);
  EXPECT_THAT(other.recent, ElementsAre(begin + 40min));
  const auto again = get(store().recordStart("one", begin + 20min, begin - 10min));
  EXPECT_THAT(again.recent, ElementsAre(begin, begin + 20min));
}

TEST_P(AlertsContract, RemovesWhatIsPastItsTime) {
  const base::Instant begin = clock_.now();
  AlertNotice ended = notice("ended{}");
  ended.ended = begin;
  EXPECT_TRUE(get(store().put(ended)));
  EXPECT_TRUE(get(store().put(notice("open{}"))));
  ASSERT_TRUE(run(store().see("one", {"ended{}"}, {}, begin)).ok());
  static_cast<void>(get(store().recordStart("one", begin, begin)));
  static_cast<void>(get(store().recordStart("one", begin + 1h, begin)));
  EXPECT_EQ(get(store().removeExpired(begin + std::chrono::days(7), 100)), 0);
  // The notice that ended, and the sighting.
  EXPECT_EQ(get(store().removeExpired(begin + std::chrono::days(7) + 1s, 100)), 2);
  EXPECT_THAT(stored(), SizeIs(1));
  EXPECT_THAT(get(store().history(10)), SizeIs(2));
  // Both incidents and the older start; the newest start stays.
  EXPECT_EQ(get(store().removeExpired(begin + std::chrono::days(200), 1)), 2);
  EXPECT_EQ(get(store().removeExpired(begin + std::chrono::days(200), 100)), 1);
  EXPECT_THAT(get(store().history(10)), IsEmpty());
  const auto starts = get(store().recordStart("one", begin + std::chrono::days(201), begin));
  EXPECT_EQ(starts.first, begin + 1h);
}

}  // namespace
}  // namespace sw::contract
