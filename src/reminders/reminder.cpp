#include "reminders/reminder.h"

#include <array>
#include <cstddef>

namespace sw::reminders {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"habit", "goal", "task", "event"};
constexpr std::array<std::string_view, 6> kStates = {"planned", "snoozed", "gathered",
                                                     "sent",    "skipped", "dismissed"};
constexpr std::array<std::string_view, 6> kReasons = {
    "", "done", "expired", "quiet_hours", "superseded", "gone"};
constexpr std::array<std::string_view, 6> kDeliveries = {"waiting", "attempted", "sent",
                                                         "skipped", "failed",    "uncertain"};

template <class Names, class Enum>
std::string_view nameOf(const Names& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view toString(ResourceKind kind) { return nameOf(kKinds, kind); }
std::string_view toString(ReminderState state) { return nameOf(kStates, state); }
std::string_view toString(SkipReason reason) { return nameOf(kReasons, reason); }
std::string_view toString(DeliveryState state) { return nameOf(kDeliveries, state); }

}  // namespace sw::reminders
