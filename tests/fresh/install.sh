#!/usr/bin/env bash
# Proves the wheel and the bundle on a bare system that has neither compiler nor checkout: first picture, 1 kimg of
# training, the window under Xvfb, --help of each subcommand.
#   tests/fresh/install.sh DIST [SUITE [FOLDER]]
# DIST holds what ./dev wheel DIST and ./dev bundle DIST/ganvas have made. LibTorch is not downloaded again: the root sees
# the environment of ./dev, by a .pth file as a package that is there already. Pictures of the window go to DIST/seen.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/tests/fresh/root.sh"
[ $# -ge 1 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
dist=$(cd "$1" && pwd)
suite=${2:-$(own_suite)}
torch=$(echo "${XDG_CACHE_HOME:-$HOME/.cache}"/ganvas/torch-*)
make_root "$suite" "${3:-/var/tmp/ganvas-install}"

inside 'apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends python3-venv xvfb xauth libgl1-mesa-dri libegl-mesa0 fonts-dejavu-core >/dev/null
  ! command -v gcc g++ cc clang cmake'
mkdir -p "$place/opt/torch" "$dist/seen"
mount --bind "$torch" "$place/opt/torch"
mount -o remount,ro,bind "$place/opt/torch"
packages=$(cd "$torch" && echo lib/python3*/site-packages)

# What a person does first; $1 is how ganvas is called there, $2 what it is called in the report.
try() {
  local call=$1 name=$2 start=$SECONDS first
  inside "rm -rf /tmp/$name; mkdir -p /tmp/$name; cd /tmp/$name; $call generate --seeds 0-15 --grid 4x4 --out a; test -s a/grid.png"
  first=$((SECONDS - start))
  inside "cd /tmp/$name
    $call train --recipe starter-dcgan --data faces --kimg 1 --set batch=16 --set 'network.dcgan.channels=[16,16,16,16]' \
      --set data.count=64 --threads 1 --quality 0 --progress none --out run
    test -s run/model.safetensors
    for words in '' \$($call --help | sed -n '/^Subcommands:/,/^\$/ s/^  \([a-z-]*\) .*/\1/p'); do $call \$words --help >/dev/null; done
    for words in make sheet; do $call dataset \$words --help >/dev/null; done"
  # A window that draws and then ends as it is told to; the script's picture of it says what was on the screen.
  echo '[{"wait": {"until_frame": 1}}, {"screenshot": {"of": "window", "path": "window.png"}}]' >"$place/tmp/$name/look.json"
  inside "cd /tmp/$name; xvfb-run -a -s '-screen 0 1440x900x24' $call explore --window --script look.json --out seen; test -s seen/window.png"
  cp "$place/tmp/$name/seen/window.png" "$dist/seen/$suite-$name.png"
  echo "install.sh: $name on $suite: first picture after $first s, all of it after $((SECONDS - start)) s"
}

# The wheel, in a clean virtual environment.
cp "$dist"/ganvas-*.whl "$place/tmp/"
inside "python3 -m venv --clear /opt/clean
  echo /opt/torch/$packages >\$(echo /opt/clean/lib/python3*/site-packages)/torch-is-there.pth
  /opt/clean/bin/pip install -q --no-index --no-deps /tmp/ganvas-*.whl"
try /opt/clean/bin/ganvas wheel

# The folder, with LibTorch by name, and what it says without.
rm -rf "$place/opt/bundle"
cp -r "$dist/ganvas" "$place/opt/bundle"
inside '/opt/bundle/bin/ganvas info </dev/null 2>&1 | grep -q "install-torch"'
try "/opt/bundle/bin/ganvas --torch /opt/torch" folder

# The package, with LibTorch of the environment that is active.
cp "$dist/ganvas.deb" "$place/tmp/"
inside 'apt-get install -y -q --no-install-recommends /tmp/ganvas.deb >/dev/null; test -e /usr/share/man/man1/ganvas.1.gz'
try "env VIRTUAL_ENV=/opt/torch ganvas" package
inside 'apt-get remove -y -q ganvas >/dev/null; ! command -v ganvas'
