#include "api/request_id.h"

#include <algorithm>
#include <array>

#include "base/uuid.h"

namespace sw::api {
namespace {

constexpr std::size_t kMaxId = 128;

constexpr auto kSafe = [] {
  std::array<bool, 256> safe{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789-_.:")) {
    safe[static_cast<unsigned char>(c)] = true;
  }
  return safe;
}();

}  // namespace

bool isSafeRequestId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId &&
         std::ranges::all_of(id, [](char c) { return kSafe[static_cast<unsigned char>(c)]; });
}

std::string requestIdOr(std::string_view offered, const base::Clock& clock) {
  return isSafeRequestId(offered) ? std::string(offered) : base::newUuid(clock).toString();
}

}  // namespace sw::api
