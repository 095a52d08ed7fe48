#pragma once
// A TorchScript program gone through once, with names of a graph's values in the place of tensors: what it would do
// becomes layers. Its text is only read: calls that are not in the tables of tensors.cpp, weights.cpp and numbers.cpp
// are refused.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "models/layered/graph/graph.h"
#include "models/layered/script/value.h"

namespace ganvas::models {

/// The functions of a program, each parsed when it is asked for.
class ScriptProgram {
 public:
  /// What io's reader kept as "torchscript"; outlives it.
  explicit ScriptProgram(const Json& about) : about_(about) {}

  /// "__torch__.torch.nn.functional.relu", or of a class "__torch__.Generator" its "forward". Throws Error with a
  /// clause where there is none.
  const ScriptFunction& function(const std::string& module_or_class, const std::string& name);
  [[nodiscard]] const Json& objects() const { return about_.at("objects"); }

 private:
  const Json& about_;
  std::map<std::pair<std::string, std::string>, ScriptFunction> parsed_;
};

class ScriptRun {
 public:
  /// All outlive it.
  ScriptRun(ScriptProgram& program, const io::WeightSet& weights, LayerGraph& graph)
      : program_(program), weights_(weights), graph_(graph) {}

  /// The program's forward() with values of the graph by their names; gives the name of what it returns. Bounded in
  /// steps and levels. Throws Error with a clause.
  std::string forward(const std::vector<std::string>& inputs);

  // For the tables of calls.
  LayerGraph& graph() { return graph_; }
  [[nodiscard]] int steps() const { return steps_; }
  /// A node of that kind behind those values: its inputs and outputs are there, its name is the module's it stands in.
  GraphNode node(const std::string& op, const std::vector<ScriptValue>& inputs);
  /// What the node has made.
  static ScriptValue made(const GraphNode& node);
  /// A tensor that is known, as a value of the graph.
  ScriptValue constant(const at::Tensor& values);
  const GraphValue& value(const ScriptValue& tensor);

 private:
  using Variables = std::map<std::string, ScriptValue>;
  using Arguments = std::vector<std::pair<std::string, ScriptValue>>;  // names, empty: by place

  ScriptProgram& program_;
  const io::WeightSet& weights_;
  LayerGraph& graph_;
  std::vector<std::string> modules_;  // those that the run is in
  int steps_ = 0, made_ = 0;

  void step();
  ScriptValue call(const ScriptFunction& function, const Arguments& arguments);
  std::optional<ScriptValue> run(const std::vector<ScriptStatement>& block, Variables& variables);
  std::optional<ScriptValue> loop(const ScriptStatement& loop, Variables& variables);
  void assign(const std::vector<std::string>& targets, const ScriptValue& value, Variables& variables);
  ScriptValue evaluate(const ScriptExpression& expression, Variables& variables);
  ScriptValue attribute(const ScriptValue& object, const std::string& name);
  ScriptValue item(const ScriptExpression& expression, Variables& variables);
  ScriptValue called(const ScriptExpression& expression, Variables& variables);
  ScriptValue built_in(const std::string& name, const ScriptExpression& expression, Variables& variables);
  ScriptValue torch_call(ScriptCall call);
  Arguments arguments(const ScriptExpression& expression, Variables& variables);
};

/// A call of torch on weights alone, computed; nothing where no table has it or a layer's output is among its
/// arguments.
std::optional<ScriptValue> weight_call(ScriptRun& run, const ScriptCall& call);
/// A call of torch on tensors: the layers that it is; nothing where no table has it. Throws Error with a clause.
std::optional<ScriptValue> operator_call(ScriptRun& run, const ScriptCall& call);
/// A call of torch on numbers, texts and lists; nothing where no table has it or a tensor is among its arguments.
std::optional<ScriptValue> number_call(const ScriptCall& call);

}  // namespace ganvas::models
