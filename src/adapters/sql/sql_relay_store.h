#pragma once

#include "adapters/sql/database.h"
#include "jobs/relay_store.h"

namespace sw::sql {

/// How far subscribers of the change log have come, in SQL; see the port. Thread-safe.
class SqlRelayStore final : public jobs::RelayStore {
 public:
  explicit SqlRelayStore(Database& database) : database_(database) {}

  base::Task<base::Result<base::Instant>> enroll(std::string_view subscriber,
                                                 jobs::ChangeSubscriber::Start start,
                                                 base::Instant now) override;
  base::Task<base::Result<Standing>> standing(std::string_view subscriber, base::Uuid userId,
                                              base::Instant since) override;
  void advance(jobs::UnitOfWork& unit, std::string_view subscriber, base::Uuid userId,
               const Standing& from, std::int64_t to) override;
  void raise(jobs::UnitOfWork& unit, std::string_view subscriber, base::Uuid userId,
             std::int64_t to) override;
  base::Task<base::Result<std::vector<base::Uuid>>> behind(std::string_view subscriber,
                                                           base::Instant since, base::Uuid after,
                                                           int limit) override;
  base::Task<base::Result<std::vector<News>>> writtenSince(base::Instant since) override;

 private:
  Database& database_;
};

}  // namespace sw::sql
