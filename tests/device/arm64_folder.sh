#!/usr/bin/env bash
# Makes a folder (320 MB) in which programs for 64-bit Arm run on an x86-64 Debian 12: tests/device/arm64_folder.sh FOLDER
# Nothing in it is installed, so nothing is emulated while it is made: it takes seconds of the processor's time, and the
# network's. It needs mmdebstrap, and an apt whose lists are fresh.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${1:?usage: $0 FOLDER}"
cd "$1"

# The emulator, without installing it.
apt-get download qemu-user-static
dpkg-deb --fsys-tarfile qemu-user-static_*.deb | tar -x --strip-components=3 ./usr/bin/qemu-aarch64-static
rm qemu-user-static_*.deb

# Python 3.11 and its libraries.
mmdebstrap --arch=arm64 --variant=extract --include=python3,libstdc++6 bookworm root

# An Arm's own description: ONNX Runtime dies of an x86-64's.
mkdir -p root/proc root/sys/devices/system/cpu
printf '%s\t: %s\n' processor 0 Features 'fp asimd evtstrm crc32 cpuid' 'CPU implementer' 0x41 'CPU architecture' 8 \
  'CPU variant' 0x0 'CPU part' 0xd08 'CPU revision' 3 > root/proc/cpuinfo
for list in possible present online; do echo 0 > "root/sys/devices/system/cpu/$list"; done

# What the expression model and the face detector need, in the versions that mien is tested with.
"$here/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --target site --only-binary=:all: \
  --platform manylinux_2_28_aarch64 --platform manylinux_2_27_aarch64 --platform manylinux2014_aarch64 \
  --implementation cp --python-version 3.11 --constraint "$here/requirements.lock" numpy onnxruntime \
  opencv-python-headless pydantic
