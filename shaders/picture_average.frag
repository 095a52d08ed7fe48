#version 330 core
// A picture of many texels on few pixels: 64 samples a pixel.
uniform sampler2D picture;
uniform vec4 rectangle;  // of the whole picture: x, y, width, height
in vec2 position;
out vec4 colour;

void main() {
  vec2 corner = (floor(position) - rectangle.xy) / rectangle.zw;
  vec4 sum = vec4(0.0);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) sum += texture(picture, corner + (vec2(x, y) + 0.5) / 8.0 / rectangle.zw);
  vec4 pixel = sum / 64.0;
  colour = vec4(mix(vec3(0.74), pixel.rgb, pixel.a), 1.0);
}
