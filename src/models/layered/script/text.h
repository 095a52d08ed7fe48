#pragma once
// The text of a TorchScript program, parsed: the part of Python that torch.jit writes. Nothing here gives it a meaning.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace ganvas::models {

struct ScriptExpression {
  enum class Kind { name, constant, list, tuple, attribute, item, call, choice };
  Kind kind = Kind::name;
  std::string text;                   ///< a name, or that of an attribute
  Json constant;                      ///< a number, text, true, false or null
  std::vector<ScriptExpression> of;   ///< items; attribute: its object; item: object and index; call: function, then
                                      ///< arguments; choice: condition, then both
  std::vector<std::string> keywords;  ///< of a call's arguments; empty: by its place
};

struct ScriptStatement {
  enum class Kind { assign, evaluate, branch, loop, give, pass };
  Kind kind = Kind::pass;
  std::vector<std::string> targets;  ///< of an assignment or a loop
  ScriptExpression value;            ///< of a branch: its condition; of a loop: what it goes through
  std::vector<ScriptStatement> body, otherwise;
};

struct ScriptParameter {
  std::string name;
  std::string type;                         ///< "Tensor", "Optional", ...: the first word of it
  std::optional<ScriptExpression> usually;  ///< its value where a call gives none
};

struct ScriptFunction {
  std::vector<ScriptParameter> parameters;
  std::vector<ScriptStatement> body;
};

/// The function `name` in that text, of that class or, where it is empty, of none. Nothing where there is none. Throws
/// Error with a clause for what torch.jit does not write; bounded by the text's size and in levels.
std::optional<ScriptFunction> find_function(std::string_view text, std::string_view of_class, std::string_view name);

}  // namespace ganvas::models
