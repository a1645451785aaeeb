#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "goals/goal_store.h"
#include "habits/habit_store.h"
#include "jobs/change_subscriber.h"
#include "jobs/job_handler.h"
#include "reminders/reminder_desk.h"
#include "tasks/task_store.h"

namespace sw::reminders {

/// Plans anew what changes touch: the habit, goal, task or event itself, and by way of a job of
/// its own everything of a person whose settings or calendars have changed. Called by the relay
/// alone.
class ReminderPlanner final : public jobs::ChangeSubscriber {
 public:
  struct Parts {
    ReminderDesk& desk;
    jobs::JobStore& jobs;
    AgendaSource& events;  // knows which series a changed occurrence belongs to
    const base::Clock& clock;
  };
  explicit ReminderPlanner(Parts parts) : parts_(parts) {}

  [[nodiscard]] std::string_view name() const override { return "reminders"; }
  /// What was there before this program reminded anybody is planned as well.
  [[nodiscard]] Start start() const override { return Start::kOldestKept; }
  base::Task<base::Result<void>> take(const std::vector<jobs::Change>& changes,
                                      jobs::UnitOfWork& unit) override;

 private:
  void replanAll(jobs::UnitOfWork& unit, const jobs::Change& change) const;

  const Parts parts_;
};

/// Plans anew everything of one person, a page of it in each run, or one damaged resource.
class ReplanJob final : public jobs::JobHandler {
 public:
  /// Resources of one page.
  static constexpr int kPage = 100;

  struct Parts {
    ReminderDesk& desk;
    jobs::JobStore& jobs;
    habits::HabitStore& habits;
    goals::GoalStore& goals;
    tasks::TaskStore& tasks;
    calendar::CalendarStore& calendars;
    calendar::EventStore& events;
    const base::Clock& clock;
  };
  explicit ReplanJob(Parts parts) : parts_(parts) {}

  [[nodiscard]] jobs::JobPolicy policy() const override;
  base::Task<base::Result<void>> run(const jobs::Job& job, jobs::UnitOfWork& unit) override;
  void buried(const jobs::Job& job, const base::Error& error, jobs::UnitOfWork& unit) override;

  /// Where a run begins. In the order of `ResourceKind`.
  struct Place {
    ResourceKind kind = ResourceKind::kHabit;
    std::int64_t key = 0;   // of goals and tasks: see their stores' positions
    base::Uuid after;       // the last one looked at; nil: from the first
    base::Uuid calendarId;  // of events: the one looked through; nil: the first
    base::Instant since{};  // of the change that was the cause
    bool alone = false;     // only the resource `after`: it could not be read among the others

    [[nodiscard]] std::string toJson() const;
    /// Nothing when the text is not what `toJson` wrote.
    static std::optional<Place> parse(std::string_view json);
  };

 private:
  struct Page {
    std::vector<Resource> resources;
    std::optional<Place> next;  // none: that was all
  };
  base::Task<base::Result<Page>> pageAt(base::Uuid userId, const Place& place);
  base::Task<base::Result<Page>> eventsAt(base::Uuid userId, const Place& place);

  const Parts parts_;
};

}  // namespace sw::reminders
