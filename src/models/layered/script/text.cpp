#include "models/layered/script/text.h"

#include <cctype>
#include <charconv>

#include "core/error.h"
#include "core/outside/printable.h"

namespace ganvas::models {
namespace {

constexpr int deepest = 100;

struct Token {
  enum class Kind { name, number, text, sign, line, deeper, back, end };
  Kind kind = Kind::end;
  std::string text;
};

/// What a line begins with.
std::size_t indentation(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  return begin == std::string_view::npos ? line.size() : begin;
}

bool in_a_name(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// Tokens of one function, with Python's rules of lines: no line ends within brackets, and the depth of a line's
/// beginning opens and closes blocks.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {
    while (at_ < text_.size()) {
      if (line_begins_) begin_line();
      if (at_ < text_.size()) next();
    }
    if (!line_begins_) add(Token::Kind::line);
    for (; levels_.size() > 1; levels_.pop_back()) add(Token::Kind::back);
    add(Token::Kind::end);
  }

  std::vector<Token> take() { return std::move(tokens_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int open_ = 0;  // brackets
  bool line_begins_ = true;
  std::vector<std::size_t> levels_{0};
  std::vector<Token> tokens_;

  void add(Token::Kind kind, std::string text = {}) { tokens_.push_back({kind, std::move(text)}); }

  void begin_line() {
    const std::size_t end = text_.find('\n', at_);
    const std::string_view line = text_.substr(at_, end - at_);
    const std::size_t depth = indentation(line);
    if (depth == line.size()) {  // empty
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
      return;
    }
    at_ += depth;
    line_begins_ = false;
    if (tokens_.empty()) levels_ = {depth};
    if (depth > levels_.back()) {
      require(levels_.size() < deepest, "its text is nested deeper than any program");
      levels_.push_back(depth);
      add(Token::Kind::deeper);
    }
    for (; depth < levels_.back() && levels_.size() > 1; levels_.pop_back()) add(Token::Kind::back);
    require(depth == levels_.back(), "its text has a line at no level");
  }

  void next() {
    const char letter = text_[at_];
    if (letter == '\n') {
      ++at_;
      if (open_ > 0) return;
      add(Token::Kind::line);
      line_begins_ = true;
    } else if (letter == ' ') {
      ++at_;
    } else if (letter == '"') {
      quoted();
    } else if (std::isdigit(static_cast<unsigned char>(letter)) != 0) {
      number();
    } else if (in_a_name(letter)) {
      std::size_t end = at_;
      while (end < text_.size() && in_a_name(text_[end])) ++end;
      add(Token::Kind::name, std::string(text_.substr(at_, end - at_)));
      at_ = end;
    } else {
      if (letter == '(' || letter == '[') ++open_;
      if (letter == ')' || letter == ']') --open_;
      require(open_ >= 0 && open_ < deepest, "its text has brackets that do not fit");
      const bool arrow = text_.substr(at_, 2) == "->";
      require(arrow || std::string_view("()[],:=.-").find(letter) != std::string_view::npos,
              "its text has a {}, which is not understood", printable(text_.substr(at_, 1)));
      add(Token::Kind::sign, arrow ? "->" : std::string(1, letter));
      at_ += arrow ? 2 : 1;
    }
  }

  void quoted() {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        value += text_[at_] == 'n' ? '\n' : text_[at_];
      } else {
        value += text_[at_];
      }
    }
    require(at_ < text_.size(), "its text ends in a quotation");
    ++at_;
    add(Token::Kind::text, value);
  }

  void number() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (std::isdigit(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '.' || text_[end] == 'e' ||
            ((text_[end] == '-' || text_[end] == '+') && text_[end - 1] == 'e')))
      ++end;
    add(Token::Kind::number, std::string(text_.substr(at_, end - at_)));
    at_ = end;
  }
};

