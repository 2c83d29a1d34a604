#!/usr/bin/env bash
# Makes or renews the machine that faults are injected into: tests/device/make_machine.sh FOLDER [REVISION]
# FOLDER gets a Debian bookworm with systemd (1.5 GB, minutes once), into which REVISION (HEAD) of mien is installed with
# `requirements.sh --service` as its owner would do it (again within half a minute), music to play, a clip for machines
# without a camera, and two disks for the virtual machine. It needs root, mmdebstrap and systemd-nspawn.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${1:?usage: $0 FOLDER [REVISION]}"
folder=$(cd "$1" && pwd)
revision=${2:-HEAD}
root=$folder/rootfs

# What stands around mien on a board: the owner's Debian, with what makes and inspects faults.
packages=systemd-sysv,dbus,udev,kmod,procps,iproute2,ca-certificates,python3,alsa-utils,v4l-utils,pulseaudio,pulseaudio-utils
if [[ ! -e $folder/.made ]]; then
  mmdebstrap --variant=minbase --include="$packages,linux-image-amd64,initramfs-tools,zstd" bookworm "$root"
  touch "$folder/.made"
fi
cp -r "$here/tests/device/machine_files/." "$root/"
mkdir -p "$root"/{bench,bench-music,srv/music,var/log/journal}

# run_inside COMMAND...: in the machine's files, with the host's network, certificates and pip.
run_inside() {
  local pip_options=()
  mapfile -t pip_options < <(env | grep '^PIP_' | sed 's/^/--setenv=/')
  systemd-nspawn --quiet --register=no --keep-unit --directory="$root" --bind="$folder/pip:/root/.cache/pip" \
    --bind-ro=/etc/ssl/certs "${pip_options[@]}" "$@"
}

mkdir -p "$folder/pip"
rm -rf "$root/root/mien"
mkdir "$root/root/mien"
git -C "$here" archive "$revision" | tar -x -C "$root/root/mien"
git -C "$here" rev-parse "$revision" > "$folder/revision"
run_inside --chdir=/root/mien ./requirements.sh --service
run_inside systemctl --quiet enable bench-agent bench-camera bench-sound systemd-networkd
run_inside sh -c 'cat /etc/mien/bench.toml > /etc/mien/mien.toml; echo bench > /etc/hostname'

if [[ ! -e $folder/music ]]; then
  "$here/.venv/bin/python" "$here/tests/device/make_media.py" "$folder"
fi
cp "$folder/face.mp4" "$root/opt/bench/"

rm -f "$folder"/{root,music}.img
truncate -s 4G "$folder/root.img"
mke2fs -q -t ext4 -m 0 -d "$root" "$folder/root.img"
truncate -s 512M "$folder/music.img"
mke2fs -q -t ext4 -m 0 -L music -d "$folder/music" "$folder/music.img"
echo "ready: $folder, with mien $(cat "$folder/revision")"
