#include "core/pictures/framing.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace ganvas {
namespace {

TEST(Framing, InsideKeepsTheShapeAndLiesInTheMiddle) {
  EXPECT_EQ(place_inside(200, 200, 96, 64), (PixelPlace{16, 0, 64, 64}));
  EXPECT_EQ(place_inside(10, 20, 100, 100), (PixelPlace{25, 0, 50, 100}));
  EXPECT_EQ(place_inside(1000, 1, 10, 10), (PixelPlace{0, 4, 10, 1}));
  EXPECT_EQ(framed({}, 64, 64, 1920, 1080).place, (PixelPlace{420, 0, 1080, 1080}));
}

TEST(Framing, CoverShowsTheMiddleInTheShapeOfTheSurface) {
  const Framed wide = framed({.fit = Framing::Fit::cover}, 100, 100, 200, 100);
  EXPECT_EQ(wide.place, (PixelPlace{0, 0, 200, 100}));
  EXPECT_DOUBLE_EQ(wide.part.width, 1);
  EXPECT_DOUBLE_EQ(wide.part.height, 0.5);
  EXPECT_DOUBLE_EQ(wide.part.y, 0.25);
  const Framed tall = framed({.fit = Framing::Fit::cover}, 300, 100, 50, 50);
  EXPECT_DOUBLE_EQ(tall.part.width, 1.0 / 3);
  EXPECT_DOUBLE_EQ(tall.part.x, 1.0 / 3);
  EXPECT_DOUBLE_EQ(tall.part.height, 1);
}

TEST(Framing, ACropIsFramedAsAPictureOfItsOwn) {
  const Framing left{.x = 0, .y = 0.25, .width = 0.5, .height = 0.25};
  const Framed inside = framed(left, 100, 100, 400, 400);
  EXPECT_EQ(inside.place, (PixelPlace{0, 100, 400, 200}));
  EXPECT_DOUBLE_EQ(inside.part.y, 0.25);
  Framing cover = left;
  cover.fit = Framing::Fit::cover;
  const Framed square = framed(cover, 100, 100, 10, 10);
  EXPECT_DOUBLE_EQ(square.part.width, 0.25);
  EXPECT_DOUBLE_EQ(square.part.x, 0.125);
  EXPECT_DOUBLE_EQ(square.part.height, 0.25);
}

TEST(Framing, WhatReachesOutOfThePictureIsRefused) {
  EXPECT_NO_THROW(check_framing({}));
  EXPECT_NO_THROW(check_framing({.x = 0.9, .width = 0.1}));
  EXPECT_THROW(check_framing({.x = 0.5}), Error);
  EXPECT_THROW(check_framing({.y = -0.1, .height = 0.5}), Error);
  EXPECT_THROW(check_framing({.width = 0}), Error);
  EXPECT_THROW(check_framing({.height = std::nan("")}), Error);
}

}  // namespace
}  // namespace ganvas
