#include "models/layered/script/torchscript.h"

#include <algorithm>

#include "core/error.h"
#include "models/layered/script/run.h"

namespace ganvas::models {
namespace {

constexpr std::size_t most_sizes = 32;

/// What forward() takes: a latent, and maybe a label as an index or as one value a class.
struct Inputs {
  int z_dim = 0;
  bool spatial = false;  ///< the latent is [N, z_dim, 1, 1]
  int classes = 0;       ///< values of the label; 0: an index
};

class LatentSizes {
 public:
  void add(std::int64_t size) {
    if (size > 0 && size <= 65'536 && list_.size() < most_sizes &&
        std::find(list_.begin(), list_.end(), size) == list_.end())
      list_.push_back(size);
  }
  [[nodiscard]] const std::vector<std::int64_t>& list() const { return list_; }

 private:
  std::vector<std::int64_t> list_;
};

/// Sizes that a latent may have, the likeliest first: what the program says of itself, then what its weights take.
LatentSizes latent_sizes(const ScriptProgram& program, const io::WeightSet& weights, bool labelled) {
  LatentSizes sizes;
  const Json& attributes = program.objects().at("").at("attributes");
  for (const char* name : {"z_dim", "nz", "latent_dim", "latent_size", "noise_dim", "noise_size"})
    if (attributes.contains(name) && attributes[name].is_number_integer()) sizes.add(attributes[name]);
  LatentSizes beside;  // values that a label may add to the latent
  for (const auto& [name, tensor] : weights.items())
    if (tensor.dim() == 2 || tensor.dim() == 4)
      for (const std::int64_t size : {tensor.size(0), tensor.size(1)})
        if (labelled) beside.add(size);
  for (const auto& [name, tensor] : weights.items()) {
    if (tensor.dim() != 2 && tensor.dim() != 4) continue;
    // Of a dense layer and a convolution, and of a transposed one.
    for (const std::int64_t size : {tensor.size(1), tensor.size(0)}) {
      sizes.add(size);
      for (const std::int64_t label : beside.list())
        if (label < size) sizes.add(size - label);
    }
    if (sizes.list().size() >= most_sizes / 2) break;
  }
  for (const auto& [name, value] : attributes.items())
    if (value.is_number_integer()) sizes.add(value.get<std::int64_t>());
  return sizes;
}

/// Names in the graph for the tensors that forward() takes: like those of no weight.
std::vector<std::string> taken(ScriptProgram& program) {
  const Json& root = program.objects().at("");
  const auto& parameters = program.function(root.at("class").get<std::string>(), "forward").parameters;
  const auto count = std::count_if(parameters.begin(), parameters.end(),
                                   [](const ScriptParameter& one) { return one.type == "Tensor"; });
  require(count == 1 || count == 2, "its forward() takes {} tensors", count);
  return count == 1 ? std::vector<std::string>{"%latent"} : std::vector<std::string>{"%latent", "%label"};
}

LayerGraph gone_through(ScriptProgram& program, const io::WeightSet& weights, const std::vector<std::string>& names,
                        const Inputs& inputs, int& steps) {
  Json described = Json::array();
  Json shape = {0, inputs.z_dim};
  if (inputs.spatial) shape.insert(shape.end(), {1, 1});
  described.push_back({{"name", names[0]}, {"type", 1}, {"shape", shape}});
  if (names.size() > 1 && inputs.classes == 0) described.push_back({{"name", names[1]}, {"type", 7}, {"shape", {0}}});
  if (names.size() > 1 && inputs.classes > 0)
    described.push_back({{"name", names[1]}, {"type", 1}, {"shape", {0, inputs.classes}}});
  LayerGraph graph(weights, described);
  ScriptRun run(program, weights, graph);
  try {
    graph.finish(run.forward(names));
  } catch (...) {
    steps = run.steps();
    throw;
  }
  return graph;
}

LayerGraph translated(const io::WeightSet& weights) {
  try {
    const at::NoGradGuard no_grad;
    ScriptProgram program(weights.metadata.at("torchscript"));
    const std::vector<std::string> names = taken(program);
    const bool labelled = names.size() > 1;
    const LatentSizes sizes = latent_sizes(program, weights, labelled);
    std::vector<Inputs> ways;
    for (const std::int64_t size : sizes.list())
      for (const bool spatial : {false, true}) ways.push_back({static_cast<int>(size), spatial});
    if (labelled) {
      const std::vector<Inputs> indexed = ways;
      for (const Inputs& way : indexed)
        for (const std::int64_t classes : sizes.list())
          if (ways.size() < 1'000) ways.push_back({way.z_dim, way.spatial, static_cast<int>(classes)});
    }
    std::string why = "its weights have no sizes";
    int farthest = -1, all = 0;
    for (const Inputs& way : ways) {
      int steps = 0;
      try {
        return gone_through(program, weights, names, way, steps);
      } catch (const Error& error) {
        if (steps > farthest) farthest = steps, why = error.what();
      } catch (const c10::Error&) {
        if (steps > farthest) farthest = steps, why = "the sizes of its tensors do not fit together";
      }
      if ((all += steps) > 200'000) break;
    }
    fail("{}", why);
  } catch (const nlohmann::json::exception&) {
    fail("its objects are not as torch.jit writes them");
  }
}

}  // namespace

std::optional<Recognised> recognise_torchscript(const io::WeightSet& weights) {
  if (!weights.metadata.contains("torchscript")) return std::nullopt;
  return translated(weights).recognised();
}

io::WeightSet plain_torchscript_weights(const io::WeightSet& weights) {
  io::WeightSet plain = translated(weights).plain();
  plain.provenance = weights.provenance;
  return plain;
}

}  // namespace ganvas::models
