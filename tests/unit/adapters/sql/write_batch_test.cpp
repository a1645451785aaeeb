#include "adapters/sql/write_batch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sw::sql {
namespace {

constexpr Statement kRead{"read", Operation::kSelect, ""};
constexpr Statement kChange{"change", Operation::kUpdate, ""};
constexpr Statement kAdd{"add", Operation::kInsert, ""};
constexpr Statement kKey{"key", Operation::kInsert, ""};
constexpr Statement kGuard{"guard", Operation::kSelect, ""};
constexpr Expectation kOne = Expectation::exactly(1, "gone");

std::vector<std::string> namesOf(const WriteBatch& batch) {
  std::vector<std::string> names;
  for (const WriteBatch::Entry& entry : batch.entries()) names.emplace_back(entry.statement->name);
  return names;
}

TEST(WriteBatch, PutsWhatComesAfterChecksBeforeTheFirstCertainChange) {
  WriteBatch batch;
  batch.add(kRead, {}, kOne);
  batch.add(kChange, {}, kOne);
  batch.add(kChange, {});
  batch.add(kRead, {}, kOne);
  batch.addAfterChecks(kKey, {}, kOne);
  batch.addGuard(kGuard, {}, kOne);
  EXPECT_EQ(namesOf(batch),
            (std::vector<std::string>{"guard", "read", "change", "key", "change", "read"}));
}

TEST(WriteBatch, PutsWhatComesAfterChecksFirstWhereThereAreNone) {
  WriteBatch batch;
  batch.add(kAdd, {}, kOne);
  batch.addAfterChecks(kKey, {}, kOne);
  EXPECT_EQ(namesOf(batch), (std::vector<std::string>{"key", "add"}));
  WriteBatch empty;
  empty.addAfterChecks(kKey, {}, kOne);
  EXPECT_EQ(namesOf(empty), std::vector<std::string>{"key"});
}

}  // namespace
}  // namespace sw::sql
