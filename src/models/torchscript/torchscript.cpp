#include "models/torchscript/torchscript.h"

#include <torch/nn/module.h>
#include <torch/script.h>

#include <algorithm>

#include "core/error.h"
#include "models/plain_latent.h"

namespace ganvas::models {
namespace {

class TorchscriptGenerator final : public Generator {
 public:
  TorchscriptGenerator(NetworkSpec spec, torch::jit::Module program, bool spatial)
      : Generator(std::move(spec)), program_(std::move(program)), spatial_(spatial) {
    int number = 0;
    for (const at::Tensor& tensor : program_.parameters()) register_parameter(std::to_string(number++), tensor, false);
  }

  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override {
    classes_ = c;
    return plain_latent(spec_, z, options);
  }

  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions&) override {
    if (device_ != w.device()) program_.to(device_ = w.device());
    return call(w.flatten(1));
  }

  /// forward(z [N, z_dim]).
  at::Tensor call(const at::Tensor& z) {
    std::vector<torch::jit::IValue> inputs{spatial_ ? z.view({z.size(0), z.size(1), 1, 1}) : z};
    if (spec_.c_dim > 0)
      inputs.emplace_back(classes_.defined() ? classes_ : at::zeros({z.size(0), spec_.c_dim}, z.options()));
    return program_.forward(inputs).toTensor().to(at::kFloat);
  }

 private:
  torch::jit::Module program_;
  at::Device device_ = at::kCPU;
  bool spatial_;        ///< takes [N, z_dim, 1, 1]
  at::Tensor classes_;  ///< of the last map(); these programs have no style of their own to carry them
};

int attribute(const torch::jit::Module& program, const char* name) {
  if (!program.hasattr(name)) return 0;
  const torch::jit::IValue value = program.attr(name);
  return value.isInt() && value.toInt() > 0 && value.toInt() <= 65536 ? static_cast<int>(value.toInt()) : 0;
}

/// Latent sizes worth a try: what the program says, else the sizes of its first tensors, else the usual ones.
std::vector<int> latent_sizes(const torch::jit::Module& program) {
  if (const int said = attribute(program, "z_dim"); said > 0) return {said};
  std::vector<int> sizes;
  const auto add = [&sizes](std::int64_t size) {
    if (size > 1 && size <= 65536 && std::find(sizes.begin(), sizes.end(), size) == sizes.end())
      sizes.push_back(static_cast<int>(size));
  };
  for (const at::Tensor& tensor : program.parameters()) {
    if (tensor.dim() < 2) continue;
    add(tensor.size(1));
    add(tensor.size(0));
    if (sizes.size() >= 4) break;
  }
  for (const int usual : {512, 128, 100, 64, 256, 32}) add(usual);
  return sizes;
}

bool square_pictures(const at::Tensor& made) {
  return made.dim() == 4 && made.size(0) == 2 && (made.size(1) == 1 || made.size(1) == 3) &&
         made.size(2) == made.size(3) && made.size(2) >= 4 && made.size(2) <= 4096;
}

/// The first call that makes pictures; null when none does.
GeneratorPtr first_that_runs(const torch::jit::Module& program) {
  const at::NoGradGuard no_grad;
  for (const int size : latent_sizes(program)) {
    for (const bool spatial : {false, true}) {
      NetworkSpec spec{.family = "torchscript", .z_dim = size, .w_dim = size, .c_dim = attribute(program, "c_dim")};
      auto generator = std::make_shared<TorchscriptGenerator>(spec, program, spatial);
      try {
        const at::Tensor made = generator->call(at::zeros({2, size}));
        if (!square_pictures(made)) continue;
        spec.resolution = static_cast<int>(made.size(2));
        spec.image_channels = static_cast<int>(made.size(1));
      } catch (const std::exception&) {
        continue;  // it wants another size
      }
      return std::make_shared<TorchscriptGenerator>(spec, program, spatial);
    }
  }
  return nullptr;
}

}  // namespace

GeneratorPtr open_torchscript_generator(const std::filesystem::path& path) {
  torch::jit::Module program;
  try {
    program = torch::jit::load(path.string(), at::kCPU);
  } catch (const std::exception&) {
    // LibTorch's own text is many lines long.
    fail("{} cannot be loaded as a TorchScript program; export it again with torch.jit.save.", path.string());
  }
  program.eval();
  GeneratorPtr generator = first_that_runs(program);
  require(generator != nullptr,
          "{} is a TorchScript program, but no call forward(z) of it makes square pictures; give the module an integer "
          "attribute z_dim and export it again.",
          path.string());
  generator->eval();
  return generator;
}

}  // namespace ganvas::models
