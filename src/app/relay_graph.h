#pragma once

#include <string>

#include "api/stream_hub.h"
#include "app/services.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "jobs/change_subscriber.h"
#include "jobs/cloud_event.h"
#include "jobs/event_data.h"
#include "jobs/relay.h"
#include "jobs/relay_observer.h"
#include "jobs/relay_probe.h"

namespace sw::app {

/// How changes get from the log to those who follow it: the relay with its subscribers, the open
/// streams, and the envelope of events. Owned by the composition root; made before the API,
/// destroyed after the server. Used by the thread that made it, its parts by many.
class RelayGraph {
 public:
  /// `publicUrl` is where clients reach the service, without a slash at the end.
  RelayGraph(const std::string& publicUrl, Stores& stores, Services& services, Telemetry& telemetry,
             const base::Clock& clock);
  RelayGraph(const RelayGraph&) = delete;
  RelayGraph& operator=(const RelayGraph&) = delete;

  /// What events carry as `data`; each domain adds its own before `start`.
  [[nodiscard]] jobs::EventDataSources& eventData() { return eventData_; }
  [[nodiscard]] const jobs::CloudEventOptions& cloudEvents() const { return cloudEvents_; }
  [[nodiscard]] api::StreamHub& streams() { return streams_; }

  /// Before `start`; the subscriber must outlive the call of `stop`.
  void add(jobs::ChangeSubscriber& subscriber) { relay_.add(subscriber); }
  void start();
  /// Lets what is being told end. Blocks. Before the database closes; safe to call twice.
  void stop();

 private:
  jobs::EventDataSources eventData_;
  const jobs::CloudEventOptions cloudEvents_;
  api::StreamHub streams_;
  jobs::ChangeBell bell_;
  jobs::RelayProbe probe_;
  jobs::Relay relay_;
};

}  // namespace sw::app
