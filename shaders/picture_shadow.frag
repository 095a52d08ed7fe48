#version 330 core
// The thin border and the soft shadow around a picture, on the background.
uniform vec4 rectangle;  // the picture: x, y, width, height
uniform float unit;      // pixels of one line
uniform vec3 background;
uniform vec3 border;
uniform float shadow;    // darkness beside the picture, 0..1
in vec2 position;
out vec4 colour;

void main() {
  vec2 outside = max(rectangle.xy - position, position - rectangle.xy - rectangle.zw);
  float reach = length(max(outside, vec2(0.0))) / (14.0 * unit);
  vec3 shaded = background * (1.0 - shadow * exp(-reach * reach));
  colour = vec4(max(outside.x, outside.y) <= unit ? border : shaded, 1.0);
}
