#include "models/export/traced.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/runtime/interpreter.h>

#include <algorithm>

#include "core/error.h"
#include "ops/vector/library_only.h"

namespace ganvas::models {
namespace {

namespace jit = torch::jit;

/// w drawn to its mean: psi of the way from there.
at::Tensor styles_of(Generator& generator, const at::Tensor& z, const at::Tensor& c, const at::Tensor& psi) {
  const at::Tensor w = generator.map(z, c, {});
  const at::Tensor mean = generator.map(z, c, {.truncation_psi = 0}).detach();
  return mean + (w - mean) * psi;
}

void refuse_what_is_not_fixed(const jit::Graph& graph) {
  for (const jit::Node* node : graph.nodes()) {
    const std::string name = node->kind().toUnqualString();
    const bool draws = name.starts_with("rand") || name.starts_with("normal") || name.starts_with("bernoulli") ||
                       name.find("dropout") != std::string::npos;
    require(!draws, "This generator draws numbers at random ({}), which a fixed graph cannot.", name);
    require(name != "empty" || !node->hasUses(), "This generator fills memory where a graph does not see it.");
  }
}

/// Runs the graph on other latents than those that it was followed with, and compares with what the network makes of
/// them by its own kernels. What the trace did not see, or took for a constant, would show.
void check(jit::Graph& graph, const jit::Stack& inputs, const at::Tensor& wanted) {
  jit::Stack stack = inputs;
  const jit::Code code(graph.copy(), "generator");
  jit::InterpreterState(code).run(stack);
  const at::Tensor got = stack.front().toTensor();
  const bool alike = got.sizes() == wanted.sizes();
  const double difference = alike ? (got - wanted).abs().max().item<double>() : 0;
  require(alike && difference <= 1e-3 * std::max(1.0, wanted.abs().max().item<double>()),
          "The graph of this generator does not make its pictures (they differ by {:.2g}); ganvas cannot export it.",
          difference);
}

jit::Stack random_inputs(const NetworkSpec& spec, ExportPart part, std::int64_t batch, at::Generator& random) {
  if (part == ExportPart::synthesis) return {at::randn({batch, spec.num_ws, spec.w_dim}, random)};
  jit::Stack inputs{at::randn({batch, spec.z_dim}, random)};
  if (spec.c_dim > 0) inputs.emplace_back(at::rand({batch, spec.c_dim}, random));
  inputs.emplace_back(at::rand({1}, random));
  return inputs;
}

}  // namespace

TracedGenerator trace_generator(Generator& generator, ExportPart part, std::int64_t batch) {
  const NetworkSpec& spec = generator.spec();
  const at::NoGradGuard no_grad;
  for (const at::Tensor& parameter : generator.parameters()) parameter.set_requires_grad(false);
  at::Generator random = at::make_generator<at::CPUGeneratorImpl>(0);

  TracedGenerator traced{.graph = nullptr, .inputs = {}, .output = part == ExportPart::mapping ? "w" : "picture"};
  if (part == ExportPart::synthesis) {
    traced.inputs = {"w"};
  } else if (spec.c_dim > 0) {
    traced.inputs = {"z", "c", "psi"};
  } else {
    traced.inputs = {"z", "psi"};
  }
  const auto follow = [&](const jit::Stack& given) -> jit::Stack {
    at::Tensor w = given.front().toTensor();
    if (part != ExportPart::synthesis) {
      const at::Tensor c = spec.c_dim > 0 ? given[1].toTensor() : at::Tensor();
      w = styles_of(generator, w, c, given.back().toTensor());
    }
    if (part == ExportPart::mapping) return {w};
    return {generator.synthesize(w, {.precision = Precision::full}).contiguous()};
  };
  const auto nameless = [](const at::Tensor&) { return std::string(); };
  {
    const ops::LibraryOnly library_only;
    traced.graph = jit::tracer::trace(random_inputs(spec, part, batch, random), follow, nameless, true, true, nullptr,
                                      traced.inputs)
                       .first->graph;
  }
  jit::ConstantPropagation(traced.graph);
  jit::EliminateDeadCode(traced.graph);
  refuse_what_is_not_fixed(*traced.graph);
  const jit::Stack others = random_inputs(spec, part, batch, random);
  check(*traced.graph, others, follow(others).front().toTensor());
  return traced;
}

}  // namespace ganvas::models
