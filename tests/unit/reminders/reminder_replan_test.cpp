// What becomes of a plan when what it was made of changes: nothing stale is told, nothing is lost.
#include <gtest/gtest.h>

#include "unit/reminders/reminder_world.h"

namespace sw::reminders {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class ReminderReplanTest : public ::testing::Test {
 protected:
  void run() { ReminderProcess(world_).run(); }
  void pass(std::chrono::seconds time) {
    world_.clock.advance(time);
    run();
  }
  base::Instant in(minutes time) { return world_.clock.now() + time; }
  /// The habit's moment of today is at another time, as it is for somebody who has flown.
  void move(base::Uuid habit, base::Instant at) {
    Moment& moment = world_.agenda.agendas[habit].moments.front();
    moment.at = moment.occasion = at;
  }

  ReminderWorld world_;
};

TEST_F(ReminderReplanTest, TellsAtOnceWhatATravellerHasFlownPast) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(hours(2))),
                                              world_.moment("2026-01-06", in(hours(26)))});
  run();
  move(habit, in(-hours(4)));
  world_.tell("habit.updated", habit);
  run();
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
  ASSERT_EQ(world_.rows(ReminderState::kSent).size(), 1U);
  EXPECT_EQ(world_.rows(ReminderState::kSent)[0].occasionKey, "2026-01-05");
  ASSERT_EQ(world_.rows(ReminderState::kPlanned).size(), 1U);
  EXPECT_EQ(world_.rows(ReminderState::kPlanned)[0].occasionKey, "2026-01-06");
}

TEST_F(ReminderReplanTest, DoesNotLoseWhatHasMovedBackBeforeItsJobRuns) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(30)))});
  run();
  move(habit, in(-hours(1)));
  world_.clock.advance(minutes(31));  // nobody has planned anew by then
  run();
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderReplanTest, DoesNotTellAgainWhatComesOnceMoreForATraveller) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(10)))});
  run();
  pass(minutes(10));
  EXPECT_EQ(world_.toldInApp(), 1);
  move(habit, in(hours(6)));
  world_.tell("habit.updated", habit);
  pass(hours(7));
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderReplanTest, HoldsTheOtherLeadOfAnOccasionThatHasMovedBack) {
  const minutes lead(25);
  const base::Instant due = in(hours(2));
  const auto habit = world_.addHabit(
      "Read",
      {world_.moment("2026-01-05", due - lead, hours(12), lead), world_.moment("2026-01-05", due)});
  run();
  for (Moment& moment : world_.agenda.agendas[habit].moments) moment.at -= hours(4);
  world_.clock.advance(hours(2));  // its job comes, and nothing was planned anew
  run();
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
  ASSERT_EQ(world_.rows(ReminderState::kSent).size(), 1U);
  EXPECT_EQ(world_.rows(ReminderState::kSent)[0].lead, minutes(0));
  ASSERT_EQ(world_.rows(ReminderState::kSkipped).size(), 1U);
  EXPECT_EQ(world_.rows(ReminderState::kSkipped)[0].reason, SkipReason::kSuperseded);
}

TEST_F(ReminderReplanTest, FollowsAnOccasionThatMovesAheadAndHasNoStaleOne) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(20)))});
  run();
  move(habit, in(hours(3)));
  world_.tell("habit.updated", habit);
  pass(hours(2));
  EXPECT_EQ(world_.toldInApp(), 0);
  pass(hours(1));
  EXPECT_EQ(world_.toldInApp(), 1);
}

/// Fails as a resource does whose row cannot be read.
class ReminderRevivalTest : public ReminderReplanTest {
 protected:
  std::optional<jobs::JobStore::Found> jobOf(std::string_view kind, const std::string& key) {
    return *base::runBlocking(world_.jobs.find(kind, key));
  }
};

TEST_F(ReminderRevivalTest, PutsADeadJobToWorkAgainAfterItsRest) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5))),
                                              world_.moment("2026-01-06", in(hours(24)))});
  run();
  world_.clock.advance(minutes(5));
  world_.agenda.broken = true;
  run();
  const std::string key = habit.toString();
  ASSERT_TRUE(jobOf(job_kind::kDue, key).has_value());
  EXPECT_EQ(jobOf(job_kind::kDue, key)->state, jobs::JobState::kDead);
  EXPECT_EQ(world_.toldInApp(), 0);

  pass(Teller::kRest);  // it dies once more
  EXPECT_EQ(jobOf(job_kind::kDue, key)->state, jobs::JobState::kDead);

  world_.agenda.broken = false;
  pass(Teller::kRest);
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
  EXPECT_EQ(jobOf(job_kind::kDue, key)->state, jobs::JobState::kWaiting);
  ASSERT_EQ(world_.rows(ReminderState::kPlanned).size(), 1U);
  EXPECT_EQ(world_.rows(ReminderState::kPlanned)[0].occasionKey, "2026-01-06");
}

TEST_F(ReminderRevivalTest, PutsAJobToWorkThatSomebodyHasDropped) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  world_.clock.advance(minutes(5));
  world_.agenda.broken = true;
  run();
  const auto unit = world_.storage.begin();
  world_.jobs.drop(*unit, jobOf(job_kind::kDue, habit.toString())->job.id);
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  world_.agenda.broken = false;
  pass(Teller::kRest);
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderRevivalTest, LeavesAJobAloneThatWaitsAgain) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  world_.clock.advance(minutes(5));
  world_.agenda.broken = true;
  run();
  world_.agenda.broken = false;
  world_.agenda.agendas[habit].moments = {world_.moment("2026-01-05", in(hours(3)))};
  world_.tell("habit.updated", habit);
  run();
  const base::Instant due = jobOf(job_kind::kDue, habit.toString())->next;
  EXPECT_EQ(due, in(hours(3)));
  pass(Teller::kRest);
  EXPECT_EQ(jobOf(job_kind::kDue, habit.toString())->next, due);
  EXPECT_EQ(world_.toldInApp(), 0);
}

TEST_F(ReminderReplanTest, SetsADamagedResourceAsideSoThatItHoldsUpNoOther) {
  const auto damaged = world_.addHabit("Run", {world_.moment("2026-01-05", in(minutes(10)))});
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(10)))});
  world_.agenda.damaged = {damaged};
  run();
  pass(minutes(10));
  EXPECT_EQ(world_.toldInApp(), 1);
  const auto job = base::runBlocking(world_.jobs.find(job_kind::kReplan, damaged.toString()));
  ASSERT_TRUE(job.ok() && *job);
  EXPECT_EQ((*job)->state, jobs::JobState::kWaiting);
  const auto place = ReplanJob::Place::parse((*job)->job.payload);
  ASSERT_TRUE(place);
  EXPECT_TRUE(place->alone);
  EXPECT_EQ(place->after, damaged);
}

}  // namespace
}  // namespace sw::reminders
