#!/usr/bin/env bash
# Proves the two commands of the README on a bare system: a minimal Debian or Ubuntu made with debootstrap, this checkout
# copied in (committed files only), ./dev run and ./dev test to the end. Needs root and about 12 GB; takes about half an hour.
#   tests/fresh/check.sh [--configure] [SUITE [FOLDER]]
# SUITE is bookworm, trixie, noble ...; this machine's own by default. FOLDER (default /var/tmp/ganvas-fresh) is removed and
# made anew. With --configure it ends when the packages are there and CMake has found them; nothing is compiled, and
# LibTorch is this machine's.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/tests/fresh/root.sh"
configure=0
[ "${1:-}" != --configure ] || { configure=1; shift; }
make_root "${1:-$(own_suite)}" "${2:-/var/tmp/ganvas-fresh}"

mkdir -p "$place/home/ganvas"
git -C "$root" archive HEAD | tar -x -C "$place/home/ganvas"
start=$SECONDS
step() {  # WHAT COMMANDS
  inside "cd /home/ganvas; $2"
  echo "check.sh: $1 passed after $((SECONDS - start)) s"
}
if [ $configure = 1 ]; then
  torch=$(echo "${XDG_CACHE_HOME:-$HOME/.cache}"/ganvas/torch-*)
  there=$place/root/.cache/ganvas/${torch##*/}
  mkdir -p "$there/lib"
  touch "$there/.complete-1"
  mount --bind "$torch/lib" "$there/lib"
  mount -o remount,ro,bind "$there/lib"
  inside 'apt-get update -q >/dev/null; apt-get install -y -q --no-install-recommends cmake >/dev/null'
  step "configuring on $(inside '. /etc/os-release; echo $PRETTY_NAME')" './dev build build.ninja; grep -h "^--.*compiler identification" build/*/configure.log'
  exit
fi
step "./dev run" './dev run -- generate --seeds 0-15 --grid 4x4 --out out/a && ls -l out/a | head -5'
step "./dev run without a display" './dev run'
step "./dev test" './dev test'
