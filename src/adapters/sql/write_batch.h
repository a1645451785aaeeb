#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/sql/statement.h"
#include "adapters/sql/value.h"
#include "base/error.h"

namespace sw::sql {

/// What must hold after one statement of a batch, or the whole batch is undone. Rows are those
/// changed or, for a statement that gives rows, those given.
struct Expectation {
  std::int64_t least = 0;
  std::int64_t most = -1;  // no upper bound when negative
  base::Code code = base::Code::kConflict;
  /// What the caller is told, as in "the event was changed meanwhile"; static text. Also the
  /// message when the statement breaks a constraint of the schema.
  std::string_view tag = "another write was faster";

  static constexpr Expectation any() { return {}; }
  static constexpr Expectation exactly(std::int64_t rows, std::string_view tag,
                                       base::Code code = base::Code::kConflict) {
    return {rows, rows, code, tag};
  }
  static constexpr Expectation atLeast(std::int64_t rows, std::string_view tag,
                                       base::Code code = base::Code::kConflict) {
    return {rows, -1, code, tag};
  }
  static constexpr Expectation noRow(std::string_view tag,
                                     base::Code code = base::Code::kConflict) {
    return {0, 0, code, tag};
  }

  [[nodiscard]] constexpr bool holds(std::int64_t rows) const {
    return rows >= least && (most < 0 || rows <= most);
  }
  [[nodiscard]] constexpr bool canFail() const { return least > 0 || most >= 0; }
  /// The error of a batch in which this did not hold.
  [[nodiscard]] base::Error failure() const;
};

/// What one statement of a committed batch did.
struct StatementOutcome {
  std::int64_t rows = 0;              // changed, or given
  std::optional<std::int64_t> value;  // first column of the first row given, when an integer
};

/// One entry for each statement, in their order.
using WriteOutcome = std::vector<StatementOutcome>;

/// A transaction as data: statements with what each must achieve. Because nothing of the caller
/// runs inside it, a database can commit many batches together or send them in one round trip,
/// and repeat one that a deadlock undid. Owns copies of all texts. Movable; used by one thread.
class WriteBatch {
 public:
  struct Entry {
    const Statement* statement;
    std::uint32_t firstValue;
    std::uint32_t valueCount;
    Expectation expectation;
  };

  /// Copies the parameters. `statement` must have static storage.
  void add(const Statement& statement, Params params, Expectation expectation = {});

  /// As `add`, but runs before everything that is not a guard, so that a batch which cannot
  /// succeed fails before it has changed anything.
  void addGuard(const Statement& statement, Params params, Expectation expectation);

  /// As `add`, but runs before everything that changes something for certain: behind guards,
  /// reads, and updates that fail when they find nothing to change. For a statement that fails
  /// more often than those which stand before it by then.
  void addAfterChecks(const Statement& statement, Params params, Expectation expectation);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] Params params(const Entry& entry) const {
    return Params(values_).subspan(entry.firstValue, entry.valueCount);
  }

 private:
  std::string_view keep(std::string_view bytes);

  std::vector<Entry> entries_;
  std::size_t guards_ = 0;
  std::vector<Value> values_;
  // Texts: blocks that never move, filled one after the other.
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t blockUsed_ = 0;
  std::size_t blockSize_ = 0;
};

}  // namespace sw::sql
