#include "obs/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "unit/obs/obs_fixture.h"

namespace sw::obs {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// A kernel of the test's making, in a folder of its own.
class FakeKernel {
 public:
  FakeKernel() {
    std::string pattern = (fs::temp_directory_path() / "sw-kernel-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  FakeKernel(const FakeKernel&) = delete;
  FakeKernel& operator=(const FakeKernel&) = delete;
  ~FakeKernel() { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  [[nodiscard]] SystemPaths paths() const { return {root_ / "proc", root_ / "cgroup"}; }

 private:
  fs::path root_;
};

TEST(MemoryLimit, IsTheSmallestOfTheChainOfVersion2) {
  FakeKernel kernel;
  kernel.write("proc/self/cgroup", "0::/kube/pod/app\n");
  kernel.write("proc/meminfo", "MemTotal:       8000000 kB\nMemFree: 1 kB\n");
  kernel.write("cgroup/kube/pod/app/memory.max", "max\n");
  kernel.write("cgroup/kube/pod/app/memory.current", "300000\n");
  kernel.write("cgroup/kube/pod/app/memory.stat", "anon 5\ninactive_file 100000\n");
  kernel.write("cgroup/kube/pod/memory.max", "500000\n");
  kernel.write("cgroup/kube/memory.max", "900000\n");
  const MemoryUse use = readMemoryUse(kernel.paths());
  EXPECT_EQ(use.limitBytes, 500000U);
  EXPECT_EQ(use.workingSetBytes, 200000U);
}

TEST(MemoryLimit, ReadsVersion1AndFindsTheMountOfAContainer) {
  FakeKernel kernel;
  kernel.write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n");
  kernel.write("proc/meminfo", "MemTotal: 8000000 kB\n");
  kernel.write("cgroup/memory/memory.limit_in_bytes", "700000\n");
  kernel.write("cgroup/memory/memory.usage_in_bytes", "400000\n");
  kernel.write("cgroup/memory/memory.stat", "inactive_file 7\ntotal_inactive_file 150000\n");
  const MemoryUse use = readMemoryUse(kernel.paths());
  EXPECT_EQ(use.limitBytes, 700000U);
  EXPECT_EQ(use.workingSetBytes, 250000U);
}

TEST(MemoryLimit, IsTheMachineWhereVersion1SaysUnlimited) {
  FakeKernel kernel;
  kernel.write("proc/self/cgroup", "4:memory:/\n");
  kernel.write("proc/meminfo", "MemTotal: 1000 kB\n");
  kernel.write("proc/self/status", "Name: x\nVmRSS:\t    10 kB\n");
  kernel.write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  const MemoryUse use = readMemoryUse(kernel.paths());
  EXPECT_EQ(use.limitBytes, 1024000U);
  EXPECT_EQ(use.workingSetBytes, 10240U);
}

TEST(MemoryLimit, IsUnknownWithoutAKernel) {
  const MemoryUse use = readMemoryUse({"/nowhere", "/nowhere"});
  EXPECT_FALSE(use.limitBytes.has_value());
  EXPECT_FALSE(use.workingSetBytes.has_value());
}

std::string statLine() {
  // The name holds what would confuse a reader that counts spaces.
  std::string line = "42 (a) b (c) S 1 1 1 0 -1 0 0 0 0 0 250 50 0 0 20 0 7 0 12345 ";
  return line + "987654321 1000 18446744073709551615\n";
}

TEST(ProcessMetrics, ComeFromTheKernelsFiles) {
  FakeKernel kernel;
  kernel.write("proc/self/stat", statLine());
  kernel.write("proc/stat", "cpu 1 2 3\nbtime 1700000000\n");
  kernel.write("proc/self/status", "VmData:\t  2048 kB\nVmRSS: 1 kB\n");
  kernel.write("proc/self/limits",
               "Limit  Soft Limit  Hard Limit  Units\n"
               "Max open files            1024                 524288               files\n"
               "Max address space         unlimited            unlimited            bytes\n");
  kernel.write("proc/self/net/netstat",
               "TcpExt: A B\nTcpExt: 1 2\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 77 88\n");
  for (const char* fd : {"0", "1", "2", "3"}) kernel.write(std::string("proc/self/fd/") + fd, "");
  Instruments obs;
  collectProcessMetrics(obs.catalog, {"1.2.3", "abc", "g++-12"}, kernel.paths());
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(std::stod(obs.sample("process_cpu_seconds_total")), 300 / ticks);
  EXPECT_EQ(obs.sample("process_threads"), "7");
  EXPECT_DOUBLE_EQ(std::stod(obs.sample("process_virtual_memory_bytes")), 987654321);
  EXPECT_DOUBLE_EQ(std::stod(obs.sample("process_resident_memory_bytes")),
                   1000.0 * static_cast<double>(sysconf(_SC_PAGESIZE)));
  EXPECT_DOUBLE_EQ(std::stod(obs.sample("process_heap_bytes")), 2048 * 1024);
  EXPECT_EQ(obs.sample("process_open_fds"), "3");
  EXPECT_EQ(obs.sample("process_max_fds"), "1024");
  EXPECT_EQ(obs.sample("process_network_receive_bytes_total"), "77");
  EXPECT_EQ(obs.sample("process_network_transmit_bytes_total"), "88");
  EXPECT_DOUBLE_EQ(std::stod(obs.sample("process_start_time_seconds")), 1700000000 + 12345 / ticks);
  EXPECT_THAT(obs.text(), Not(HasSubstr("process_virtual_memory_max_bytes")));
  EXPECT_EQ(obs.sample("scheduling_build_info{version=\"1.2.3\",revision=\"abc\","
                       "compiler=\"g++-12\"}"),
            "1");
}

TEST(ProcessMetrics, VirtualMemoryLimitIsThereWhenItIsSet) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  Instruments obs;
  collectProcessMetrics(obs.catalog, {"1", "a", "c"});
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's address space does not fit a limit";
#endif
  rlimit limited = before;
  limited.rlim_cur = rlim_t{1} << 40U;
  if (before.rlim_max != RLIM_INFINITY)
    limited.rlim_cur = std::min(limited.rlim_cur, before.rlim_max);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limited), 0);
  const std::string shown = obs.sample("process_virtual_memory_max_bytes");
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  ASSERT_NE(shown, "");
  EXPECT_DOUBLE_EQ(std::stod(shown), static_cast<double>(limited.rlim_cur));
  if (before.rlim_cur == RLIM_INFINITY) {
    EXPECT_EQ(obs.sample("process_virtual_memory_max_bytes"), "");
  }
}

TEST(ProcessMetrics, OfThisProcessAreTrue) {
  Instruments obs;
  collectProcessMetrics(obs.catalog, {"1", "a", "c"});
  EXPECT_GT(std::stod(obs.sample("process_resident_memory_bytes")), 1e6);
  EXPECT_GT(std::stod(obs.sample("process_start_time_seconds")), 1.6e9);
  EXPECT_GE(std::stod(obs.sample("process_open_fds")), 3);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they replace the allocator
  EXPECT_GT(std::stod(obs.sample("scheduling_malloc_heap_bytes")),
            std::stod(obs.sample("scheduling_malloc_free_bytes")));
#endif
  EXPECT_GT(std::stod(obs.sample("scheduling_memory_limit_bytes")), 1e6);
}

TEST(ProcessMetrics, StandardFamilyCanBeLeftOut) {
  Instruments obs;
  collectProcessMetrics(obs.catalog, {"1", "a", "c"}, {}, false);
  EXPECT_THAT(obs.text(), Not(HasSubstr("process_")));
  EXPECT_THAT(obs.text(), HasSubstr("scheduling_memory_limit_bytes"));
}

}  // namespace
}  // namespace sw::obs
