// Readers of model files.
#include "core/outside/printable.h"
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
#include "models/layered/reading/read_layers.h"

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

/// The text of a program beside weights that it may use.
void torchscript(std::string_view bytes) {
  quietly([&] {
    require(is_utf8(bytes), "no text");
    io::WeightSet weights;
    weights.set("net.0.weight", at::ones({8, 4}));
    weights.set("net.2.weight", at::ones({1, 1, 3, 3}));
    const auto object = [](const char* of_class) { return Json{{"class", of_class}, {"attributes", {{"steps", 3}}}}; };
    weights.metadata["torchscript"] = {{"code", {{"__torch__", std::string(bytes)}}},
                                       {"objects", {{"", object("__torch__.G")}, {"net", object("__torch__.N")}}}};
    models::recognise_layers(weights);
  });
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
          {"torchscript", torchscript, [] { return contents({"tests/fuzz/program.txt"}); }},
          {"model", model, seeds}};
}

}  // namespace ganvas::fuzz
