#pragma once
// Pictures to look at: of fixed latents, and of the data. Nothing here changes what training depends on.

#include <ATen/ATen.h>

#include "core/image.h"
#include "data/dataset.h"
#include "models/generator.h"
#include "train/random/streams.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {

/// Pictures of the generator for the latents that the recipe's seed gives for this purpose, in eval mode, where the
/// generator is; a conditional one gets the labels of the data's first pictures. `at_once`: how many together.
/// -> [count, C, H, W] float in -1..1
at::Tensor samples_of(models::Generator& generator, const Recipe& recipe, const data::Dataset& dataset,
                      SeedPurpose purpose, std::int64_t count, std::int64_t at_once);
/// Pictures spread evenly over the data set. -> [count, C, H, W] float in -1..1 on the CPU
at::Tensor spread_reals(const data::Dataset& dataset, std::int64_t count);

/// RGBA grids. `at_once`: as above.
Image sample_sheet_of(models::Generator& generator, const Recipe& recipe, const data::Dataset& dataset, int columns,
                      int rows, std::int64_t at_once);
Image real_sheet_of(const data::Dataset& dataset, int columns, int rows);

}  // namespace ganvas::train
