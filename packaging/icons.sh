#!/usr/bin/env bash
# Makes the PNG icons out of icons/ganvas.svg. Needs rsvg-convert (Debian: librsvg2-bin).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/icons"
for size in 32 48 64 128 256; do rsvg-convert --width $size --height $size ganvas.svg --output ganvas-$size.png; done
