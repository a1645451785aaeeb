#include "tasks/tasks_probe.h"

namespace sw::tasks {

TasksProbe::TasksProbe(obs::MetricCatalog& catalog, obs::Log& log)
    : logger_(log.logger("tasks")),
      created_(catalog.tasks.created.handle()),
      completed_(catalog.tasks.completed.handle()) {}

void TasksProbe::taskCreated(const Task& task) const {
  created_.increment();
  logger_.debug("Task created", {obs::safeField("taskId", task.id.toString())});
}

void TasksProbe::taskCompleted(const Task& task) const {
  completed_.increment();
  logger_.debug("Task completed", {obs::safeField("taskId", task.id.toString())});
}

void TasksProbe::taskRepeated(const Task& task) const {
  created_.increment();
  logger_.debug("Next instance of a recurring task made",
                {obs::safeField("taskId", task.successorId.toString()),
                 obs::safeField("seriesId", task.seriesId.toString())});
}

}  // namespace sw::tasks
