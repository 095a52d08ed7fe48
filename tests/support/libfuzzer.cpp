// A program of libFuzzer over one of the tables of targets (CMakeLists.txt says which): $GANVAS_FUZZ_TARGET names the
// target, $GANVAS_FUZZ_SEEDS a folder that gets its first inputs, and then the program ends.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "fuzz/targets.h"

namespace {

ganvas::fuzz::Target chosen{};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("GANVAS_FUZZ_TARGET");
  for (const ganvas::fuzz::Target& target : ganvas::fuzz::GANVAS_FUZZ_TABLE())
    if (name != nullptr && std::string_view(name) == target.name) chosen = target;
  if (chosen.read == nullptr) {
    for (const ganvas::fuzz::Target& target : ganvas::fuzz::GANVAS_FUZZ_TABLE()) std::puts(target.name);
    std::exit(name == nullptr ? 0 : 2);
  }
  if (const char* folder = std::getenv("GANVAS_FUZZ_SEEDS")) {
    int number = 0;
    for (const std::string& seed : chosen.seeds())
      std::ofstream(std::filesystem::path(folder) / std::to_string(number++), std::ios::binary) << seed;
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen.read({reinterpret_cast<const char*>(data), size});
  return 0;
}
