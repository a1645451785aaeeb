#include "obs/process_metrics.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "obs/allocator.h"
#include "obs/kernel_files.h"

namespace sw::obs {
namespace {

namespace fs = std::filesystem;

/// Fields of /proc/PID/stat, numbered as in proc(5).
class StatFields {
 public:
  explicit StatFields(std::string_view text) {
    // The second field is the program's name in parentheses and may hold anything.
    const std::size_t end = text.rfind(')');
    if (end == std::string_view::npos) return;
    fields_ = base::splitTrimmed(text.substr(end + 1), ' ');
  }
  [[nodiscard]] std::optional<double> number(std::size_t field) const {
    const std::size_t index = field - 3;
    if (index >= fields_.size()) return std::nullopt;
    const auto value = firstNumber(fields_[index]);
    return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt;
  }

 private:
  std::vector<std::string_view> fields_;
};

void setIf(const GaugeHandle& gauge, std::optional<double> value, double factor = 1) {
  if (value) gauge.set(*value * factor);
}
void setIf(const GaugeHandle& gauge, std::optional<std::uint64_t> value, double factor = 1) {
  if (value) gauge.set(static_cast<double>(*value) * factor);
}

/// The handles of the standard family, and how to fill them.
class ProcessCollector {
 public:
  ProcessCollector(MetricCatalog& catalog, SystemPaths paths)
      : paths_(std::move(paths)),
        cpu_(catalog.processCpu.handle()),
        openFds_(catalog.processOpenFds.handle()),
        maxFds_(catalog.processMaxFds.handle()),
        virtual_(catalog.processVirtualMemory.handle()),
        virtualMax_(catalog.processVirtualMemoryMax.handle()),
        resident_(catalog.processResidentMemory.handle()),
        heap_(catalog.processHeap.handle()),
        threads_(catalog.processThreads.handle()),
        received_(catalog.processNetworkReceive.handle()),
        sent_(catalog.processNetworkTransmit.handle()),
        allocated_(catalog.mallocAllocated.handle()),
        mallocHeap_(catalog.mallocHeap.handle()),
        mallocFree_(catalog.mallocFree.handle()),
        mallocUnmapped_(catalog.mallocUnmapped.handle()) {
    setStartTime(catalog.processStartTime.handle());
  }

  void collect() const {
    readStat();
    readLimits();
    readNetwork();
    readAllocator();
    if (const auto status = readKernelFile(paths_.proc / "self/status")) {
      setIf(heap_, numberAfter(*status, "VmData:"), 1024);
    }
    std::error_code failure;
    const fs::directory_iterator entries(paths_.proc / "self/fd", failure);
    if (!failure) {
      const auto open = std::distance(fs::begin(entries), fs::end(entries));
      // Reading the folder opens one descriptor itself.
      openFds_.set(static_cast<double>(std::max<std::ptrdiff_t>(open - 1, 0)));
    }
  }

 private:
  void setStartTime(const GaugeHandle& gauge) const {
    const auto stat = readKernelFile(paths_.proc / "self/stat");
    const auto machine = readKernelFile(paths_.proc / "stat");
    if (!stat || !machine) return;
    const auto booted = numberAfter(*machine, "btime ");
    const auto started = StatFields(*stat).number(22);
    if (booted && started) gauge.set(static_cast<double>(*booted) + *started / ticks_);
  }
  void readStat() const {
    const auto text = readKernelFile(paths_.proc / "self/stat");
    if (!text) return;
    const StatFields stat(*text);
    const auto user = stat.number(14);
    const auto system = stat.number(15);
    if (user && system) cpu_.set((*user + *system) / ticks_);
    setIf(threads_, stat.number(20));
    setIf(virtual_, stat.number(23));
    setIf(resident_, stat.number(24), page_);
  }
  void readLimits() const {
    const auto text = readKernelFile(paths_.proc / "self/limits");
    if (!text) return;
    const auto soft = [&](std::string_view key) -> std::optional<std::uint64_t> {
      const std::size_t at = text->find(key);
      if (at == std::string::npos) return std::nullopt;
      const auto words =
          base::splitTrimmed(std::string_view(*text).substr(at + key.size(), 64), ' ');
      return words.empty() || words[0] == "unlimited" ? std::nullopt : firstNumber(words[0]);
    };
    setIf(maxFds_, soft("Max open files"));
    if (const auto space = soft("Max address space")) {
      virtualMax_.set(static_cast<double>(*space));
    } else {
      virtualMax_.clear();
    }
  }
  void readNetwork() const {
    // Two lines of a protocol: names, then numbers in the same order.
    const auto text = readKernelFile(paths_.proc / "self/net/netstat");
    if (!text) return;
    std::vector<std::string_view> names;
    for (const std::string_view line : base::splitTrimmed(*text, '\n')) {
      if (!line.starts_with("IpExt:")) continue;
      const auto words = base::splitTrimmed(line, ' ');
      if (names.empty()) {
        names = words;
        continue;
      }
      for (std::size_t i = 0; i < std::min(names.size(), words.size()); ++i) {
        if (names[i] == "InOctets") setIf(received_, firstNumber(words[i]));
        if (names[i] == "OutOctets") setIf(sent_, firstNumber(words[i]));
      }
    }
  }
  void readAllocator() const {
    const AllocatorUse use = sw::obs::readAllocator();
    allocated_.set(static_cast<double>(use.allocated));
    mallocHeap_.set(static_cast<double>(use.heap));
    mallocFree_.set(static_cast<double>(use.free));
    mallocUnmapped_.set(static_cast<double>(use.unmapped));
  }

  SystemPaths paths_;
  double ticks_ = static_cast<double>(sysconf(_SC_CLK_TCK));
  double page_ = static_cast<double>(sysconf(_SC_PAGESIZE));
  GaugeHandle cpu_, openFds_, maxFds_, virtual_, virtualMax_, resident_, heap_, threads_, received_,
      sent_, allocated_, mallocHeap_, mallocFree_, mallocUnmapped_;
};

}  // namespace

void collectProcessMetrics(MetricCatalog& catalog, const BuildInfo& build, const SystemPaths& paths,
                           bool standard) {
  Metrics& metrics = catalog.metrics();
  catalog.buildInfo
      .handle(metrics.value<label::BuildVersion>(build.version),
              metrics.value<label::BuildRevision>(build.revision),
              metrics.value<label::BuildCompiler>(build.compiler))
      .set(1);
  const GaugeHandle limit = catalog.memoryLimit.handle();
  const GaugeHandle workingSet = catalog.memoryWorkingSet.handle();
  metrics.addCollector([paths, limit, workingSet] {
    const MemoryUse use = readMemoryUse(paths);
    setIf(limit, use.limitBytes);
    setIf(workingSet, use.workingSetBytes);
  });
  if (!standard) return;
  const auto collector = std::make_shared<ProcessCollector>(catalog, paths);
  metrics.addCollector([collector] { collector->collect(); });
}

}  // namespace sw::obs
