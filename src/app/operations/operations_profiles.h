#pragma once

#include "app/operations/operations_table.h"
#include "app/operations/side_call.h"
#include "obs/log.h"
#include "obs/profiles.h"

namespace sw::app {

/// Adds /debug/pprof/{profile,heap,growth,cmdline,symbol}, which `pprof` of gperftools reads. What
/// is given must outlive the table; profiles are made by `sideCall`, one at a time.
void addProfileRoutes(OperationsTable& table, obs::Profiles& profiles, SideCall& sideCall,
                      obs::Log& log);

}  // namespace sw::app
