// What holds when the process dies at any step, and when several copies work at once.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

#include "unit/reminders/reminder_world.h"

namespace sw::reminders {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

int rounds() { return std::getenv("SW_FULL") != nullptr ? 500 : 30; }

struct Expected {
  base::Uuid resource;
  std::string key;
  auto operator<=>(const Expected&) const = default;
};

/// One life after the other on the same tables, until everything is done.
class Lives {
 public:
  explicit Lives(unsigned seed) : random_(seed) {
    world.channelsWanted = {"in_app", "email", "webhook"};
    world.fate.dies = [this] { return alive_ && deaths_ < kMostDeaths && chance(0.02); };
    const auto flaky = [this]() -> std::optional<base::Error> {
      if (!chance(0.15)) return std::nullopt;
      return base::Error(base::Code::kUnavailable, "the server is away");
    };
    world.email.fails = flaky;
    world.hook.fails = flaky;
  }

  bool chance(double probability) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
  }
  int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }

  void live() {
    process_ = std::make_unique<ReminderProcess>(world);
    try {
      alive_ = true;
      process_->run();
    } catch (const Death&) {
      ++deaths_;
      world.clock.advance(seconds(31 + upTo(1200)));  // until somebody starts it again
    }
    alive_ = false;
    process_.reset();
  }

  void addHabit() {
    std::vector<Moment> moments;
    std::vector<std::string> keys;
    base::Instant at = world.clock.now() + minutes(1 + upTo(90));
    for (int day = 0; day < 4; ++day) {
      keys.push_back("2026-01-0" + std::to_string(5 + day));
      moments.push_back(world.moment(keys.back(), at, hours(24)));
      at += minutes(60 + upTo(60));
    }
    const base::Uuid id = world.addHabit("Habit", std::move(moments));
    for (const std::string& key : keys) expected.insert({id, key});
    habits_.push_back(id);
  }
  void touchHabit() {
    if (habits_.empty()) return;
    const base::Uuid id =
        habits_[static_cast<std::size_t>(upTo(static_cast<int>(habits_.size()) - 1))];
    world.agenda.agendas[id].title += "!";
    world.tell("habit.updated", id);
  }

  static constexpr int kMostDeaths = 40;
  ReminderWorld world;
  std::set<Expected> expected;
  int deaths() const { return deaths_; }

 private:
  std::mt19937 random_;
  std::vector<base::Uuid> habits_;
  std::unique_ptr<ReminderProcess> process_;
  int deaths_ = 0;
  bool alive_ = false;
};

void checkToldOnce(ReminderWorld& world, const std::set<Expected>& expected) {
  std::set<Expected> told;
  std::set<std::string> messages;
  for (const Reminder& row : world.rows()) {
    ASSERT_EQ(row.state, ReminderState::kSent) << toString(row.reason);
    EXPECT_TRUE(told.insert({row.resourceId, row.occasionKey}).second) << "told twice";
    messages.insert(row.messageId.toString());
  }
  EXPECT_EQ(told, expected);
  EXPECT_EQ(world.toldInApp(), static_cast<int>(messages.size()));

  std::set<std::string> mails;
  for (const Message& mail : world.email.sent) {
    EXPECT_TRUE(mails.insert(mail.id).second) << "a mail came twice";
    EXPECT_TRUE(messages.contains(mail.id));
  }
  std::set<std::string> hooks;
  for (const Message& call : world.hook.sent) hooks.insert(call.id);
  EXPECT_EQ(hooks, messages) << "every message came, and none but these";
  // A mail that did not come is known not to have, or is kept as uncertain.
  world.storage.look([&](fakes::FakeTables& tables) {
    for (const auto& [key, delivery] : tables.reminderDeliveries) {
      if (delivery.state == DeliveryState::kSent) continue;
      EXPECT_EQ(delivery.channel, "email");
      EXPECT_EQ(delivery.state, DeliveryState::kUncertain);
    }
    return 0;
  });
}

TEST(ReminderFaults, TellsEverythingOnceWhereverTheProcessDies) {
  int deaths = 0;
  for (int round = 0; round < rounds(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(round));
    Lives lives(static_cast<unsigned>(round) + 1);
    const base::Instant end = lives.world.clock.now() + hours(12);
    while (lives.world.clock.now() < end) {
      const base::Instant phase = lives.world.clock.now();
      if (phase < end - hours(11) && lives.chance(0.3)) lives.addHabit();
      if (lives.chance(0.1)) lives.touchHabit();
      lives.live();
      lives.world.clock.advance(seconds(5 + lives.upTo(300)));
    }
    deaths += lives.deaths();
    checkToldOnce(lives.world, lives.expected);
    if (HasFailure()) return;
  }
  EXPECT_GT(deaths, rounds()) << "the process hardly ever died";
}

TEST(ReminderFaults, TellsOnceWhenTwoCopiesDoTheSameJob) {
  ReminderWorld world;
  world.addHabit("Read", {world.moment("2026-01-05", world.clock.now() + minutes(5))});
  ReminderProcess one(world);
  ReminderProcess other(world);
  one.run();
  world.clock.advance(minutes(5));
  const std::vector<jobs::Job> first = one.claim(1);
  ASSERT_EQ(first.size(), 1U);
  world.clock.advance(seconds(31));  // the first copy stalls and its lease ends
  const std::vector<jobs::Job> second = other.claim(1);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_TRUE(other.finish(second.front()));
  EXPECT_FALSE(one.finish(first.front()));
  EXPECT_EQ(world.toldInApp(), 1);
  EXPECT_EQ(world.rows(ReminderState::kSent).size(), 1U);
}

TEST(ReminderFaults, KeepsAMailUncertainWhoseSenderDied) {
  ReminderWorld world;
  world.channelsWanted = {"in_app", "email", "webhook"};
  world.addHabit("Read", {world.moment("2026-01-05", world.clock.now() + minutes(5))});
  ReminderProcess(world).run();
  world.clock.advance(minutes(5));
  EXPECT_TRUE(ReminderProcess(world).work(1));
  // Both die in the midst of their first attempt, when the server has taken the message.
  for (int i = 0; i < 2; ++i) {
    world.fate.dies = [&] {
      return world.email.sent.size() + world.hook.sent.size() == static_cast<std::size_t>(i) + 1;
    };
    EXPECT_THROW(ReminderProcess(world).work(1), Death);
    world.fate.dies = [] { return false; };
  }
  world.clock.advance(seconds(31));
  ReminderProcess(world).run();
  EXPECT_EQ(world.email.sent.size(), 1U);
  ASSERT_EQ(world.hook.sent.size(), 2U);
  EXPECT_EQ(world.hook.sent[0].id, world.hook.sent[1].id);
  const auto rows = world.rows(ReminderState::kSent);
  ASSERT_EQ(rows.size(), 1U);
  const auto deliveries = *base::runBlocking(world.reminders.deliveriesOf(rows[0].messageId));
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[0].state, DeliveryState::kUncertain);
  EXPECT_EQ(deliveries[1].state, DeliveryState::kSent);
}

}  // namespace
}  // namespace sw::reminders
