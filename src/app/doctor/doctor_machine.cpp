#include <sys/resource.h>
#include <sys/timex.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>

#include "app/data_folder.h"
#include "app/doctor/doctor.h"
#include "app/network_address.h"
#include "app/operations/loopback_probe.h"
#include "base/text.h"
#include "base/zone.h"
#include "obs/memory_limit.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kLittleMemory = 256 * kMebibyte;
constexpr auto kPatience = 1500ms;

void checkClock(const base::Clock& clock, Findings& findings) {
  constexpr std::string_view kName = "clock";
  // Before the first release of this program no clock can be right.
  constexpr base::Instant kEarliest{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  if (clock.now() < kEarliest) {
    findings.fail(kName, "the clock stands before 2026",
                  "Set it (timedatectl set-ntp true): tokens, reminders and TLS depend on it");
    return;
  }
  timex state{};
  const int outcome = adjtimex(&state);
  if (outcome >= 0 && (static_cast<unsigned>(state.status) & unsigned{STA_UNSYNC}) != 0) {
    findings.warn(kName, "the kernel says that nothing keeps the clock right",
                  "Switch a time service on (timedatectl set-ntp true); in a container or virtual "
                  "machine look at the host's");
  } else {
    findings.ok(kName, "the clock is kept right");
  }
}

void checkZones(Findings& findings) {
  constexpr std::string_view kName = "time-zones";
  std::vector<std::string> missing;
  for (const char* zone : {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "US/Eastern"}) {
    if (!base::Zone::find(zone).ok()) missing.emplace_back(zone);
  }
  if (!missing.empty()) {
    findings.fail(kName, "the tz database lacks " + base::join(missing, ", "),
                  "Install tzdata (and tzdata-legacy for the old names)");
    return;
  }
  const auto text = readSmallFile("/usr/share/zoneinfo/tzdata.zi");
  std::string version;
  if (text.ok() && text->starts_with("# version ")) {
    version = " of version " + text->substr(10, text->find('\n') - 10);
  }
  findings.ok(kName, "the tz database" + version + " is there");
}

void checkPort(std::string_view variable, const std::string& host, std::uint16_t port,
               const std::string& advice, Findings& findings) {
  constexpr std::string_view kName = "ports";
  if (port == 0) return;
  const std::string where = std::string(variable) + " " + std::to_string(port);
  const auto address = numericAddress(host);
  if (!address.ok()) {
    findings.fail(kName, where + ": " + address.error().describe(), "Correct the host");
    return;
  }
  const auto free = checkListenable(*address, port);
  if (free.ok()) {
    findings.ok(kName, where + " is free");
    return;
  }
  // What answers there as a service of ours does is most likely the service itself.
  const auto status = probe(*address, port, "/health/live", kPatience);
  if (status.ok() && (*status == 200 || *status == 503)) {
    findings.ok(kName, where + " is served");
  } else {
    findings.fail(kName, where + ": " + free.error().describe(), advice);
  }
}

void checkMemory(Findings& findings) {
  constexpr std::string_view kName = "memory-limit";
  const obs::MemoryUse use = obs::readMemoryUse();
  if (!use.limitBytes) {
    findings.warn(kName, "the kernel does not tell how much memory there may be",
                  "Mount /proc and /sys/fs/cgroup, else no alert can watch the limit");
    return;
  }
  const std::string message =
      std::to_string(*use.limitBytes / kMebibyte) + " MiB of memory may be used";
  if (*use.limitBytes < kLittleMemory) {
    findings.warn(kName, message, "Give it 256 MiB at least; an import of 32 MiB needs about 200");
  } else {
    findings.ok(kName, message);
  }
  rlimit space{};
  if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
    findings.warn(kName,
                  "the address space is limited to " + std::to_string(space.rlim_cur / kMebibyte) +
                      " MiB (RLIMIT_AS)",
                  "Limit memory by cgroup (MemoryMax=): addresses are no memory, and the database "
                  "maps its file into them");
  }
}

void checkDescriptors(const base::Config::Http& config, Findings& findings) {
  constexpr std::string_view kName = "file-descriptors";
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  constexpr std::uint64_t kOwn = 256;  // database, log, exporters, event loops
  const std::uint64_t wanted = static_cast<std::uint64_t>(config.maxConnections) + kOwn;
  const std::string message = std::to_string(files.rlim_cur) +
                              " files may be open; MAX_CONNECTIONS "
                              "and the program's own need " +
                              std::to_string(wanted);
  if (files.rlim_cur < wanted) {
    findings.warn(kName, message,
                  "Raise the limit (LimitNOFILE=, ulimit -n) or lower MAX_CONNECTIONS");
  } else {
    findings.ok(kName, message);
  }
}

}  // namespace

void checkMachine(const base::LoadedConfig& loaded, const base::Clock& clock, Findings& findings) {
  const base::Config& config = loaded.config;
  checkClock(clock, findings);
  checkZones(findings);
  checkPort("PORT", config.http.host, config.http.port,
            "Stop the other program, or set PORT to a free one", findings);
  checkPort("PROMETHEUS_PORT", config.operations.host, config.operations.port,
            "9090 is Prometheus's own port: if it runs here, set PROMETHEUS_PORT to another one, "
            "as 9464",
            findings);
  checkMemory(findings);
  checkDescriptors(config.http, findings);
}

}  // namespace sw::app
