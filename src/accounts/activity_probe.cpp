#include "accounts/activity_probe.h"

namespace sw::accounts {

using obs::label::ActiveWindow;

ActivityProbe::ActivityProbe(obs::MetricCatalog& catalog, obs::Log& log)
    : logger_(log.logger("accounts")),
      day_(catalog.activeUsers.handle(ActiveWindow::k1Day)),
      week_(catalog.activeUsers.handle(ActiveWindow::k7Days)),
      month_(catalog.activeUsers.handle(ActiveWindow::k30Days)) {}

void ActivityProbe::counted(const ActivityStore::Census& census) const {
  day_.set(static_cast<double>(census.day));
  week_.set(static_cast<double>(census.week));
  month_.set(static_cast<double>(census.month));
}

void ActivityProbe::failed(const base::Error& error) const {
  logger_.warn("Who is active could not be written down or counted; it is tried again",
               {obs::field("error", error.describe())});
}

}  // namespace sw::accounts
