#pragma once

#include <csignal>

namespace sw::app {

/// The signals that ask a service to stop, or to reload (SIGHUP), taken by one thread instead of
/// interrupting any. Make it before any other thread, which then inherits that the signals do not
/// reach it; one a process. A broken pipe ends no process that has made one.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  /// Gives the signals back their former effect.
  ~StopSignals();

  /// Blocks until SIGTERM, SIGINT or SIGHUP arrives; answers which.
  int wait();
  /// From now on another SIGTERM or SIGINT ends the process at once, as if nobody had taken it.
  void letNextOneKill();

 private:
  sigset_t taken_;
  sigset_t former_;
};

}  // namespace sw::app
