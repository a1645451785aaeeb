#include "obs/profiles.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "obs/allocator.h"
#include "obs/kernel_files.h"

#ifdef SW_GPERFTOOLS
#include <gperftools/malloc_extension.h>
#include <gperftools/profiler.h>
#endif

namespace sw::obs {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxAddresses = 100'000;

/// A file in memory alone, so that profiles need no folder that can be written to.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("profile", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  [[nodiscard]] bool isOpen() const { return descriptor_ >= 0; }
  /// A name by which this process can open it.
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  [[nodiscard]] std::string contents() const {
    std::string text;
    const off_t size = lseek(descriptor_, 0, SEEK_END);
    if (size <= 0) return text;
    text.resize(static_cast<std::size_t>(size));
    std::size_t have = 0;
    while (have < text.size()) {
      const ssize_t count =
          pread(descriptor_, text.data() + have, text.size() - have, static_cast<off_t>(have));
      if (count <= 0) break;
      have += static_cast<std::size_t>(count);
    }
    text.resize(have);
    return text;
  }

 private:
  int descriptor_;
};

std::string nameAt(std::uintptr_t address) {
  Dl_info info{};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the caller names an address
  if (dladdr(reinterpret_cast<const void*>(address), &info) == 0 || info.dli_sname == nullptr) {
    return {};
  }
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> plain(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), &std::free);
  return status == 0 && plain ? plain.get() : info.dli_sname;
}

#ifndef SW_GPERFTOOLS
Error notBuiltIn() {
  return {Code::kUnavailable,
          "this build has no profiler (gperftools was absent or a sanitizer in)"};
}
#endif

}  // namespace

bool Profiles::builtIn() {
#ifdef SW_GPERFTOOLS
  return true;
#else
  return false;
#endif
}

void Profiles::watchHeap() { sampleAllocations(kSampledBytes); }

Result<std::string> Profiles::processor(std::chrono::seconds length) {
#ifdef SW_GPERFTOOLS
  const MemoryFile file;
  if (!file.isOpen()) return Error(Code::kIo, "there is no memory for a profile");
  std::unique_lock lock(mutex_);
  if (cancelled_) return Error(Code::kUnavailable, "the service stops");
  if (running_ || ProfilerStart(file.path().c_str()) == 0) {
    return Error(Code::kConflict, "another profile is being made");
  }
  running_ = true;
  wake_.wait_for(lock, std::min(length, kLongest), [this] { return cancelled_; });
  ProfilerStop();
  running_ = false;
  if (cancelled_) return Error(Code::kUnavailable, "the service stops");
  return file.contents();
#else
  static_cast<void>(length);
  return notBuiltIn();
#endif
}

Result<std::string> Profiles::heap() const {
#ifdef SW_GPERFTOOLS
  std::string text;
  MallocExtension::instance()->GetHeapSample(&text);
  return text;
#else
  return notBuiltIn();
#endif
}

Result<std::string> Profiles::growth() const {
#ifdef SW_GPERFTOOLS
  std::string text;
  MallocExtension::instance()->GetHeapGrowthStacks(&text);
  return text;
#else
  return notBuiltIn();
#endif
}

void Profiles::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  wake_.notify_all();
}

std::string Profiles::commandLine() {
  std::string text = readKernelFile("/proc/self/cmdline").value_or("");
  std::ranges::replace(text, '\0', '\n');
  return text;
}

std::string Profiles::symbols(std::string_view addresses) {
  std::string answer;
  std::size_t count = 0;
  for (std::string_view word : base::splitTrimmed(addresses, '+')) {
    if (++count > kMaxAddresses) break;
    const std::string_view shown = word;
    if (word.starts_with("0x")) word.remove_prefix(2);
    std::uintptr_t address = 0;
    const auto end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, address, 16);
    if (read.ec != std::errc() || read.ptr != end) continue;
    answer.append(shown).append("\t").append(nameAt(address)) += '\n';
  }
  return answer;
}

}  // namespace sw::obs
