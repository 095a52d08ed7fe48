#include "models/layered/script/run.h"

#include <algorithm>

#include "core/error.h"
#include "core/outside/printable.h"

namespace ganvas::models {
namespace {

using Kind = ScriptValue::Kind;

constexpr int most_steps = 100'000;
constexpr std::size_t deepest_call = 64;

/// "a.b.c" of attributes of a name.
std::string dotted(const ScriptExpression& expression) {
  if (expression.kind == ScriptExpression::Kind::name) return expression.text;
  if (expression.kind != ScriptExpression::Kind::attribute) return {};
  const std::string before = dotted(expression.of[0]);
  return before.empty() ? std::string() : before + "." + expression.text;
}

std::string first_name(const ScriptExpression& expression) {
  const ScriptExpression* at = &expression;
  while (at->kind == ScriptExpression::Kind::attribute) at = &at->of[0];
  return at->kind == ScriptExpression::Kind::name ? at->text : std::string();
}

bool complains(const std::vector<ScriptStatement>& block) {
  return std::any_of(block.begin(), block.end(), [](const ScriptStatement& one) {
    return one.kind == ScriptStatement::Kind::evaluate && one.value.kind == ScriptExpression::Kind::call &&
           dotted(one.value.of[0]) == "ops.prim.RaiseException";
  });
}

/// The branch that is taken. Where that depends on how many pictures there are, the one that does not complain.
const std::vector<ScriptStatement>& chosen(const ScriptStatement& branch, const ScriptValue& condition) {
  if (condition.is_number()) return condition.number() != 0 ? branch.body : branch.otherwise;
  require(condition.is(Kind::pictures), "what it does depends on its input");
  require(complains(branch.body) != complains(branch.otherwise), "what it does depends on how many pictures there are");
  return complains(branch.body) ? branch.otherwise : branch.body;
}

/// "relu_" changes its first argument; "__is__" is called so.
bool in_place(const std::string& name) {
  return name.size() > 1 && name.ends_with('_') && !name.ends_with("__");
}

}  // namespace

ScriptValue script_value(const Json& plain) {
  if (plain.is_boolean()) return script_truth(plain.get<bool>());
  if (plain.is_number_integer()) return script_whole(plain.get<std::int64_t>());
  if (plain.is_number()) return script_real(plain.get<double>());
  if (plain.is_string()) return script_named(Kind::text, plain.get<std::string>());
  if (!plain.is_array()) return {};
  std::vector<ScriptValue> items;
  for (const Json& one : plain) items.push_back(script_value(one));
  return script_list(std::move(items));
}

ScriptValue ScriptCall::argument(std::size_t place, const char* keyword) const {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!keywords[i].empty() ? keywords[i] == keyword : seen++ == place) return values[i];
  }
  return {};
}

const ScriptFunction& ScriptProgram::function(const std::string& module_or_class, const std::string& name) {
  const auto known = parsed_.find({module_or_class, name});
  if (known != parsed_.end()) return known->second;
  const Json& code = about_.at("code");
  std::string module = module_or_class, of_class;
  if (!code.contains(module)) {
    const std::size_t dot = module.rfind('.');
    if (dot != std::string::npos) of_class = module.substr(dot + 1), module.resize(dot);
  }
  std::optional<ScriptFunction> found;
  if (code.contains(module)) found = find_function(code[module].get_ref<const std::string&>(), of_class, name);
  require(found.has_value(), "its text has no {}.{}", printable(module_or_class, 120), printable(name, 40));
  return parsed_.emplace(std::pair(module_or_class, name), std::move(*found)).first->second;
}

void ScriptRun::step() {
  require(++steps_ < most_steps, "it takes more than {} steps", most_steps);
}

std::string ScriptRun::forward(const std::vector<std::string>& inputs) {
  const ScriptFunction& function =
      program_.function(program_.objects().at("").at("class").get<std::string>(), "forward");
  Arguments given{{"", script_named(Kind::object, "")}};
  for (const std::string& input : inputs) given.emplace_back("", script_named(Kind::tensor, input));
  modules_ = {""};
  ScriptValue made = call(function, given);
  if (made.is(Kind::list) && !made.list->empty()) made = made.list->front();
  require(made.is(Kind::tensor), "its forward() gives no picture");
  return *made.name;
}

