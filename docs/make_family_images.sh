#!/usr/bin/env bash
# Makes docs/images/families/*.png: one model of each family of tests/reference, opened one after the other in the real
# window under Xvfb. The log says how many seconds each took to open.
#   docs/make_family_images.sh [PROGRAM]     PROGRAM: a built ganvas; without it ./dev builds one
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=("$root/dev" run --)
[ $# -eq 0 ] || program=("$(realpath "$1")")
work=$(mktemp -d)
Xvfb :96 -screen 0 1000x640x24 -nolisten tcp &
screen=$!
trap 'kill $screen 2>/dev/null; rm -rf "$work"' EXIT
export DISPLAY=:96 OMP_WAIT_POLICY=passive GANVAS_LOG=info XDG_CONFIG_HOME="$work/config"
mkdir -p "$root/docs/images/families"
# Name of the picture, file, truncation.
models="dcgan dcgan/netG_epoch_24.pth 1
wgan wgan_clip/netG_epoch_0.pth 1
stylegan stylegan1_tf/network-snapshot-000120.pkl 0.7
stylegan2 stylegan2_tf/network-snapshot-000120.pkl 0.7
stylegan2-rosinality rosinality/010000.pt 0.7
stylegan2-ada sg2ada_main/network-snapshot-000025.pkl 0.7
stylegan2-ada-conditional sg2ada_cond_map8/network-snapshot-000025.pkl 0.7
stylegan3-r stylegan3_r/network-snapshot-000040.pkl 0.7
stylegan3-t stylegan3_t/network-snapshot-000040.pkl 0.7"
python3 - "$work" "$root/tests/reference" <<PYTHON
import json, sys
work, references = sys.argv[1:]
steps = [{"command": "set_grid", "columns": 4, "rows": 2}, {"command": "set_seed", "x": 0, "y": 0}]
for line in """$models""".splitlines():
    name, path, psi = line.split()
    # The pause lets the notice of the screenshot before fade away.
    steps += [{"command": "set_psi", "psi": float(psi)}, {"command": "open_model", "path": references + "/" + path},
              {"wait": {"until_frame": 1}}, {"wait": {"seconds": 6.5}},
              {"screenshot": {"of": "window", "path": name + ".png"}}]
json.dump(steps, open(work + "/script.json", "w"))
PYTHON
"${program[@]}" explore --window --width 960 --height 600 --scale 1 --script "$work/script.json" --out "$work/out"
for picture in "$work"/out/*.png; do
  # A palette is enough for panels and small pictures, and a third of the bytes.
  ffmpeg -loglevel error -y -i "$picture" -vf "split[a][b];[a]palettegen=max_colors=96[p];[b][p]paletteuse=dither=none" \
    "$root/docs/images/families/$(basename "$picture")"
done
ls -l "$root/docs/images/families"
