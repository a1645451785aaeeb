#include "app/stop_signals.h"

#include <cerrno>
#include <initializer_list>

namespace sw::app {

StopSignals::StopSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&taken_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&taken_, signal);
  pthread_sigmask(SIG_BLOCK, &taken_, &former_);
}

StopSignals::~StopSignals() { pthread_sigmask(SIG_SETMASK, &former_, nullptr); }

int StopSignals::wait() {
  int signal = 0;
  while (sigwait(&taken_, &signal) == EINTR) {
  }
  return signal;
}

void StopSignals::letNextOneKill() {
  sigset_t deadly;
  sigemptyset(&deadly);
  sigaddset(&deadly, SIGTERM);
  sigaddset(&deadly, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &deadly, nullptr);
}

}  // namespace sw::app
