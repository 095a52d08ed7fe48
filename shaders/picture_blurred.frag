#version 330 core
// A picture of few texels, enlarged without edges: a cubic B-spline over 4 x 4 of them. It was drawn, so its lowest row
// is the first.
uniform sampler2D picture;
uniform vec4 rectangle;  // of the picture: x, y, width, height
in vec2 position;
out vec4 colour;

vec4 weights(float t) {
  float s = 1.0 - t;
  return vec4(s * s * s, 4.0 - 6.0 * t * t + 3.0 * t * t * t, 4.0 - 6.0 * s * s + 3.0 * s * s * s, t * t * t) / 6.0;
}

void main() {
  ivec2 size = textureSize(picture, 0);
  vec2 part = (position - rectangle.xy) / rectangle.zw;
  vec2 place = vec2(part.x, 1.0 - part.y) * vec2(size) - 0.5;
  ivec2 first = ivec2(floor(place)) - 1;
  vec4 across = weights(fract(place.x)), down = weights(fract(place.y));
  vec3 sum = vec3(0.0);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x)
      sum += across[x] * down[y] * texelFetch(picture, clamp(first + ivec2(x, y), ivec2(0), size - 1), 0).rgb;
  colour = vec4(sum, 1.0);
}
