#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace sw::obs {

/// Where the kernel shows itself, so that tests can show another one.
struct SystemPaths {
  std::filesystem::path proc = "/proc";
  std::filesystem::path cgroup = "/sys/fs/cgroup";
};

/// How much memory this process may use and uses. Nothing where the kernel does not tell.
struct MemoryUse {
  /// The smallest limit of the cgroup chain (v1 and v2) and the machine's memory.
  std::optional<std::uint64_t> limitBytes;
  /// The cgroup's memory without inactive file pages; the resident set outside a cgroup.
  std::optional<std::uint64_t> workingSetBytes;
};

/// Reads both now. Does not fail; reads a few small kernel files.
MemoryUse readMemoryUse(const SystemPaths& paths = {});
/// The resident set of this process now; 0 where the kernel does not tell.
std::uint64_t residentBytes(const SystemPaths& paths = {});

}  // namespace sw::obs
