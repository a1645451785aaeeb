#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sw::base {
namespace {

// Small requests are served from a block a thread draws at once; a byte is used only once.
constexpr std::size_t kBlock = 1024;

struct Pool {
  std::array<std::uint8_t, kBlock> bytes{};
  std::size_t used = kBlock;
};

void draw(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::abort();
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

void fillRandom(std::span<std::uint8_t> out) {
  thread_local Pool pool;
  if (out.size() > kBlock / 4) return draw(out);
  if (pool.used + out.size() > kBlock) {
    draw(pool.bytes);
    pool.used = 0;
  }
  std::memcpy(out.data(), pool.bytes.data() + pool.used, out.size());
  std::memset(pool.bytes.data() + pool.used, 0, out.size());
  pool.used += out.size();
}

}  // namespace sw::base
