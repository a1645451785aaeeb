#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace sw::adapters::http {

/// The bytes of a connection that have been read but not used up. Grows only when told, since
/// requests in progress point into it. Owned by one connection.
class InputBuffer {
 public:
  static constexpr std::size_t kIdleCapacity = 4096;

  /// What is not used up; `consume` takes from its front.
  [[nodiscard]] std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  void consume(std::size_t bytes) { begin_ += bytes; }

  /// Where the front is, for `viewAt` and `keepFrom`.
  [[nodiscard]] std::size_t position() const { return begin_; }
  [[nodiscard]] std::string_view viewAt(std::size_t position, std::size_t length) const {
    return {data_.get() + position, length};
  }

  [[nodiscard]] char* free() { return data_.get() + end_; }
  [[nodiscard]] std::size_t freeBytes() const { return capacity_ - end_; }
  void commit(std::size_t bytes) { end_ += bytes; }

  /// Makes room for `bytes` more, keeping what is from `position` on, which moves to the front.
  /// Views into the buffer end here.
  void makeRoom(std::size_t position, std::size_t bytes) {
    const std::size_t kept = end_ - position;
    if (kept + bytes > capacity_) {
      const std::size_t capacity = std::max({kIdleCapacity, capacity_ * 2, kept + bytes});
      auto data = std::make_unique_for_overwrite<char[]>(capacity);
      if (kept > 0) std::memcpy(data.get(), data_.get() + position, kept);
      data_ = std::move(data);
      capacity_ = capacity;
    } else if (position > 0 && kept > 0) {
      std::memmove(data_.get(), data_.get() + position, kept);
    }
    begin_ -= position;
    end_ = kept;
  }

  /// With nothing left: goes on writing at `position`, which is not after the front.
  void rewind(std::size_t position) { begin_ = end_ = position; }

  /// With nothing left and no view into it: gives back what is more than an idle connection needs.
  void shrink() {
    begin_ = end_ = 0;
    if (capacity_ > kIdleCapacity) {
      data_.reset();
      capacity_ = 0;
    }
  }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sw::adapters::http
