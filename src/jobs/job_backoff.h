#pragma once

#include <chrono>

#include "jobs/job_handler.h"

namespace sw::jobs {

/// How long a job waits after its `attempt`th attempt (1 for the first) has failed: exponential
/// with full jitter, random * min(longestWait, firstWait * 2^(attempt - 1)). `random` is in [0, 1).
/// After M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
std::chrono::microseconds waitAfter(const JobPolicy& policy, int attempt, double random);

}  // namespace sw::jobs
