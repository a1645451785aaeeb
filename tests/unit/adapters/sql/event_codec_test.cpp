#include "adapters/sql/event_codec.h"

#include <gtest/gtest.h>

#include "adapters/sql/event_levels.h"
#include "adapters/sql/event_terms.h"
#include "adapters/sql/pg_protocol.h"
#include "adapters/sql/write_batch.h"

namespace sw::sql {
namespace {

calendar::EventRecord sample() {
  calendar::EventRecord record;
  record.kind = calendar::EventRecord::Kind::kOverride;
  record.cancelled = true;
  record.seriesId.bytes.fill(7);
  record.originalKey = base::UtcSeconds(std::chrono::seconds(-62135596800));
  record.revision = 1234567890123;
  record.created = base::Instant(std::chrono::microseconds(-5));
  record.residue = "X-UNKNOWN:1";
  record.recurrencePlan = std::string("\0\1\2", 3);
  record.tzVersion = "2026a";
  return record;
}

TEST(EventCodec, RejectsEveryTruncationAndAnyExcess) {
  const std::string packed = packAttributes(sample());
  calendar::EventRow row{};
  ASSERT_TRUE(unpackAttributes(packed, row));
  EXPECT_EQ(row.residue, "X-UNKNOWN:1");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(unpackAttributes(std::string_view(packed).substr(0, size), row)) << size;
  }
  EXPECT_FALSE(unpackAttributes(packed + "x", row));
  EXPECT_FALSE(unpackAttributes("\x02" + packed.substr(1), row));
}

TEST(EventLevels, PutsEverySpanInTheShortestLevelThatHoldsIt) {
  const base::UtcSeconds start{};
  for (std::size_t level = 0; level < kLevelLongest.size(); ++level) {
    const std::chrono::seconds longest(kLevelLongest[level]);
    EXPECT_EQ(levelOf(start, start + longest), static_cast<std::int64_t>(level));
    EXPECT_EQ(levelOf(start, start + longest + std::chrono::seconds(1)),
              static_cast<std::int64_t>(level) + 1);
  }
  EXPECT_EQ(levelOf(start, start), 0);
}

TEST(EventTerms, QuotesEveryTokenAndMakesTheLastAPrefix) {
  const base::Uuid id{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x01, 0xab, 0, 0, 0, 0xef}};
  const std::string prefix = "01ab000000ef";
  EXPECT_EQ(eventTerms(id, "Big Meeting, big"), prefix + "big " + prefix + "meeting");
  const std::vector<base::Uuid> one = {id};
  const std::vector<std::string> tokens = {"big", "me\"'et"};
  EXPECT_EQ(eventTermQuery(one, tokens, Dialect::kSqlite),
            "(\"" + prefix + "big\" AND \"" + prefix + "meet\"*)");
  EXPECT_EQ(eventTermQuery(one, tokens, Dialect::kPostgres),
            "('" + prefix + "big' & '" + prefix + "meet':*)");
}

TEST(WriteBatch, KeepsItsOwnCopiesWhenMoved) {
  constexpr static Statement kStatement{"s", Operation::kInsert, "INSERT INTO t VALUES (?1, ?2)"};
  WriteBatch batch;
  for (int i = 0; i < 100; ++i) {
    const std::string text(static_cast<std::size_t>(i) * 50, static_cast<char>('a' + i % 26));
    const Value params[] = {i, text};
    batch.add(kStatement, params);
  }
  const Value guard[] = {7};
  batch.addGuard(kStatement, guard, Expectation::exactly(1, "first"));
  const WriteBatch moved = std::move(batch);
  ASSERT_EQ(moved.entries().size(), 101U);
  EXPECT_EQ(moved.entries()[0].expectation.tag, "first");
  for (std::size_t i = 0; i < 100; ++i) {
    const Params params = moved.params(moved.entries()[i + 1]);
    EXPECT_EQ(std::get<std::int64_t>(params[0].storage()), static_cast<std::int64_t>(i));
    const auto text = std::get<Value::Text>(params[1].storage()).bytes;
    EXPECT_EQ(text, std::string(i * 50, static_cast<char>('a' + i % 26)));
  }
}

TEST(PgProtocol, RenamesParametersOutsideOfQuotes) {
  EXPECT_EQ(toPostgresParameters("SELECT '?1', ?1 WHERE a = ?12"), "SELECT '?1', $1 WHERE a = $12");
}

}  // namespace
}  // namespace sw::sql
