#pragma once

#include <memory>

#include "adapters/sql/slow_query_log.h"
#include "base/clock.h"
#include "base/config.h"
#include "obs/log.h"

namespace sw::app {

/// The log of slow queries for the database of a configuration: SLOW_QUERY says what is slow.
/// `clock` and `log` must outlive it.
std::unique_ptr<sql::SlowQueryLog> makeSlowQueryLog(const base::Config& config,
                                                    const base::Clock& clock, obs::Log& log);

}  // namespace sw::app
