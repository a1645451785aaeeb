#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

namespace sw::accounts {

/// What a person may do with a calendar; each role includes the ones before it.
enum class AccessRole { kNone, kFreeBusyReader, kReader, kWriter, kOwner };

/// "none", "freeBusyReader", "reader", "writer", "owner".
std::string_view toString(AccessRole role);
std::optional<AccessRole> parseAccessRole(std::string_view text);

/// One line of a calendar's access list.
struct AclEntry {
  base::Uuid id;
  base::Uuid calendarId;
  base::Uuid userId;  // who is given the role
  AccessRole role = AccessRole::kReader;
  std::int64_t revision = 0;
  base::Instant created{};
  base::Instant updated{};
};

/// Where access lists are kept. A calendar's own owner has no entry. Thread-safe.
class AclStore {
 public:
  AclStore() = default;
  AclStore(const AclStore&) = delete;
  AclStore& operator=(const AclStore&) = delete;
  virtual ~AclStore() = default;

  virtual base::Task<base::Result<std::vector<AclEntry>>> ofCalendar(base::Uuid calendarId) = 0;
  /// Everything shared with that user.
  virtual base::Task<base::Result<std::vector<AclEntry>>> ofUser(base::Uuid userId) = 0;
  virtual base::Task<base::Result<std::optional<AclEntry>>> find(base::Uuid calendarId,
                                                                 base::Uuid userId) = 0;

  /// Adds an entry (revision 1; `kConflict` when that user has one) or writes it over the row
  /// whose revision is `entry.revision - 1`, else the unit fails with `kConflict`.
  virtual void put(jobs::UnitOfWork& unit, const AclEntry& entry) = 0;
  /// `kConflict` when the row is gone or has another revision.
  virtual void remove(jobs::UnitOfWork& unit, const AclEntry& entry) = 0;
};

}  // namespace sw::accounts