GraphNode ScriptRun::node(const std::string& op, const std::vector<ScriptValue>& inputs) {
  GraphNode made{.op = op, .outputs = {"%" + std::to_string(++made_)}, .attributes = Json::object()};
  for (const ScriptValue& input : inputs) {
    require(input.is(Kind::tensor) || input.is(Kind::nothing), "it takes what is no tensor");
    made.inputs.push_back(input.is(Kind::tensor) ? *input.name : std::string());
  }
  // Layers of PyTorch's own modules are called as these; what a program does between them as what it is.
  const std::string& path = modules_.back();
  const Json& objects = program_.objects();
  const bool own = objects.contains(path) &&
                   objects[path].at("class").get_ref<const std::string&>().starts_with("__torch__.torch.nn.");
  made.name = own && !path.empty() ? path : (path.empty() ? "" : path + ".") + op;
  return made;
}

ScriptValue ScriptRun::made(const GraphNode& node) {
  return script_named(Kind::tensor, node.outputs.at(0));
}

ScriptValue ScriptRun::constant(const at::Tensor& values) {
  const GraphNode holder = node("constant", {});
  graph_.give(holder, {.constant = values});
  return made(holder);
}

const GraphValue& ScriptRun::value(const ScriptValue& tensor) {
  require(tensor.is(Kind::tensor), "it takes what is no tensor");
  return graph_.value(GraphNode{.inputs = {*tensor.name}}, 0);
}

ScriptValue ScriptRun::call(const ScriptFunction& function, const Arguments& arguments) {
  require(modules_.size() < deepest_call, "its calls are nested deeper than {}", deepest_call);
  Variables variables;
  std::size_t place = 0;
  for (const auto& [keyword, value] : arguments) {
    if (!keyword.empty()) {
      variables[keyword] = value;
      continue;
    }
    require(place < function.parameters.size(), "its text gives a function {} arguments", arguments.size());
    variables[function.parameters[place++].name] = value;
  }
  for (const ScriptParameter& parameter : function.parameters) {
    if (variables.contains(parameter.name)) continue;
    require(parameter.usually.has_value(), "its text leaves out the argument {}", printable(parameter.name, 40));
    variables[parameter.name] = evaluate(*parameter.usually, variables);
  }
  return run(function.body, variables).value_or(ScriptValue());
}

std::optional<ScriptValue> ScriptRun::run(const std::vector<ScriptStatement>& block, Variables& variables) {
  for (const ScriptStatement& statement : block) {
    step();
    std::optional<ScriptValue> given;
    switch (statement.kind) {
      case ScriptStatement::Kind::pass:
        break;
      case ScriptStatement::Kind::give:
        return evaluate(statement.value, variables);
      case ScriptStatement::Kind::evaluate:
        evaluate(statement.value, variables);
        break;
      case ScriptStatement::Kind::assign:
        assign(statement.targets, evaluate(statement.value, variables), variables);
        break;
      case ScriptStatement::Kind::loop:
        given = loop(statement, variables);
        break;
      case ScriptStatement::Kind::branch:
        given = run(chosen(statement, evaluate(statement.value, variables)), variables);
        break;
    }
    if (given) return given;
  }
  return std::nullopt;
}

