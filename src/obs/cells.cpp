#include "obs/cells.h"

#include <algorithm>

namespace sw::obs {

struct CellStore::Shared {
  std::mutex mutex;
  std::vector<std::unique_ptr<CellArena>> arenas;
  std::vector<CellArena*> free;  // of threads that have ended

  CellArena* take() {
    const std::lock_guard lock(mutex);
    if (!free.empty()) {
      CellArena* arena = free.back();
      free.pop_back();
      return arena;
    }
    return arenas.emplace_back(std::make_unique<CellArena>()).get();
  }
  void giveBack(CellArena* arena) {
    const std::lock_guard lock(mutex);
    free.push_back(arena);
  }
};

namespace {

/// The arenas that one thread holds, one a store; given back when the thread ends.
class HeldArenas {
 public:
  HeldArenas() = default;
  HeldArenas(const HeldArenas&) = delete;
  HeldArenas& operator=(const HeldArenas&) = delete;
  ~HeldArenas();

  CellArena* of(std::uint64_t store, const std::shared_ptr<CellStore::Shared>& shared) {
    for (const Held& held : held_) {
      if (held.store == store) return held.arena;
    }
    std::erase_if(held_, [](const Held& held) { return held.shared.expired(); });
    return held_.emplace_back(Held{store, shared, shared->take()}).arena;
  }

 private:
  struct Held {
    std::uint64_t store;
    std::weak_ptr<CellStore::Shared> shared;
    CellArena* arena;
  };

  std::vector<Held> held_;
};

constinit thread_local bool threadIsEnding = false;
thread_local HeldArenas heldArenas;

HeldArenas::~HeldArenas() {
  threadIsEnding = true;
  detail::currentArena = {0, nullptr};
  for (const Held& held : held_) {
    if (const auto shared = held.shared.lock()) shared->giveBack(held.arena);
  }
}

std::uint64_t nextStoreId() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

CellStore::CellStore()
    : id_(nextStoreId()), shared_(std::make_shared<Shared>()), orphans_(shared_->take()) {}

CellStore::~CellStore() = default;

std::optional<std::uint32_t> CellStore::allocate(std::size_t count) {
  const std::lock_guard lock(allocation_);
  std::size_t slot = used_;
  if (slot % kChunkCells + count > kChunkCells) {
    slot = (slot / kChunkCells + 1) * kChunkCells;  // neighbours lie in one chunk
  }
  if (slot + count > kChunkCells * kMaxChunks) return std::nullopt;
  used_ = slot + count;
  return static_cast<std::uint32_t>(slot);
}

Cell* CellStore::cellsOf(CellArena& arena, std::uint32_t slot) {
  std::atomic<Cell*>& entry = arena.chunks.at(slot / kChunkCells);
  Cell* chunk = entry.load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = new Cell[kChunkCells]();
    entry.store(chunk, std::memory_order_release);
  }
  return chunk + slot % kChunkCells;
}

Cell* CellStore::attach(std::uint32_t slot) noexcept {
  if (threadIsEnding) return nullptr;
  CellArena* arena = heldArenas.of(id_, shared_);
  detail::currentArena = {id_, arena};
  return cellsOf(*arena, slot);
}

CellStore::Reader::Reader(const CellStore& store) {
  const std::lock_guard lock(store.shared_->mutex);
  arenas_.reserve(store.shared_->arenas.size());
  for (const auto& arena : store.shared_->arenas) arenas_.push_back(arena.get());
}

void CellStore::Reader::sum(std::uint32_t slot, std::span<std::uint64_t> out) const noexcept {
  std::fill(out.begin(), out.end(), 0U);
  for (const CellArena* arena : arenas_) {
    const Cell* chunk = arena->chunks[slot / kChunkCells].load(std::memory_order_acquire);
    if (chunk == nullptr) continue;
    const Cell* cells = chunk + slot % kChunkCells;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += cells[i].load(std::memory_order_relaxed);
  }
}

double CellStore::Reader::sumReal(std::uint32_t slot) const noexcept {
  double sum = 0;
  for (const CellArena* arena : arenas_) {
    const Cell* chunk = arena->chunks[slot / kChunkCells].load(std::memory_order_acquire);
    if (chunk == nullptr) continue;
    sum += std::bit_cast<double>(chunk[slot % kChunkCells].load(std::memory_order_relaxed));
  }
  return sum;
}

}  // namespace sw::obs
