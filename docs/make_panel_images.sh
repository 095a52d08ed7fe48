#!/usr/bin/env bash
# Makes docs/images/panel-*.png: each tab of the real window, under Xvfb, as a mouse opens it.
#   docs/make_panel_images.sh [WIDTH HEIGHT SCALE FOLDER]     default: 1440 900 1, into docs/images
# With GANVAS_RUN, a run folder that kept its weights, also the time machine and the runs side by side.
# Needs xdotool. Takes about two and a half minutes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
width=${1:-1440}
height=${2:-900}
scale=${3:-1}
folder=${4:-$root/docs/images}
program=${GANVAS:-$root/build/release/ganvas}
work=$(mktemp -d)
Xvfb :98 -screen 0 "${width}x${height}x24" -nolisten tcp 2>/dev/null &
screen=$!
trap 'kill $screen $(jobs -p) 2>/dev/null; rm -rf "$work"' EXIT
export DISPLAY=:98 OMP_WAIT_POLICY=passive
mkdir -p "$folder"
python3 - "$work/script.json" "$root" <<'PYTHON'
import json, sys
path, root = sys.argv[1:]
moves = [{"command": "add_bookmark", "name": name} for name in ("first",)]
json.dump([
    {"command": "open_model", "path": root + "/assets/models/starter-stylegan2.safetensors"}, {"wait": {"seconds": 2}},
    {"command": "set_seed", "x": 12, "y": 0}, {"command": "set_psi", "psi": 0.8}, *moves,
    {"command": "set_seed", "x": 31, "y": 0}, {"command": "add_bookmark", "name": "second"},
    {"command": "add_keyframe", "seconds": 0}, {"command": "set_seed", "x": 44, "y": 0},
    {"command": "add_keyframe", "seconds": 2}, {"command": "leave_timeline"},
    {"command": "draw_map"}, {"command": "measure_sensitivity", "space": "z"}, {"command": "find_directions", "method": "sefa"},
    {"wait": {"seconds": 8}}, {"command": "measure_sensitivity", "space": "w"},
    {"command": "set_style_source", "index": 0, "source": {"seed": 7, "weights": [0, 0, 0, 0, 1, 1, 1, 0, 0, 0]}},
    {"command": "set_style_source", "index": 1, "source": {"name": "first", "kept": [{"seed_x": 12, "psi": 0.8}], "weights": [0, 0.5]}},
    {"command": "measure_model", "metrics": "face_fid500,factors", "samples": 500},
    {"wait": {"seconds": 100}}, {"command": "set_layer_view", "view": {"layer": "b16.conv1", "spectrum": False}},
    {"command": "set_bend", "index": 0, "bend": {"layer": "b16.conv1", "channel": 3, "kind": "scale", "amount": 2}},
    {"wait": {"seconds": 600}}], open(path, "w"))
PYTHON
cd "$work"
"$program" explore --window --device cpu --width "$width" --height "$height" --scale "$scale" \
  --script "$work/script.json" --out "$work/out" --inspect "$work/look.json" >/dev/null 2>&1 &
window=$!
shoot() {  # F12 saves the window under a name with the time
  rm -f "$work"/out/window-*.png
  sleep 6  # until the notice about the picture before has gone
  xdotool key F12
  for _ in $(seq 50); do
    sleep 0.2
    file=$(ls "$work"/out/window-*.png 2>/dev/null | head -1 || true)
    [ -z "$file" ] || { sleep 0.3; mv "$file" "$folder/panel-$1.png"; return; }
  done
  echo "make_panel_images.sh: the window was not saved" >&2
  exit 1
}
place() {  # WIDGET: the middle of its rectangle, which the program itself writes down
  python3 -c 'import json, sys
x, y, w, h = json.load(open(sys.argv[1]))["widgets"][sys.argv[2]]
print(int(x + w / 2), int(y + h / 2))' "$work/look.json" "$1"
}
press() {
  read -r x y < <(place "$1")
  xdotool mousemove "$x" "$y" click 1
  sleep 1
  xdotool mousemove $((width / 3)) $((height / 2))
  sleep 1
}
scroll() {  # so many notches, over the panel's own scroll bar: elsewhere a list may take them
  xdotool mousemove $((width - 20 * scale)) $((height * 3 / 4))
  for _ in $(seq "$1"); do xdotool click 5; done
  sleep 1
  xdotool mousemove $((width / 3)) $((height / 2))
  sleep 1
}
sleep 18
press tab.explore
shoot explore
press tab.style
shoot style
scroll 30
shoot style-2
press tab.metrics
sleep 20
shoot metrics
press tab.record
shoot record
press tab.settings
shoot settings
press tab.train
shoot train
xdotool key t
sleep 1
shoot timeline
xdotool key t
while [ $SECONDS -lt 130 ]; do sleep 1; done
press tab.layers
shoot layers
kill $window
wait $window 2>/dev/null || true

# The time machine needs a run that kept its weights; the runs side by side are those of docs/runs.
if [ -n "${GANVAS_RUN:-}" ]; then
  python3 - "$work/script.json" "$GANVAS_RUN" "$root/docs/runs" <<'PYTHON'
import glob, json, sys
path, run, runs = sys.argv[1:]
moments = sorted(float(name.split("kimg-")[1][:10]) for name in glob.glob(run + "/history/*.zst"))
json.dump([
    {"command": "open_model", "path": run}, {"wait": {"seconds": 2}}, {"command": "set_grid", "columns": 3, "rows": 2},
    {"command": "set_time", "time": {"at": moments[len(moments) // 3], "split": True, "other": -1}},
    {"command": "compare_runs", "folder": runs}, {"wait": {"seconds": 600}}], open(path, "w"))
PYTHON
  rm -f "$work/look.json"
  "$program" explore --window --device cpu --width "$width" --height "$height" --scale "$scale" \
    --script "$work/script.json" --out "$work/out" --inspect "$work/look.json" >/dev/null 2>&1 &
  window=$!
  sleep 12
  xdotool mousemove $((width / 3)) $((height / 2))
  xdotool key h
  press tab.record
  shoot time
  press tab.train
  press train.shown.1
  shoot runs
  kill $window
fi
ls "$folder"/panel-*.png
