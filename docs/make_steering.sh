#!/usr/bin/env bash
# Makes docs/images/steering.gif: the real window, under Xvfb, while a model trains and is steered.
#   docs/make_steering.sh [RUN]     RUN: a run folder whose training goes on, in a copy; default: the starter's newest
# Needs xdotool, and ffmpeg for the moving picture. Takes about a minute.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/screen.sh"
run=$(realpath "${1:-$(ls -d "$root"/docs/starter/[0-9]* | sort -V | tail -1)}")
command -v ffmpeg >/dev/null || { echo "make_steering.sh: ffmpeg is missing." >&2; exit 1; }
open_screen
cp -r "$run" run
python3 - "$work" "$(ls run/checkpoints/*.safetensors | tail -1)" <<'PYTHON'
import json, os, sys
work, resume = sys.argv[1:]
first = int(os.path.basename(resume)[5:13])
steps = [{"command": "set_grid", "columns": 3, "rows": 2}, {"command": "set_seed", "x": 23, "y": 0}, {"command": "set_psi", "psi": 0.7},
         {"command": "set_training", "controls": {"recipe": work + "/run/recipe.json", "data": "faces", "follow": True}},
         {"command": "start_training", "run_folder": work + "/run", "resume_from": resume},
         {"wait": {"until_step": first + 20}}, {"wait": {"seconds": 4}},
         {"screenshot": {"of": "picture", "path": "begun.png"}}, {"command": "set_animate", "on": True, "speed": 0.4}]
for index, value in ((2, 2.5), (5, -2.5), (7, 2.0), (2, -2.0)):
    steps += [{"wait": {"seconds": 4}}, {"command": "set_dimension", "index": index, "value": value}]
json.dump(steps + [{"wait": {"seconds": 60}}], open(work + "/script.json", "w"))
PYTHON
explore --plain --script "$work/script.json"
for _ in $(seq 600); do [ ! -e "$work/out/begun.png" ] || break; sleep 0.2; done
sleep 2
press tab.train
ffmpeg -loglevel error -y -f x11grab -framerate 4 -video_size "${width}x$height" -t 15 -i "$DISPLAY" -vf \
  "scale=720:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none" "$folder/steering.gif"
note_made "$folder/steering.gif"
close_window
