#pragma once

#include <algorithm>
#include <array>
#include <string_view>

/// The types of all changes, as the change log, `GET /changes`, the stream, webhooks and the
/// message bus name them. Nothing else of the program spells one out. A new type goes into the
/// table below and into `asyncapi.yaml`, which a test holds against it.
namespace sw::jobs::event_type {

inline constexpr std::string_view kCalendarCreated = "calendar.created";
inline constexpr std::string_view kCalendarUpdated = "calendar.updated";
inline constexpr std::string_view kCalendarDeleted = "calendar.deleted";
inline constexpr std::string_view kCalendarAclUpdated = "calendar.acl.updated";
inline constexpr std::string_view kCalendarEventCreated = "calendar.event.created";
inline constexpr std::string_view kCalendarEventUpdated = "calendar.event.updated";
inline constexpr std::string_view kCalendarEventDeleted = "calendar.event.deleted";
inline constexpr std::string_view kCalendarSyncCompleted = "calendar.sync.completed";
inline constexpr std::string_view kCalendarSyncFailed = "calendar.sync.failed";
inline constexpr std::string_view kCalendarConflictResolved = "calendar.conflict.resolved";

inline constexpr std::string_view kGoalCreated = "goal.created";
inline constexpr std::string_view kGoalUpdated = "goal.updated";
inline constexpr std::string_view kGoalCompleted = "goal.completed";
inline constexpr std::string_view kGoalDeleted = "goal.deleted";
inline constexpr std::string_view kGoalProgressUpdated = "goal.progress.updated";
inline constexpr std::string_view kGoalMilestoneCompleted = "goal.milestone.completed";

inline constexpr std::string_view kHabitCreated = "habit.created";
inline constexpr std::string_view kHabitUpdated = "habit.updated";
inline constexpr std::string_view kHabitCompleted = "habit.completed";
inline constexpr std::string_view kHabitSkipped = "habit.skipped";
inline constexpr std::string_view kHabitDeleted = "habit.deleted";
inline constexpr std::string_view kHabitStreakUpdated = "habit.streak.updated";

inline constexpr std::string_view kTaskCreated = "task.created";
inline constexpr std::string_view kTaskUpdated = "task.updated";
inline constexpr std::string_view kTaskCompleted = "task.completed";
inline constexpr std::string_view kTaskDeleted = "task.deleted";

inline constexpr std::string_view kReminderSent = "reminder.sent";

inline constexpr std::string_view kPlanProposed = "plan.proposed";
inline constexpr std::string_view kPlanCommitted = "plan.committed";
inline constexpr std::string_view kPlanUndone = "plan.undone";

inline constexpr std::string_view kSettingsUpdated = "settings.updated";

inline constexpr std::string_view kWebhookCreated = "webhook.created";
inline constexpr std::string_view kWebhookUpdated = "webhook.updated";
inline constexpr std::string_view kWebhookDeleted = "webhook.deleted";

/// Who is told of a type.
enum class Audience {
  kUser,       // the user's own clients: `GET /changes` and the stream
  kEverybody,  // webhooks and the message bus as well
};

struct EventType {
  std::string_view name;
  Audience audience;
};

inline constexpr std::array kAll = {
    EventType{kCalendarCreated, Audience::kEverybody},
    EventType{kCalendarUpdated, Audience::kEverybody},
    EventType{kCalendarDeleted, Audience::kEverybody},
    EventType{kCalendarAclUpdated, Audience::kUser},
    EventType{kCalendarEventCreated, Audience::kEverybody},
    EventType{kCalendarEventUpdated, Audience::kEverybody},
    EventType{kCalendarEventDeleted, Audience::kEverybody},
    EventType{kCalendarSyncCompleted, Audience::kEverybody},
    EventType{kCalendarSyncFailed, Audience::kEverybody},
    EventType{kCalendarConflictResolved, Audience::kEverybody},
    EventType{kGoalCreated, Audience::kEverybody},
    EventType{kGoalUpdated, Audience::kEverybody},
    EventType{kGoalCompleted, Audience::kEverybody},
    EventType{kGoalDeleted, Audience::kEverybody},
    EventType{kGoalProgressUpdated, Audience::kEverybody},
    EventType{kGoalMilestoneCompleted, Audience::kEverybody},
    EventType{kHabitCreated, Audience::kEverybody},
    EventType{kHabitUpdated, Audience::kEverybody},
    EventType{kHabitCompleted, Audience::kEverybody},
    EventType{kHabitSkipped, Audience::kEverybody},
    EventType{kHabitDeleted, Audience::kEverybody},
    EventType{kHabitStreakUpdated, Audience::kEverybody},
    EventType{kTaskCreated, Audience::kEverybody},
    EventType{kTaskUpdated, Audience::kEverybody},
    EventType{kTaskCompleted, Audience::kEverybody},
    EventType{kTaskDeleted, Audience::kEverybody},
    EventType{kReminderSent, Audience::kEverybody},
    EventType{kPlanProposed, Audience::kEverybody},
    EventType{kPlanCommitted, Audience::kEverybody},
    EventType{kPlanUndone, Audience::kEverybody},
    EventType{kSettingsUpdated, Audience::kUser},
    EventType{kWebhookCreated, Audience::kUser},
    EventType{kWebhookUpdated, Audience::kUser},
    EventType{kWebhookDeleted, Audience::kUser},
};

/// Whether webhooks and the message bus carry changes of this type.
constexpr bool isPublished(std::string_view type) {
  return std::ranges::any_of(kAll, [type](const EventType& known) {
    return known.name == type && known.audience == Audience::kEverybody;
  });
}

}  // namespace sw::jobs::event_type
