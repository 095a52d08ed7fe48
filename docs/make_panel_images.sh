#!/usr/bin/env bash
# Makes docs/images/panel-*.png: each tab of the real window, under Xvfb, as a mouse opens it.
#   docs/make_panel_images.sh [WIDTH HEIGHT SCALE FOLDER]     default: 1440 900 1, into docs/images
# With GANVAS_RUN, a run folder that kept its weights, also the time machine and the runs side by side.
# Needs xdotool. Takes about two and a half minutes.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/screen.sh"
open_screen "$@"
python3 - "$work/script.json" "$root" <<'PYTHON'
import json, sys
path, root = sys.argv[1:]
moves = [{"command": "add_bookmark", "name": name} for name in ("first",)]
json.dump([
    {"command": "open_model", "path": root + "/assets/models/starter.safetensors"}, {"wait": {"seconds": 2}},
    {"command": "set_seed", "x": 12, "y": 0}, {"command": "set_psi", "psi": 0.8}, *moves,
    {"command": "set_seed", "x": 31, "y": 0}, {"command": "add_bookmark", "name": "second"},
    {"command": "add_keyframe", "seconds": 0}, {"command": "set_seed", "x": 25, "y": 0},
    {"command": "add_keyframe", "seconds": 2}, {"command": "leave_timeline"},
    {"command": "load_moves", "path": root + "/assets/models/starter.directions.json"},
    {"command": "draw_map"}, {"command": "measure_sensitivity", "space": "z"}, {"command": "find_directions", "method": "sefa"},
    {"wait": {"seconds": 8}}, {"command": "measure_sensitivity", "space": "w"},
    {"command": "set_style_source", "index": 0, "source": {"seed": 7, "weights": [0, 0, 0, 0, 1, 1, 1, 0, 0, 0]}},
    {"command": "set_style_source", "index": 1, "source": {"name": "first", "kept": [{"seed_x": 12, "psi": 0.8}], "weights": [0, 0.5]}},
    {"command": "measure_model", "metrics": "face_fid500,factors", "samples": 500},
    {"wait": {"seconds": 100}}, {"command": "set_layer_view", "view": {"layer": "b16.conv1", "spectrum": False}},
    {"command": "set_bend", "index": 0, "bend": {"layer": "b16.conv1", "channel": 3, "kind": "scale", "amount": 2}},
    {"wait": {"seconds": 600}}], open(path, "w"))
PYTHON
explore --plain --script "$work/script.json"
scroll() {  # so many notches, over the panel's own scroll bar: elsewhere a list may take them
  xdotool mousemove $((width - 20 * scale)) $((height * 3 / 4))
  for _ in $(seq "$1"); do xdotool click 5; done
  sleep 1
  xdotool mousemove $((width / 3)) $((height / 2))
  sleep 1
}
sleep 18
press tab.explore
shoot "$folder/panel-explore.png"
press tab.style
shoot "$folder/panel-style.png"
scroll 30
shoot "$folder/panel-style-2.png"
press tab.metrics
sleep 20
shoot "$folder/panel-metrics.png"
press tab.record
shoot "$folder/panel-record.png"
press tab.settings
shoot "$folder/panel-settings.png"
press tab.train
shoot "$folder/panel-train.png"
xdotool key t
sleep 1
shoot "$folder/panel-timeline.png"
xdotool key t
while [ $SECONDS -lt 130 ]; do sleep 1; done
press tab.layers
shoot "$folder/panel-layers.png"
close_window

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
  explore --plain --script "$work/script.json"
  sleep 12
  xdotool mousemove $((width / 3)) $((height / 2))
  xdotool key h
  press tab.record
  shoot "$folder/panel-time.png"
  press tab.train
  press train.shown.1
  shoot "$folder/panel-runs.png"
  close_window
fi
ls "$folder"/panel-*.png
