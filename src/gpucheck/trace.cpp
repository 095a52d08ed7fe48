// A trace of the interop tier at work: no pixels pass through the host, and nobody waits for the whole device.
#include <torch/csrc/autograd/profiler_kineto.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "gpucheck/guard.h"
#include "models/generator.h"
#include "ops/to_rgba8/to_rgba8.h"
#include "render/picture_texture.h"

namespace ganvas::gpucheck {
namespace {

namespace profiler = torch::autograd::profiler;

/// Names of everything that happened while `work` ran, with their counts.
std::map<std::string, int> trace_of(const std::function<void()>& work) {
  const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
  const std::set<torch::profiler::impl::ActivityType> activities{torch::profiler::impl::ActivityType::CPU,
                                                                 torch::profiler::impl::ActivityType::CUDA};
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities, {at::RecordScope::FUNCTION});
  work();
  const auto result = profiler::disableProfiler();
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("ganvas-trace-" + std::to_string(::getpid()) + ".json");
  result->save(file.string());
  const Json trace = read_json(file);
  std::filesystem::remove(file);
  std::map<std::string, int> names;
  for (const Json& event : trace.at("traceEvents")) {
    if (event.contains("name") && event["name"].is_string()) ++names[event["name"].get<std::string>()];
  }
  return names;
}

int count(const std::map<std::string, int>& names, const std::string& part) {
  int sum = 0;
  for (const auto& [name, times] : names) sum += name.find(part) != std::string::npos ? times : 0;
  return sum;
}

std::pair<bool, std::string> stays_on_the_device() {
  const at::NoGradGuard no_grad;
  const render::HeadlessContext context;
  render::PictureTexture texture;
  texture.choose(render::UploadTier::interop);
  const models::NetworkSpec spec;
  const models::GeneratorPtr g = models::make_generator(spec, at::kCUDA);
  g->eval();
  const at::Tensor z = at::randn({1, spec.z_dim}, at::kCUDA);
  const auto bytes = std::make_shared<at::Tensor>();
  constexpr int frames = 50;
  const auto show = [&] {
    for (int i = 0; i < frames; ++i) {
      ops::to_rgba8(g->synthesize(g->map(z, {}, {}), {}), 1, *bytes);
      texture.show({.pixels = {bytes->data_ptr<std::uint8_t>(), 64, 64, 4, 256, Device::cuda}, .memory = bytes});
      while (texture.busy()) texture.update();
    }
  };
  show();
  const std::map<std::string, int> names = trace_of(show);
  const int to_host = count(names, "DtoH"), to_array = count(names, "DtoA") + count(names, "DtoD"),
            waits = count(names, "cudaDeviceSynchronize");
  const bool good =
      texture.tier() == render::UploadTier::interop && to_host == 0 && waits <= 1;  // the profiler itself waits once
  return {good, fmt::format("{} pictures: {} copies to the host, {} within the device, {} device-wide waits, tier {}",
                            frames, to_host, to_array, waits, render::to_string(texture.tier()))};
}

}  // namespace

void check_trace(Checklist& checks) {
  checks.on_gpu("trace: no pixels through the host, no device-wide wait", stays_on_the_device);
}

}  // namespace ganvas::gpucheck
