#pragma once

#include "fakes/fake_storage.h"
#include "jobs/lease_store.h"

namespace sw::fakes {

/// Leases in a `FakeStorage`. Thread-safe.
class FakeLeaseStore final : public jobs::LeaseStore {
 public:
  explicit FakeLeaseStore(FakeStorage& storage) : storage_(storage) {}

  base::Task<base::Result<std::optional<jobs::Lease>>> acquire(const Request& request) override {
    co_return storage_.look([&](FakeTables& tables) -> std::optional<jobs::Lease> {
      jobs::Lease& row = tables.leases[request.name];
      if (row.fence > 0 && row.until > request.now) return std::nullopt;
      row = {.name = request.name,
             .holder = request.holder,
             .fence = row.fence + 1,
             .until = request.now + request.length};
      return row;
    });
  }
  base::Task<base::Result<bool>> renew(const jobs::Lease& lease, base::Instant until) override {
    co_return storage_.look([&](FakeTables& tables) {
      if (!isHeld(tables, lease)) return false;
      tables.leases[lease.name].until = until;
      return true;
    });
  }
  base::Task<base::Result<void>> release(const jobs::Lease& lease) override {
    storage_.look([&](FakeTables& tables) {
      if (!isHeld(tables, lease)) return;
      tables.leases[lease.name].holder.clear();
      tables.leases[lease.name].until = {};
    });
    co_return base::Result<void>();
  }
  void guard(jobs::UnitOfWork& unit, const jobs::Lease& lease) override {
    FakeStorage::guard(unit, [lease](FakeTables& tables) -> std::optional<base::Error> {
      if (isHeld(tables, lease)) return std::nullopt;
      return base::Error(base::Code::kConflict, "the lease has gone to another");
    });
  }
  base::Task<base::Result<std::vector<jobs::Lease>>> list() override {
    co_return storage_.look([&](FakeTables& tables) {
      std::vector<jobs::Lease> out;
      for (const auto& [name, lease] : tables.leases) out.push_back(lease);
      return out;
    });
  }

 private:
  static bool isHeld(const FakeTables& tables, const jobs::Lease& lease) {
    const auto row = tables.leases.find(lease.name);
    return row != tables.leases.end() && row->second.fence == lease.fence &&
           !row->second.holder.empty();
  }

  FakeStorage& storage_;
};

}  // namespace sw::fakes
