#pragma once

#include <array>
#include <coroutine>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sql/database.h"
#include "base/loop.h"
#include "contract/reminders/reminder_copy.h"

/// Copies of the program that can be killed at any step. A copy dies at a step of its database or
/// of a channel; from there on it writes nothing and sends nothing.
namespace sw::contract {

/// Whether a copy is alive, and what decides on it at each of its steps.
class Fate {
 public:
  std::function<bool(int step)> dies = [](int) { return false; };

  /// One step. True from the one on at which the copy dies.
  bool strikes() {
    if (!dead_) dead_ = dies(steps_++);
    return dead_;
  }
  [[nodiscard]] bool isDead() const { return dead_; }
  [[nodiscard]] int steps() const { return steps_; }
  static base::Error error() { return {base::Code::kUnavailable, "the process is dead"}; }

 private:
  bool dead_ = false;
  int steps_ = 0;
};

/// The database as a copy that may die sees it: before each read, before each commit, and after
/// a commit whose answer it never gets.
class MortalDatabase final : public sql::Database {
 public:
  MortalDatabase(sql::Database& below, Fate& fate) : below_(below), fate_(fate) {}

  [[nodiscard]] sql::Dialect dialect() const override { return below_.dialect(); }
  base::Task<base::Result<void>> read(const sql::Statement& statement, sql::Params params,
                                      sql::RowSink sink, sql::ReadKind kind) override {
    if (fate_.strikes()) co_return Fate::error();
    co_return co_await below_.read(statement, params, sink, kind);
  }
  base::Task<base::Result<sql::WriteOutcome>> write(sql::WriteBatch batch) override {
    if (fate_.strikes()) co_return Fate::error();
    auto outcome = co_await below_.write(std::move(batch));
    if (fate_.strikes()) co_return Fate::error();
    co_return outcome;
  }
  [[nodiscard]] sql::PoolUse poolUse(sql::Pool pool) const override { return below_.poolUse(pool); }
  base::Task<base::Result<void>> ping() override { co_return co_await below_.ping(); }

 private:
  sql::Database& below_;
  Fate& fate_;
};

/// Who is reached through a channel; outlives every copy.
struct Receiver {
  std::vector<reminders::Message> got;
  std::function<bool()> isAway = [] { return false; };
};

class MortalChannel final : public reminders::Channel {
 public:
  MortalChannel(Fate& fate, Receiver& receiver, std::string_view name, bool recognises)
      : fate_(fate), receiver_(receiver), name_(name), recognises_(recognises) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string_view setting() const override { return name_; }
  [[nodiscard]] bool recognisesRepeats() const override { return recognises_; }
  base::Task<base::Result<reminders::Delivery>> send(const reminders::Message& message) override {
    if (fate_.strikes()) co_return Fate::error();
    if (receiver_.isAway()) co_return base::Error(base::Code::kUnavailable, "the server is away");
    receiver_.got.push_back(message);
    if (fate_.strikes()) co_return Fate::error();
    co_return reminders::Delivery::kSent;
  }

 private:
  Fate& fate_;
  Receiver& receiver_;
  std::string_view name_;
  bool recognises_;
};

/// One life of one copy of the program.
class Life {
 public:
  Life(sql::Database& database, const base::Clock& clock, Receiver& mail, Receiver& hook,
       std::function<bool(int)> dies)
      : database_(database, fate_),
        mail_(fate_, mail, "email", false),
        hook_(fate_, hook, "webhook", true),
        copy_(database_, clock, channels_),
        runner_(copy_.jobParts(clock), {}, [] { return 0.5; }, [this] { ended(); }) {
    fate_.dies = std::move(dies);
    copy_.addTo(runner_);
  }

  [[nodiscard]] const Fate& fate() const { return fate_; }

  /// Plans what has changed and does what is due, until there is nothing left or it dies.
  base::Task<void> work() {
    while (!fate_.isDead()) {
      co_await copy_.relay.settle();
      const auto turn = co_await runner_.turn(true);
      while (runner_.running() > 0) co_await Ended{*this};
      if (!turn.ok() || turn->begun == 0) co_return;
    }
  }

 private:
  struct Ended {
    Life& life;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) const { life.waiting_ = handle; }
    void await_resume() const noexcept {}
  };
  void ended() {
    if (const auto handle = std::exchange(waiting_, {})) base::Loop::current()->post(handle);
  }

  Fate fate_;
  MortalDatabase database_;
  MortalChannel mail_;
  MortalChannel hook_;
  std::array<reminders::Channel*, 2> channels_ = {&mail_, &hook_};
  ReminderCopy copy_;
  std::coroutine_handle<> waiting_;
  jobs::JobRunner runner_;
};

/// Copies at work at the same time, on one loop.
class Crew {
 public:
  base::Task<void> work(std::vector<std::unique_ptr<Life>>& lives) {
    left_ = static_cast<int>(lives.size());
    for (const auto& life : lives) begin(*life);
    co_await Done{*this};
  }

 private:
  struct Done {
    Crew& crew;
    [[nodiscard]] bool await_ready() const noexcept { return crew.left_ == 0; }
    void await_suspend(std::coroutine_handle<> handle) const { crew.waiting_ = handle; }
    void await_resume() const noexcept {}
  };
  base::Detached begin(Life& life) {
    co_await life.work();
    if (--left_ == 0 && waiting_) base::Loop::current()->post(waiting_);
  }
  int left_ = 0;
  std::coroutine_handle<> waiting_;
};

}  // namespace sw::contract
