#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "accounts/settings_json.h"
#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "base/time_format.h"
#include "contract/reminders/reminder_life.h"
#include "fakes/fake_clock.h"
#include "habits/habit_editor.h"

namespace sw::contract {

/// Whether an occasion must have been told of in the end.
enum class Fit { kMust, kMay, kMustNot };

struct Occasion {
  base::Uuid habit;
  std::string key;
  auto operator<=>(const Occasion&) const = default;
};

/// People with habits, the time, and who is told; and what the habits ask for, kept here a second
/// time by plain rules.
class Story {
 public:
  explicit Story(unsigned seed) : random_(seed) {
    const std::filesystem::path memory =
        "/dev/shm";  // what is killed here is a process and no machine
    const std::filesystem::path base =
        std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (base / "sw-reminders-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    sql::SqliteOptions options;
    options.file = folder_ / "reminders.sqlite";
    database_ = *sql::SqliteDatabase::open(options, clock);
    front_ =
        std::make_unique<ReminderCopy>(*database_, clock, std::span<reminders::Channel* const>());
    addUser();
  }
  ~Story() {
    front_.reset();
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  bool chance(double probability) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
  }
  int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }

  /// Copies work until nothing is left to do at this moment; those that die stay dead.
  int work(int copies, const std::function<bool(int)>& dies) {
    std::vector<std::unique_ptr<Life>> lives;
    for (int i = 0; i < copies; ++i) {
      lives.push_back(std::make_unique<Life>(*database_, clock, mail, hook, dies));
    }
    Crew crew;
    loop_.run(crew.work(lives));
    int deaths = 0;
    for (const auto& life : lives) {
      deaths += life->fate().isDead() ? 1 : 0;
      steps = std::max(steps, life->fate().steps());
    }
    return deaths;
  }

  void addHabit() {
    HabitPlan plan;
    plan.time = std::chrono::minutes(6 * 60 + 30 + upTo(180));
    habits::HabitInput input;
    input.content.name = "Habit";
    input.content.targetTime = plan.time;
    input.content.reminders.enabled = true;
    if (chance(0.3))
      input.content.reminders.advanceNotice = {std::chrono::minutes(25), std::chrono::minutes(0)};
    const auto stored = *get(front_->settings.find(user_));
    const auto unit = front_->storage.begin();
    habits::HabitEditor editor(front_->habits, front_->changes, clock);
    const auto made = editor.create(*unit, user_, std::move(input), stored, {});
    ASSERT_TRUE(made.ok());
    commit(*unit);
    plan.id = made->open.habit.id;
    plan.created = clock.now();
    habits_.push_back(plan);
    // On its first day there is nothing to tell of where the time has passed.
    const accounts::DayRule rule = ruleOf();
    const habits::LocalDate today = accounts::localDateOf(clock.now(), rule);
    if (accounts::instantOn(today, plan.time, rule) < clock.now()) fit(plan.id, today, Fit::kMay);
  }
  /// Does a habit for today, told of or not.
  void complete() {
    if (habits_.empty()) return;
    const HabitPlan& plan = habits_[index(habits_.size())];
    const auto found = *get(front_->habits.find(user_, plan.id));
    auto open = habits::open(found.record, found.settings);
    const auto unit = front_->storage.begin();
    habits::HabitEditor editor(front_->habits, front_->changes, clock);
    const accounts::DayRule rule = ruleOf();
    const habits::LocalDate today = accounts::localDateOf(clock.now(), rule);
    const bool early =
        accounts::instantOn(today, plan.time, rule) - std::chrono::minutes(25) > clock.now();
    const bool fresh = !isTold(plan.id, today);
    ASSERT_TRUE(base::runBlocking(editor.complete(*unit, *std::move(open), {}, {})).ok());
    commit(*unit);
    fit(plan.id, today, early && fresh ? Fit::kMustNot : Fit::kMay);
  }
  /// Flies somewhere. Today's habits may then be over or come once more.
  void travel() {
    const std::array zones = {"UTC", "Europe/Berlin", "Atlantic/Azores"};
    zone_ = zones.at(index(zones.size()));
    auto stored = *get(front_->settings.find(user_));
    accounts::Settings settings = *accounts::fromStored(stored);
    settings.timeZone = zone_;
    ++stored.revision;
    stored.document = accounts::toSettingsDocument(settings);
    const auto unit = front_->storage.begin();
    front_->settings.put(*unit, user_, stored);
    append(*unit, "settings.updated", user_, stored.revision);
    commit(*unit);
    const habits::LocalDate today = accounts::localDateOf(clock.now(), ruleOf());
    for (const HabitPlan& plan : habits_) {
      if (clock.now() - plan.created < std::chrono::hours(12)) fit(plan.id, today, Fit::kMay);
    }
  }
  void touch() {
    if (habits_.empty()) return;
    const auto unit = front_->storage.begin();
    append(*unit, "habit.updated", habits_[index(habits_.size())].id, 2);
    commit(*unit);
  }
  /// Puts a reminder off that was told.
  void snooze() {
    std::vector<reminders::Reminder> told = rows();
    std::erase_if(told, [](const reminders::Reminder& row) {
      return row.state != reminders::ReminderState::kSent || row.snoozes > 0;
    });
    if (told.empty()) return;
    const reminders::Reminder row = told[index(told.size())];
    const auto unit = front_->storage.begin();
    const auto put = base::runBlocking(
        front_->desk.snooze(*unit, row, clock.now() + std::chrono::minutes(1 + upTo(40)), {}));
    ASSERT_TRUE(put.ok());
    commit(*unit);
    earlier_.insert(row.messageId);
  }

