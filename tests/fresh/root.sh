#!/usr/bin/env bash
# A bare system to try things in, made with debootstrap; sourced by check.sh and install.sh, which need root.
# make_root SUITE FOLDER makes it anew and sets $place; inside "commands" runs them there. Suites are Debian's and Ubuntu's.
# With GANVAS_FRESH_AGAIN=1 a folder that has been made is used as it is, to try once more what went wrong.

leave() {
  local inner
  for inner in "$place"/opt/torch "$place"/root/.cache/ganvas/*/lib "$place"/{proc,dev/pts,dev/shm,dev}; do
    mountpoint -q "$inner" && umount -l "$inner"
  done
}

own_suite() { (. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}"); }

make_root() {  # SUITE FOLDER
  place=$2
  [ "$(id -u)" = 0 ] || { echo "${0##*/}: run this as root (debootstrap and chroot need it)." >&2; exit 1; }
  command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap
  trap leave EXIT
  leave || true
  if [ "${GANVAS_FRESH_AGAIN:-0}" != 1 ] || [ ! -e "$place/.made" ]; then
    rm -rf "$place"
    install_system "$1"
    touch "$place/.made"
  fi
  mount -t proc proc "$place/proc"
  mount --bind /dev "$place/dev"
  mount -t devpts devpts "$place/dev/pts" 2>/dev/null || true
}

install_system() {  # SUITE
  local suite=$1 mirror="" components=main scripts=/usr/share/debootstrap script
  case $suite in
    jammy | noble)  # the mirror that debootstrap itself knows; where Ubuntu's keys are not installed, it says so
      components=main,universe script=gutsy
      mirror=$(sed -n 's/.*default_mirror \(.*archive\..*\)/\1/p' "$scripts/scripts/$script") ;;
    *)  # the same mirror as this machine's
      script=sid
      mirror=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep -v security | head -1) ;;
  esac
  if [ ! -e "$scripts/scripts/$suite" ]; then  # a suite that is younger than this machine's debootstrap
    scripts=$(mktemp -d)
    cp -r /usr/share/debootstrap/. "$scripts"
    ln -s "$script" "$scripts/scripts/$suite"
  fi
  DEBOOTSTRAP_DIR=$scripts debootstrap --variant=minbase --include=ca-certificates --components=$components \
    "$suite" "$place" ${mirror:+"$mirror"}

  # A bare system gets its network from its owner: settings of packages and certificates are this machine's.
  if [ "$suite" = "$(own_suite)" ]; then
    rm "$place/etc/apt/sources.list"
    cp /etc/apt/sources.list "$place/etc/apt/" 2>/dev/null || true
    cp -r /etc/apt/sources.list.d /etc/apt/trusted.gpg.d /etc/apt/keyrings "$place/etc/apt/" 2>/dev/null || true
  fi
  cp -r /etc/apt/apt.conf.d "$place/etc/apt/" 2>/dev/null || true
  cp -r /usr/local/share/ca-certificates "$place/usr/local/share/" 2>/dev/null || true
  cp /etc/ssl/certs/ca-certificates.crt "$place/etc/ssl/certs/"
  cp /etc/pip.conf "$place/etc/" 2>/dev/null || true
  cp -L /etc/resolv.conf /etc/hosts "$place/etc/"
}

inside() {
  local settings; settings=$(env | grep -iE '^(pip_|[a-z]*_proxy|ssl_cert|requests_ca)' || true)
  # shellcheck disable=SC2086
  env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    $settings chroot "$place" bash -c "set -e; $1"
}
