#include "core/process/confined.h"

#include "core/error.h"

#ifdef __linux__
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <vector>
#endif

namespace ganvas {

#ifdef __linux__
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;
#elif defined(__has_feature)
constexpr bool instrumented = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool instrumented = false;
#endif

/// Bytes of addresses that this process has.
std::uint64_t address_space() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void limit(int what, std::uint64_t most) {
  const rlimit limits{most, most};
  setrlimit(static_cast<__rlimit_resource_t>(what), &limits);
}

/// From here on the kernel refuses every call but those that take memory, send and end: libraries look for files, and
/// go on without.
void allow_computing_alone() {
  constexpr int allowed[] = {SYS_write,        SYS_read,           SYS_brk,           SYS_mmap,       SYS_munmap,
                             SYS_mremap,       SYS_mprotect,       SYS_madvise,       SYS_futex,      SYS_exit,
                             SYS_exit_group,   SYS_rt_sigreturn,   SYS_clock_gettime, SYS_gettid,     SYS_getpid,
                             SYS_gettimeofday, SYS_rt_sigprocmask, SYS_getrandom,     SYS_sched_yield};
  std::vector<sock_filter> program;
  const auto statement = [&](unsigned code, unsigned value) {
    program.push_back(BPF_STMT(static_cast<unsigned short>(code), value));
  };
  statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (const int call : allowed) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  }
  statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  // Kernels without it leave the other limits.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

/// Never returns.
[[noreturn]] void be_the_copy(int out, const Confinement& limits, std::uint64_t memory,
                              const std::function<void(const std::function<void(std::string_view)>&)>& work) {
  signal(SIGPIPE, SIG_DFL);
  for (const int fatal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM, SIGINT}) signal(fatal, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.seconds) + 2);
  if (!instrumented) {
    limit(RLIMIT_AS, memory + limits.memory);
    allow_computing_alone();
  }
  const auto send = [out](std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = write(out, bytes.data(), bytes.size());
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) _exit(3);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  };
  try {
    work(send);
  } catch (...) {
    _exit(2);
  }
  _exit(0);
}

/// The copy, until it has ended.
class Copy {
 public:
  Copy(pid_t process, int in) : process_(process), in_(in) {}
  ~Copy() {
    if (!ended_) {
      kill(process_, SIGKILL);
      wait();
    }
    close(in_);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  /// Its next bytes, none where it had none for a while; false at their end.
  bool read(std::vector<char>& bytes, std::chrono::steady_clock::time_point until) {
    bytes.clear();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    require(left.count() > 0, "reading it takes longer than that of any model");
    pollfd waiting{in_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 200))) <= 0) return true;
    bytes.resize(bytes.capacity());
    const ssize_t count = ::read(in_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) {
      bytes.clear();
      return true;
    }
    require(count >= 0, "it cannot be read");
    bytes.resize(static_cast<std::size_t>(count));
    return count > 0;
  }
  int wait() {
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    ended_ = true;
    return status;
  }

 private:
  pid_t process_;
  int in_;
  bool ended_ = false;
};

}  // namespace

void run_confined(const Confinement& limits,
                  const std::function<void(const std::function<void(std::string_view)>&)>& work,
                  const std::function<void(std::string_view)>& received) {
  int ends[2];
  require(pipe2(ends, O_CLOEXEC) == 0, "there are too many open files to read it");
  const std::uint64_t memory = address_space();
  const pid_t process = fork();
  if (process == 0) be_the_copy(ends[1], limits, memory, work);
  close(ends[1]);
  if (process < 0) close(ends[0]);
  require(process > 0, "there is too little memory to read it");
  Copy copy(process, ends[0]);
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                            std::chrono::duration<double>(limits.seconds));
  std::vector<char> bytes;
  bytes.reserve(std::size_t{1} << 16);
  while (copy.read(bytes, until)) received({bytes.data(), bytes.size()});
  const int status = copy.wait();
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it is damaged");
}
#else
void run_confined(const Confinement&, const std::function<void(const std::function<void(std::string_view)>&)>& work,
                  const std::function<void(std::string_view)>& received) {
  work([&](std::string_view bytes) { received(bytes); });
}
#endif

}  // namespace ganvas