  /// What must hold when everything has been done.
  void checkToldOnce() {
    std::map<Occasion, int> told;
    std::set<base::Uuid> messages = earlier_;
    for (const reminders::Reminder& row : rows()) {
      if (row.state == reminders::ReminderState::kPlanned) continue;
      if (row.state == reminders::ReminderState::kSent) {
        if (row.lead == std::chrono::minutes(0)) ++told[{row.resourceId, row.occasionKey}];
        messages.insert(row.messageId);
        continue;
      }
      const bool fine = row.reason == reminders::SkipReason::kDone ||
                        row.reason == reminders::SkipReason::kSuperseded;
      EXPECT_TRUE(row.state == reminders::ReminderState::kSkipped && fine)
          << row.occasionKey << " is " << toString(row.state) << " " << toString(row.reason);
    }
    for (const Occasion& occasion : expected()) {
      const auto known = fits_.find(occasion);
      const Fit fit = known == fits_.end() ? Fit::kMust : known->second;
      const int times = told[occasion];
      EXPECT_LE(times, 1) << "told twice: " << occasion.key;
      if (fit == Fit::kMust) {
        EXPECT_EQ(times, 1) << "lost: " << occasion.key;
      }
      if (fit == Fit::kMustNot) {
        EXPECT_EQ(times, 0) << "told though done: " << occasion.key;
      }
    }
    EXPECT_EQ(toldInApp(), static_cast<int>(messages.size()));
    checkChannels(messages);
  }

  static constexpr base::Instant kBegin{std::chrono::seconds(1767589200)};  // 2026-01-05T05:00Z
  static constexpr int kDays = 3;
  fakes::FakeClock clock{kBegin};
  Receiver mail;
  Receiver hook;
  int steps = 0;  // the most of one life

 private:
  struct HabitPlan {
    base::Uuid id;
    std::chrono::minutes time{};
    base::Instant created{};
  };

