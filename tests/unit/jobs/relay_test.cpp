#include "jobs/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <future>

#include "unit/jobs/relay_world.h"

namespace sw::jobs {
namespace {

using base::Uuid;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

using RelayTest = RelayWorld;

void hint(Relay& relay, const Uuid& user) { relay.changed(std::span(&user, 1)); }

TEST_F(RelayTest, TellsEveryUsersChangesInOrderOnce) {
  const Uuid ada = addUser();
  const Uuid bob = addUser();
  change(ada, 450);
  change(bob, 3);
  RecordingSubscriber reader("reader");
  const auto made = relay({&reader});
  settle(*made);
  EXPECT_EQ(written(reader, ada), upTo(450));
  EXPECT_EQ(written(reader, bob), upTo(3));
  EXPECT_THAT(reader.batches, testing::Each(testing::Le(200U)));

  change(bob, 2);
  hint(*made, bob);
  settle(*made);
  EXPECT_EQ(written(reader, bob), upTo(5));
  EXPECT_EQ(obs_.sample(R"(scheduling_outbox_relayed_total{subscriber="reader"})"), "455");
  EXPECT_EQ(made->census().pending, 0);
}

TEST_F(RelayTest, ReaderThatStartsNowIsToldWhatIsWrittenFromThenOn) {
  const Uuid ada = addUser();
  change(ada, 4);
  obs_.clock.advance(1s);
  RecordingSubscriber reader("reader", ChangeSubscriber::Start::kNow);
  const auto made = relay({&reader});
  settle(*made);
  EXPECT_TRUE(reader.told.empty());
  change(ada, 2);
  hint(*made, ada);
  settle(*made);
  EXPECT_THAT(reader.told[ada], ElementsAre(5, 6));
}

TEST_F(RelayTest, AnotherProcessGoesOnWhereTheFirstStopped) {
  const Uuid ada = addUser();
  change(ada, 3);
  RecordingSubscriber reader("reader", ChangeSubscriber::Start::kNow);
  settle(*relay({&reader}));
  change(ada, 2);
  settle(*relay({&reader}));
  EXPECT_EQ(written(reader, ada), upTo(5));
}

TEST_F(RelayTest, FailingReaderHoldsUpItselfForThatUserAlone) {
  const Uuid ada = addUser();
  const Uuid bob = addUser();
  change(ada, 2);
  change(bob, 2);
  RecordingSubscriber picky("picky");
  RecordingSubscriber other("other");
  picky.refuse = [ada](const Change& change) { return change.userId == ada; };
  const auto made = relay({&picky, &other});
  settle(*made);
  EXPECT_EQ(written(picky, ada), "");
  EXPECT_EQ(written(picky, bob), upTo(2));
  EXPECT_EQ(written(other, ada), upTo(2));
  EXPECT_EQ(written(other, bob), upTo(2));
  EXPECT_EQ(obs_.sample(R"(scheduling_outbox_failures_total{subscriber="picky"})"), "1");
  EXPECT_EQ(obs_.sample(R"(scheduling_outbox_failures_total{subscriber="other"})"), "0");
  EXPECT_EQ(made->census().pending, 2);
  EXPECT_EQ(made->census().failing, 1U);
  EXPECT_THAT(logged_.lines(), testing::Contains(HasSubstr("picky")));
}

TEST_F(RelayTest, FailedChangesAreTriedAgainAfterGrowingPauses) {
  const Uuid ada = addUser();
  change(ada);
  RecordingSubscriber reader("reader");
  bool fails = true;
  reader.refuse = [&fails](const Change&) { return fails; };
  const auto made = relay({&reader});
  settle(*made);
  ASSERT_EQ(reader.batches.size(), 1U);
  settle(*made);
  EXPECT_EQ(reader.batches.size(), 1U) << "not before its pause is over";
  obs_.clock.advance(500ms);
  settle(*made);
  EXPECT_EQ(reader.batches.size(), 2U);
  obs_.clock.advance(499ms);  // the second pause is between half a second and a second
  settle(*made);
  EXPECT_EQ(reader.batches.size(), 2U);
  for (int i = 0; i < 12; ++i) {
    obs_.clock.advance(5min);  // no pause is longer
    settle(*made);
  }
  EXPECT_EQ(reader.batches.size(), 14U);
  fails = false;
  obs_.clock.advance(5min);
  settle(*made);
  EXPECT_EQ(written(reader, ada), upTo(1));
  EXPECT_EQ(made->census().pending, 0);
  EXPECT_THAT(logged_.lines(), testing::Contains(HasSubstr("being told again")));
}

TEST_F(RelayTest, ChangesBeforeOneThatCannotBeToldAreTold) {
  const Uuid ada = addUser();
  change(ada, 5);
  RecordingSubscriber reader("reader");
  reader.refuse = [](const Change& change) { return change.number == 3; };
  const auto made = relay({&reader});
  for (int i = 0; i < 6; ++i) {
    settle(*made);
    obs_.clock.advance(5min);
  }
  EXPECT_EQ(written(reader, ada), upTo(2));
  reader.refuse = nullptr;
  settle(*made);
  EXPECT_EQ(written(reader, ada), upTo(5));
}

TEST_F(RelayTest, ThrowingReaderIsAFailure) {
  const Uuid ada = addUser();
  change(ada);
  RecordingSubscriber reader("reader");
  reader.throws = true;
  const auto made = relay({&reader});
  settle(*made);
  EXPECT_THAT(logged_.lines(), testing::Contains(HasSubstr("a defect")));
  reader.throws = false;
  obs_.clock.advance(1s);
  settle(*made);
  EXPECT_EQ(written(reader, ada), upTo(1));
}

TEST_F(RelayTest, PositionsOfReadersThatWroteNothingAreSavedTogether) {
  RecordingSubscriber reader("reader");
  reader.writes = false;
  std::vector<Uuid> users;
  for (int i = 0; i < 50; ++i) users.push_back(addUser());
  for (const Uuid& user : users) change(user, 2);
  const int before = storage_.commits();
  settle(*relay({&reader}));
  EXPECT_LE(storage_.commits() - before, 2);
  for (const Uuid& user : users) EXPECT_THAT(reader.told[user], ElementsAre(1, 2));
  reader.told.clear();
  settle(*relay({&reader}));
  EXPECT_TRUE(reader.told.empty());
}

TEST_F(RelayTest, WhatCannotBeCommittedIsToldAgain) {
  const Uuid ada = addUser();
  change(ada, 2);
  RecordingSubscriber reader("reader");
  storage_.failNextCommit(base::Error(base::Code::kUnavailable, "the database is away"));
  const auto made = relay({&reader});
  settle(*made);
  EXPECT_EQ(written(reader, ada), "");
  for (int i = 0; i < 3; ++i) {
    obs_.clock.advance(1s);
    settle(*made);
  }
  EXPECT_EQ(written(reader, ada), upTo(2));
}

TEST_F(RelayTest, TwoCopiesTellTheDatabaseOnce) {
  std::vector<Uuid> users;
  for (int i = 0; i < 8; ++i) users.push_back(addUser());
  RecordingSubscriber first("reader");
  RecordingSubscriber second("reader");
  first.pause = second.pause = true;
  const auto one = relay({&first});
  const auto two = relay({&second});
  for (int round = 0; round < 5; ++round) {
    for (const Uuid& user : users) {
      change(user, 3);
      hint(*one, user);
      hint(*two, user);
    }
    const auto both = [](Relay& here, Relay& there) -> base::Task<void> {
      bool done = false;
      const auto beside = [](Relay& relay, bool& over) -> base::Detached {
        co_await relay.settle();
        over = true;
      };
      beside(there, done);
      co_await here.settle();
      const bool& ended = done;  // set by what runs beside
      while (!ended) co_await base::sleepFor(1ms);
    };
    base::runBlocking(both(*one, *two));
    settle(*one);
  }
  for (const Uuid& user : users) EXPECT_EQ(written(first, user), upTo(15));
}

TEST_F(RelayTest, ChangesRemovedBeforeTheyWereToldAreSaid) {
  const Uuid ada = addUser();
  change(ada, 1);
  RecordingSubscriber reader("reader");
  settle(*relay({&reader}));
  change(ada, 3);
  obs_.clock.advance(1s);
  ASSERT_EQ(*base::runBlocking(log_.removeBefore(clock().now(), 100)), 4);
  change(ada, 2);
  settle(*relay({&reader}));
  EXPECT_THAT(reader.told[ada], ElementsAre(1, 5, 6));
  EXPECT_THAT(logged_.lines(), testing::Contains(HasSubstr("\"changes\":3")));
}

struct Told final : ChangeObserver {
  void changed(std::span<const Uuid> users) override {
    all.insert(all.end(), users.begin(), users.end());
  }
  std::vector<Uuid> all;
};

TEST_F(RelayTest, FindsAndAnnouncesWhatAnotherCopyWrote) {
  const Uuid ada = addUser();
  RecordingSubscriber reader("reader");
  Told others;
  RelayOptions options = quick();
  options.search.look = 2s;
  const auto made = relay({&reader}, options, &others);
  settle(*made);
  change(ada, 2);
  settle(*made);
  EXPECT_EQ(written(reader, ada), "") << "not yet looked for";
  obs_.clock.advance(2s);
  settle(*made);
  EXPECT_EQ(written(reader, ada), upTo(2));
  EXPECT_THAT(others.all, ElementsAre(ada));
  obs_.clock.advance(2s);
  settle(*made);
  EXPECT_THAT(others.all, ElementsAre(ada)) << "the same change is announced once";
}

TEST_F(RelayTest, BatchGoesOnInTheTraceOfItsFirstChange) {
  const Uuid ada = addUser();
  change(ada, 2, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  RecordingSubscriber reader("reader");
  settle(*relay({&reader}));
  ASSERT_EQ(traces_.traces.size(), 1U);
  const obs::KeptTrace& trace = *traces_.traces.front();
  EXPECT_EQ(obs::toHex(trace.id), "4bf92f3577b34da6a3ce929d0e0e4736");
  const obs::SpanRecord& span = obs::spanOf(trace, "relay_changes");
  EXPECT_EQ(obs::toHex(span.parent), "00f067aa0ba902b7");
  EXPECT_EQ(obs::attributeOf(trace, span, "messaging.batch.message_count"), "2");
  EXPECT_EQ(obs::attributeOf(trace, span, "messaging.destination.name"), "reader");
}

TEST_F(RelayTest, ThreadTellsAHintedUserAndStopsInOrder) {
  const Uuid ada = addUser();
  change(ada, 1);
  RecordingSubscriber reader("reader");
  std::promise<void> told;
  reader.refuse = [&told](const Change& change) {
    if (change.number == 2) told.set_value();
    return false;
  };
  const auto made = relay({&reader});
  made->start();
  change(ada, 1);
  hint(*made, ada);
  // The clock of this test stands still, so that only the hint can bring the second change.
  ASSERT_EQ(told.get_future().wait_for(20s), std::future_status::ready);
  made->stop();
  EXPECT_EQ(written(reader, ada), upTo(2));
}

}  // namespace
}  // namespace sw::jobs
