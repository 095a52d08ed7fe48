#version 330 core
// A grid of pictures with more texels than pixels: four samples a pixel.
uniform sampler2D picture;
uniform vec4 rectangle;  // of the whole grid: x, y, width, height
in vec2 position;
out vec4 colour;

void main() {
  vec2 place = (position - rectangle.xy) / rectangle.zw;
  vec2 quarter = 0.25 / rectangle.zw;
  vec4 sum = texture(picture, place - quarter) + texture(picture, place + quarter) +
             texture(picture, place + vec2(quarter.x, -quarter.y)) + texture(picture, place + vec2(-quarter.x, quarter.y));
  vec4 pixel = sum * 0.25;
  colour = vec4(mix(vec3(0.74), pixel.rgb, pixel.a), 1.0);
}
