#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace sw::base::config {

/// One value of a configuration file.
struct FileEntry {
  std::string key;    // "PORT", "dataDir", or with dots "prometheus.port"
  std::string value;  // a sequence is joined by commas
  int line = 0;       // from 1
};

/// Reads a YAML file into its values, in the order of the text; empty values are left out.
/// What is wrong with the file as such is noted in `problems`. Never throws.
std::vector<FileEntry> readConfigFile(const std::string& path, std::vector<FieldProblem>& problems);

}  // namespace sw::base::config
