#!/usr/bin/env bash
# Proves the two commands of the README on a bare system: a minimal Debian made with debootstrap, this checkout copied
# in (committed files only), ./dev run and ./dev test to the end. Needs root and about 12 GB; takes about half an hour.
#   tests/fresh/check.sh [FOLDER]      default /var/tmp/ganvas-fresh; removed and made anew
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
place=${1:-/var/tmp/ganvas-fresh}
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
[ "$(id -u)" = 0 ] || { echo "check.sh: run this as root (debootstrap and chroot need it)." >&2; exit 1; }
command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap

leave() { for inner in proc dev/pts dev/shm dev; do mountpoint -q "$place/$inner" && umount -l "$place/$inner"; done; }
trap leave EXIT
leave || true
rm -rf "$place"

# The same mirror and package-index settings as this machine: a bare system gets its network from its owner.
mirror=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep -v security | head -1)
debootstrap --variant=minbase --include=ca-certificates "$suite" "$place" ${mirror:+"$mirror"}
cp /etc/apt/sources.list "$place/etc/apt/" 2>/dev/null || true
cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/trusted.gpg.d /etc/apt/keyrings "$place/etc/apt/" 2>/dev/null || true
cp -r /usr/local/share/ca-certificates "$place/usr/local/share/" 2>/dev/null || true
cp /etc/ssl/certs/ca-certificates.crt "$place/etc/ssl/certs/"
cp /etc/pip.conf "$place/etc/" 2>/dev/null || true
cp -L /etc/resolv.conf /etc/hosts "$place/etc/"
mount -t proc proc "$place/proc"
mount --bind /dev "$place/dev"
mount -t devpts devpts "$place/dev/pts" 2>/dev/null || true

mkdir -p "$place/home/ganvas"
git -C "$root" archive HEAD | tar -x -C "$place/home/ganvas"
settings=$(env | grep -iE '^(pip_|[a-z]*_proxy|ssl_cert|requests_ca)' || true)
inside() {
  # shellcheck disable=SC2086
  env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 $settings \
    chroot "$place" bash -c "cd /home/ganvas && $1"
}
start=$SECONDS
inside './dev run -- generate --seeds 0-15 --grid 4x4 --out out/a && ls -l out/a | head -5'
echo "check.sh: ./dev run passed after $((SECONDS - start)) s"
inside './dev run'
echo "check.sh: ./dev run without a display passed after $((SECONDS - start)) s"
inside './dev test'
echo "check.sh: ./dev test passed after $((SECONDS - start)) s in all"