Json number_of(const std::string& text, bool negative) {
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".e") == std::string::npos) {
    std::int64_t whole = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, whole);
    require(error == std::errc() && stop == end, "its text has the number {}", text);
    return negative ? -whole : whole;
  }
  double real = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, real);
  require(error == std::errc() && stop == end, "its text has the number {}", text);
  return negative ? -real : real;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(Tokens(text).take()) {}

  ScriptFunction function() {
    ScriptFunction made;
    expect("def");
    name();
    expect("(");
    while (!takes(")")) {
      ScriptParameter& parameter = made.parameters.emplace_back();
      parameter.name = name();
      expect(":");
      parameter.type = type();
      if (takes("=")) parameter.usually = expression();
      if (!is(")")) expect(",");
    }
    if (takes("->")) type();
    expect(":");
    made.body = block();
    return made;
  }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;

  [[nodiscard]] const Token& token() const { return tokens_[std::min(at_, tokens_.size() - 1)]; }
  [[nodiscard]] bool is(std::string_view text) const {
    return (token().kind == Token::Kind::sign || token().kind == Token::Kind::name) && token().text == text;
  }
  bool takes(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  bool takes(Token::Kind kind) {
    if (token().kind != kind) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) { require(takes(text), "its text has {} instead of {}", shown(), text); }
  void expect(Token::Kind kind) { require(takes(kind), "its text has {} where a line or block should end", shown()); }
  [[nodiscard]] std::string shown() const {
    return token().text.empty() ? "an end of a line" : printable(token().text, 40);
  }
  std::string name() {
    require(token().kind == Token::Kind::name, "its text has {} instead of a name", shown());
    return tokens_[at_++].text;
  }
  /// The first word of a type; the rest is of no use here.
  std::string type() {
    const std::string first = is("(") ? "Tuple" : token().text;
    expression();
    return first;
  }

  std::vector<ScriptStatement> block() {
    require(++depth_ < deepest, "its text is nested deeper than any program");
    expect(Token::Kind::line);
    expect(Token::Kind::deeper);
    std::vector<ScriptStatement> list;
    while (!takes(Token::Kind::back)) list.push_back(statement());
    --depth_;
    return list;
  }

  ScriptStatement statement() {
    using Kind = ScriptStatement::Kind;
    ScriptStatement made;
    if (takes("if")) {
      made.kind = Kind::branch;
      made.value = expression();
      expect(":");
      made.body = block();
      if (takes("else")) {
        expect(":");
        made.otherwise = block();
      }
      return made;
    }
    if (takes("for")) {
      made.kind = Kind::loop;
      do made.targets.push_back(name());
      while (takes(","));
      expect("in");
      made.value = expression();
      expect(":");
      made.body = block();
      return made;
    }
    if (takes("pass")) {
      made.kind = Kind::pass;
    } else if (takes("return")) {
      made.kind = Kind::give;
      made.value = listed();
    } else {
      made.kind = Kind::evaluate;
      made.value = listed();
      if (takes(":")) type();
      if (takes("=")) {
        made.kind = Kind::assign;
        const bool several = made.value.kind == ScriptExpression::Kind::tuple;
        for (const ScriptExpression& target : several ? made.value.of : std::vector<ScriptExpression>{made.value}) {
          require(target.kind == ScriptExpression::Kind::name, "its text changes what is no variable");
          made.targets.push_back(target.text);
        }
        made.value = listed();
      }
    }
    expect(Token::Kind::line);
    return made;
  }

  /// One expression, or several as a tuple.
  ScriptExpression listed() {
    ScriptExpression first = expression();
    if (!is(",")) return first;
    ScriptExpression tuple{.kind = ScriptExpression::Kind::tuple};
    tuple.of.push_back(std::move(first));
    while (takes(",")) {
      if (token().kind == Token::Kind::line || is("=")) break;
      tuple.of.push_back(expression());
    }
    return tuple;
  }

  ScriptExpression expression() {
    require(++depth_ < deepest, "its text is nested deeper than any program");
    ScriptExpression made = behind(primary());
    if (takes("if")) {
      ScriptExpression choice{.kind = ScriptExpression::Kind::choice};
      choice.of.push_back(expression());
      choice.of.push_back(std::move(made));
      expect("else");
      choice.of.push_back(expression());
      made = std::move(choice);
    }
    --depth_;
    return made;
  }

  ScriptExpression primary() {
    using Kind = ScriptExpression::Kind;
    const bool negative = takes("-");
    const Token here = token();
    if (here.kind == Token::Kind::number) {
      ++at_;
      return {.kind = Kind::constant, .constant = number_of(here.text, negative)};
    }
    require(!negative, "its text has a minus before {}", shown());
    if (here.kind == Token::Kind::text) {
      ++at_;
      return {.kind = Kind::constant, .constant = here.text};
    }
    if (takes("[")) return items(Kind::list, "]");
    if (takes("(")) {
      ScriptExpression inside = items(Kind::tuple, ")");
      const bool alone = inside.of.size() == 1 && inside.text.empty();
      return alone ? ScriptExpression(std::move(inside.of[0])) : inside;
    }
    if (takes("None")) return {.kind = Kind::constant, .constant = nullptr};
    if (takes("True")) return {.kind = Kind::constant, .constant = true};
    if (takes("False")) return {.kind = Kind::constant, .constant = false};
    return {.kind = Kind::name, .text = name()};
  }

  /// A comma behind a single one makes it a tuple: its text is ",".
  ScriptExpression items(ScriptExpression::Kind kind, std::string_view end) {
    ScriptExpression made{.kind = kind};
    while (!takes(end)) {
      made.of.push_back(expression());
      if (is(end)) continue;
      expect(",");
      made.text = ",";
    }
    return made;
  }

  /// Attributes, items and calls of it.
  ScriptExpression behind(ScriptExpression made) {
    using Kind = ScriptExpression::Kind;
    for (int count = 0; is(".") || is("[") || is("("); ++count) {
      require(count < deepest, "its text is nested deeper than any program");
      ScriptExpression next;
      if (takes(".")) {
        next.kind = Kind::attribute;
        next.text = name();
        next.of.push_back(std::move(made));
      } else if (takes("[")) {
        next = items(Kind::item, "]");
        next.of.insert(next.of.begin(), std::move(made));
      } else {
        takes("(");
        next.kind = Kind::call;
        next.of.push_back(std::move(made));
        while (!takes(")")) {
          next.keywords.emplace_back();
          ScriptExpression argument = expression();
          if (takes("=")) {
            require(argument.kind == Kind::name, "its text names an argument by no name");
            next.keywords.back() = argument.text;
            argument = expression();
          }
          next.of.push_back(std::move(argument));
          if (!is(")")) expect(",");
        }
      }
      made = std::move(next);
    }
    return made;
  }
};

