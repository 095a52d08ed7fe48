#!/usr/bin/env bash
# Makes docs/images/reading-1.png to -3.png: a state dict whose activation was inferred wrongly, opened in the real window
# under Xvfb; corrected by one click; opened again after a restart.
#   docs/make_reading_images.sh [WIDTH HEIGHT SCALE FOLDER]     default: 1440 900 1, into docs/images
# Needs xdotool and a Python with torch (GANVAS_PYTHON). Takes about a minute.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/screen.sh"
open_screen "$@"
mkdir files
"${GANVAS_PYTHON:-python3}" -W ignore "$root/tests/models/files/weights.py" files
model=$work/files/leaky_relu.pth

explore --plain --model "$model"
until_true 60 "$picture_is_there"
press picture.reading
until_true 30 "'reading.main.2.kind.leaky_relu' in l['widgets']"
shoot "$folder/reading-1.png"
press reading.main.2.kind.leaky_relu
until_true 30 "$picture_is_there"
shoot "$folder/reading-2.png"
close_window
cat "$model.ganvas.json"

explore --plain --model "$model"
until_true 60 "$picture_is_there"
press picture.reading
shoot "$folder/reading-3.png"
close_window
