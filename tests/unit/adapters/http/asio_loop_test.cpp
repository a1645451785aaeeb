#include "adapters/http/asio_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sw::adapters::http {
namespace {

struct OnLoop {
  AsioLoop& loop;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { loop.post(handle); }
  void await_resume() const noexcept {}
};

base::Detached note(AsioLoop& loop, std::vector<std::string>& notes, std::string name) {
  co_await OnLoop{loop};
  notes.push_back(std::move(name));
}

base::Detached inTurns(AsioLoop& loop, std::vector<std::string>& notes) {
  co_await OnLoop{loop};
  EXPECT_TRUE(loop.afterRound([&notes] { notes.emplace_back("end of the round"); }));
  notes.emplace_back("first");
}

base::Detached stopWhenIdle(AsioLoop& loop) {
  constexpr std::chrono::milliseconds kPause{1};
  co_await OnLoop{loop};
  co_await base::sleepFor(kPause);
  loop.stop();
}

TEST(AsioLoopTest, EndsARoundWhenAllThatWasReadyHasRun) {
  AsioLoop loop;
  std::vector<std::string> notes;
  inTurns(loop, notes);
  note(loop, notes, "second");
  note(loop, notes, "third");
  stopWhenIdle(loop);
  std::thread([&] { loop.run(); }).join();
  EXPECT_EQ(notes, (std::vector<std::string>{"first", "second", "third", "end of the round"}));
}

}  // namespace
}  // namespace sw::adapters::http
