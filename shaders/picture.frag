#version 330 core
// A grid of pictures inside a rectangle, with a thin border and a soft shadow on the background.
uniform sampler2D picture;
uniform vec4 rectangle;    // of the whole grid: x, y, width, height
uniform vec2 cells;        // columns, rows
uniform int smooth_filter;
uniform float unit;        // pixels of one line
uniform vec3 background;
uniform vec3 border;
uniform float shadow;      // darkness beside the picture, 0..1
in vec2 position;
out vec4 colour;

vec4 texel(vec2 place) {
  vec2 size = vec2(textureSize(picture, 0));
  if (smooth_filter == 0) return texelFetch(picture, ivec2(min(place * size, size - 1.0)), 0);
  // The filter must not reach over into the neighbour of the grid.
  vec2 cell = floor(min(place * cells, cells - 0.5));
  vec2 inset = 0.5 / size;
  vec2 inside = clamp(place, cell / cells + inset, (cell + 1.0) / cells - inset);
  return texture(picture, inside);
}

vec4 sampled(vec2 place) {
  vec2 step_size = 1.0 / rectangle.zw;
  vec2 texels_per_pixel = vec2(textureSize(picture, 0)) * step_size;
  if (max(texels_per_pixel.x, texels_per_pixel.y) <= 1.01) return texel(place);
  // Shrunk pictures take four samples a pixel.
  vec4 sum = vec4(0.0);
  for (int i = 0; i < 4; ++i) {
    vec2 offset = (vec2(i & 1, i >> 1) - 0.5) * 0.5 * step_size;
    sum += texel(clamp(place + offset, vec2(0.0), vec2(0.99999)));
  }
  return sum * 0.25;
}

void main() {
  vec2 outside = max(rectangle.xy - position, position - rectangle.xy - rectangle.zw);
  float distance_out = max(outside.x, outside.y);
  if (distance_out > 0.0) {
    float reach = length(max(outside, vec2(0.0))) / (14.0 * unit);
    vec3 shaded = background * (1.0 - shadow * exp(-reach * reach));
    colour = vec4(distance_out <= unit ? border : shaded, 1.0);
    return;
  }
  vec4 pixel = sampled((position - rectangle.xy) / rectangle.zw);
  vec2 checker = floor((position - rectangle.xy) / (8.0 * unit));
  vec3 below = vec3(mod(checker.x + checker.y, 2.0) < 0.5 ? 0.80 : 0.68);
  colour = vec4(mix(below, pixel.rgb, pixel.a), 1.0);
}
