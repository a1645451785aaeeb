#include "app/housekeeping.h"

#include <gtest/gtest.h>

#include "base/local_loop.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_credential_store.h"
#include "fakes/fake_idempotency_store.h"
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
  const base::Uuid user_ = base::newUuid(instruments_.clock);
  std::uint8_t hashes_ = 0;
  Housekeeping housekeeping_{{answers_, credentials_, changes_}, instruments_.clock, log_.log};
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

TEST_F(HousekeepingTest, StopsWithoutWaitingForItsThread) {
  housekeeping_.start();
  housekeeping_.stop();
  housekeeping_.stop();
  EXPECT_TRUE(log_.lines().empty());
}

}  // namespace
}  // namespace sw::app
