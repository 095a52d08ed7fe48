#pragma once
// What several commands do. For the .cpp files of this folder. No torch.

#include <algorithm>
#include <vector>

#include "app/commands/command_kind.h"
#include "core/error.h"

namespace ganvas::app::command {

/// Latent size of the model on screen. Throws Error while there is none.
inline int model_z_dim(const CommandContext& context) {
  const int z_dim = context.services.z_dim();
  require(z_dim > 0, "There is no model yet; open one first.");
  return z_dim;
}

inline void check_index(const CommandContext& context, int index) {
  const int z_dim = context.services.z_dim();
  require(index >= 0 && (z_dim == 0 || index < z_dim), "There is no latent dimension {}; the model has 0 to {}.", index,
          z_dim - 1);
}

/// The sliders take a state that was kept; what plays now goes on or stands still as before.
inline void recall(CommandContext& context, latent::LatentControls kept) {
  kept.animate = context.state.latent.animate;
  context.state.latent = std::move(kept);
  context.state.timeline.on = context.state.timeline.playing = false;
}

/// Of a std::vector, which may be const.
template <typename Items>
auto& at(Items& items, int index, const char* what) {
  require(index >= 0 && static_cast<std::size_t>(index) < items.size(), "There is no {} {}; there are {}.", what, index,
          items.size());
  return items[static_cast<std::size_t>(index)];
}

/// Changes an item, or adds one when `index` is their number.
template <typename Item>
void set_at(std::vector<Item>& items, int index, const Item& item, const char* what) {
  if (index == static_cast<int>(items.size())) items.push_back({});
  at(items, index, what) = item;
}

template <typename Item>
void remove_at(std::vector<Item>& items, int index, const char* what) {
  at(items, index, what);
  items.erase(items.begin() + index);
}

}  // namespace ganvas::app::command
