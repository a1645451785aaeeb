#include "obs/allocator.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>

#ifdef SW_GPERFTOOLS
#include <gperftools/malloc_extension.h>

// The library's own setting, read at every sample (`TCMALLOC_SAMPLE_PARAMETER` only sets what it
// is at the start). Declared nowhere, but exported for programs to set, as its manual says.
namespace FLAG__namespace_do_not_use_directly_use_DECLARE_int64_instead {  // NOLINT
extern std::int64_t FLAGS_tcmalloc_sample_parameter;                       // NOLINT
}
#endif

namespace sw::obs {

#ifdef SW_GPERFTOOLS

namespace {

std::uint64_t property(const char* name) {
  std::size_t value = 0;
  return MallocExtension::instance()->GetNumericProperty(name, &value) ? value : 0;
}

}  // namespace

std::string_view allocatorName() { return "tcmalloc"; }

AllocatorUse readAllocator() {
  AllocatorUse use;
  use.allocated = property("generic.current_allocated_bytes");
  use.unmapped = property("tcmalloc.pageheap_unmapped_bytes");
  // Its heap size counts what was given back, since it keeps the addresses.
  use.heap = property("generic.heap_size") - use.unmapped;
  use.free = use.heap > use.allocated ? use.heap - use.allocated : 0;
  return use;
}

void releaseFreeMemory() {
  MallocExtension::instance()->MarkThreadIdle();
  MallocExtension::instance()->ReleaseFreeMemory();
  MallocExtension::instance()->MarkThreadBusy();
}

void sampleAllocations(std::uint64_t bytes) {
  namespace flags = FLAG__namespace_do_not_use_directly_use_DECLARE_int64_instead;
  flags::FLAGS_tcmalloc_sample_parameter = static_cast<std::int64_t>(bytes);
}

#else

std::string_view allocatorName() { return "malloc"; }

AllocatorUse readAllocator() {
  static std::atomic<std::uint64_t> largest{0};
  const struct mallinfo2 info = mallinfo2();
  AllocatorUse use;
  use.allocated = info.uordblks + info.hblkhd;
  use.heap = info.arena + info.hblkhd;
  use.free = info.fordblks;
  std::uint64_t before = largest.load();
  while (before < use.heap && !largest.compare_exchange_weak(before, use.heap)) {
  }
  use.unmapped = std::max<std::uint64_t>(before, use.heap) - use.heap;
  return use;
}

void releaseFreeMemory() { malloc_trim(0); }

void sampleAllocations(std::uint64_t /*bytes*/) {}

#endif

}  // namespace sw::obs
