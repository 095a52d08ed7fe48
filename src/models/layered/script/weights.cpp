// Calls of torch on weights alone, which spectral and weight norm make in a traced program: they are computed here.
#include <algorithm>

#include "core/error.h"
#include "models/layered/script/run.h"

namespace ganvas::models {
namespace {

using Kind = ScriptValue::Kind;
using Tensors = std::vector<at::Tensor>;

std::vector<std::int64_t> whole_list(const ScriptCall& call, std::size_t place) {
  const ScriptValue list = call.argument(place);
  require(list.is(Kind::list) && list.list->size() <= 8, "it is given no list");
  std::vector<std::int64_t> sizes;
  for (const ScriptValue& one : *list.list) {
    require(one.is(Kind::whole) && std::abs(one.whole) < (1 << 24), "it is given what is no size");
    sizes.push_back(one.whole);
  }
  return sizes;
}

using WeightRule = at::Tensor (*)(const ScriptCall& call, const Tensors& given);

at::Tensor reshaped_weight(const ScriptCall& call, const Tensors& given) {
  return given.at(0).reshape(whole_list(call, 1));
}

const std::map<std::string, WeightRule>& weight_rules() {
  static const std::map<std::string, WeightRule> table{
      {"permute",
       [](const ScriptCall& call, const Tensors& given) { return given.at(0).permute(whole_list(call, 1)); }},
      {"reshape", reshaped_weight},
      {"view", reshaped_weight},
      {"mv", [](const ScriptCall&, const Tensors& given) { return at::mv(given.at(0), given.at(1)); }},
      {"dot", [](const ScriptCall&, const Tensors& given) { return at::dot(given.at(0), given.at(1)); }},
      {"div", [](const ScriptCall&, const Tensors& given) { return given.at(0) / given.at(1); }},
      {"_weight_norm",
       [](const ScriptCall& call, const Tensors& given) {
         const ScriptValue dim = call.argument(2, "dim");
         return at::_weight_norm(given.at(0), given.at(1), dim.is(Kind::whole) ? dim.whole : 0);
       }},
  };
  return table;
}

}  // namespace

std::optional<ScriptValue> weight_call(ScriptRun& run, const ScriptCall& call) {
  const auto rule = weight_rules().find(call.function);
  if (rule == weight_rules().end()) return std::nullopt;
  Tensors given;
  for (const ScriptValue& value : call.values) {
    if (!value.is(Kind::tensor)) continue;
    given.push_back(run.value(value).constant);
    if (!given.back().defined()) return std::nullopt;
  }
  if (given.empty()) return std::nullopt;
  try {
    return run.constant(rule->second(call, given));
  } catch (const std::out_of_range&) {
    fail("it has {} arguments", call.values.size());
  }
}

}  // namespace ganvas::models
