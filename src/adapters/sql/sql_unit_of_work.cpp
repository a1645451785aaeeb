#include "adapters/sql/sql_unit_of_work.h"

#include <algorithm>
#include <span>
#include <utility>

namespace sw::sql {
namespace {

constexpr Statement kTouch{"calendars.touch", Operation::kUpdate,
                           "UPDATE calendars SET event_version = event_version + 1 WHERE id = ?1"};
constexpr Statement kTakeNumbers{"users.take_change_numbers", Operation::kUpdate,
                                 "UPDATE users SET change_seq = change_seq + ?2 WHERE id = ?1"};
// For SQLite no INSERT from a SELECT: around one it opens a statement journal, at which the
// full-text index writes out what it had gathered for the whole group of units.
constexpr Statement kAppend{
    "changes.append", Operation::kInsert,
    "INSERT INTO changes (user_id, seq, type, resource_id, calendar_id, revision, at, request_id, "
    "trace_parent, part) VALUES (?1, (SELECT change_seq - ?2 FROM users WHERE id = ?1), ?3, ?4, "
    "?5, ?6, ?7, ?8, ?9, ?10)",
    "INSERT INTO changes (user_id, seq, type, resource_id, calendar_id, revision, at, request_id, "
    "trace_parent, part) SELECT id, change_seq - ?2::bigint, ?3::text, ?4::uuid, ?5::uuid, "
    "?6::bigint, "
    "?7::bigint, ?8::text, ?9::text, ?10::text FROM users WHERE id = ?1"};

constexpr Expectation kUserThere = Expectation::exactly(1, "the user is gone");
constexpr Expectation kCalendarThere = Expectation::exactly(1, "the calendar is gone");

}  // namespace

void SqlUnitOfWork::touchCalendar(const base::Uuid& id) {
  if (std::ranges::find(touched_, id) == touched_.end()) touched_.push_back(id);
}

// Numbers of one user are taken together; the n-th of m changes gets the new last one less m - n.
// Users come in the order of their ids, so that units of several users lock rows alike.
void SqlUnitOfWork::addChanges() {
  std::ranges::stable_sort(changes_, {}, &jobs::Change::userId);
  for (auto first = changes_.begin(); first != changes_.end();) {
    const auto last = std::find_if(first, changes_.end(), [&](const jobs::Change& change) {
      return change.userId != first->userId;
    });
    const Value take[] = {first->userId, last - first};
    batch_.add(kTakeNumbers, take, kUserThere);
    for (; first != last; ++first) {
      const Value params[] = {first->userId,
                              last - first - 1,
                              first->type,
                              first->resourceId,
                              Value::idOrNull(first->calendarId),
                              first->revision,
                              first->at,
                              first->requestId,
                              first->traceParent,
                              first->part};
      batch_.add(kAppend, params, kUserThere);
    }
  }
}

// `addChanges` has put those of one user together.
void SqlUnitOfWork::tellChanges() {
  if (changes_.front().userId == changes_.back().userId) {
    return observer_->changed(std::span(&changes_.front().userId, 1));
  }
  std::vector<base::Uuid> users;
  for (const jobs::Change& change : changes_) {
    if (users.empty() || users.back() != change.userId) users.push_back(change.userId);
  }
  observer_->changed(users);
}

base::Task<base::Result<void>> SqlUnitOfWork::commit() {
  std::ranges::sort(touched_);
  for (const base::Uuid& id : touched_) {
    const Value params[] = {id};
    batch_.add(kTouch, params, kCalendarThere);
  }
  addChanges();
  if (batch_.empty()) co_return base::Result<void>();
  auto outcome = co_await database_.write(std::move(batch_));
  if (!outcome.ok()) co_return outcome.error();
  if (observer_ != nullptr && !changes_.empty()) tellChanges();
  if (puts_) puts_->first->tell(puts_->second);
  co_return base::Result<void>();
}

}  // namespace sw::sql
