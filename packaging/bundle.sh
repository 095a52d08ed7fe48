#!/usr/bin/env bash
# bundle.sh BUILD DIR [--tests]: the tree of tree.py as a folder that runs wherever it is put, the same as DIR.tar.zst,
# and as DIR.deb. With --tests the folder also gets the test programs of BUILD and run-tests, for a machine without sources.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -ge 2 ] || { echo "bundle: say where: ./dev bundle DIR" >&2; exit 2; }
build=$1 place=${2%/} tests=${3:-}
part=$place.part
tests_of_bundle="core ops io models latent data train media parity"

with_tests() {
  local inside=$part/lib/ganvas/tests name
  mkdir -p "$inside"
  for name in $tests_of_bundle; do cp "$build/tests/${name}_test" "$inside/"; done
  cp -r "$root/tests/reference" "$root/tests/parity/waiting.txt" "$inside/"
  cat >"$part/run-tests" <<'END'
#!/usr/bin/env bash
# The tests that need no sources: run-tests [NAME...], with the LibTorch that bin/ganvas finds.
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib/ganvas" && pwd)
LD_LIBRARY_PATH=$("$here/../../bin/ganvas" --library-path) || exit 1
export LD_LIBRARY_PATH OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive} GANVAS_ASSETS=$here/assets GANVAS_PROGRAM=$here/ganvas
export GANVAS_REFERENCE=$here/tests/reference GANVAS_WAITING=$here/tests/waiting.txt
failed=0
for program in "$here"/tests/*_test; do
  name=$(basename "$program" _test)
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  "$program" || failed=$((failed + 1))
done
exit $((failed > 0))
END
  chmod +x "$part/run-tests"
}

debian_package() {  # FOLDER FILE
  local usr=$1/usr version needs
  mkdir -p "$1/DEBIAN" "$usr/share/doc/ganvas"
  cp -r "$place/bin" "$place/lib" "$place/share" "$usr/"
  rm -rf "$usr/lib/ganvas/tests"
  mv "$usr/share/zsh/site-functions" "$usr/share/zsh/vendor-completions"  # where Debian's zsh looks
  gzip -9n "$usr/share/man/man1/ganvas.1"
  ln -s ../../../lib/ganvas/licences/ganvas.txt "$usr/share/doc/ganvas/copyright"
  version=$(sed -n 's/.*"version": "\(.*\)",/\1/p' "$usr/lib/ganvas/built.json")
  needs=$(python3 "$root/packaging/libraries.py" "$usr/lib/ganvas")
  cat >"$1/DEBIAN/control" <<END
Package: ganvas
Version: $version
Architecture: amd64
Maintainer: the ganvas authors <ganvas@localhost>
Installed-Size: $(du -sk "$usr" | cut -f1)
Depends: $needs, python3 (>= 3.10), python3-venv, libegl1, libgl1, fontconfig-config
Recommends: libgl1-mesa-dri, libegl-mesa0, fonts-inter | fonts-dejavu-core
Section: graphics
Priority: optional
Description: explore the latent space of image GANs live, and train them live
 The libraries that it needs come along, all but LibTorch: that is taken from
 an environment with Python's torch, or installed for the user by the first start.
END
  dpkg-deb --root-owner-group -Zzstd --build "$1" "$2" >/dev/null
}

rm -rf "$part"
mkdir -p "$(dirname "$place")"
python3 "$root/packaging/tree.py" "$build" "$part"
[ "$tests" != --tests ] || with_tests
rm -rf "$place"
mv "$part" "$place"
tar --create --directory "$(dirname "$place")" "$(basename "$place")" | zstd -q -T0 -12 -f -o "$place.tar.zst"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
debian_package "$work" "$place.deb"
du -sh "$place" "$place.tar.zst" "$place.deb"
echo "bundle: start it with $place/bin/ganvas, or install $place.deb"
