// A library that is preloaded into the program: one chosen call of it fails, or all from that one on, so that what
// happens rarely (a full disk, a file that vanishes) can be tried at every place. Calls are counted by kind; of those
// on files only the ones below a given folder. To try it thousands of times, the program is loaded once and then forked
// before its main() for each trial.
//
// A trial is a line on standard input, a reply one on standard output (failing_program.h has both sides' names):
//   folder TAB errors TAB patience TAB kind TAB at TAB error TAB stays TAB argument TAB argument ...
//   wait status, interrupted, failed, count of each kind
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "support/failing_calls.h"

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

using ganvas::test::Call;
using ganvas::test::calls;

/// Of the forked program and the one that forked it.
struct Shared {
  std::atomic<long> count[calls], failed;
};

Shared* shared = nullptr;
char folder[PATH_MAX];  // calls on files below it count
std::size_t folder_size = 0;
bool active = false;
int kind = -1, error = 0;
long at = 0;
bool stays = false;

/// Counts a call; true: it is to fail.
bool fails(Call call) {
  if (!active) return false;
  const long number = ++shared->count[static_cast<int>(call)];
  if (static_cast<int>(call) != kind || !(number == at || (stays && number > at))) return false;
  ++shared->failed;
  errno = error;
  return true;
}

bool below(const char* path) {
  if (!active || path == nullptr) return false;
  char whole[2 * PATH_MAX];
  if (path[0] != '/') {
    if (syscall(SYS_getcwd, whole, PATH_MAX) < 0) return false;
    std::strcat(std::strcat(whole, "/"), path);
    path = whole;
  }
  return std::strncmp(path, folder, folder_size) == 0;
}
bool below(int file) {
  if (!active || file < 3) return false;
  char link[64], path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = syscall(SYS_readlink, link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = 0;
  return below(path);
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int open_file(int place, const char* path, int flags, mode_t mode) {
  if ((place == AT_FDCWD || path[0] == '/') && below(path) && fails(Call::open)) return -1;
  return static_cast<int>(syscall(SYS_openat, place, path, flags | O_LARGEFILE, mode));
}

/// Bytes that are to be written of `size`; below 0: the call fails. A disk may take a part of what it is given.
ssize_t to_write(int file, std::size_t size) {
  if (!below(file) || !fails(Call::write)) return static_cast<ssize_t>(size);
  return error == 0 ? static_cast<ssize_t>((size + 1) / 2) : -1;
}

bool large(std::size_t bytes) {
  constexpr std::size_t least = 1 << 18;  // tensors and files; libraries do not look at what they get of small ones
  return active && bytes >= least;
}

using Main = int (*)(int, char**, char**);
Main program = nullptr;

/// A line without its end, cut at its tabs.
struct Fields {
  char* of[64] = {};
  int count = 0;
  explicit Fields(char* line) {
    line[std::strcspn(line, "\n")] = 0;
    for (char* field = std::strtok(line, "\t"); field != nullptr && count < 63; field = std::strtok(nullptr, "\t"))
      of[count++] = field;
  }
};

[[noreturn]] void run(Fields& trial) {
  unsetenv("LD_PRELOAD");
  unsetenv("GANVAS_TRIALS");
  if (chdir(trial.of[0]) != 0) _exit(99);
  const int errors = open(trial.of[1], O_WRONLY | O_CREAT | O_TRUNC, 0600), nothing = open("/dev/null", O_RDWR);
  dup2(nothing, 0);
  dup2(nothing, 1);
  dup2(errors, 2);
  std::snprintf(folder, sizeof folder, "%s/", trial.of[0]);
  folder_size = std::strlen(folder);
  kind = std::atoi(trial.of[3]);
  at = std::atol(trial.of[4]);
  error = std::atoi(trial.of[5]);
  stays = std::atoi(trial.of[6]) != 0;
  active = true;
  std::exit(program(trial.count - 7, trial.of + 7, environ));
}

double now() {
  timespec time{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Waits for the end. Whoever takes longer than the patience is told to stop, as by Ctrl+C, and killed when it hangs.
int wait_for(pid_t child, double patience, bool& interrupted) {
  const double begun = now();
  int status = 0;
  bool killed = false;
  while (waitpid(child, &status, WNOHANG) == 0) {
    const double passed = now() - begun;
    if (passed > patience && !interrupted) interrupted = kill(child, SIGINT) == 0;
    if (passed > patience + ganvas::test::longest_end && !killed) killed = kill(child, SIGKILL) == 0;
    usleep(2000);
  }
  return status;
}

int serve(int, char**, char**) {
  shared =
      static_cast<Shared*>(mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  char* line = nullptr;
  std::size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    Fields trial(line);
    for (auto& count : shared->count) count = 0;
    shared->failed = 0;
    const pid_t child = fork();
    if (child == 0) run(trial);
    bool interrupted = false;
    const int status = wait_for(child, std::atof(trial.of[2]), interrupted);
    std::printf("%d %d %ld", status, interrupted ? 1 : 0, shared->failed.load());
    for (const auto& count : shared->count) std::printf(" %ld", count.load());
    std::printf("\n");
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

extern "C" {

int __libc_start_main(Main main, int argc, char** argv, void (*init)(), void (*fini)(), void (*rtld_fini)(),
                      void* end) {
  using Start = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
  if (getenv("GANVAS_TRIALS") != nullptr) {
    program = main;
    main = serve;
  }
  return next<Start>("__libc_start_main")(main, argc, argv, init, fini, rtld_fini, end);
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>(va_arg(more, int));
  va_end(more);
  return open_file(AT_FDCWD, path, flags, mode);
}
int openat(int place, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>(va_arg(more, int));
  va_end(more);
  return open_file(place, path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int openat64(int place, const char* path, int flags, ...) __attribute__((alias("openat")));

FILE* fopen(const char* path, const char* mode) {
  if (below(path) && fails(Call::open)) return nullptr;
  return next<FILE* (*)(const char*, const char*)>("fopen")(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  if (below(path) && fails(Call::open)) return nullptr;
  return next<FILE* (*)(const char*, const char*)>("fopen64")(path, mode);
}

ssize_t write(int file, const void* bytes, std::size_t size) {
  const ssize_t part = to_write(file, size);
  return part < 0 ? -1 : syscall(SYS_write, file, bytes, part);
}
ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t place) {
  const ssize_t part = to_write(file, size);
  return part < 0 ? -1 : syscall(SYS_pwrite64, file, bytes, part, place);
}
ssize_t pwrite64(int file, const void* bytes, std::size_t size, off_t place) __attribute__((alias("pwrite")));
ssize_t writev(int file, const iovec* parts, int count) {
  std::size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  const ssize_t part = to_write(file, size);
  if (part < 0) return -1;
  const bool whole = static_cast<std::size_t>(part) == size;
  return whole ? syscall(SYS_writev, file, parts, count) : syscall(SYS_writev, file, parts, (count + 1) / 2);
}
ssize_t read(int file, void* bytes, std::size_t size) {
  return below(file) && fails(Call::read) ? -1 : syscall(SYS_read, file, bytes, size);
}

int fsync(int file) {
  return below(file) && fails(Call::fsync) ? -1 : static_cast<int>(syscall(SYS_fsync, file));
}
int fdatasync(int file) {
  return below(file) && fails(Call::fsync) ? -1 : static_cast<int>(syscall(SYS_fdatasync, file));
}
int rename(const char* from, const char* to) {
  if (below(to) && fails(Call::rename)) return -1;
  return static_cast<int>(syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}
int mkdir(const char* path, mode_t mode) {
  if (below(path) && fails(Call::mkdir)) return -1;
  return static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}
void* mmap(void* where, std::size_t size, int protection, int flags, int file, off_t from) {
  if (below(file) && fails(Call::mmap)) return MAP_FAILED;
  return reinterpret_cast<void*>(syscall(SYS_mmap, where, size, protection, flags, file, from));
}
void* mmap64(void* where, std::size_t size, int protection, int flags, int file, off_t from)
    __attribute__((alias("mmap")));

void* malloc(std::size_t size) {
  return large(size) && fails(Call::allocate) ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  return large(count * size) && fails(Call::allocate) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  return large(size) && fails(Call::allocate) ? nullptr : __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  return large(size) && fails(Call::allocate) ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) __attribute__((alias("memalign")));
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  void* const made = memalign(alignment, size);
  if (made == nullptr) return ENOMEM;
  *block = made;
  return 0;
}

/// The clock on the wall may be set while the program runs, forward or back.
int clock_gettime(clockid_t clock, timespec* time) {
  const int result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  constexpr time_t year = 31'536'000;
  if (clock == CLOCK_REALTIME && fails(Call::clock)) time->tv_sec += error == 0 ? year : -year;
  return result;
}
std::time_t time(std::time_t* to) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
