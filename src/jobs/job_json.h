#pragma once

#include <string>
#include <vector>

#include "jobs/job.h"
#include "jobs/job_store.h"

namespace sw::jobs {

/// Appends `{"items":[…]}`: how many jobs of each kind wait, are overdue or dead.
void appendCensus(std::string& out, const std::vector<JobStore::Census>& census);
/// Appends `{"items":[…],"newestDead":[…]}`: the census, and these dead jobs.
void appendOverview(std::string& out, const std::vector<JobStore::Census>& census,
                    const std::vector<Job>& dead);
/// Appends a dead job as operators see it: without its payload, which is its user's.
void appendDeadJob(std::string& out, const Job& job);

}  // namespace sw::jobs
