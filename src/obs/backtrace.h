#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "obs/error_sink.h"

/// Where threads are in the code.
namespace sw::obs {

/// Return addresses, the innermost first.
struct RawStack {
  static constexpr std::size_t kMax = 64;
  std::array<void*, kMax> addresses;
  std::size_t size = 0;

  [[nodiscard]] std::span<void* const> frames() const { return std::span(addresses).first(size); }
};

/// The calling thread's. Allocates at its first call in a process, so make one early; from then
/// on safe in a signal handler.
RawStack stackHere() noexcept;

/// The stack of another thread of this process, by the kernel's number of it: the thread is
/// interrupted by a signal, and notes its own. Nothing when it does not within `patience`, as when
/// it waits in the kernel for a disk, or has ended. One call at a time, others wait. Blocks.
std::optional<RawStack> stackOf(pid_t thread, std::chrono::milliseconds patience);

/// What lies at the addresses: file and offset in it, and the function where it is exported.
/// Allocates; not for signal handlers.
std::vector<StackFrame> resolve(std::span<void* const> addresses);
/// The files that this process has loaded code from, the program first.
std::vector<ModuleImage> loadedModules();
/// "symbol" of the linker as people write it; what is none comes back as it was.
std::string demangled(const char* symbol);

/// A frame a line, as in "#3 sw::api::Api::handle(...) (scheduling-worker+0x12ab)".
std::string describeStack(std::span<const StackFrame> stack);

}  // namespace sw::obs
