#include "train/recipe/network_setup.h"

#include <torch/nn/module.h>

#include <algorithm>
#include <thread>

#include "core/error.h"
#include "models/traits.h"

namespace ganvas::train {

void prepare_networks(const models::NetworkSpec& spec, models::Generator& generator, models::Generator& average,
                      models::Discriminator& discriminator) {
  const at::NoGradGuard no_grad;
  generator.train();
  discriminator.train();
  average.eval();
  for (at::Tensor parameter : average.parameters()) parameter.set_requires_grad(false);
  if (!models::traits_of(spec).channels_last) return;
  for (torch::nn::Module* network : std::initializer_list<torch::nn::Module*>{&generator, &average, &discriminator}) {
    for (at::Tensor parameter : network->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
  }
}

void use_deterministic_operators() {
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
}

int loader_threads(int asked, at::Device device) {
  if (asked > 0) return asked;
  if (!device.is_cuda()) return 1;  // the cores are the trainer's
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) - 2, 1, 16);
}

void set_level_of_detail(torch::nn::Module& network, double lod) {
  const at::NoGradGuard no_grad;
  for (const auto& item : network.named_buffers()) {
    if (item.key() == "lod" || item.key().ends_with(".lod")) at::Tensor(item.value()).fill_(lod);
  }
}

void check_fit(const Recipe& recipe, const data::Dataset& dataset) {
  const models::NetworkSpec& spec = recipe.network;
  require(dataset.size() >= 1, "The data set {} has no pictures.", dataset.name());
  const int width = models::picture_width(spec);
  require(dataset.resolution() == spec.resolution && dataset.width() == width,
          "The networks need pictures of {}x{} pixels, but {} gives {}x{}.", width, spec.resolution, dataset.name(),
          dataset.width(), dataset.resolution());
  require(dataset.channels() == spec.image_channels, "The networks need {} colour channels, but {} gives {}.",
          spec.image_channels, dataset.name(), dataset.channels());
  require(spec.c_dim == 0 || spec.c_dim == dataset.label_size(),
          "The networks need labels of {} values, but {} gives {}.", spec.c_dim, dataset.name(), dataset.label_size());
}

}  // namespace ganvas::train
