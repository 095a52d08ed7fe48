#include "io/pickle/pickle.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>

#include "core/error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/pickle/pickle_text.h"

namespace ganvas::io {

namespace {

constexpr std::size_t most_values = limits::pickle_values;  // a model's pickle has some ten thousand
constexpr std::size_t longest_key = 256;

/// Globals that only make bytes.
bool makes_bytes(std::string_view global) {
  return global == "_codecs.encode" || global == "__builtin__.bytes" || global == "builtins.bytes";
}

}  // namespace

const PickleValue* PickleTree::find(const PickleValue& dict, std::string_view key) const {
  const auto& pairs = dict.kind == PickleKind::dict ? dict.items : dict.entries;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    const PickleValue& name = at(pairs[i]);
    if (name.kind == PickleKind::text && name.text == key) return &at(pairs[i + 1]);
  }
  return nullptr;
}

std::string_view PickleTree::type_of(const PickleValue& value) const {
  if (value.kind != PickleKind::object) return {};
  return at(value.callable).text;
}

/// The stack machine. One opcode a step; every length is checked against what is left before anything is allocated.
class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, const AllowGlobal& allow, Reading& reading, Classes classes)
      : bytes_(bytes), allow_(allow), reading_(reading), classes_(classes) {}

  PickleTree run(std::size_t& consumed) {
    while (!stopped_) {
      reading_.step();
      step(byte());
    }
    consumed = at_;
    return std::move(tree_);
  }

 private:
  std::string_view bytes_;
  const AllowGlobal& allow_;
  Reading& reading_;
  Classes classes_;
  std::size_t at_ = 0;
  bool stopped_ = false;
  PickleTree tree_;
  std::vector<PickleHandle> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, PickleHandle> memo_;

  // Reading.
  void require_left(std::uint64_t count, const char* what) const {
    const std::uint64_t left = bytes_.size() - at_;
    require(count <= left, "it ends in the middle of a {}, at least {} bytes too early; copy or download it again",
            what, count - std::min(count, left));
  }
  std::string_view take(std::uint64_t count) {
    require_left(count, "value");
    const std::string_view part = bytes_.substr(at_, count);
    at_ += count;
    return part;
  }
  unsigned char byte() { return static_cast<unsigned char>(take(1)[0]); }
  std::uint64_t unsigned_integer(int size) {
    const std::string_view part = take(static_cast<std::uint64_t>(size));
    std::uint64_t value = 0;
    for (int i = size - 1; i >= 0; --i)
      value = value << 8 | static_cast<unsigned char>(part[static_cast<std::size_t>(i)]);
    return value;
  }
  std::string_view line() {
    const auto end = bytes_.find('\n', at_);
    require(end != std::string_view::npos, "it ends in the middle of a line; copy or download it again");
    const std::string_view part = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return part;
  }

  // The stack.
  PickleHandle add(PickleValue value) {
    require(tree_.values_.size() < most_values, "it holds more values than any model");
    tree_.values_.push_back(std::move(value));
    return static_cast<PickleHandle>(tree_.values_.size() - 1);
  }
  void push(PickleValue value) { stack_.push_back(add(std::move(value))); }
  PickleHandle pop() {
    require(stack_.size() > floor(), "it takes a value from an empty stack");
    const PickleHandle top = stack_.back();
    stack_.pop_back();
    return top;
  }
  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  PickleValue& top() {
    require(stack_.size() > floor(), "it needs a value on an empty stack");
    return tree_.values_[stack_.back()];
  }
  std::vector<PickleHandle> pop_mark() {
    require(!marks_.empty(), "it closes a group that it never opened");
    std::vector<PickleHandle> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  // Values.
  void push_integer(std::int64_t value) { push({.kind = PickleKind::integer, .integer = value}); }
  void push_text(PickleKind kind, std::string_view text) {
    if (kind == PickleKind::text) require(is_utf8(text), "it holds a text that is not UTF-8");
    push({.kind = kind, .text = std::string(text)});
  }
  void push_bytes(std::string_view bytes) {
    // Tensors are not copied into the tree; Python 2's texts are bytes too and serve as keys.
    const bool key = bytes.size() <= longest_key && is_utf8(bytes);
    push({.kind = PickleKind::bytes, .text = std::string(key ? bytes : ""), .view = bytes});
  }
  void push_real(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(error == std::errc() && end == text.data() + text.size(), "it holds a number that cannot be read");
    push({.kind = PickleKind::real, .real = value});
  }
  void push_long(std::string_view little_endian) {
    if (little_endian.size() > 8) {
      require(little_endian.size() <= 4096, "it holds an absurdly long number");
      return push({.kind = PickleKind::big_integer, .text = std::string(little_endian)});
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < little_endian.size(); ++i)
      value |= std::uint64_t{static_cast<unsigned char>(little_endian[i])} << (8 * i);
    const bool negative = !little_endian.empty() && (static_cast<unsigned char>(little_endian.back()) & 0x80) != 0;
    if (negative && little_endian.size() < 8) value |= ~std::uint64_t{0} << (8 * little_endian.size());
    push_integer(static_cast<std::int64_t>(value));
  }
  void push_decimal(std::string_view text) {
    if (text == "00" || text == "01") return push({.kind = PickleKind::boolean, .integer = text == "01" ? 1 : 0});
    if (text.ends_with('L')) text.remove_suffix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(error == std::errc() && end == text.data() + text.size(), "it holds a number that cannot be read");
    push_integer(value);
  }
  void push_global(std::string_view module, std::string_view name) {
    const std::string full = std::string(module) + "." + std::string(name);
    require(is_utf8(full) && full.size() <= limits::name_bytes, "it names the global {}, which is no name of a class",
            printable(full, 80));
    if (classes_ == Classes::known) require_allowed(full);
    push({.kind = PickleKind::global, .text = full});
  }
  void require_allowed(const std::string& full) {
    require(makes_bytes(full) || allow_(full),
            "it names the global {}, which no model of this kind needs; nothing was executed", printable(full, 80));
  }
  /// What makes an object without a call is a class, which old files of torch.save keep with its source beside it:
  /// ("module", class, file, source).
  void push_new_object() {
    const PickleHandle arguments = pop(), callable = pop();
    const PickleValue& made_by = tree_.values_[callable];
    if (made_by.kind != PickleKind::persistent) return push_object(callable, arguments);
    const PickleValue& id = tree_.values_[made_by.callable];
    require(id.kind == PickleKind::tuple && id.items.size() >= 2 && tree_.at(id.items[0]).text == "module",
            "it makes an object of something that is no class");
    push_object(id.items[1], arguments);
  }
  void push_object(PickleHandle callable, PickleHandle arguments) {
    require(tree_.values_[callable].kind == PickleKind::global, "it calls something that is not a known global");
    require(tree_.values_[arguments].kind == PickleKind::tuple, "it calls a global without a tuple of arguments");
    if (makes_bytes(tree_.values_[callable].text)) return push_encoded(tree_.values_[arguments].items);
    push({.kind = PickleKind::object, .callable = callable, .arguments = arguments});
  }
  /// Protocols 0 to 2 know no bytes: they write _codecs.encode("text", "latin1"), or bytes() for none.
  void push_encoded(const std::vector<PickleHandle>& arguments) {
    const auto is_text = [&](PickleHandle handle) { return tree_.at(handle).kind == PickleKind::text; };
    if (arguments.empty()) return push_bytes({});
    require(arguments.size() == 2 && is_text(arguments[0]) && is_text(arguments[1]) &&
                tree_.at(arguments[1]).text.starts_with("latin"),
            "it has bytes in an encoding that no program writes");
    push_decoded(bytes_of_text(tree_.at(arguments[0]).text));
  }
  void push_decoded(std::string bytes) {
    reading_.make(bytes.size());
    push_bytes(tree_.decoded_.emplace_back(std::move(bytes)));
  }
  void set_items(const std::vector<PickleHandle>& pairs) {
    require(pairs.size() % 2 == 0, "it sets a key without a value");
    PickleValue& target = top();
    require(target.kind == PickleKind::dict || target.kind == PickleKind::object,
            "it sets a key on something that is no dictionary");
    auto& list = target.kind == PickleKind::dict ? target.items : target.entries;
    list.insert(list.end(), pairs.begin(), pairs.end());
  }
  void append(const std::vector<PickleHandle>& items) {
    PickleValue& target = top();
    require(target.kind == PickleKind::list || target.kind == PickleKind::set || target.kind == PickleKind::object,
            "it appends to something that is no list");
    target.items.insert(target.items.end(), items.begin(), items.end());
  }
  void remember(std::uint64_t slot) {
    top();
    require(memo_.size() < most_values, "it remembers more values than any model");
    memo_[slot] = stack_.back();
  }
  void recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    require(found != memo_.end(), "it recalls a value that it never stored");
    require(stack_.size() < most_values, "it piles up more values than any model");
    stack_.push_back(found->second);
  }
  void tuple_of(std::size_t count) {
    PickleValue value{.kind = PickleKind::tuple};
    value.items.resize(count);
    for (std::size_t i = count; i-- > 0;) value.items[i] = pop();
    push(std::move(value));
  }
  std::uint64_t decimal_line() {
    const std::string_view text = line();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(error == std::errc() && end == text.data() + text.size(), "it holds a number that cannot be read");
    return value;
  }

  void step(unsigned char code) {
    if (scalar(code) || container(code) || object(code)) return;
    fail("it holds the unknown instruction {:#04x}", code);
  }

  bool scalar(unsigned char code) {
    switch (code) {
      case 'N':
        push({});
        return true;
      case 0x88:
        push({.kind = PickleKind::boolean, .integer = 1});
        return true;
      case 0x89:
        push({.kind = PickleKind::boolean, .integer = 0});
        return true;
      case 'I':
      case 'L':
        push_decimal(line());
        return true;
      case 'J':
        push_integer(static_cast<std::int32_t>(unsigned_integer(4)));
        return true;
      case 'K':
        push_integer(static_cast<std::int64_t>(unsigned_integer(1)));
        return true;
      case 'M':
        push_integer(static_cast<std::int64_t>(unsigned_integer(2)));
        return true;
      case 0x8a:
        push_long(take(unsigned_integer(1)));
        return true;
      case 0x8b: {
        const auto length = static_cast<std::int32_t>(unsigned_integer(4));
        require(length >= 0, "it holds a number of negative length");
        push_long(take(static_cast<std::uint64_t>(length)));
        return true;
      }
      case 'F':
        push_real(line());
        return true;
      case 'G': {
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
        push({.kind = PickleKind::real, .real = std::bit_cast<double>(bits)});
        return true;
      }
      case 'S':
        push_decoded(bytes_of_quoted(line()));
        return true;
      case 'V':
        push_text(PickleKind::text, text_of_line(line()));
        return true;
      case 'T':
        push_bytes(take(unsigned_integer(4)));
        return true;
      case 'U':
        push_bytes(take(unsigned_integer(1)));
        return true;
      case 'X':
        push_text(PickleKind::text, take(unsigned_integer(4)));
        return true;
      case 0x8c:
        push_text(PickleKind::text, take(unsigned_integer(1)));
        return true;
      case 0x8d:
        push_text(PickleKind::text, take(unsigned_integer(8)));
        return true;
      case 'B':
        push_bytes(take(unsigned_integer(4)));
        return true;
      case 'C':
        push_bytes(take(unsigned_integer(1)));
        return true;
      case 0x8e:
      case 0x96:
        push_bytes(take(unsigned_integer(8)));
        return true;
      default:
        return false;
    }
  }

  bool container(unsigned char code) {
    switch (code) {
      case '(':
        require(marks_.size() < limits::pickle_groups, "it opens more groups than any model");
        marks_.push_back(stack_.size());
        return true;
      case '0':
        if (stack_.size() == floor() && !marks_.empty())
          marks_.pop_back();
        else
          pop();
        return true;
      case '1':
        pop_mark();
        return true;
      case '2':
        top();
        stack_.push_back(stack_.back());
        return true;
      case ']':
        push({.kind = PickleKind::list});
        return true;
      case '}':
        push({.kind = PickleKind::dict});
        return true;
      case ')':
        push({.kind = PickleKind::tuple});
        return true;
      case 0x8f:
        push({.kind = PickleKind::set});
        return true;
      case 'l':
        push({.kind = PickleKind::list, .items = pop_mark()});
        return true;
      case 't':
        push({.kind = PickleKind::tuple, .items = pop_mark()});
        return true;
      case 0x91:
        push({.kind = PickleKind::set, .items = pop_mark()});
        return true;
      case 'd': {
        PickleValue value{.kind = PickleKind::dict, .items = pop_mark()};
        require(value.items.size() % 2 == 0, "it sets a key without a value");
        push(std::move(value));
        return true;
      }
      case 0x85:
        tuple_of(1);
        return true;
      case 0x86:
        tuple_of(2);
        return true;
      case 0x87:
        tuple_of(3);
        return true;
      case 'a': {
        const PickleHandle item = pop();
        append({item});
        return true;
      }
      case 'e':
      case 0x90:
        append(pop_mark());
        return true;
      case 's': {
        const PickleHandle value = pop(), key = pop();
        set_items({key, value});
        return true;
      }
      case 'u':
        set_items(pop_mark());
        return true;
      default:
        return false;
    }
  }

  bool object(unsigned char code) {
    switch (code) {
      case 0x80:
        require(byte() <= 5, "it is of a protocol newer than 5");
        return true;
      case 0x95:
        require_left(unsigned_integer(8), "frame");
        return true;
      case 'c': {
        const std::string_view module = line();
        push_global(module, line());
        return true;
      }
      case 0x93: {
        const PickleHandle name = pop(), module = pop();
        require(tree_.at(name).kind == PickleKind::text && tree_.at(module).kind == PickleKind::text,
                "it names a global by something that is no text");
        push_global(std::string(tree_.at(module).text), std::string(tree_.at(name).text));
        return true;
      }
      case 0x81:
        push_new_object();
        return true;
      case 'R': {
        const PickleHandle arguments = pop(), callable = pop();
        require(tree_.values_[callable].kind == PickleKind::global, "it calls something that is not a known global");
        require_allowed(tree_.values_[callable].text);
        push_object(callable, arguments);
        return true;
      }
      case 'b': {
        const PickleHandle state = pop();
        require(top().kind == PickleKind::object, "it sets the state of something that is no object");
        top().state = state;
        return true;
      }
      case 'Q': {
        const PickleHandle id = pop();
        push({.kind = PickleKind::persistent, .callable = id});
        return true;
      }
      case 'p':
        remember(decimal_line());
        return true;
      case 'q':
        remember(unsigned_integer(1));
        return true;
      case 'r':
        remember(unsigned_integer(4));
        return true;
      case 0x94:
        remember(memo_.size());
        return true;
      case 'g':
        recall(decimal_line());
        return true;
      case 'h':
        recall(unsigned_integer(1));
        return true;
      case 'j':
        recall(unsigned_integer(4));
        return true;
      case '.':
        tree_.root_ = pop();
        stopped_ = true;
        return true;
      case 'i':
      case 'o':
      case 0x92:
        fail("it makes an object by an instruction that no model file uses");
      case 'P':
        fail("it refers to something outside the file by name");
      case 0x82:
      case 0x83:
      case 0x84:
        fail("it uses an extension code, which no model file uses");
      default:
        return false;
    }
  }
};

PickleTree parse_pickle(std::string_view bytes, const AllowGlobal& allow, std::size_t& consumed, Reading& reading,
                        Classes classes) {
  return PickleMachine(bytes, allow, reading, classes).run(consumed);
}

}  // namespace ganvas::io