/// Calls visit(line, where it begins) until it says false.
template <typename Visit>
void each_line(std::string_view text, std::size_t from, const Visit& visit) {
  while (from < text.size()) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    if (!visit(text.substr(from, end - from), from)) return;
    from = end + 1;
  }
}

/// Where the block ends that begins with the line at `from`.
std::size_t end_of_block(std::string_view text, std::size_t from) {
  std::optional<std::size_t> depth;
  std::size_t end = text.size();
  each_line(text, from, [&](std::string_view line, std::size_t at) {
    const std::size_t here = indentation(line);
    if (!depth) {
      depth = here;
    } else if (here < line.size() && here <= *depth) {
      end = at;
      return false;
    }
    return true;
  });
  return end;
}

/// The block whose first line begins so, at that depth.
std::optional<std::string_view> block_of(std::string_view text, const std::string& begin, std::size_t depth) {
  std::optional<std::string_view> found;
  each_line(text, 0, [&](std::string_view line, std::size_t at) {
    if (indentation(line) != depth || !line.substr(depth).starts_with(begin)) return true;
    found = text.substr(at, end_of_block(text, at) - at);
    return false;
  });
  return found;
}

}  // namespace

std::optional<ScriptFunction> find_function(std::string_view text, std::string_view of_class, std::string_view name) {
  std::optional<std::string_view> within = text;
  if (!of_class.empty()) within = block_of(text, "class " + std::string(of_class) + "(", 0);
  if (!within) return std::nullopt;
  const std::size_t depth = of_class.empty() ? 0 : 2;
  const auto block = block_of(*within, "def " + std::string(name) + "(", depth);
  if (!block) return std::nullopt;
  return Parser(*block).function();
}

}  // namespace ganvas::models
