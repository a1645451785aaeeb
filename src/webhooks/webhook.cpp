#include "webhooks/webhook.h"

#include <array>

namespace sw::webhooks {
namespace {

constexpr std::array<std::string_view, 3> kStates = {"pending", "delivered", "parked"};

}  // namespace

std::string_view toString(Disabled reason) {
  switch (reason) {
    case Disabled::kNo: return {};
    case Disabled::kGone: return "gone";
    case Disabled::kFailing: return "failing";
  }
  return {};
}

std::string_view toString(DeliveryState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

std::optional<DeliveryState> deliveryStateFrom(std::string_view text) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates.at(i) == text) return static_cast<DeliveryState>(i);
  }
  return std::nullopt;
}

}  // namespace sw::webhooks
