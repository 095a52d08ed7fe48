#pragma once
// What the variables of a TorchScript program hold while its text becomes layers.

#include <memory>
#include <string>
#include <vector>

#include "models/layered/script/text.h"

namespace ganvas::models {

struct ScriptValue {
  enum class Kind {
    nothing,  ///< None
    truth,    ///< whole: 0 or 1
    whole,    ///< an integer
    real,
    text,
    list,      ///< or a tuple
    tensor,    ///< a value of the graph, by its name
    object,    ///< a module, by its path
    function,  ///< by its name in the program
    pictures   ///< what depends on how many pictures there are: no layer may ask that
  };
  Kind kind = Kind::nothing;
  std::int64_t whole = 0;
  double real = 0;
  std::shared_ptr<std::vector<ScriptValue>> list;
  /// Shared by the variables that hold one tensor: what is done to it in its place is done to all of them.
  std::shared_ptr<std::string> name;

  [[nodiscard]] bool is(Kind other) const { return kind == other; }
  [[nodiscard]] bool is_number() const { return kind == Kind::whole || kind == Kind::real || kind == Kind::truth; }
  [[nodiscard]] double number() const { return kind == Kind::real ? real : static_cast<double>(whole); }
};

inline ScriptValue script_truth(bool value) {
  return {.kind = ScriptValue::Kind::truth, .whole = value ? 1 : 0};
}
inline ScriptValue script_whole(std::int64_t value) {
  return {.kind = ScriptValue::Kind::whole, .whole = value};
}
inline ScriptValue script_real(double value) {
  return {.kind = ScriptValue::Kind::real, .real = value};
}
/// Of a text, tensor, object or function.
inline ScriptValue script_named(ScriptValue::Kind kind, std::string name) {
  return {.kind = kind, .name = std::make_shared<std::string>(std::move(name))};
}
inline ScriptValue script_list(std::vector<ScriptValue> items = {}) {
  return {.kind = ScriptValue::Kind::list, .list = std::make_shared<std::vector<ScriptValue>>(std::move(items))};
}
/// Of a constant of the text, or a plain attribute.
ScriptValue script_value(const Json& plain);

/// The arguments of a call.
struct ScriptCall {
  std::string function;  ///< "relu" of torch.relu
  std::vector<ScriptValue> values;
  std::vector<std::string> keywords;  ///< one for each; empty: by its place

  /// The one at that place or under that name; nothing where the call has none.
  [[nodiscard]] ScriptValue argument(std::size_t place, const char* keyword = "") const;
  [[nodiscard]] bool has(std::size_t place, const char* keyword = "") const {
    return !argument(place, keyword).is(ScriptValue::Kind::nothing);
  }
};

}  // namespace ganvas::models
