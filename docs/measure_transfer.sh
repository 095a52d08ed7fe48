#!/usr/bin/env bash
# How many pictures a run on a small data set needs that begins with another model's networks, and how many one that
# begins with none; docs/training.md has the figures.
#   docs/measure_transfer.sh FOLDER MODEL [DEVICE]
# MODEL: a run, checkpoint or model of the built-in faces at 32x32 (docs/starter). The data are 500 drawn faces that
# it has not seen. FOLDER gets both runs, and a line "run kimg face_fid" a measurement in figures.txt. It goes on where it
# stopped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${GANVAS:-$root/build/release/ganvas}
folder=$1 model=$2 device=${3:-cpu}
mkdir -p "$folder"
python3 - >"$folder/recipe.json" <<'PYTHON'
import json, sys
adam = {"kind": "adam", "lr": 0.0025, "beta1": 0, "beta2": 0.99, "eps": 1e-8}
json.dump({
    "name": "few-faces-32", "title": "500 built-in faces, 32x32",
    "notes": ["StyleGAN2-ADA (Karras et al. 2020). The networks and the R1 gamma of docs/starter.md."],
    "network": {"family": "stylegan2", "resolution": 32, "image_channels": 3, "z_dim": 64, "w_dim": 64, "num_ws": 8,
                "extra": {"channels": [64, 64, 64, 48], "mapping_layers": 4, "d_architecture": "resnet", "conv_clamp": 0,
                          "fp16_resolutions": 0, "mbstd_group": 4, "noise": False}},
    "data": {"source": "faces", "seed": 77, "count": 500},
    "loss": {"kind": "logistic", "generator_first": True, "fresh_latents": True, "r1_gamma": 1.28, "r1_interval": 16,
             "path_weight": 0, "style_mixing": 0.5},
    "augment": {"pipe": "bgc", "mode": "ada", "target": 0.6, "kimg": 100, "interval": 4},
    "g_optimizer": adam, "d_optimizer": adam, "batch": 16, "kimg": 100, "ema_kimg": 5, "ema_ramp": 0.1,
    "sample_kimg": 50, "save_seconds": 300, "seed": 0}, sys.stdout, indent=2)
PYTHON
measure() { # RUN KIMG
  local figure
  figure=$("$program" metrics "$folder/$1" --data faces --metrics face_fid5k --device "$device" --progress none |
    tee "$folder/$1.metrics" | grep -o 'face_fid5k[^0-9]*[0-9.]*' | grep -o '[0-9.]*$')
  echo "$1 $2 $figure" | tee -a "$folder/figures.txt"
}
train() { # RUN KIMG [start]
  local run=$1 kimg=$2 start=(--resume "$folder/$1"); shift 2
  ! grep -qs "^$run $kimg " "$folder/figures.txt" || return 0
  [ -n "$(ls "$folder/$run/checkpoints" 2>/dev/null)" ] ||
    start=(--recipe "$folder/recipe.json" --data faces --out "$folder/$run" "$@")
  "$program" train "${start[@]}" --kimg "$kimg" --device "$device" --quality 0 --history-mb 8 --progress none
  measure "$run" "$kimg"
}
for kimg in 1 2 4 8 16; do train begun-with-another $kimg --from "$model"; done
for kimg in 4 8 16 32; do train fresh $kimg; done
