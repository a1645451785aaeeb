#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// The right to do something that one copy of the program may do at a time.
struct Lease {
  std::string name;    // of what is done: "relay"
  std::string holder;  // the copy, for people
  /// Grows with every new holder. Who writes under a lease guards the write with it
  /// (`LeaseStore::guard`), since a copy that was paused may believe for too long that it holds it.
  std::int64_t fence = 0;
  base::Instant until{};

  friend bool operator==(const Lease&, const Lease&) = default;
};

/// Leases by name, in the database that all copies share. Thread-safe.
class LeaseStore {
 public:
  LeaseStore() = default;
  LeaseStore(const LeaseStore&) = delete;
  LeaseStore& operator=(const LeaseStore&) = delete;
  virtual ~LeaseStore() = default;

  struct Request {
    std::string name;
    std::string holder;
    base::Instant now{};
    std::chrono::milliseconds length{};
  };
  /// The lease until now + length, or nothing while another (or the same holder under an earlier
  /// fence) has it. Durable before it answers. Fails as a commit.
  virtual base::Task<base::Result<std::optional<Lease>>> acquire(const Request& request) = 0;
  /// Makes it last until `until`; false when it has been lost to another, or was released.
  /// One that has ended without anybody taking it is renewed.
  virtual base::Task<base::Result<bool>> renew(const Lease& lease, base::Instant until) = 0;
  /// Lets others have it at once. Nothing happens when it was lost already.
  virtual base::Task<base::Result<void>> release(const Lease& lease) = 0;
  /// The unit fails with `kConflict` when the lease has gone to another since.
  virtual void guard(UnitOfWork& unit, const Lease& lease) = 0;
  /// All that were ever held, by name, for people.
  virtual base::Task<base::Result<std::vector<Lease>>> list() = 0;
};

}  // namespace sw::jobs
