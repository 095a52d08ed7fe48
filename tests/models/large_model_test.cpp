// A StyleGAN2 of 1024x1024 at full width: opened with hardly more memory than its weights.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "io/safetensors.h"
#include "models/networks_in_file.h"

namespace ganvas::models {
namespace {

namespace fs = std::filesystem;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Opening {
  double read_seconds = 0;  ///< of its bytes alone, from the same warm cache
  double open_seconds = 0;
  double peak_bytes = 0;  ///< over the start
};

/// In a process of its own: the peak of memory never falls.
Opening open_in_child(const fs::path& file) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  if (::fork() == 0) {
    Opening measured;
    std::vector<char> buffer(1 << 20);
    measured.read_seconds = seconds_of([&] {
      std::ifstream bytes(file, std::ios::binary);
      while (bytes.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || bytes.gcount() > 0) {
      }
    });
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    measured.open_seconds = seconds_of([&] {
      const std::vector<NetworkInFile> networks = networks_in(io::open_model_file(file));
      const NetworkInFile& chosen = choose_network(networks, "", file.string());
      generator_of(chosen.found->spec, chosen.weights, at::kCPU);
    });
    ::getrusage(RUSAGE_SELF, &after);
    measured.peak_bytes = static_cast<double>(after.ru_maxrss - before.ru_maxrss) * 1024;
    const bool sent = ::write(ends[1], &measured, sizeof measured) == sizeof measured;
    ::_exit(sent ? 0 : 1);
  }
  Opening measured;
  ::close(ends[1]);
  EXPECT_EQ(::read(ends[0], &measured, sizeof measured), static_cast<ssize_t>(sizeof measured));
  ::close(ends[0]);
  ::wait(nullptr);
  return measured;
}

TEST(LargeModel, OpensWithLittleMoreMemoryThanItsWeights) {
  NetworkSpec spec{.family = "stylegan2", .resolution = 1024, .z_dim = 512, .w_dim = 512, .num_ws = 18};
  spec.extra = {{"channel_base", 32768}, {"channel_max", 512}};
  const fs::path file = fs::temp_directory_path() / fmt::format("ganvas-large-{}.safetensors", ::getpid());
  std::size_t bytes = 0;
  {
    const io::WeightSet weights = model_file_of(*make_generator(spec, at::kCPU, 1));
    bytes = weights.byte_count();
    io::write_safetensors(file, weights);
  }
  ASSERT_GT(bytes, 100'000'000u);
  ::malloc_trim(0);  // what earlier tests left in the heap would hide what opening takes
  const Opening opening = open_in_child(file);
  fs::remove(file);
  fmt::print("{:.0f} MB read in {:.2f} s, opened in {:.2f} s with {:.2f} times the weights in memory\n",
             static_cast<double>(bytes) / 1e6, opening.read_seconds, opening.open_seconds,
             opening.peak_bytes / static_cast<double>(bytes));
  EXPECT_LE(opening.peak_bytes, 1.3 * static_cast<double>(bytes));
  EXPECT_GE(opening.peak_bytes, 0.5 * static_cast<double>(bytes)) << "the measurement missed the opening";
}

}  // namespace
}  // namespace ganvas::models
