#pragma once

#include <string>
#include <string_view>

#include "api/http.h"
#include "base/error.h"

namespace sw::api {

/// The answer that tells of `error`, in the shape that every error of the API has. What went
/// wrong inside is told in general words only. Challenges and Retry-After are set where their
/// statuses call for them.
Response errorResponse(const base::Error& error, std::string_view requestId);

/// Appends the object that stands under "error" in such an answer, for answers that tell of
/// several.
void appendErrorBody(std::string& out, const base::Error& error, std::string_view requestId);

}  // namespace sw::api
