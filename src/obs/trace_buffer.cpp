#include "obs/trace_buffer.h"

#include <algorithm>
#include <cstring>

namespace sw::obs {

char* RecordKeeper::room(std::size_t bytes) {
  const std::size_t words = bytes / sizeof(std::uint64_t);
  if (words > kHalfWords) {
    ++lost_;
    return nullptr;
  }
  if (!words_) words_ = std::make_unique_for_overwrite<std::uint64_t[]>(2 * kHalfWords);
  if (used_[current_] + words > kHalfWords) {
    current_ = 1 - current_;
    lost_ += count_[current_];
    used_[current_] = 0;
    count_[current_] = 0;
  }
  std::uint64_t* at = words_.get() + current_ * kHalfWords + used_[current_];
  used_[current_] += words;
  ++count_[current_];
  return reinterpret_cast<char*>(at);
}

void RecordKeeper::clear() {
  used_ = {};
  count_ = {};
  current_ = 0;
  lost_ = 0;
}

void RecordKeeper::copyTo(std::vector<std::uint64_t>& out) const {
  for (const std::size_t half : {1 - current_, current_}) {
    if (used_[half] == 0) continue;
    const std::uint64_t* begin = words_.get() + half * kHalfWords;
    out.insert(out.end(), begin, begin + used_[half]);
  }
}

std::uint32_t TraceBuffer::addText(std::string_view text, std::size_t most) {
  const std::size_t size = std::min({text.size(), most, kTextBytes - textSize});
  if (size > 0) std::memcpy(texts.data() + textSize, text.data(), size);
  textSize += size;
  return static_cast<std::uint32_t>(size);
}

bool TraceBuffer::keep(const Attribute& given, Attribute& kept) {
  kept = given;
  if (!given.isKept()) return true;
  const std::size_t at = textSize;
  kept.size = addText({given.data, given.size}, kMaxText);
  kept.integer = static_cast<std::int64_t>(at);
  const bool cutToNothing = kept.size == 0 && given.size > 0;
  if (cutToNothing) ++lostAttributes;
  return !cutToNothing;
}

void TraceBuffer::add(SpanRecord span, std::span<const Attribute> given) {
  if (spanCount + 1 >= kMaxSpans) {
    if (!span.isEvent()) ++lostSpans;
    return;
  }
  span.firstAttribute = static_cast<std::uint32_t>(attributeCount);
  for (const Attribute& attribute : given) {
    if (attributeCount == kMaxAttributes) {
      ++lostAttributes;
      continue;
    }
    if (keep(attribute, attributes[attributeCount])) ++attributeCount;
  }
  span.attributes = static_cast<std::uint16_t>(attributeCount - span.firstAttribute);
  spans[spanCount++] = span;
}

std::size_t TraceBufferPool::shardOfThread() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads.fetch_add(1, std::memory_order_relaxed) % kShards;
  return mine;
}

bool TraceBufferPool::grow(Shard& shard, std::size_t index) {
  if (made_.fetch_add(1, std::memory_order_relaxed) >= limit_) {
    made_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  shard.all.push_back(std::make_unique<TraceBuffer>());
  shard.all.back()->shard = index;
  shard.idle.push_back(shard.all.back().get());
  return true;
}

void TraceBufferPool::giveBack(TraceBuffer& buffer) {
  Shard& shard = shards_.at(buffer.shard);
  const std::lock_guard lock(shard.mutex);
  buffer.generation.fetch_add(1, std::memory_order_relaxed);
  buffer.active = false;
  shard.idle.push_back(&buffer);
}

void TraceBufferPool::forEachActive(const std::function<void(const TraceBuffer&)>& visit) {
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& buffer : shard.all) {
      if (buffer->active) visit(*buffer);
    }
  }
}

}  // namespace sw::obs
