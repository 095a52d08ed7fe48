#pragma once
// What a recipe says about an optimiser. No torch.

#include <string>

namespace ganvas::optim {

struct OptimizerSpec {
  std::string kind = "adam";  ///< adam, sgd, rmsprop
  double lr = 2e-4;
  double mapping_rate = 1;  ///< the rate of a mapping network, times lr
  double beta1 = 0.5;
  double beta2 = 0.999;
  double eps = 1e-8;
  double alpha = 0.99;    ///< rmsprop
  double momentum = 0.0;  ///< sgd
};

}  // namespace ganvas::optim