std::optional<ScriptValue> ScriptRun::loop(const ScriptStatement& loop, Variables& variables) {
  std::vector<ScriptValue> through;
  const bool range = loop.value.kind == ScriptExpression::Kind::call && dotted(loop.value.of[0]) == "range";
  if (range) {
    std::vector<std::int64_t> bounds;
    for (const auto& [keyword, value] : arguments(loop.value, variables)) {
      require(value.is(Kind::whole), "it counts to what is no number");
      bounds.push_back(value.whole);
    }
    require(bounds.size() == 1 || bounds.size() == 2, "it counts in {} ways", bounds.size());
    const std::int64_t from = bounds.size() == 2 ? bounds[0] : 0, to = bounds.back();
    require(to - from < most_steps, "it takes more than {} steps", most_steps);
    for (std::int64_t i = from; i < to; ++i) through.push_back(script_whole(i));
  } else {
    const ScriptValue list = evaluate(loop.value, variables);
    require(list.is(Kind::list), "it goes through what is no list");
    through = *list.list;
  }
  for (const ScriptValue& one : through) {
    step();
    assign(loop.targets, one, variables);
    if (auto given = run(loop.body, variables)) return given;
  }
  return std::nullopt;
}

void ScriptRun::assign(const std::vector<std::string>& targets, const ScriptValue& value, Variables& variables) {
  if (targets.size() == 1) {
    variables[targets[0]] = value;
    return;
  }
  require(value.is(Kind::list) && value.list->size() == targets.size(), "its text takes apart what has other parts");
  for (std::size_t i = 0; i < targets.size(); ++i) variables[targets[i]] = (*value.list)[i];
}

ScriptValue ScriptRun::evaluate(const ScriptExpression& expression, Variables& variables) {
  step();
  switch (expression.kind) {
    case ScriptExpression::Kind::constant:
      return script_value(expression.constant);
    case ScriptExpression::Kind::list:
    case ScriptExpression::Kind::tuple: {
      std::vector<ScriptValue> items;
      for (const ScriptExpression& one : expression.of) items.push_back(evaluate(one, variables));
      return script_list(std::move(items));
    }
    case ScriptExpression::Kind::name: {
      const auto found = variables.find(expression.text);
      require(found != variables.end(), "its text uses {}, which is nothing", printable(expression.text, 40));
      return found->second;
    }
    case ScriptExpression::Kind::attribute: {
      const std::string first = first_name(expression);
      if (first == "CONSTANTS") return script_named(Kind::tensor, dotted(expression));
      if (first == "__torch__" && !variables.contains(first)) return script_named(Kind::function, dotted(expression));
      return attribute(evaluate(expression.of[0], variables), expression.text);
    }
    case ScriptExpression::Kind::item:
      return item(expression, variables);
    case ScriptExpression::Kind::call:
      return called(expression, variables);
    case ScriptExpression::Kind::choice: {
      const ScriptValue condition = evaluate(expression.of[0], variables);
      require(condition.is_number(), "what it does depends on its input");
      return evaluate(expression.of[condition.number() != 0 ? 1 : 2], variables);
    }
  }
  return {};
}

ScriptValue ScriptRun::attribute(const ScriptValue& object, const std::string& name) {
  require(object.is(Kind::object), "its text asks for {} of what is no module", printable(name, 40));
  const std::string path = object.name->empty() ? name : *object.name + "." + name;
  if (program_.objects().contains(path)) return script_named(Kind::object, path);
  if (weights_.contains(path)) return script_named(Kind::tensor, path);
  // A network that makes pictures is not in training, in whatever mode it was written.
  if (name == "training") return script_truth(false);
  const Json& attributes = program_.objects().at(*object.name).at("attributes");
  require(attributes.contains(name), "its text asks for {}, which the file does not have", printable(path, 120));
  return script_value(attributes[name]);
}

ScriptValue ScriptRun::item(const ScriptExpression& expression, Variables& variables) {
  require(expression.of.size() == 2, "its text takes {} items at once", expression.of.size());
  const ScriptValue list = evaluate(expression.of[0], variables), index = evaluate(expression.of[1], variables);
  require(list.is(Kind::list) && index.is(Kind::whole), "its text takes an item of what is no list");
  const auto count = static_cast<std::int64_t>(list.list->size());
  const std::int64_t at = index.whole < 0 ? index.whole + count : index.whole;
  require(at >= 0 && at < count, "its text takes item {} of {}", index.whole, count);
  return (*list.list)[static_cast<std::size_t>(at)];
}

