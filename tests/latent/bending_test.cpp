#include "latent/bending.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "latent/bend_kinds.h"

namespace ganvas::latent {
namespace {

at::Tensor ramp() {
  return at::arange(2 * 3 * 4 * 4, at::kFloat).view({2, 3, 4, 4}) - 40;
}

TEST(Bending, EveryKindKeepsTheShapeAndItsNeutralAmountChangesNothing) {
  for (const BendKind& kind : bend_kinds()) {
    const at::Tensor x = ramp().clamp(-5, 5);
    const at::Tensor y = bend_channels(x, {.layer = "l", .kind = kind.name, .amount = kind.neutral});
    EXPECT_EQ(y.sizes(), x.sizes()) << kind.name;
    if (*kind.amount != 0) EXPECT_TRUE(at::allclose(y, x, 0, 1e-5)) << kind.name;
    const at::Tensor one = bend_channels(x, {.layer = "l", .channel = 1, .kind = kind.name, .amount = kind.low});
    EXPECT_TRUE(at::equal(one.select(1, 0), x.select(1, 0))) << kind.name << " of channel 1 alone";
    EXPECT_TRUE(at::equal(one.select(1, 2), x.select(1, 2))) << kind.name;
  }
}

TEST(Bending, DoesWhatItsNameSays) {
  const at::Tensor x = ramp();
  const auto bent = [&](const char* kind, double amount, double second = 0) {
    return bend_channels(x, {.layer = "l", .kind = kind, .amount = amount, .second = second});
  };
  EXPECT_TRUE(at::equal(bent("scale", -2), x * -2));
  EXPECT_TRUE(at::equal(bent("add", 3), x + 3));
  EXPECT_TRUE(at::equal(bent("ablate", 1), at::zeros_like(x)));
  EXPECT_TRUE(at::equal(bent("threshold", 0), x.clamp_min(0)));
  EXPECT_TRUE(at::equal(bent("invert", 1), x.flip({2, 3}))) << "of a ramp, upside down is back to front";
  EXPECT_TRUE(at::allclose(bent("rotate", 90), at::rot90(x, 1, {2, 3}), 0, 1e-3));
  const at::Tensor shifted = bent("shift", 0.25, 0.5);  // one cell right, two down
  EXPECT_TRUE(at::allclose(shifted.narrow(2, 2, 2).narrow(3, 1, 3), x.narrow(2, 0, 2).narrow(3, 0, 3), 0, 1e-3));
}

TEST(Bending, ABlurIsAMeanAndKeepsAFlatMap) {
  const at::Tensor flat = at::full({1, 2, 8, 8}, 3.0F);
  EXPECT_TRUE(at::allclose(bend_channels(flat, {.layer = "l", .kind = "blur", .amount = 2}), flat, 0, 1e-5));
  at::Tensor point = at::zeros({1, 1, 33, 33});
  point[0][0][16][16] = 1;
  const at::Tensor spot = bend_channels(point, {.layer = "l", .kind = "blur", .amount = 2})[0][0];
  EXPECT_NEAR(spot.sum().item<double>(), 1, 1e-5);
  const at::Tensor places = at::arange(33, at::kFloat) - 16;
  EXPECT_NEAR((spot.sum(0) * places.square()).sum().item<double>(), 4, 0.15) << "variance 2 * 2";
}

TEST(Bending, AnUnknownKindNamesTheKnown) {
  try {
    bend_channels(ramp(), {.layer = "l", .kind = "melt"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("scale, add, invert"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(at::equal(bend_channels(ramp(), {.layer = "l", .channel = 9, .kind = "ablate"}), ramp()));
}

}  // namespace
}  // namespace ganvas::latent
