#include "io/pickle/pickle_data.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/shape.h"

namespace ganvas::io {
namespace {

constexpr int most_setting_levels = 16;
constexpr std::size_t most_number_bytes = 256 * 8;

struct NumpyType {
  std::string_view code;
  at::ScalarType type;
};
constexpr std::array<NumpyType, 9> numpy_types{{{"f8", at::kDouble},
                                                {"f4", at::kFloat},
                                                {"f2", at::kHalf},
                                                {"i8", at::kLong},
                                                {"i4", at::kInt},
                                                {"i2", at::kShort},
                                                {"i1", at::kChar},
                                                {"u1", at::kByte},
                                                {"b1", at::kBool}}};

const std::vector<PickleHandle>& tuple_items(const PickleTree& tree, PickleHandle handle, std::size_t least) {
  require(handle != no_value && tree.at(handle).kind == PickleKind::tuple && tree.at(handle).items.size() >= least,
          "it has a broken NumPy array");
  return tree.at(handle).items;
}

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return name.ends_with(end); });
}

at::ScalarType dtype_of(const PickleTree& tree, PickleHandle handle) {
  const PickleValue& dtype = tree.at(handle);
  require(tree.type_of(dtype) == "numpy.dtype", "it has a NumPy array without a type");
  std::string_view code = tree.at(tuple_items(tree, dtype.arguments, 1)[0]).text;
  std::string order = "<";
  if (dtype.state != no_value) order = tree.at(tuple_items(tree, dtype.state, 2)[1]).text;
  if (!code.empty() && std::string_view("<>=|").find(code[0]) != std::string_view::npos) {
    order = code.substr(0, 1);
    code.remove_prefix(1);
  }
  require(order != ">", "it has a big-endian NumPy array, which is not supported");
  for (const NumpyType& entry : numpy_types) {
    if (code == entry.code) return entry.type;
  }
  fail("it has a NumPy array of the unknown type {}", printable(code, 20));
}

/// The parts of an array or scalar, wherever its way of pickling put them.
struct NumpyParts {
  PickleHandle type = no_value, shape = no_value, data = no_value;
  bool fortran = false;
};

NumpyParts parts_of(const PickleTree& tree, const PickleValue& value) {
  const std::string_view name = tree.type_of(value);
  NumpyParts parts;
  if (name.ends_with(".scalar")) {
    const auto& arguments = tuple_items(tree, value.arguments, 2);
    parts = {.type = arguments[0], .data = arguments[1]};
  } else if (name.ends_with("._frombuffer")) {
    const auto& arguments = tuple_items(tree, value.arguments, 4);
    parts = {.type = arguments[1], .shape = arguments[2], .data = arguments[0]};
    parts.fortran = tree.at(arguments[3]).text == "F";
  } else {
    const auto& state = tuple_items(tree, value.state, 5);
    parts = {.type = state[2], .shape = state[1], .data = state[4]};
    parts.fortran = tree.at(state[3]).integer != 0;
  }
  return parts;
}

/// The letters of the type of an array or scalar, as NumPy writes them; "O" for Python's objects.
std::string_view dtype_code(const PickleTree& tree, const PickleValue& value) {
  const PickleValue& dtype = tree.at(parts_of(tree, value).type);
  if (tree.type_of(dtype) != "numpy.dtype") return {};
  return tree.at(tuple_items(tree, dtype.arguments, 1)[0]).text;
}

class JsonMaker {
 public:
  explicit JsonMaker(const PickleTree& tree) : tree_(tree) {}

  Json make(const PickleValue& value, int level) {
    if (level >= most_setting_levels || ++made_ > limits::settings) return "<more>";
    switch (value.kind) {
      case PickleKind::none:
        return nullptr;
      case PickleKind::boolean:
        return value.integer != 0;
      case PickleKind::integer:
        return value.integer;
      case PickleKind::real:
        return value.real;
      case PickleKind::text:
        return text(value.text, "text");
      case PickleKind::bytes:
        return "<bytes>";
      case PickleKind::big_integer:
        return "<large integer>";
      case PickleKind::global:
        return "<" + value.text + ">";
      case PickleKind::persistent:
        return "<storage>";
      case PickleKind::list:
      case PickleKind::tuple:
      case PickleKind::set:
        return list(value.items, level);
      case PickleKind::dict:
        return dictionary(value.items, level);
      case PickleKind::object:
        return object(value, level);
    }
    return nullptr;
  }

