#!/usr/bin/env bash
# Makes a Debian 12 for 64-bit Arm that runs emulated on this x86-64 machine, and installs this checkout in it as its
# README says: tests/device/arm64_machine.sh FOLDER
# It takes about 15 minutes and 2 GB, root, mmdebstrap, and binfmt_misc. Run it again to install the checkout anew.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${1:?usage: $0 FOLDER}"
cd "$1"
readonly root=$PWD/root format=/proc/sys/fs/binfmt_misc

# Debian 12's own emulator crashes MediaPipe; that of Debian 13 is one static program, which needs no installation.
if [[ ! -e emulator/usr/bin/qemu-aarch64 ]]; then
  mmdebstrap --variant=extract --include=qemu-user trixie emulator
fi

# The kernel opens the emulator here ("F"), so that it need not lie in the root folder. 183 is Arm in an ELF header.
[[ -e $format/register ]] || mount -t binfmt_misc binfmt_misc $format
if [[ ! -e $format/mien-aarch64 ]]; then
  printf ':mien-aarch64:M::%b:%b:%s:F' \
    '\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00' \
    '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff' \
    "$PWD/emulator/usr/bin/qemu-aarch64" >$format/register
fi

if [[ ! -e root/etc/debian_version ]]; then
  mmdebstrap --arch=arm64 --skip=check/qemu --variant=minbase --include=ca-certificates,python3,python3-venv bookworm root
fi

# What git knows of the checkout, changes included, and how this machine reaches its package index.
rm -rf root/root/mien/{edge,export,training,tests}
mkdir -p root/root/mien
git -C "$here" ls-files -z | (cd "$here" && tar --null --files-from=- --create --file=-) | tar -C root/root/mien -x
cp /etc/resolv.conf root/etc/
cp /etc/ssl/certs/ca-certificates.crt root/etc/ssl/certs/
[[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf root/etc/

# pip may install from folders of this machine; the pages of an index lead to files beside it.
places=()
while read -r place; do
  [[ $place != file:///* ]] || place=$(dirname "${place#file://}")
  [[ $place != /* || ! -d $place ]] || places+=("$place")
done < <(python3 -m pip config list | tr "' " '\n')

# In a name space of its own, whose mounts end with it.
unshare --mount bash -euo pipefail -c '
  for place in proc sys dev; do mount --rbind "/$place" "$1/$place"; done
  for place in "${@:2}"; do mkdir -p "$1$place" && mount --bind "$place" "$1$place"; done
  QEMU_CPU=cortex-a76 chroot "$1" bash -c "cd /root/mien && ./requirements.sh"
' installer "$root" "${places[@]}"
