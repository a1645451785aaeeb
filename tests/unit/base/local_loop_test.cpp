#include "base/local_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sw::base {
namespace {

using Steps = std::vector<std::string>;

void note(Steps& steps, const std::string& step) {
  EXPECT_TRUE(Loop::current()->afterRound([&steps, step] { steps.push_back(step); }));
}

TEST(LocalLoop, RunsWhatComesAfterARoundBeforeItWaits) {
  Steps steps;
  const auto work = [](Steps& out) -> Task<void> {
    note(out, "end of the first round");
    out.emplace_back("work");
    co_await sleepFor(std::chrono::microseconds(1));
    out.emplace_back("more work");
  };
  runBlocking(work(steps));
  EXPECT_EQ(steps, (Steps{"work", "end of the first round", "more work"}));
}

TEST(LocalLoop, RunsWhatComesAfterARoundBeforeItEnds) {
  Steps steps;
  const auto work = [](Steps& out) -> Task<int> {
    note(out, "one");
    note(out, "two");
    co_return 7;
  };
  EXPECT_EQ(runBlocking(work(steps)), 7);
  EXPECT_EQ(steps, (Steps{"one", "two"}));
}

TEST(LocalLoop, EndsItsRoundsWithinTheLoopAroundIt) {
  Steps steps;
  const auto inner = [](Steps& out) -> Task<void> {
    note(out, "inner");
    co_return;
  };
  const auto outer = [&inner](Steps& out) -> Task<void> {
    note(out, "outer");
    runBlocking(inner(out));
    out.emplace_back("work");
    co_return;
  };
  runBlocking(outer(steps));
  EXPECT_EQ(steps, (Steps{"inner", "work", "outer"}));
}

}  // namespace
}  // namespace sw::base
