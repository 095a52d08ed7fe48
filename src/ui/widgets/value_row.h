#pragma once
// One value of a recipe as a line with a text field.

#include <map>
#include <optional>
#include <string>

#include "ui/widgets/context.h"

namespace ganvas::ui {

struct ValueRow {
  std::string id;    ///< registers its field under this name
  std::string key;   ///< "g_optimizer.lr"
  std::string text;  ///< the value as JSON text
  bool differs = false;
  const char* tip = "";  ///< shown while it differs
};

/// `drafts` holds the texts that are being typed, by key. -> another text, when it was entered or the field was left.
std::optional<std::string> value_row(const UiContext& ui, const ValueRow& row,
                                     std::map<std::string, std::string>& drafts);

}  // namespace ganvas::ui
