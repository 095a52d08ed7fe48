#!/usr/bin/env bash
# Makes the pictures of the README from the real window, under Xvfb: docs/images/*.png and steering.gif.
# Needs ffmpeg for the moving picture. Takes about two minutes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
Xvfb :97 -screen 0 1440x900x24 -nolisten tcp &
screen=$!
trap 'kill $screen 2>/dev/null; rm -rf "$work"' EXIT
export DISPLAY=:97 OMP_WAIT_POLICY=passive
mkdir -p "$root/docs/images"
python3 - "$work" <<'PYTHON'
import json, sys
steps = [{"command": "set_grid", "columns": 3, "rows": 2}, {"command": "set_seed", "x": 5, "y": 0},
         {"wait": {"until_frame": 1}}, {"wait": {"seconds": 1}},
         {"screenshot": {"of": "window", "path": "explore.png"}}]
training = {"recipe": "starter-dcgan", "data": "faces", "overrides": {"data.count": "2000", "kimg": "1000"}, "follow": True}
steps += [{"command": "set_training", "controls": training},
          {"command": "start_training", "run_folder": sys.argv[1] + "/run"},
          {"wait": {"until_step": 30}}, {"command": "set_animate", "on": True, "speed": 0.5}]
for frame in range(40):
    steps += [{"wait": {"seconds": 0.5}}, {"screenshot": {"of": "window", "path": f"steer{frame:03d}.png"}}]
    if frame % 8 == 4:
        steps += [{"command": "set_dimension", "index": frame // 8, "value": 2.5 if frame % 16 == 4 else -2.5}]
steps += [{"wait": {"seconds": 4}}, {"screenshot": {"of": "window", "path": "train.png"}},
          {"command": "set_animate", "on": False}, {"command": "stop_training"}, {"wait": {"until_state": "stopped"}}]
json.dump(steps, open(sys.argv[1] + "/script.json", "w"))
PYTHON
"$root/dev" run -- explore --window --script "$work/script.json" --out "$work/out" --inspect "$work/look.json" &
program=$!
# Once the walk is over, a mouse opens the Train tab, whose rectangle the program itself writes down.
while [ ! -e "$work/out/steer039.png" ] && kill -0 $program 2>/dev/null; do sleep 0.2; done
read -r x y < <(python3 -c 'import json, sys
x, y, w, h = json.load(open(sys.argv[1]))["widgets"]["tab.1"]
print(int(x + w / 2), int(y + h / 2))' "$work/look.json")
xdotool mousemove "$x" "$y" click 1
wait $program
cp "$work/out/explore.png" "$work/out/train.png" "$root/docs/images/"
if command -v ffmpeg >/dev/null; then
  ffmpeg -loglevel error -y -framerate 5 -i "$work/out/steer%03d.png" -vf \
    "scale=960:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=96[p];[b][p]paletteuse=dither=bayer" \
    "$root/docs/images/steering.gif"
else
  echo "make_images.sh: ffmpeg is missing; steering.gif was not made." >&2
fi
ls -l "$root/docs/images"
