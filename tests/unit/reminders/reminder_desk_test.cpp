#include "reminders/reminder_desk.h"

#include "obs/exposition.h"
#include "unit/reminders/reminder_world.h"

namespace sw::reminders {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class ReminderDeskTest : public ::testing::Test {
 protected:
  void run() { ReminderProcess(world_).run(); }
  void pass(std::chrono::seconds time) {
    world_.clock.advance(time);
    run();
  }
  base::Instant in(minutes time) { return world_.clock.now() + time; }
  /// The value of a series of `scheduling_habit_reminders_sent_total`.
  std::string counted(const std::string& labels) {
    const std::string all = obs::expose(world_.metrics, obs::ExpositionFormat::kText);
    const std::string wanted = "scheduling_habit_reminders_sent_total{" + labels + "} ";
    const std::size_t begin = all.find(wanted);
    if (begin == std::string::npos) return {};
    const std::size_t value = begin + wanted.size();
    return all.substr(value, all.find('\n', value) - value);
  }

  ReminderWorld world_;
};

TEST_F(ReminderDeskTest, PlansTheNextAndTellsItWhenItIsDue) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5))),
                                              world_.moment("2026-01-06", in(hours(24)))});
  run();
  ASSERT_EQ(world_.rows().size(), 1U);
  EXPECT_EQ(world_.rows()[0].state, ReminderState::kPlanned);
  pass(minutes(5) - seconds(1));
  EXPECT_EQ(world_.toldInApp(), 0);
  pass(seconds(1));
  EXPECT_EQ(world_.toldInApp(), 1);
  const auto rows = world_.rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].state, ReminderState::kSent);
  EXPECT_EQ(rows[0].title, "Read");
  EXPECT_EQ(rows[0].resourceId, habit);
  EXPECT_EQ(rows[1].state, ReminderState::kPlanned);
  EXPECT_EQ(rows[1].occasionKey, "2026-01-06");
}

TEST_F(ReminderDeskTest, PlansAnewWhenTheResourceChanges) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(50)))});
  run();
  world_.agenda.agendas[habit].moments = {world_.moment("2026-01-05", in(minutes(20)))};
  world_.tell("habit.updated", habit);
  pass(minutes(20));
  EXPECT_EQ(world_.toldInApp(), 1);
  // Moved later on the same date, it is not told of again.
  world_.agenda.agendas[habit].moments = {world_.moment("2026-01-05", in(minutes(10)))};
  world_.tell("habit.updated", habit);
  pass(minutes(60));
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderDeskTest, TellsWhatWasEditedBetweenItsTimeAndItsJob) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  world_.clock.advance(minutes(5) + seconds(1));
  world_.agenda.agendas[habit].title = "Read more";
  world_.tell("habit.updated", habit);
  run();
  ASSERT_EQ(world_.rows(ReminderState::kSent).size(), 1U);
  EXPECT_EQ(world_.rows()[0].title, "Read more");
}

TEST_F(ReminderDeskTest, DoesNotTellOfTimesBeforeTheResourceWasMade) {
  world_.addHabit("Read", {world_.moment("2026-01-05", in(-minutes(1)))});
  run();
  EXPECT_TRUE(world_.rows().empty());
}

TEST_F(ReminderDeskTest, TellsOfATimeBetweenTheChangeAndItsRelay) {
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(1)))});
  world_.clock.advance(minutes(2));  // the relay was slow
  run();
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderDeskTest, ForgetsThePlanOfWhatIsGone) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  world_.agenda.agendas.clear();
  world_.tell("habit.deleted", habit);
  pass(minutes(10));
  EXPECT_TRUE(world_.rows().empty());
  EXPECT_EQ(world_.toldInApp(), 0);
}

TEST_F(ReminderDeskTest, SkipsWhatIsDoneByThen) {
  const auto habit = world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  world_.agenda.agendas[habit].moments[0].settled = true;  // nobody has told yet
  pass(minutes(5));
  ASSERT_EQ(world_.rows(ReminderState::kSkipped).size(), 1U);
  EXPECT_EQ(world_.rows()[0].reason, SkipReason::kDone);
  EXPECT_EQ(world_.toldInApp(), 0);
}

TEST_F(ReminderDeskTest, JoinsWhatIsLateAfterAnOutage) {
  world_.channelsWanted = {"in_app", "email"};
  for (int i = 0; i < 5; ++i) {
    world_.addHabit("Habit " + std::to_string(i),
                    {world_.moment("2026-01-05", in(minutes(5 + i)))});
  }
  run();
  world_.clock.advance(hours(2));
  run();
  EXPECT_EQ(world_.toldInApp(), 0);
  EXPECT_EQ(world_.rows(ReminderState::kGathered).size(), 5U);
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
  EXPECT_EQ(world_.rows(ReminderState::kSent).size(), 5U);
  ASSERT_EQ(world_.email.sent.size(), 1U);
  EXPECT_EQ(world_.email.sent[0].entries, 5);
  EXPECT_EQ(world_.email.sent[0].title, "5 reminders");
  EXPECT_EQ(world_.email.sent[0].email, "ada@example.org");
}

