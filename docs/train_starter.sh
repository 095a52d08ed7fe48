#!/usr/bin/env bash
# Trains the starter model on the built-in faces: at 32x32, then what that learned at 64x64 and at 128x128. A face is
# drawn for every picture, so nothing repeats. It goes on where an earlier call stopped.
#   docs/train_starter.sh FOLDER SECONDS [DEVICE [KIMG32 KIMG64 KIMG128]]     default: cpu 300 700 1500
# FOLDER gets a run for each size; the newest one's model.safetensors, or newest checkpoint, is the model so far.
# TORCHRUN, where it names that program, trains on a processor with two processes of one thread, which two threads of one
# process do not reach.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${GANVAS:-$root/build/release/ganvas}
folder=$1 end=$((SECONDS + $2)) device=${3:-cpu}
declare -A kimg=([32]=${4:-300} [64]=${5:-700} [128]=${6:-1500})
mkdir -p "$folder"
recipe() { # RESOLUTION
  python3 - "$1" "${kimg[$1]}" <<'PYTHON'
import json, sys
size, kimg = int(sys.argv[1]), float(sys.argv[2])
levels = {4: 64, 8: 64, 16: 64, 32: 48, 64: 24, 128: 16}
channels = [width for level, width in levels.items() if level <= size]
adam = {"kind": "adam", "lr": 0.0025, "beta1": 0, "beta2": 0.99, "eps": 1e-8}
batch = 16
json.dump({
    "name": f"starter-{size}", "title": f"Built-in faces without end, {size}x{size}",
    "notes": ["StyleGAN2 (Karras et al. 2020). Own choices: at most 64 channels, batch 16, R1 gamma 0.02 * size^2 / batch, a hundred "
              "times that of its program's configuration auto (docs/starter.md), no noise inputs, for drawn faces have no grain, and no "
              "augmentation and no path length regularisation, for no face is seen twice."],
    "network": {"family": "stylegan2", "resolution": size, "image_channels": 3, "z_dim": 64, "w_dim": 64,
                "num_ws": 2 * len(channels),
                "extra": {"channels": channels, "mapping_layers": 4, "d_architecture": "resnet", "conv_clamp": 0,
                          "fp16_resolutions": 0, "mbstd_group": 4, "noise": False}},
    "data": {"source": "faces", "seed": 1, "count": 1000000000},
    "loss": {"kind": "logistic", "generator_first": True, "fresh_latents": True, "r1_gamma": 0.02 * size ** 2 / batch,
             "r1_interval": 16, "path_weight": 0, "style_mixing": 0.5},
    "g_optimizer": adam, "d_optimizer": adam, "batch": batch, "kimg": kimg, "ema_kimg": 10, "ema_ramp": 0.1,
    "sample_kimg": 50, "save_seconds": 300, "seed": 0}, sys.stdout, indent=2)
PYTHON
}
is_trained() { # RUN KIMG: a run that was stopped has a model, too
  python3 -c 'import json, sys
try:
    *_, last = open(sys.argv[1])
    sys.exit(json.loads(last)["kimg"] < float(sys.argv[2]) - 0.1)
except (OSError, ValueError):
    sys.exit(1)' "$1/log.jsonl" "$2"
}
before=
for size in 32 64 128; do
  run=$folder/$size
  if ! is_trained "$run" "${kimg[$size]}"; then
    left=$((end - SECONDS))
    [ $left -gt 5 ] || break
    if [ -n "$(ls "$run/checkpoints" 2>/dev/null)" ]; then
      start=(--resume "$run")
    else
      rm -rf "$run"
      recipe $size >"$folder/$size.json"
      start=(--recipe "$folder/$size.json" --data faces --out "$run" ${before:+--from "$before"})
    fi
    together=() threads=0
    [ "$device" != cpu ] || [ -z "${TORCHRUN:-}" ] || { together=("$TORCHRUN" --no-python --nproc-per-node 2) threads=1; }
    timeout -s TERM -k 60 $left "${together[@]}" "$program" train "${start[@]}" --kimg "${kimg[$size]}" --device "$device" \
      --threads $threads --progress none --quality 0 --history-mb 64 || [ $? -eq 124 ]
  fi
  before=$(ls "$run"/checkpoints/step-*.safetensors | tail -1)  # both networks and the average; the model has only that
  is_trained "$run" "${kimg[$size]}" || break
done
