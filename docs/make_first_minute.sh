#!/usr/bin/env bash
# Makes docs/images/first-minute-1.png to -5.png: a new user's first minute in the real window, under Xvfb, by mouse.
#   docs/make_first_minute.sh [WIDTH HEIGHT SCALE FOLDER]     default: 1440 900 1, into docs/images
# Needs xdotool. Takes about two minutes.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/screen.sh"
open_screen "$@"
explore

until_true 60 "$picture_is_there"
sleep 1
shoot "$folder/first-minute-1.png"
pull picture 0.4 -14 3
shoot "$folder/first-minute-2.png"
pull explore.dimension.0 0.5 18 0
press bookmarks.1
shoot "$folder/first-minute-3.png"
press tour.show
press train.start
until_true 60 "l['state']['train_step'] > 2"
press train.weights.1
until_true 60 "l['picture']['in_training']"
sleep 20
shoot "$folder/first-minute-4.png"
press tour.show
press record.film
pull picture 0.4 -14 3
press record.film
press tab.train
sleep 20
shoot "$folder/first-minute-5.png"