  template <class T>
  T get(base::Task<base::Result<T>> task) {
    auto result = base::runBlocking(std::move(task));
    EXPECT_TRUE(result.ok()) << result.error().describe();
    return *std::move(result);
  }
  void commit(jobs::UnitOfWork& unit) {
    const auto done = base::runBlocking(unit.commit());
    ASSERT_TRUE(done.ok()) << done.error().describe();
  }
  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(upTo(static_cast<int>(size) - 1));
  }
  accounts::DayRule ruleOf() const { return {*base::Zone::find(zone_), std::chrono::minutes(0)}; }
  void append(jobs::UnitOfWork& unit, const std::string& type, base::Uuid resource,
              std::int64_t revision) {
    jobs::Change change;
    change.userId = user_;
    change.type = type;
    change.resourceId = resource;
    change.revision = revision;
    change.at = clock.now();
    front_->changes.append(unit, std::move(change));
  }
  void addUser() {
    accounts::User user;
    user.id = user_ = base::newUuid(clock);
    user.subject = "ada";
    user.email = "ada@example.org";
    user.emailVerified = true;
    user.revision = 1;
    user.created = user.updated = clock.now();
    accounts::Settings settings = accounts::Settings::defaults(zone_);
    settings.channels = {"in_app", "email", "webhook"};
    const auto unit = front_->storage.begin();
    front_->users.create(*unit, user);
    front_->settings.put(*unit, user_, {accounts::toSettingsDocument(settings), 1, clock.now()});
    commit(*unit);
  }
  void fit(base::Uuid habit, habits::LocalDate date, Fit fit) {
    Occasion occasion{habit, {}};
    base::appendDate(occasion.key, date);
    fits_.try_emplace(std::move(occasion), fit);  // what is known first stays so
  }
  bool isTold(base::Uuid habit, habits::LocalDate date) {
    std::string key;
    base::appendDate(key, date);
    return std::ranges::any_of(rows(), [&](const reminders::Reminder& row) {
      return row.resourceId == habit && row.occasionKey == key &&
             row.state != reminders::ReminderState::kPlanned;
    });
  }
  std::vector<Occasion> expected() {
    std::vector<Occasion> all;
    const accounts::DayRule rule = ruleOf();
    const auto end = accounts::localDateOf(clock.now(), rule);
    for (const HabitPlan& plan : habits_) {
      for (auto date = accounts::localDateOf(plan.created, rule); date <= end;
           date += std::chrono::days(1)) {
        Occasion occasion{plan.id, {}};
        base::appendDate(occasion.key, date);
        all.push_back(std::move(occasion));
      }
    }
    return all;
  }
  std::vector<reminders::Reminder> rows() {
    std::vector<reminders::Reminder> all;
    using Store = reminders::ReminderStore;
    for (const auto part : {Store::Part::kPast, Store::Part::kUpcoming}) {
      Store::ListQuery query{
          .userId = user_, .part = part, .after = {}, .dueBefore = {}, .limit = 100000};
      std::ranges::move(get(front_->reminders.list(query)), std::back_inserter(all));
    }
    return all;
  }
  int toldInApp() {
    const auto changes = get(front_->changes.read({user_, 0}, 100000));
    return static_cast<int>(std::ranges::count(changes, "reminder.sent", &jobs::Change::type));
  }
  void checkChannels(const std::set<base::Uuid>& messages) {
    std::set<std::string> mails;
    for (const reminders::Message& one : mail.got) {
      EXPECT_TRUE(mails.insert(one.id).second) << "a mail came twice";
    }
    std::set<std::string> calls;
    for (const reminders::Message& one : hook.got) calls.insert(one.id);
    std::size_t sent = 0;
    for (const base::Uuid& message : messages) {
      const auto deliveries = get(front_->reminders.deliveriesOf(message));
      ASSERT_EQ(deliveries.size(), 2U) << "each message has one delivery on each channel";
      for (const auto& delivery : deliveries) {
        const bool isMail = delivery.channel == "email";
        const std::set<std::string>& got = isMail ? mails : calls;
        const bool came = got.contains(message.toString());
        sent += came ? 1U : 0U;
        switch (delivery.state) {
          case reminders::DeliveryState::kSent: EXPECT_TRUE(came); break;
          case reminders::DeliveryState::kUncertain: EXPECT_TRUE(isMail); break;
          // Put off by its person before it had gone out.
          case reminders::DeliveryState::kSkipped: EXPECT_TRUE(earlier_.contains(message)); break;
          default:
            ADD_FAILURE() << delivery.channel << " is " << toString(delivery.state) << " after "
                          << delivery.attempts << " attempts: " << delivery.error;
        }
      }
    }
    EXPECT_EQ(mails.size() + calls.size(), sent) << "something was sent that nobody had asked for";
  }

  std::mt19937 random_;
  std::filesystem::path folder_;
  base::LocalLoop loop_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<ReminderCopy> front_;  // that people talk to; never dies
  base::Uuid user_;
  std::string zone_ = "UTC";
  std::vector<HabitPlan> habits_;
  std::map<Occasion, Fit> fits_;
  std::set<base::Uuid> earlier_;  // messages whose reminders were put off behind them
};

}  // namespace sw::contract
