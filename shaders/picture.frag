#version 330 core
// A grid of pictures, one sample a pixel: exact or smooth after the texture's own filter.
uniform sampler2D picture;
uniform vec4 rectangle;  // of the whole grid: x, y, width, height
uniform vec2 cells;      // columns, rows
in vec2 position;
out vec4 colour;

void main() {
  vec2 place = (position - rectangle.xy) / rectangle.zw;
  // The smooth filter must not reach over into the neighbour of the grid.
  vec2 cell = floor(place * cells);
  vec2 inset = 0.5 / vec2(textureSize(picture, 0));
  vec4 pixel = texture(picture, clamp(place, cell / cells + inset, (cell + 1.0) / cells - inset));
  colour = vec4(mix(vec3(0.74), pixel.rgb, pixel.a), 1.0);
}
