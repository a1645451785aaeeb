#pragma once

#include <cstdint>
#include <string_view>

/// What the program's memory allocator knows and does: tcmalloc where it is built in, else the
/// C library's. Thread-safe.
namespace sw::obs {

/// All in bytes.
struct AllocatorUse {
  std::uint64_t allocated = 0;  // in use by the program
  std::uint64_t heap = 0;       // taken from the system, still mapped
  std::uint64_t free = 0;       // kept by the allocator for later
  std::uint64_t unmapped = 0;   // given back to the system
};

/// "tcmalloc" or "malloc".
std::string_view allocatorName();
AllocatorUse readAllocator();
/// Gives what is free back to the system. Holds up other allocations for some milliseconds.
void releaseFreeMemory();
/// Lets about one allocation in every `bytes` be remembered with its stack, so that there are
/// profiles of the heap; 0 ends that. Does nothing where the allocator cannot.
void sampleAllocations(std::uint64_t bytes);

}  // namespace sw::obs