ScriptRun::Arguments ScriptRun::arguments(const ScriptExpression& expression, Variables& variables) {
  Arguments list;
  for (std::size_t i = 1; i < expression.of.size(); ++i)
    list.emplace_back(expression.keywords[i - 1], evaluate(expression.of[i], variables));
  return list;
}

ScriptValue ScriptRun::called(const ScriptExpression& expression, Variables& variables) {
  const ScriptExpression& what = expression.of[0];
  const std::string name = dotted(what), first = first_name(what);
  if (what.kind == ScriptExpression::Kind::name && !variables.contains(name))
    return built_in(name, expression, variables);
  require(!name.starts_with("ops.prim.RaiseException"), "it stops with an error of its own");
  if (!variables.contains(first) && (first == "torch" || first == "ops")) {
    ScriptCall call{.function = name.substr(name.rfind('.') + 1)};
    for (auto& [keyword, value] : arguments(expression, variables)) {
      call.keywords.push_back(keyword);
      call.values.push_back(std::move(value));
    }
    return torch_call(std::move(call));
  }
  if (what.kind == ScriptExpression::Kind::attribute && first != "__torch__") {
    const ScriptValue object = evaluate(what.of[0], variables);
    require(object.is(Kind::object), "its text calls {} of what is no module", printable(what.text, 40));
    Arguments given = arguments(expression, variables);
    given.insert(given.begin(), {"", object});
    const std::string of_class = program_.objects().at(*object.name).at("class").get<std::string>();
    modules_.push_back(*object.name);
    ScriptValue result = call(program_.function(of_class, what.text), given);
    modules_.pop_back();
    return result;
  }
  const ScriptValue function = evaluate(what, variables);
  require(function.is(Kind::function), "its text calls what is no function");
  const std::size_t dot = function.name->rfind('.');
  const Arguments given = arguments(expression, variables);
  modules_.push_back(modules_.back());
  ScriptValue result = call(program_.function(function.name->substr(0, dot), function.name->substr(dot + 1)), given);
  modules_.pop_back();
  return result;
}

/// Calls that Python or torch.jit has without a name before them.
ScriptValue ScriptRun::built_in(const std::string& name, const ScriptExpression& expression, Variables& variables) {
  const std::size_t count = expression.of.size() - 1;
  if (name == "uninitialized") return {};
  if ((name == "annotate" || name == "unchecked_cast") && count == 2) return evaluate(expression.of[2], variables);
  if (name == "getattr" && count == 2) {
    const ScriptValue which = evaluate(expression.of[2], variables);
    require(which.is(Kind::text), "its text asks for an attribute without a name");
    return attribute(evaluate(expression.of[1], variables), *which.name);
  }
  const bool number = name == "int" || name == "float" || name == "bool";
  require(number && count == 1, "its text calls {}, which is not known", printable(name, 40));
  ScriptValue given = evaluate(expression.of[1], variables);
  if (given.is(Kind::pictures)) return given;
  require(given.is_number(), "its text makes a number of what is none");
  if (name == "int") return script_whole(static_cast<std::int64_t>(given.number()));
  if (name == "float") return script_real(given.number());
  return script_truth(given.number() != 0);
}

ScriptValue ScriptRun::torch_call(ScriptCall call) {
  const std::string name = call.function;
  const bool changes = in_place(name);
  if (changes) call.function.pop_back();
  try {
    std::optional<ScriptValue> result = number_call(call);
    if (!result) result = weight_call(*this, call);
    if (!result) result = operator_call(*this, call);
    require(result.has_value(), "there is no layer like it");
    if (!changes || !result->is(Kind::tensor)) return *result;
    require(!call.values.empty() && call.values[0].is(Kind::tensor), "it changes what is no tensor");
    *call.values[0].name = *result->name;  // for all who hold it
    return call.values[0];
  } catch (const Error& error) {
    const std::string& where = modules_.back();
    fail("its call torch.{}{}{} cannot be read: {}", printable(name, 40), where.empty() ? "" : " in ",
         printable(where, 80), error.what());
  }
}

}  // namespace ganvas::models
