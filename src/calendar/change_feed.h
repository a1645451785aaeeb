#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "calendar/calendar_directory.h"
#include "jobs/change_log.h"

namespace sw::calendar {

/// What one person may see of everybody's change logs, as one stream: their own log, and from
/// those of others what concerns calendars shared with them. A cursor remembers how far each log
/// was read, so that nothing is missed or told twice, whatever is shared or withdrawn meanwhile.
/// Thread-safe; the stores must outlive it.
class ChangeFeed {
 public:
  ChangeFeed(jobs::ChangeLog& log, CalendarDirectory& directory)
      : log_(log), directory_(directory) {}

  struct Page {
    std::vector<jobs::Change> changes;  // by time, each log in its own order
    std::string nextCursor;             // URL-safe
    bool more = false;                  // at once, behind nextCursor
    std::vector<std::string> cursors;   // behind each of the changes, where asked for
    std::vector<base::Uuid> logs;       // whose were read, by id
  };
  enum class Cursors { kLast, kEach };

  /// At most `limit` changes behind `cursor`, which is empty for everything that is kept, "now"
  /// for nothing but a cursor to start from, or an earlier page's `nextCursor`. `kInvalid` (field
  /// "cursor") when it is none of these, `kGone` when it is too old.
  base::Task<base::Result<Page>> read(base::Uuid userId, std::string_view cursor, int limit,
                                      Cursors cursors = Cursors::kLast);

 private:
  jobs::ChangeLog& log_;
  CalendarDirectory& directory_;
};

}  // namespace sw::calendar
