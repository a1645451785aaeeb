#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "obs/health.h"

namespace sw::app {

/// Lets event loops give signs of life to the health: on each a coroutine beats every 100 ms and
/// says how late it came. Owned by the composition root; the loops must have ended when it is
/// destroyed.
class Heartbeats {
 public:
  Heartbeats(obs::Health& health, const base::Clock& clock);
  Heartbeats(const Heartbeats&) = delete;
  Heartbeats& operator=(const Heartbeats&) = delete;
  ~Heartbeats();

  /// Begins to watch `loop`, which runs on another thread.
  void watch(base::Loop& loop, std::string name,
             obs::label::LoopKind::Value kind = obs::label::LoopKind::kHttp);
  /// The loops end in order from here on: their silence means nothing any more.
  void end();

 private:
  class Beating;

  obs::Health& health_;
  const base::Clock& clock_;
  std::vector<std::unique_ptr<Beating>> beatings_;
};

}  // namespace sw::app
