#pragma once

#include <cstdint>
#include <string>

namespace sw::calendar {

/// The entity tag of a revision, quotes included.
std::string etagOf(std::int64_t revision);

}  // namespace sw::calendar
