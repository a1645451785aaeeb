#include <atomic>
#include <thread>

#include "contract/stores/store_world.h"

namespace sw::contract {
namespace {

class StorageContract : public StoreContract {};
SW_CONTRACT_SUITE(StorageContract);

TEST_P(StorageContract, KeepsEveryWriteOfManyThreadsWithNumbersWithoutGaps) {
  constexpr int kThreads = 4;
  constexpr int kWrites = 25;
  const auto ada = addUser("ada").id;
  const auto home = addCalendar(ada).id;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kWrites; ++i) {
        const auto record = event(home, (thread * kWrites + i) * 3600, 1800);
        const auto unit = begin();
        backend_->events().put(*unit, record, "busy " + std::to_string(i));
        jobs::Change change;
        change.userId = ada;
        change.type = "calendar.event.created";
        change.resourceId = record.id;
        change.calendarId = home;
        backend_->changes().append(*unit, change);
        const auto outcome = commit(unit);
        EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(window(home, 0, 400 * 3600).size(), static_cast<std::size_t>(kThreads * kWrites));
  EXPECT_EQ(search({home}, {"busy"}, {}, 1000).size(),
            static_cast<std::size_t>(kThreads * kWrites));
  const auto changes = get(backend_->changes().read({ada, 0}, 1000));
  ASSERT_EQ(changes.size(), static_cast<std::size_t>(kThreads * kWrites));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].number, static_cast<std::int64_t>(i) + 1);
  }
}

TEST_P(StorageContract, LetsOneOfManyWritersOfARevisionWin) {
  constexpr int kThreads = 4;
  const auto home = addCalendar(addUser("ada").id).id;
  auto record = event(home, 0, 60);
  putEvent(record, "first");
  for (std::int64_t revision = 2; revision < 12; ++revision) {
    std::atomic<int> winners{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        auto mine = record;
        mine.revision = revision;
        mine.document = std::to_string(thread);
        const auto unit = begin();
        backend_->events().put(*unit, mine, "text " + std::to_string(thread));
        const auto outcome = commit(unit);
        if (outcome.ok()) {
          ++winners;
        } else {
          EXPECT_EQ(outcome.error().code(), base::Code::kConflict) << outcome.error().describe();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(winners.load(), 1);
    const auto found = findEvent(record.id);
    EXPECT_EQ(found->revision, revision);
    EXPECT_EQ(search({home}, {"text", found->document}).size(), 1U);
  }
}

}  // namespace
}  // namespace sw::contract
