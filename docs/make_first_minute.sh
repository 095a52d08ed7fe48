#!/usr/bin/env bash
# Makes docs/images/first-minute-1.png to -5.png: a new user's first minute in the real window, under Xvfb, by mouse.
#   docs/make_first_minute.sh [WIDTH HEIGHT SCALE FOLDER]     default: 1440 900 1, into docs/images
# Needs xdotool. Takes about two minutes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
width=${1:-1440}
height=${2:-900}
scale=${3:-1}
folder=${4:-$root/docs/images}
program=${GANVAS:-$root/build/release/ganvas}
work=$(mktemp -d)
screen=:${GANVAS_DISPLAY:-97}
Xvfb "$screen" -screen 0 "${width}x${height}x24" -nolisten tcp 2>/dev/null &
trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
# Settings of nobody: it is the first start.
export DISPLAY=$screen OMP_WAIT_POLICY=passive XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
mkdir -p "$folder"
cd "$work"
"$program" explore --window --device cpu --width "$width" --height "$height" --scale "$scale" \
  --inspect look.json >/dev/null 2>&1 &

look() {  # EXPRESSION of Python over l, what is on screen
  python3 -c 'import json, sys
try:
    l = json.load(open("look.json"))
    print(eval(sys.argv[1]))
except Exception:
    print(False)' "$1"
}
until_true() {  # SECONDS EXPRESSION
  for _ in $(seq $(($1 * 5))); do
    [ "$(look "bool($2)")" = True ] && return
    sleep 0.2
  done
  echo "make_first_minute.sh: waited in vain for $2" >&2
  exit 1
}
place() {  # WIDGET [PART OF ITS WIDTH]
  until_true 30 "'$1' in l['widgets']"
  look "'%d %d' % (l['widgets']['$1'][0] + ${2:-0.5} * l['widgets']['$1'][2], l['widgets']['$1'][1] + l['widgets']['$1'][3] / 2)"
}
press() {
  read -r x y < <(place "$@")
  xdotool mousemove "$x" "$y" && sleep 0.4 && xdotool mousedown 1 && sleep 0.2 && xdotool mouseup 1 && sleep 0.4
}
pull() {  # WIDGET PART DX DY
  read -r x y < <(place "$1" "$2")
  xdotool mousemove "$x" "$y" && sleep 0.4 && xdotool mousedown 1
  for _ in 1 2 3 4 5 6; do sleep 0.2; xdotool mousemove_relative -- "$3" "$4"; done
  sleep 0.2 && xdotool mouseup 1 && sleep 0.4
}
shoot() {  # NUMBER: F12 saves the window
  rm -f out/window-*.png
  xdotool mousemove 4 4 && sleep 0.6 && xdotool key F12
  for _ in $(seq 50); do
    sleep 0.2
    file=$(ls out/window-*.png 2>/dev/null | head -1 || true)
    [ -z "$file" ] || { sleep 0.3 && mv "$file" "$folder/first-minute-$1.png" && sleep 5 && return; }
  done
  echo "make_first_minute.sh: the window was not saved" >&2
  exit 1
}

until_true 60 "l['picture']['request'] == l['request'] and not l['state']['loading']"
sleep 1
shoot 1
pull picture 0.4 -14 3
shoot 2
pull explore.dimension.0 0.5 18 0
press bookmarks.1
shoot 3
press tour.show
press train.start
until_true 60 "l['state']['train_step'] > 2"
press train.weights 0.8
until_true 60 "l['picture']['in_training']"
sleep 20
shoot 4
press tour.show
press record.film
pull picture 0.4 -14 3
press record.film
press tab.train
sleep 20
shoot 5
