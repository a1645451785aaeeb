#include "adapters/sql/value.h"

#include <algorithm>
#include <cstring>

namespace sw::sql {

base::Uuid Row::uuid(int column) const {
  base::Uuid id;
  copyBytes(column, id.bytes);
  return id;
}

void Row::copyBytes(int column, std::span<std::uint8_t> out) const {
  const std::string_view bytes = text(column);
  if (bytes.size() == out.size()) {
    std::memcpy(out.data(), bytes.data(), bytes.size());
  } else {
    std::ranges::fill(out, std::uint8_t{0});
  }
}

}  // namespace sw::sql
