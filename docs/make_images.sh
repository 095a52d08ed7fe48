#!/usr/bin/env bash
# Makes the pictures of the README from the real window, under Xvfb: docs/images/*.png and steering.gif.
#   docs/make_images.sh [RUN]     RUN: a run folder whose training goes on (in a copy), so that the pictures show a model
#                                 that has learnt something; without it a fresh run is started
# Needs ffmpeg for the moving picture. Takes about two minutes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
Xvfb :97 -screen 0 1440x900x24 -nolisten tcp &
screen=$!
trap 'kill $screen 2>/dev/null; rm -rf "$work"' EXIT
export DISPLAY=:97 OMP_WAIT_POLICY=passive
mkdir -p "$root/docs/images"
resume=""
if [ $# -gt 0 ]; then
  cp -r "$1" "$work/run"
  resume=$(ls "$work"/run/checkpoints/*.safetensors | tail -1)
fi
python3 - "$work" "$resume" <<'PYTHON'
import json, os, sys
work, resume = sys.argv[1:]
steps = [{"command": "set_grid", "columns": 3, "rows": 2}, {"command": "set_seed", "x": 5, "y": 0},
         {"wait": {"until_frame": 1}}, {"wait": {"seconds": 1}},
         {"screenshot": {"of": "window", "path": "explore.png"}}]
controls = {"recipe": work + "/run/recipe.json" if resume else "starter-dcgan", "data": "faces", "follow": True}
start = {"command": "start_training", "run_folder": work + "/run"}
if resume:
    start["resume_from"] = resume
first = int(os.path.basename(resume)[5:13]) if resume else 0
steps += [{"command": "set_training", "controls": controls}, start, {"wait": {"until_step": first + 20}},
          {"wait": {"seconds": 6}}, {"screenshot": {"of": "picture", "path": "walk.png"}}, {"wait": {"seconds": 6}},
          {"command": "set_animate", "on": True, "speed": 0.5}]
for index, value in ((2, 2.5), (5, -2.5), (7, 2.0), (2, -2.0)):
    steps += [{"wait": {"seconds": 4}}, {"command": "set_dimension", "index": index, "value": value}]
steps += [{"command": "set_animate", "on": False}, {"wait": {"seconds": 10}},
          {"screenshot": {"of": "window", "path": "train.png"}},
          {"command": "stop_training"}, {"wait": {"until_state": "stopped"}}]
json.dump(steps, open(work + "/script.json", "w"))
PYTHON
"$root/dev" run -- explore --window --script "$work/script.json" --out "$work/out" --inspect "$work/look.json" &
program=$!
while [ ! -e "$work/out/walk.png" ] && kill -0 $program 2>/dev/null; do sleep 0.2; done
sleep 6
if command -v ffmpeg >/dev/null; then
  ffmpeg -loglevel error -y -f x11grab -framerate 3 -video_size 1440x900 -t 15 -i :97 -vf \
    "scale=640:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=48[p];[b][p]paletteuse=dither=none" \
    "$root/docs/images/steering.gif"
else
  echo "make_images.sh: ffmpeg is missing; steering.gif was not made." >&2
  sleep 15
fi
# A mouse opens the Train tab, whose rectangle the program itself writes down.
read -r x y < <(python3 -c 'import json, sys
x, y, w, h = json.load(open(sys.argv[1]))["widgets"]["tab.train"]
print(int(x + w / 2), int(y + h / 2))' "$work/look.json")
xdotool mousemove "$x" "$y" click 1
wait $program
cp "$work/out/explore.png" "$work/out/train.png" "$root/docs/images/"
ls -l "$root/docs/images"
