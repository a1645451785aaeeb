#include "tasks/dependencies.h"

#include <algorithm>
#include <map>
#include <set>

namespace sw::tasks {

std::vector<base::Uuid> cycleWith(const base::Uuid& taskId, const std::vector<base::Uuid>& blockers,
                                  const std::vector<Dependency>& arrows) {
  std::multimap<base::Uuid, base::Uuid> waitsFor;
  for (const Dependency& arrow : arrows) {
    if (arrow.taskId != taskId) waitsFor.emplace(arrow.taskId, arrow.blockerId);
  }
  for (const base::Uuid& blocker : blockers) waitsFor.emplace(taskId, blocker);

  // Breadth first, so that the way that is named is a shortest one.
  std::map<base::Uuid, base::Uuid> cameFrom;
  std::vector<base::Uuid> frontier = {taskId};
  while (!frontier.empty()) {
    std::vector<base::Uuid> next;
    for (const base::Uuid& from : frontier) {
      const auto [first, last] = waitsFor.equal_range(from);
      for (auto arrow = first; arrow != last; ++arrow) {
        const base::Uuid& to = arrow->second;
        if (to == taskId) {
          std::vector<base::Uuid> way = {taskId, from};
          while (way.back() != taskId) way.push_back(cameFrom.at(way.back()));
          std::ranges::reverse(way);
          return way;
        }
        if (cameFrom.emplace(to, from).second) next.push_back(to);
      }
    }
    frontier = std::move(next);
  }
  return {};
}

}  // namespace sw::tasks
