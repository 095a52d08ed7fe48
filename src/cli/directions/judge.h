#pragma once
// What moving along directions does to a generator's pictures, and to the labels that are read off them. Command line.

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cli/count_bar.h"
#include "cli/directions/reading.h"
#include "models/generator.h"

namespace ganvas::cli {

/// A direction of the style space.
struct Named {
  std::string name;
  at::Tensor vector;  // [w_dim], or [num_ws * w_dim] with a part for each style row; float, of length 1
  double size = 0;    ///< length of a step
};

/// A step along a direction that has a part for each style row: as a mean over the rows, one standard deviation of the
/// styles w [N, w_dim] along each part.
double step_along(const at::Tensor& vector, const at::Tensor& w);

/// The styles w [N, w_dim] so many steps along a direction, [N, num_ws, w_dim].
at::Tensor along(const Named& direction, const at::Tensor& w, double steps, std::int64_t rows);

/// [count, w_dim], of all classes in turn.
at::Tensor random_styles(models::Generator& generator, std::int64_t count, std::uint64_t seed);

/// Styles [count, num_ws, w_dim] of which each row, with even odds, is another style's: they tell what each row does.
at::Tensor mixed_by_row(models::Generator& generator, std::int64_t count, std::uint64_t seed);

/// w [N, w_dim] or [N, num_ws, w_dim] -> [N, C, H, W] in -1..1 on the CPU.
at::Tensor pictures_of(models::Generator& generator, const at::Tensor& w);

/// A generator and what reads its pictures; neither is owned.
class Judge {
 public:
  Judge(models::Generator& generator, const Reading& reading, CountBar& bar);

  /// The labels of the pictures of w, as pictures_of() takes it; `what` names the work on the bar. [N, labels] double
  [[nodiscard]] at::Tensor read(const std::string& what, const at::Tensor& w) const;
  /// The deviation of each label over the generator's own pictures, [labels].
  [[nodiscard]] const at::Tensor& spread() const { return spread_; }
  /// How a step along each direction changes each label, in deviations; over the styles w [N, w_dim]. [directions,
  /// labels]
  [[nodiscard]] at::Tensor changes(const std::string& what, const std::vector<Named>& directions,
                                   const at::Tensor& w) const;

 private:
  models::Generator* generator_;
  const Reading* reading_;
  CountBar* bar_;
  at::Tensor spread_;
};

/// Of each factor how far the value moves that changes most.
struct FactorChanges {
  std::vector<std::string> factors;
  at::Tensor changes;  // [directions, factors]
};

/// Columns of label values to columns of factors; those that nothing reads are left out. Throws Error when none is
/// left.
FactorChanges by_factor(const at::Tensor& changes, const std::vector<LabelName>& names, const Reading& reading);

}  // namespace ganvas::cli
