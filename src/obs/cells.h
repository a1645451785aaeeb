#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace sw::obs {

/// One 64-bit number that a single thread writes and any thread reads.
using Cell = std::atomic<std::uint64_t>;

/// Adds to a cell that no other thread writes.
inline void addTo(Cell& cell, std::uint64_t amount) noexcept {
  cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}
/// As `addTo`, for a cell that holds a double.
inline void addTo(Cell& cell, double amount) noexcept {
  const double sum = std::bit_cast<double>(cell.load(std::memory_order_relaxed)) + amount;
  cell.store(std::bit_cast<std::uint64_t>(sum), std::memory_order_relaxed);
}

struct CellArena;

/// The memory behind counters and histograms: every thread adds in an arena of its own, without
/// locks or locked instructions, and a reader sums over the arenas. Sums only grow. An arena
/// outlives its thread with what it counted and is handed to the next new thread.
/// Thread-safe; threads may end before or after the store.
class CellStore {
 public:
  static constexpr std::size_t kChunkCells = 512;
  static constexpr std::size_t kMaxChunks = 512;

  CellStore();
  CellStore(const CellStore&) = delete;
  CellStore& operator=(const CellStore&) = delete;
  ~CellStore();

  /// Reserves `count` (1 to kChunkCells) neighbouring cells, zero at first; their slot, or
  /// nothing when all kChunkCells * kMaxChunks are taken.
  std::optional<std::uint32_t> allocate(std::size_t count);

  /// Calls `change(cells)` with this thread's cells of `slot`. The change must use `addTo`.
  template <class Change>
  void update(std::uint32_t slot, Change&& change) noexcept {
    Cell* cells = find(slot);
    if (cells == nullptr) [[unlikely]]
      cells = attach(slot);
    if (cells != nullptr) [[likely]] {
      change(cells);
      return;
    }
    // This thread is ending and has given its arena back.
    const std::lock_guard lock(orphanMutex_);
    change(cellsOf(*orphans_, slot));
  }

  /// Sums many slots; valid while the store lives. For one thread.
  class Reader {
   public:
    explicit Reader(const CellStore& store);
    /// The sums of whole numbers in `out.size()` cells from `slot` on.
    void sum(std::uint32_t slot, std::span<std::uint64_t> out) const noexcept;
    /// The sum of one cell of doubles.
    [[nodiscard]] double sumReal(std::uint32_t slot) const noexcept;

   private:
    friend class CellStore;
    std::vector<const CellArena*> arenas_;
  };

  struct Shared;

 private:
  Cell* find(std::uint32_t slot) const noexcept;
  Cell* attach(std::uint32_t slot) noexcept;
  static Cell* cellsOf(CellArena& arena, std::uint32_t slot);

  const std::uint64_t id_;
  std::shared_ptr<Shared> shared_;
  std::mutex orphanMutex_;
  CellArena* orphans_;
  std::mutex allocation_;
  std::size_t used_ = 0;
};

/// What one thread wrote; chunks are made when they are first touched.
struct CellArena {
  CellArena() = default;
  CellArena(const CellArena&) = delete;
  CellArena& operator=(const CellArena&) = delete;
  ~CellArena() {
    for (auto& chunk : chunks) delete[] chunk.load(std::memory_order_relaxed);
  }

  std::array<std::atomic<Cell*>, CellStore::kMaxChunks> chunks{};
};

namespace detail {
struct CurrentArena {
  std::uint64_t store;
  CellArena* arena;
};
/// The arena this thread used last, so that the common case is one comparison.
inline constinit thread_local CurrentArena currentArena{0, nullptr};
}  // namespace detail

inline Cell* CellStore::find(std::uint32_t slot) const noexcept {
  const detail::CurrentArena current = detail::currentArena;
  if (current.store != id_) [[unlikely]]
    return nullptr;
  Cell* chunk = current.arena->chunks[slot / kChunkCells].load(std::memory_order_relaxed);
  return chunk == nullptr ? nullptr : chunk + slot % kChunkCells;
}

}  // namespace sw::obs
