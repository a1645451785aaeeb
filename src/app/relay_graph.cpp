#include "app/relay_graph.h"

#include <array>
#include <chrono>
#include <cstdint>

#include "app/event_sources.h"
#include "base/random.h"

namespace sw::app {
namespace {

using namespace std::chrono_literals;

/// A PostgreSQL database is written by other copies of the program as well; a SQLite database by
/// this one alone, so that the relay is told of everything but what a crash left.
jobs::RelayOptions relayOptions(sql::Dialect dialect) {
  jobs::RelayOptions options;
  if (dialect == sql::Dialect::kPostgres) {
    options.search.look = 2s;
    options.search.all = 5min;
  }
  std::array<std::uint8_t, sizeof options.seed> seed;
  base::fillRandom(seed);
  for (const std::uint8_t byte : seed) options.seed = options.seed << 8U | byte;
  return options;
}

}  // namespace

RelayGraph::RelayGraph(const std::string& publicUrl, Stores& stores, Services& services,
                       Telemetry& telemetry, const base::Clock& clock)
    : cloudEvents_{publicUrl},
      streams_(clock, {}),
      probe_(telemetry.catalog, telemetry.log, telemetry.errors, telemetry.tracing.tracer(), clock),
      relay_({.log = stores.changes,
              .store = stores.relay,
              .storage = stores.storage,
              .probe = probe_,
              .clock = clock,
              .others = &bell_},
             relayOptions(stores.database().dialect())) {
  addCalendarSources(eventData_, services.directory, services.eventReader);
  bell_.add(streams_);
  bell_.add(relay_);
  stores.storage.observe(&bell_);
}

void RelayGraph::start() {
  streams_.start();
  relay_.start();
}

void RelayGraph::stop() {
  relay_.stop();
  streams_.stop();
}

}  // namespace sw::app
