#include "obs/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "obs/kernel_files.h"

namespace sw::obs {
namespace {

namespace fs = std::filesystem;

/// The names of the files of one version of control groups.
struct Controller {
  const char* limit;
  const char* usage;
  std::string_view inactive;
};
constexpr Controller kV2{"memory.max", "memory.current", "inactive_file "};
constexpr Controller kV1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "};

void lower(std::optional<std::uint64_t>& limit, std::optional<std::uint64_t> other) {
  if (other && *other > 0) limit = std::min(limit.value_or(*other), *other);
}

/// Takes the limits from the process's group up to the mount's root, and the use of the group.
/// A group that is not below the mount (a container that sees the host's name of it) is the
/// mount's root itself.
void readChain(const fs::path& mount, std::string_view group, const Controller& names,
               MemoryUse& use) {
  fs::path relative = fs::path(group).relative_path().lexically_normal();
  if (group.find("..") != std::string_view::npos || !fs::exists(mount / relative)) relative.clear();
  if (const auto current = readKernelFile(mount / relative / names.usage)) {
    const auto stat = readKernelFile(mount / relative / "memory.stat");
    const std::uint64_t used = firstNumber(*current).value_or(0);
    const std::uint64_t inactive = stat ? numberAfter(*stat, names.inactive).value_or(0) : 0;
    use.workingSetBytes = used - std::min(used, inactive);
  }
  for (;;) {
    // "max" holds no number and so sets no limit.
    if (const auto text = readKernelFile(mount / relative / names.limit)) {
      lower(use.limitBytes, firstNumber(*text));
    }
    if (relative.empty()) return;
    relative = relative.parent_path();
  }
}

}  // namespace

MemoryUse readMemoryUse(const SystemPaths& paths) {
  MemoryUse use;
  const std::string groups = readKernelFile(paths.proc / "self/cgroup").value_or("");
  for (const std::string_view line : base::splitTrimmed(groups, '\n')) {
    // hierarchy-ID:controllers:path, see cgroups(7)
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == line.npos ? first : first + 1);
    if (second == line.npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view group = line.substr(second + 1);
    if (controllers.empty()) {
      const bool hybrid = fs::exists(paths.cgroup / "unified");
      readChain(hybrid ? paths.cgroup / "unified" : paths.cgroup, group, kV2, use);
    } else {
      const auto names = base::splitTrimmed(controllers, ',');
      if (std::find(names.begin(), names.end(), "memory") != names.end()) {
        readChain(paths.cgroup / "memory", group, kV1, use);
      }
    }
  }
  if (const auto machine = readKernelFile(paths.proc / "meminfo")) {
    if (const auto kibibytes = numberAfter(*machine, "MemTotal:")) {
      lower(use.limitBytes, *kibibytes * 1024);
    }
  }
  if (!use.workingSetBytes) {
    if (const auto status = readKernelFile(paths.proc / "self/status")) {
      if (const auto resident = numberAfter(*status, "VmRSS:")) {
        use.workingSetBytes = *resident * 1024;
      }
    }
  }
  return use;
}

std::uint64_t residentBytes(const SystemPaths& paths) {
  const auto status = readKernelFile(paths.proc / "self/status");
  const auto kibibytes = status ? numberAfter(*status, "VmRSS:") : std::nullopt;
  return kibibytes.value_or(0) * 1024;
}

}  // namespace sw::obs
