# A screen of its own (Xvfb) with the real window on it, used as a person would. Sourced by the scripts beside it:
#   open_screen [WIDTH HEIGHT SCALE FOLDER]     default: 1440 900 1, pictures into docs/images
# then explore ARGUMENTS starts the window, in a folder $work that goes at the end. GANVAS: another program than the built one.
# Needs xdotool; with ffmpeg the pictures become smaller.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(realpath "${GANVAS:-$root/build/release/ganvas}")
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

open_screen() {
  width=${1:-1440} height=${2:-900} scale=${3:-1} folder=${4:-$root/docs/images}
  mkdir -p "$folder"
  folder=$(realpath "$folder")
  local screen=:${GANVAS_DISPLAY:-97}
  Xvfb "$screen" -screen 0 "${width}x${height}x24" -nolisten tcp 2>/dev/null &
  # Settings of nobody: what a person has chosen does not show.
  export DISPLAY=$screen OMP_WAIT_POLICY=passive XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
  cd "$work"
}

explore() { # ARGUMENTS: the window; $window is its process
  rm -f "$work/look.json"
  "$program" explore --window --device cpu --width "$width" --height "$height" --scale "$scale" --inspect "$work/look.json" \
    --out "$work/out" "$@" >/dev/null 2>&1 &
  window=$!
}

close_window() { kill "$window" && wait "$window" 2>/dev/null || true; }

look() { # EXPRESSION of Python over l, what is on screen
  python3 -c 'import json, sys
try:
    l = json.load(open(sys.argv[1]))
    print(eval(sys.argv[2]))
except Exception:
    print(False)' "$work/look.json" "$1"
}

until_true() { # SECONDS EXPRESSION
  for _ in $(seq $(($1 * 5))); do
    [ "$(look "bool($2)")" = True ] && return
    sleep 0.2
  done
  echo "$(basename "$0"): waited in vain for $2" >&2
  exit 1
}

picture_is_there="l['picture']['request'] == l['request'] and l['picture']['coarse'] == 0 and not l['state']['loading']"

place() { # WIDGET [PART OF ITS WIDTH]: a point in it, which the program itself writes down
  until_true 30 "'$1' in l['widgets']"
  look "'%d %d' % (l['widgets']['$1'][0] + ${2:-0.5} * l['widgets']['$1'][2], l['widgets']['$1'][1] + l['widgets']['$1'][3] / 2)"
}

press() { # WIDGET [PART OF ITS WIDTH]
  local x y
  read -r x y < <(place "$@")
  xdotool mousemove "$x" "$y" && sleep 0.4 && xdotool mousedown 1 && sleep 0.2 && xdotool mouseup 1 && sleep 0.4
}

pull() { # WIDGET PART DX DY
  local x y
  read -r x y < <(place "$1" "$2")
  xdotool mousemove "$x" "$y" && sleep 0.4 && xdotool mousedown 1
  for _ in 1 2 3 4 5 6; do sleep 0.2 && xdotool mousemove_relative -- "$3" "$4"; done
  sleep 0.2 && xdotool mouseup 1 && sleep 0.4
}

shoot() { # FILE: F12 saves the window under a name with the time
  rm -f "$work"/out/window-*.png
  sleep 6 # until the notice about the picture before has gone
  xdotool mousemove 4 4 && sleep 0.6 && xdotool key F12
  local file
  for _ in $(seq 50); do
    sleep 0.2
    file=$(ls "$work"/out/window-*.png 2>/dev/null | head -1 || true)
    [ -z "$file" ] || { sleep 0.3 && mv "$file" "$1" && make_small "$1" && note_made "$1" && return; }
  done
  echo "$(basename "$0"): the window was not saved" >&2
  exit 1
}

make_small() { # FILE: a palette is enough, and a third of the bytes
  command -v ffmpeg >/dev/null || return 0
  ffmpeg -loglevel error -y -i "$1" -vf "split[a][b];[a]palettegen=max_colors=192[p];[b][p]paletteuse=dither=none" small.png
  mv small.png "$1"
}

note_made() { # FILE: made.json beside it says which script made it, of which version and with which tabs in the window
  python3 - "$1" "docs/$(basename "$0")" "$("$program" --version)" "$work/look.json" <<'PYTHON'
import hashlib, json, os, sys
file, script, version, look = sys.argv[1:]
path = os.path.join(os.path.dirname(file), "made.json")
made = json.load(open(path)) if os.path.exists(path) else {}
tabs = sorted(name for name in json.load(open(look))["widgets"] if name.startswith("tab.") and not name[4:].isdigit())
made[os.path.basename(file)] = {"by": script, "version": version, "tabs": " ".join(name[4:] for name in tabs),
                                "sha256": hashlib.sha256(open(file, "rb").read()).hexdigest()}
with open(path, "w") as out:
    json.dump(made, out, indent=1, sort_keys=True)
    out.write("\n")
PYTHON
}
