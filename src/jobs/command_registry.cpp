#include "jobs/command_registry.h"

namespace sw::jobs {

std::vector<std::string_view> CommandRegistry::knownTypes() {
  return {"SCHEDULE_HABITS", "SYNC_CALENDAR", "OPTIMIZE_SCHEDULE", "SEND_REMINDERS", "TRAIN_MODEL"};
}

std::vector<std::string> CommandRegistry::offered() const {
  std::vector<std::string> types;
  types.reserve(handlers_.size());
  for (const auto& [type, handler] : handlers_) types.push_back(type);
  return types;
}

}  // namespace sw::jobs
