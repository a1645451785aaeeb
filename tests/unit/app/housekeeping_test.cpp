#include "app/housekeeping.h"

#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "fakes/fake_calendar_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_credential_store.h"
#include "fakes/fake_event_store.h"
#include "fakes/fake_idempotency_store.h"
#include "fakes/fake_import_store.h"
#include "fakes/fake_upkeep_store.h"
#include "unit/obs/obs_fixture.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

class HousekeepingTest : public testing::Test {
 protected:
  void logChange() {
    const auto unit = storage_.begin();
    jobs::Change change;
    change.userId = user_;
    change.type = "calendar.event.created";
    change.at = instruments_.clock.now();
    changes_.append(*unit, change);
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  void openSession(std::chrono::minutes lifetime) {
    const auto unit = storage_.begin();
    accounts::Session session;
    session.id = base::newUuid(instruments_.clock);
    session.userId = user_;
    session.hash[0] = ++hashes_;
    session.expires = instruments_.clock.now() + lifetime;
    credentials_.addSession(*unit, session);
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  }
  bool hasSession(std::uint8_t number) {
    accounts::SecretHash hash{};
    hash[0] = number;
    return base::runBlocking(credentials_.findSession(hash))->has_value();
  }
  std::size_t changesKept() {
    return base::runBlocking(changes_.read({user_, jobs::ChangeLog::kOldestKept}, 10000))->size();
  }

  obs::Instruments instruments_;
  obs::LogCapture log_{instruments_};
  fakes::FakeStorage storage_;
  fakes::FakeChangeLog changes_{storage_};
  fakes::FakeCredentialStore credentials_{storage_};
  fakes::FakeIdempotencyStore answers_{storage_, instruments_.clock};
  fakes::FakeEventStore events_{storage_};
  fakes::FakeImportStore imports_{storage_};
  calendar::CalendarImporter importer_{{storage_, events_, imports_, changes_}, instruments_.clock};
  fakes::FakeCalendarStore calendars_{storage_};
  fakes::FakeUpkeepStore upkeep_{storage_};
  calendar::TimeZoneUpkeep timeZones_{{storage_, upkeep_, events_, calendars_, changes_},
                                      instruments_.clock};
  const base::Uuid user_ = base::newUuid(instruments_.clock);
  std::uint8_t hashes_ = 0;
  obs::Health health_{{}, instruments_.clock, instruments_.catalog};
  obs::ErrorReporter errors_{instruments_.catalog, log_.log, health_, instruments_.clock};
  Housekeeping housekeeping_{{answers_, credentials_, changes_, importer_, timeZones_},
                             instruments_.clock,
                             log_.log,
                             errors_};
};

TEST_F(HousekeepingTest, RemovesWhatIsPastItsTimeAndNothingElse) {
  openSession(5min);
  openSession(24h);
  logChange();
  instruments_.clock.advance(10min);
  logChange();
  EXPECT_TRUE(housekeeping_.runIfDue());
  EXPECT_FALSE(hasSession(1));
  EXPECT_TRUE(hasSession(2));
  EXPECT_EQ(changesKept(), 2U);

  instruments_.clock.advance(jobs::ChangeLog::kRetention - 1min);
  EXPECT_TRUE(housekeeping_.runIfDue());
  EXPECT_EQ(changesKept(), 1U);
}

TEST_F(HousekeepingTest, RemovesMoreThanOnePiece) {
  for (int i = 0; i < Housekeeping::kPiece + 7; ++i) logChange();
  instruments_.clock.advance(jobs::ChangeLog::kRetention + 1h);
  EXPECT_TRUE(housekeeping_.runIfDue());
  EXPECT_EQ(changesKept(), 0U);
}

TEST_F(HousekeepingTest, WaitsForItsInterval) {
  EXPECT_TRUE(housekeeping_.runIfDue());
  instruments_.clock.advance(Housekeeping::kInterval - 1s);
  EXPECT_FALSE(housekeeping_.runIfDue());
  instruments_.clock.advance(1s);
  EXPECT_TRUE(housekeeping_.runIfDue());
}

TEST_F(HousekeepingTest, EndsImportsThatNobodyHoldsAnyMore) {
  calendar::Calendar calendar;
  calendar.id = base::newUuid(instruments_.clock);
  calendar.ownerId = user_;
  calendar.revision = 1;
  calendar::EventRecord record;
  record.id = base::newUuid(instruments_.clock);
  record.calendarId = calendar.id;
  record.revision = 1;
  const base::Uuid import = base::newUuid(instruments_.clock);
  const auto unit = storage_.begin();
  calendars_.put(*unit, calendar);
  imports_.begin(*unit, import, calendar, {}, instruments_.clock.now());
  imports_.stage(*unit, import, record, "");
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  const auto rows = [&] {
    return storage_.look([](fakes::FakeTables& tables) { return tables.events.size(); });
  };
  housekeeping_.finishImports();
  EXPECT_EQ(rows(), 1U);
  instruments_.clock.advance(calendar::ImportStore::kPatience + 1s);
  housekeeping_.finishImports();
  EXPECT_EQ(rows(), 0U);
  ASSERT_EQ(log_.lines().size(), 1U);
}

TEST_F(HousekeepingTest, SaysHowItFollowedTheTzDatabase) {
  housekeeping_.followTimeZones("2099a");
  EXPECT_TRUE(log_.lines().empty());  // there was nothing to do
  EXPECT_EQ(base::runBlocking(upkeep_.progress(calendar::TimeZoneUpkeep::kName))->value_or(""),
            "2099a done");
}

TEST_F(HousekeepingTest, StopsWithoutWaitingForItsThread) {
  housekeeping_.start();
  housekeeping_.stop();
  housekeeping_.stop();
  EXPECT_TRUE(log_.lines().empty());
}

}  // namespace
}  // namespace sw::app
