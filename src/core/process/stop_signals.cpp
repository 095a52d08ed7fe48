#include "core/process/stop_signals.h"

#include <csignal>
#include <initializer_list>

namespace ganvas {
namespace {

volatile std::sig_atomic_t counted = 0;

extern "C" void count_signal(int signal) {
  counted = counted + 1;
  if (counted == 1) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void count_stop_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (std::signal(signal, count_signal) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

int stop_signals() {
  return counted;
}

}  // namespace ganvas