TEST_F(ReminderDeskTest, HoldsBackInQuietHours) {
  accounts::Settings settings = accounts::Settings::defaults("Europe/Berlin");
  settings.quietHours = accounts::DayRange{hours(9), hours(12)};
  world_.write(settings);
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});  // 10:05 in Berlin
  run();
  pass(minutes(30));
  EXPECT_EQ(world_.toldInApp(), 0);
  EXPECT_EQ(world_.rows()[0].state, ReminderState::kPlanned);
  pass(minutes(91));  // joined with what else the night held back
  pass(ReminderDesk::kGatherPause);
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderDeskTest, TriesAFailingChannelAgainAlone) {
  world_.channelsWanted = {"in_app", "email", "webhook"};
  int failures = 2;
  world_.email.fails = [&]() -> std::optional<base::Error> {
    if (failures-- <= 0) return std::nullopt;
    return base::Error(base::Code::kUnavailable, "the server is away");
  };
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  pass(minutes(5));
  EXPECT_EQ(world_.hook.sent.size(), 1U);
  EXPECT_TRUE(world_.email.sent.empty());
  pass(seconds(20));
  pass(seconds(20));
  EXPECT_EQ(world_.hook.sent.size(), 1U);
  EXPECT_EQ(world_.email.sent.size(), 1U);
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderDeskTest, TellsAgainWhatWasPutOff) {
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  pass(minutes(5));
  ReminderProcess process(world_);
  const auto unit = world_.storage.begin();
  const auto snoozed =
      base::runBlocking(process.desk.snooze(*unit, world_.rows()[0], in(minutes(10)), {}));
  ASSERT_TRUE(snoozed.ok());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  pass(minutes(9));
  EXPECT_EQ(world_.toldInApp(), 1);
  pass(minutes(1));
  EXPECT_EQ(world_.toldInApp(), 2);
  EXPECT_EQ(world_.rows()[0].snoozes, 1);
  EXPECT_NE(world_.rows()[0].messageId, world_.rows()[0].id);
}

TEST_F(ReminderDeskTest, TriesAgainWhatWasPutOffBeyondItsOccasion) {
  world_.channelsWanted = {"in_app", "webhook"};
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)), minutes(30))});
  run();
  pass(minutes(5));
  ASSERT_EQ(world_.hook.sent.size(), 1U);
  ReminderProcess process(world_);
  const auto unit = world_.storage.begin();
  ASSERT_TRUE(
      base::runBlocking(process.desk.snooze(*unit, world_.rows()[0], in(hours(2)), {})).ok());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  int failures = 1;
  world_.hook.fails = [&]() -> std::optional<base::Error> {
    if (failures-- <= 0) return std::nullopt;
    return base::Error(base::Code::kUnavailable, "the receiver is away");
  };
  pass(hours(2));
  pass(seconds(20));
  EXPECT_EQ(world_.hook.sent.size(), 2U);
  EXPECT_EQ(world_.toldInApp(), 2);
}

TEST_F(ReminderDeskTest, PlansTheNextWhenThePlannedOneIsPutAside) {
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5))),
                           world_.moment("2026-01-06", in(minutes(30)))});
  run();
  ReminderProcess process(world_);
  const auto unit = world_.storage.begin();
  ASSERT_TRUE(base::runBlocking(process.desk.dismiss(*unit, world_.rows()[0], {})).ok());
  ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
  pass(minutes(10));
  EXPECT_EQ(world_.toldInApp(), 0);
  pass(minutes(20));
  EXPECT_EQ(world_.toldInApp(), 1);
}

TEST_F(ReminderDeskTest, CountsWhatBecameOfEach) {
  world_.channelsWanted = {"in_app", "email", "webhook"};
  world_.email.answer = Delivery::kSkipped;
  world_.hook.fails = [] { return base::Error(base::Code::kInvalid, "refused"); };
  world_.addHabit("Read", {world_.moment("2026-01-05", in(minutes(5)))});
  const auto done = world_.addHabit("Run", {world_.moment("2026-01-05", in(minutes(5)))});
  run();
  world_.agenda.agendas[done].moments[0].settled = true;
  pass(minutes(5));
  EXPECT_EQ(counted(R"(channel="in_app",status="sent")"), "1");
  EXPECT_EQ(counted(R"(channel="in_app",status="skipped")"), "1");
  EXPECT_EQ(counted(R"(channel="email",status="skipped")"), "1");
  EXPECT_EQ(counted(R"(channel="webhook",status="failed")"), "1");
  EXPECT_EQ(counted(R"(channel="push",status="sent")"), "0");
}

}  // namespace
}  // namespace sw::reminders
