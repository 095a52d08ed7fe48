#!/usr/bin/env bash
# Makes a relocatable folder: program, tests, assets, shared libraries. LibTorch's, CUDA's and the system's GL libraries
# stay outside: the target brings Python's torch 2.11 and a driver. Called by ./dev bundle with PRESET DIR.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=$1
place=${2:-}
[ -n "$place" ] || { echo "bundle: say where: ./dev bundle DIR" >&2; exit 2; }
tests="core ops io models latent data train media parity"
targets=ganvas
for name in $tests; do targets="$targets ${name}_test"; done
# shellcheck disable=SC2086
PRESET=$preset "$root/dev" build $targets
build=$root/build/$preset

part=$place.part
rm -rf "$part"
mkdir -p "$part/bin" "$part/lib" "$part/assets" "$part/tests"
cp "$build/ganvas" "$part/bin/"
for name in $tests; do cp "$build/tests/${name}_test" "$part/bin/"; done
cp -r "$root/assets/." "$part/assets/"
cp -r "$root/shaders" "$part/assets/shaders"
cp -r "$root/tests/reference" "$root/tests/parity/waiting.txt" "$part/tests/"
cp "$root/LICENSE" "$part/"

# Everything that the programs load, but LibTorch, CUDA, the GL stack (it belongs to the driver) and the C library.
for program in "$part"/bin/*; do ldd "$program"; done | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | sort -u |
  grep -vE '/(libtorch|libc10|libshm|libcu|libnv|libnccl|libgomp|libcupti|libcaffe)|/lib(GL|EGL|GLX|GLdispatch|OpenGL|gbm|drm|glapi)[^/]*$|/(libc|libm|libdl|librt|libpthread|libresolv|ld-linux[^/]*|libstdc\+\+|libgcc_s)\.so' |
  xargs -r -I{} cp -L {} "$part/lib/"

cat >"$part/environment" <<'EOF'
# Sourced by the launchers: finds LibTorch through Python, without importing it.
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
python=${PYTHON:-python3}
torch=$("$python" -c 'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")')
if [ -z "$torch" ]; then
  echo "ganvas: $python has no package torch; set PYTHON to the interpreter of an environment with torch 2.11." >&2
  exit 1
fi
libraries=$torch/lib
for folder in "$torch"/../nvidia/*/lib; do [ -d "$folder" ] && libraries=$libraries:$(cd "$folder" && pwd); done
export LD_LIBRARY_PATH=$libraries:$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export GANVAS_ASSETS=$here/assets OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
EOF
cat >"$part/ganvas" <<'EOF'
#!/usr/bin/env bash
# ganvas with the LibTorch of $PYTHON (default python3).
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment"
exec "$here/bin/ganvas" "$@"
EOF
cat >"$part/run-tests" <<'EOF'
#!/usr/bin/env bash
# The tests that need no sources: run-tests [NAME...]
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/environment"
export GANVAS_REFERENCE=$here/tests/reference GANVAS_WAITING=$here/tests/waiting.txt GANVAS_PROGRAM=$here/bin/ganvas
failed=0
for program in "$here"/bin/*_test; do
  name=$(basename "$program" _test)
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  "$program" || failed=$((failed + 1))
done
exit $((failed > 0))
EOF
chmod +x "$part/ganvas" "$part/run-tests"
rm -rf "$place"
mv "$part" "$place"
echo "bundle: $(du -sh "$place" | cut -f1) in $place; start it with $place/ganvas (PYTHON names the interpreter whose torch it uses)"
