// Readers of model files.
#include "fuzz/bytes_file.h"
#include "fuzz/targets.h"
#include "io/keras/keras_file.h"
#include "io/nvidia/nvidia_pickle.h"
#include "io/onnx/onnx_file.h"
#include "io/open/open_model_file.h"
#include "io/pickle/pickle.h"
#include "io/pickle/pickle_data.h"
#include "io/safetensors.h"
#include "io/torch/torch_file.h"

namespace ganvas::fuzz {
namespace {

void pickle(std::string_view bytes) {
  quietly([&] {
    io::Reading reading;
    reading.expect(bytes.size());
    std::size_t consumed = 0;
    const io::PickleTree tree = io::parse_pickle(
        bytes, [](const std::string&) { return true; }, consumed, reading);
    io::plain_json(tree, tree.root()).dump();
    if (io::is_numpy_value(tree, tree.root())) io::numpy_tensor(tree, tree.root());
  });
}

void safetensors(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { io::read_safetensors(file.path()); });
}

void torch(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { io::read_torch_file(file.path()); });
}

void nvidia(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { io::read_nvidia_pickle(file.path()); });
}

void keras(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] {
    if (io::looks_like_keras_file(file.path())) io::read_keras_file(file.path());
  });
}

void onnx(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { io::read_onnx_file(file.path()); });
}

void model(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { io::open_model_file(file.path()); });
}

}  // namespace

std::vector<Target> model_targets() {
  const auto seeds = [] {
    return contents({"tests/reference/malformed", "tests/reference/wgan_clip", "tests/reference/wgan_gp"});
  };
  return {{"pickle", pickle, seeds},
          {"safetensors", safetensors, seeds},
          {"torch", torch, seeds},
          {"nvidia", nvidia, seeds},
          {"keras", keras, [] { return contents({"tests/models/layered/keras"}); }},
          {"onnx", onnx, [] { return contents({"tests/models/layered/onnx"}); }},
          {"model", model, seeds}};
}

}  // namespace ganvas::fuzz
