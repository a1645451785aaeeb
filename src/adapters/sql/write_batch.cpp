#include "adapters/sql/write_batch.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace sw::sql {
namespace {

constexpr std::size_t kBlockSize = 2048;

// Whether nothing has changed when the statement fails.
bool isCheck(const WriteBatch::Entry& entry) {
  const Operation operation = entry.statement->operation;
  if (operation == Operation::kSelect) return true;
  const bool changesWhatIsThere =
      operation == Operation::kUpdate || operation == Operation::kDelete;
  return changesWhatIsThere && entry.expectation.canFail();
}

}  // namespace

base::Error Expectation::failure() const { return {code, std::string(tag)}; }

std::string_view WriteBatch::keep(std::string_view bytes) {
  if (bytes.empty()) return "";
  if (blockSize_ - blockUsed_ < bytes.size()) {
    blockSize_ = std::max(kBlockSize, bytes.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(blockSize_));
    blockUsed_ = 0;
  }
  char* place = blocks_.back().get() + blockUsed_;
  std::memcpy(place, bytes.data(), bytes.size());
  blockUsed_ += bytes.size();
  return {place, bytes.size()};
}

void WriteBatch::add(const Statement& statement, Params params, Expectation expectation) {
  entries_.push_back({&statement, static_cast<std::uint32_t>(values_.size()),
                      static_cast<std::uint32_t>(params.size()), expectation});
  for (const Value& value : params) {
    if (const auto* text = std::get_if<Value::Text>(&value.storage())) {
      values_.emplace_back(keep(text->bytes));
    } else if (const auto* blob = std::get_if<Value::Blob>(&value.storage())) {
      values_.push_back(Value::blob(keep(blob->bytes)));
    } else {
      values_.push_back(value);
    }
  }
}

void WriteBatch::addGuard(const Statement& statement, Params params, Expectation expectation) {
  add(statement, params, expectation);
  std::rotate(entries_.begin() + static_cast<std::ptrdiff_t>(guards_++), entries_.end() - 1,
              entries_.end());
}

void WriteBatch::addAfterChecks(const Statement& statement, Params params,
                                Expectation expectation) {
  add(statement, params, expectation);
  const auto added = entries_.end() - 1;
  const auto checked = entries_.begin() + static_cast<std::ptrdiff_t>(guards_);
  std::rotate(std::find_if_not(checked, added, isCheck), added, entries_.end());
}

}  // namespace sw::sql
