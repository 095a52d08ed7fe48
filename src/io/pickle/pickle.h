#pragma once
// Pickle as data: protocols 0-5 become a tree of plain values. Nothing executes; a global is only a name, and a name
// that the caller did not allow is refused. Time and memory are bounded by the input's size.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/reading.h"

namespace ganvas::io {

/// Index of a value in its PickleTree; values may be shared and may form cycles, so walk by known shapes only.
using PickleHandle = std::uint32_t;
constexpr PickleHandle no_value = ~PickleHandle{0};

enum class PickleKind {
  none,
  boolean,
  integer,
  big_integer,
  real,
  text,
  bytes,
  list,
  tuple,
  dict,
  set,
  global,
  object,
  persistent
};

struct PickleValue {
  PickleKind kind = PickleKind::none;
  std::int64_t integer = 0;  ///< integer, boolean
  double real = 0;
  std::string text;       ///< text, global ("module.name"), big_integer (little-endian two's complement), short bytes
  std::string_view view;  ///< bytes: where they lie, mostly in the input, which therefore outlives the tree
  std::vector<PickleHandle> items;    ///< list, tuple, set; dict: key, value, key, value ...; object: what was appended
  std::vector<PickleHandle> entries;  ///< object: key, value pairs that were set on it
  PickleHandle callable = no_value;   ///< object: the global that would have made it; persistent: its id
  PickleHandle arguments = no_value;  ///< object: tuple
  PickleHandle state = no_value;      ///< object: what BUILD would have set
};

/// A parsed pickle. Owns all values but the bytes, which stay in the input; cheap to destroy whatever the nesting. Not
/// copied, since values point into it.
class PickleTree {
 public:
  PickleTree() = default;
  PickleTree(PickleTree&&) = default;
  PickleTree& operator=(PickleTree&&) = default;
  PickleTree(const PickleTree&) = delete;
  PickleTree& operator=(const PickleTree&) = delete;
  ~PickleTree() = default;

  [[nodiscard]] const PickleValue& root() const { return values_.at(root_); }
  [[nodiscard]] const PickleValue& at(PickleHandle handle) const { return values_.at(handle); }
  /// The value with that number in the order of making, or null past the last.
  [[nodiscard]] const PickleValue* value_or_null(PickleHandle handle) const {
    return handle < values_.size() ? &values_[handle] : nullptr;
  }
  /// Value of a text key of a dict, or of an object's entries; null when absent.
  [[nodiscard]] const PickleValue* find(const PickleValue& dict, std::string_view key) const;
  /// The name of the global that made an object, "" for other values.
  [[nodiscard]] std::string_view type_of(const PickleValue& value) const;

 private:
  friend class PickleMachine;
  std::vector<PickleValue> values_;
  std::deque<std::string> decoded_;  // bytes that protocol 2 wrote as text
  PickleHandle root_ = 0;
};

/// Says whether the global "module.name" may appear.
using AllowGlobal = std::function<bool(const std::string& name)>;

/// What of the names that are not allowed may appear after all: a class of which an object is made without a call, as
/// whole modules and settings are. The object stays closed: only the state that lies in the pickle is there to be read.
enum class Classes { known, any };

/// Parses one pickle at the start of `bytes`; `consumed` becomes its length. Each instruction is a step of `reading`.
/// Throws Error with a clause such as "it names the global os.system, which no model needs", and Cancelled.
PickleTree parse_pickle(std::string_view bytes, const AllowGlobal& allow, std::size_t& consumed, Reading& reading,
                        Classes classes = Classes::known);

}  // namespace ganvas::io