 private:
  const PickleTree& tree_;
  std::size_t made_ = 0;  // shared values as often as they appear

  static Json text(const std::string& text, const char* kind) {
    if (text.size() > limits::setting_text) return fmt::format("<{} of {} bytes>", kind, text.size());
    return text;
  }

  Json list(const std::vector<PickleHandle>& items, int level) {
    if (items.size() > limits::settings_in_one) return fmt::format("<list of {} values>", items.size());
    Json out = Json::array();
    for (const PickleHandle item : items) out.push_back(make(tree_.at(item), level + 1));
    return out;
  }
  Json dictionary(const std::vector<PickleHandle>& pairs, int level) {
    if (pairs.size() / 2 > limits::settings_in_one) return fmt::format("<dictionary of {} entries>", pairs.size() / 2);
    Json out = Json::object();
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      const PickleValue& key = tree_.at(pairs[i]);
      if (key.kind == PickleKind::text && key.text.size() <= limits::name_bytes)
        out[key.text] = make(tree_.at(pairs[i + 1]), level + 1);
    }
    return out;
  }
  Json object(const PickleValue& value, int level) {
    if (is_numpy_value(tree_, value)) {
      if (numpy_bytes(tree_, value) > most_number_bytes || dtype_code(tree_, value).starts_with('O')) return "<array>";
      const at::Tensor tensor = numpy_tensor(tree_, value);
      const at::Tensor numbers = tensor.to(at::kDouble).flatten();
      Json out = Json::array();
      for (std::int64_t i = 0; i < numbers.numel(); ++i) {
        const double number = numbers[i].item<double>();
        out.push_back(tensor.is_floating_point() ? Json(number) : Json(static_cast<std::int64_t>(number)));
      }
      return tensor.dim() == 0 ? out[0] : out;
    }
    const std::string_view type = tree_.type_of(value);
    if (ends_with_any(type, {".OrderedDict", ".EasyDict"})) return dictionary(value.entries, level);
    return "<" + std::string(type) + ">";
  }
};

}  // namespace

bool is_numpy_global(const std::string& global) {
  for (const char* name :
       {"numpy.dtype", "numpy.ndarray", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
        "numpy.core.numeric._frombuffer", "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar",
        "numpy._core.numeric._frombuffer"}) {
    if (global == name) return true;
  }
  return false;
}

bool is_numpy_value(const PickleTree& tree, const PickleValue& value) {
  const std::string_view type = tree.type_of(value);
  return type.starts_with("numpy.") && ends_with_any(type, {"._reconstruct", ".scalar", "._frombuffer"});
}

std::size_t numpy_bytes(const PickleTree& tree, const PickleValue& value) {
  return tree.at(parts_of(tree, value).data).view.size();
}

at::Tensor numpy_tensor(const PickleTree& tree, const PickleValue& value) {
  const NumpyParts parts = parts_of(tree, value);
  const at::ScalarType type = dtype_of(tree, parts.type);
  std::vector<std::int64_t> shape;
  if (parts.shape != no_value) {
    for (const PickleHandle item : tuple_items(tree, parts.shape, 0)) shape.push_back(tree.at(item).integer);
  }
  const PickleValue& data = tree.at(parts.data);
  require(data.kind == PickleKind::bytes, "it has a NumPy array without bytes");
  const std::uint64_t count = checked_values(shape);
  require(count * c10::elementSize(type) == data.view.size(), "it has a NumPy array whose bytes do not fit its shape");
  // Fortran's order is that of the reversed shape, transposed.
  if (parts.fortran) std::reverse(shape.begin(), shape.end());
  at::Tensor tensor = at::empty(shape, type);
  if (count > 0) std::memcpy(tensor.mutable_data_ptr(), data.view.data(), data.view.size());
  if (!parts.fortran) return tensor;
  std::vector<std::int64_t> order;
  for (std::int64_t i = tensor.dim(); i-- > 0;) order.push_back(i);
  return tensor.permute(order).contiguous();
}

Json plain_json(const PickleTree& tree, const PickleValue& value) {
  return JsonMaker(tree).make(value, 0);
}

}  // namespace ganvas::io
