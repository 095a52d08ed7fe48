#include "app/commands/style.h"

#include <algorithm>

#include "app/commands/support.h"
#include "app/document/session_file.h"

namespace ganvas::app::command {

void SetCutoff::apply(CommandContext& context) const {
  context.state.latent.style.cutoff = rows;
}

void SetNoise::apply(CommandContext& context) const {
  context.state.latent.style.noise = noise;
}

void SetPlacement::apply(CommandContext& context) const {
  context.state.latent.style.placement = placement;
}

void SetStyleSource::apply(CommandContext& context) const {
  set_at(context.state.latent.style.sources, index, source, "style source");
}

void RemoveStyleSource::apply(CommandContext& context) const {
  remove_at(context.state.latent.style.sources, index, "style source");
}

void SetMixingGrid::apply(CommandContext& context) const {
  context.state.latent.style.mixing_grid = on;
  context.state.latent.style.grid_weights = weights;
}

void SetStyleMove::apply(CommandContext& context) const {
  set_at(context.state.latent.style.moves, index, move, "move");
}

void SetStrength::apply(CommandContext& context) const {
  at(context.state.latent.style.moves, index, "move").strength = strength;
}

void RemoveStyleMove::apply(CommandContext& context) const {
  remove_at(context.state.latent.style.moves, index, "move");
}

void SetStyleOffset::apply(CommandContext& context) const {
  auto& offsets = context.state.latent.style.offsets;
  std::erase_if(offsets, [&](const latent::StyleOffset& o) { return o.row == offset.row && o.index == offset.index; });
  if (offset.value != 0) offsets.push_back(offset);
}

void SetStyleBase::apply(CommandContext& context) const {
  context.state.latent.style.base = w;
}

void SetBend::apply(CommandContext& context) const {
  set_at(context.state.latent.style.bends, index, bend, "bend");
}

void RemoveBend::apply(CommandContext& context) const {
  remove_at(context.state.latent.style.bends, index, "bend");
}

void ResetStyles::apply(CommandContext& context) const {
  context.state.latent.style = {};
}

void SaveMoves::apply(CommandContext& context) const {
  const std::vector<latent::StyleMove>& moves = context.state.latent.style.moves;
  context.services.write_file([file = path, moves] { save_moves(file, moves); },
                              fmt::format("{} directions saved to {}", moves.size(), path));
}

void LoadMoves::apply(CommandContext& context) const {
  const auto read = [file = path]() -> Change {
    return [moves = load_moves(file)](AppState& document) {
      std::vector<latent::StyleMove>& all = document.latent.style.moves;
      all.insert(all.end(), moves.begin(), moves.end());
    };
  };
  context.services.read_file(context.state, {path, read, "Directions loaded from " + path});
}

}  // namespace ganvas::app::command
