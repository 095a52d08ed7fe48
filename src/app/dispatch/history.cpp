#include "app/dispatch/history.h"

#include "app/document/session_file.h"

namespace ganvas::app {

namespace {

std::string gesture_of(const Command& command) {
  return std::visit(
      []<typename C>(const C& value) -> std::string {
        if constexpr (requires { value.gesture(); }) {
          return value.gesture();
        } else {
          return "";
        }
      },
      command);
}

}  // namespace

void dispatch(AppState& state, const Command& command, const Services& services) {
  AppState next = state;
  CommandContext context{next, services};
  std::visit(
      [&]<typename C>(const C& value) {
        if constexpr (requires { value.apply(context); }) {
          value.apply(context);
        } else {
          context.carry_out(value);
        }
      },
      command);
  check_state(next, state);
  state = std::move(next);
}

void History::run(const Command& command, const Services& services) {
  if (std::holds_alternative<command::Undo>(command) || std::holds_alternative<command::Redo>(command)) {
    const bool back = std::holds_alternative<command::Undo>(command);
    auto& from = back ? undo_ : redo_;
    auto& to = back ? redo_ : undo_;
    seal();
    if (from.empty()) return;
    to.push_back(std::move(state_));
    state_ = std::move(from.back());
    from.pop_back();
    return;
  }
  AppState before = state_;
  dispatch(state_, command, services);
  if (std::holds_alternative<command::Advance>(command) || state_ == before) return;
  keep(std::move(before), gesture_of(command));
}

void History::change(const Change& change) {
  AppState before = state_, next = state_;
  change(next);
  check_state(next, state_);
  state_ = std::move(next);
  if (!(state_ == before)) keep(std::move(before), "");
}

void History::amend(const Change& change) {
  AppState next = state_;
  change(next);
  check_state(next, state_);
  state_ = std::move(next);
}

/// The document as it was before a step.
void History::keep(AppState before, const std::string& gesture) {
  const bool goes_on = !gesture.empty() && gesture == gesture_ && redo_.empty() && !undo_.empty();
  gesture_ = gesture;
  if (goes_on) return;
  redo_.clear();
  undo_.push_back(std::move(before));
  if (undo_.size() > kSteps) undo_.pop_front();
}

}  // namespace ganvas::app
