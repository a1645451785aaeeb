#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sw::otlp {

/// What all spans of this process have in common.
struct Resource {
  std::string serviceName;
  std::string version;                                          // of the program
  std::vector<std::pair<std::string, std::string>> attributes;  // without service.name
};

}  // namespace sw::otlp
