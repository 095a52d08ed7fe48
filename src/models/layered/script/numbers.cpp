// Calls of torch that a program makes on numbers, texts and lists: what its conditions and shapes come from.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/layered/script/run.h"

namespace ganvas::models {
namespace {

using Kind = ScriptValue::Kind;
using Values = std::vector<ScriptValue>;

bool same_value(const ScriptValue& a, const ScriptValue& b) {
  if (a.is_number() && b.is_number()) return a.number() == b.number();
  if (a.kind != b.kind) return false;
  if (a.is(Kind::text)) return *a.name == *b.name;
  if (a.is(Kind::list)) return std::equal(a.list->begin(), a.list->end(), b.list->begin(), b.list->end(), same_value);
  return a.is(Kind::nothing);
}

void need_numbers(const Values& values, std::size_t count) {
  require(values.size() >= count, "it has {} arguments", values.size());
  for (std::size_t i = 0; i < count; ++i) {
    require(values[i].is_number(), "it reckons with what is no number");
  }
}

ScriptValue reckoned(const Values& values, std::int64_t (*whole)(std::int64_t, std::int64_t),
                     double (*real)(double, double)) {
  need_numbers(values, 2);
  if (values[0].is(Kind::real) || values[1].is(Kind::real))
    return script_real(real(values[0].number(), values[1].number()));
  constexpr std::int64_t most = std::int64_t{1} << 30;
  const std::int64_t a = values[0].whole, b = values[1].whole;
  require(std::abs(a) < most && std::abs(b) < most, "it reckons with {} and {}", a, b);
  return script_whole(whole(a, b));
}

ScriptValue compared(const Values& values, bool (*holds)(double, double)) {
  need_numbers(values, 2);
  return script_truth(holds(values[0].number(), values[1].number()));
}

std::int64_t floor_division(std::int64_t a, std::int64_t b) {
  require(b != 0, "it divides by nothing");
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

std::vector<ScriptValue>& list_in(const Values& values) {
  require(!values.empty() && values[0].is(Kind::list), "it takes what is no list");
  return *values[0].list;
}

ScriptValue sliced(const Values& values) {
  const std::vector<ScriptValue>& list = list_in(values);
  const auto count = static_cast<std::int64_t>(list.size());
  const auto bound = [&](std::size_t index, std::int64_t otherwise) {
    if (index >= values.size() || !values[index].is(Kind::whole)) return otherwise;
    const std::int64_t at = values[index].whole;
    return std::clamp<std::int64_t>(at < 0 ? at + count : at, 0, count);
  };
  require(values.size() < 4 || !values[3].is(Kind::whole) || values[3].whole == 1, "it leaves items out");
  const std::int64_t from = bound(1, 0), to = std::max(from, bound(2, count));
  return script_list({list.begin() + from, list.begin() + to});
}

using NumberRule = ScriptValue (*)(const Values& values);

using Whole = std::int64_t;
using NumberRules = std::map<std::string, NumberRule>;

const NumberRules& comparisons() {
  static const NumberRules table{
      {"__is__", [](const Values& v) { return script_truth(v.at(0).kind == v.at(1).kind && same_value(v[0], v[1])); }},
      {"__isnot__",
       [](const Values& v) { return script_truth(v.at(0).kind != v.at(1).kind || !same_value(v[0], v[1])); }},
      {"__not__",
       [](const Values& v) {
         need_numbers(v, 1);
         return script_truth(v[0].number() == 0);
       }},
      {"__contains__",
       [](const Values& v) {
         const std::vector<ScriptValue>& list = list_in(v);
         return script_truth(
             std::any_of(list.begin(), list.end(), [&](const auto& one) { return same_value(one, v.at(1)); }));
       }},
      {"eq", [](const Values& v) { return script_truth(same_value(v.at(0), v.at(1))); }},
      {"ne", [](const Values& v) { return script_truth(!same_value(v.at(0), v.at(1))); }},
      {"lt", [](const Values& v) { return compared(v, [](double a, double b) { return a < b; }); }},
      {"le", [](const Values& v) { return compared(v, [](double a, double b) { return a <= b; }); }},
      {"gt", [](const Values& v) { return compared(v, [](double a, double b) { return a > b; }); }},
      {"ge", [](const Values& v) { return compared(v, [](double a, double b) { return a >= b; }); }},
  };
  return table;
}

const NumberRules& reckoning() {
  static const NumberRules table{
      {"add",
       [](const Values& v) {
         if (!v.empty() && v[0].is(Kind::list)) {
           std::vector<ScriptValue> both = *v[0].list;
           require(v.size() > 1 && v[1].is(Kind::list) && both.size() + v[1].list->size() <= 64, "it joins no lists");
           both.insert(both.end(), v[1].list->begin(), v[1].list->end());
           return script_list(std::move(both));
         }
         return reckoned(
             v, [](Whole a, Whole b) { return a + b; }, [](double a, double b) { return a + b; });
       }},
      {"sub",
       [](const Values& v) {
         return reckoned(
             v, [](Whole a, Whole b) { return a - b; }, [](double a, double b) { return a - b; });
       }},
      {"mul",
       [](const Values& v) {
         return reckoned(
             v, [](Whole a, Whole b) { return a * b; }, [](double a, double b) { return a * b; });
       }},
      {"floordiv",
       [](const Values& v) {
         return reckoned(v, floor_division, [](double a, double b) { return std::floor(a / b); });
       }},
      {"remainder",
       [](const Values& v) {
         return reckoned(
             v, [](Whole a, Whole b) { return a - b * floor_division(a, b); },
             [](double a, double b) { return a - b * std::floor(a / b); });
       }},
      {"div",
       [](const Values& v) {
         need_numbers(v, 2);
         return script_real(v[0].number() / v[1].number());
       }},
      {"neg",
       [](const Values& v) {
         need_numbers(v, 1);
         return v[0].is(Kind::real) ? script_real(-v[0].real) : script_whole(-v[0].whole);
       }},
      {"floor",
       [](const Values& v) {
         need_numbers(v, 1);
         const double floored = std::floor(v[0].number());
         require(std::abs(floored) < 1e9, "it reckons with {}", floored);
         return script_whole(static_cast<Whole>(floored));
       }},
  };
  return table;
}

const NumberRules& on_lists() {
  static const NumberRules table{
      {"len", [](const Values& v) { return script_whole(static_cast<Whole>(list_in(v).size())); }},
      {"append",
       [](const Values& v) {
         require(list_in(v).size() < 64 && v.size() > 1 && !v[1].is(Kind::list), "its list becomes too long");
         v[0].list->push_back(v[1]);
         return v[0];
       }},
      {"list", [](const Values& v) { return script_list(list_in(v)); }},
      {"slice", sliced},
      {"__range_length",
       [](const Values& v) {
         need_numbers(v, 3);
         require(v[2].whole == 1, "it counts in steps of {}", v[2].whole);
         return script_whole(std::max<Whole>(v[1].whole - v[0].whole, 0));
       }},
      {"__derive_index",
       [](const Values& v) {
         need_numbers(v, 3);
         return script_whole(v[1].whole + v[0].whole * v[2].whole);
       }},
      {"NumToTensor", [](const Values& v) { return v.at(0); }},
      {"Int", [](const Values& v) { return v.at(0); }},
      {"format", [](const Values&) { return script_named(Kind::text, ""); }},  // for errors
  };
  return table;
}

}  // namespace

std::optional<ScriptValue> number_call(const ScriptCall& call) {
  const auto is_tensor = [](const ScriptValue& value) { return value.is(Kind::tensor); };
  const bool compares = call.function == "__is__" || call.function == "__isnot__";
  if (!compares && std::any_of(call.values.begin(), call.values.end(), is_tensor)) return std::nullopt;
  NumberRule rule = nullptr;
  for (const NumberRules* table : {&comparisons(), &reckoning(), &on_lists()})
    if (const auto found = table->find(call.function); found != table->end()) rule = found->second;
  if (rule == nullptr) return std::nullopt;
  // Whatever is reckoned with the number of pictures depends on it.
  const bool whole_list = call.function == "append" || call.function == "format" || call.function == "NumToTensor";
  const auto is_pictures = [](const ScriptValue& value) { return value.is(Kind::pictures); };
  if (!whole_list && std::any_of(call.values.begin(), call.values.end(), is_pictures))
    return ScriptValue{.kind = Kind::pictures};
  require(call.values.size() >= (call.function == "format" ? 0
                                 : compares                ? 2
                                                           : 1),
          "it has {} arguments", call.values.size());
  try {
    return rule(call.values);
  } catch (const std::out_of_range&) {
    fail("it has {} arguments", call.values.size());
  }
}

}  // namespace ganvas::models
