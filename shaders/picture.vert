#version 330 core
// A rectangle of the surface; positions are pixels from its upper left corner.
uniform vec4 area;          // x, y, width, height
uniform vec2 surface_size;  // pixels
out vec2 position;

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  position = area.xy + corner * area.zw;
  gl_Position = vec4(position / surface_size * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
}
