#include "app/operations/side_call.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/local_loop.h"

namespace sw::app {
namespace {

using base::Code;
using base::Result;

Result<std::string> runOn(SideCall& side, SideCall::Call call) {
  return base::runBlocking(side.run(std::move(call)));
}

TEST(SideCall, RunsOnAThreadOfItsOwnAndComesBack) {
  SideCall side;
  std::thread::id where;
  for (const char* wanted : {"one", "two"}) {
    const auto outcome = runOn(side, [&]() -> Result<std::string> {
      where = std::this_thread::get_id();
      return std::string(wanted);
    });
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(*outcome, wanted);
    EXPECT_NE(where, std::this_thread::get_id());
  }
}

TEST(SideCall, SecondAtTheSameTimeIsRefused) {
  SideCall side;
  std::atomic<bool> inside{false};
  std::atomic<bool> go{false};
  std::thread first([&] {
    const auto outcome = runOn(side, [&]() -> Result<std::string> {
      inside = true;
      inside.notify_all();
      go.wait(false);
      return std::string("done");
    });
    EXPECT_TRUE(outcome.ok());
  });
  inside.wait(false);
  const auto second = runOn(side, []() -> Result<std::string> { return std::string("no"); });
  go = true;
  go.notify_all();
  first.join();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), Code::kConflict);
}

TEST(SideCall, EndRefusesLaterOnes) {
  SideCall side;
  side.end();
  side.end();
  const auto outcome = runOn(side, []() -> Result<std::string> { return std::string("no"); });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace sw::app
