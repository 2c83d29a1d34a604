#!/usr/bin/env bash
# Installs mien on Debian and Raspberry Pi OS. Safe to run again: only what is missing or has changed is installed.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here
readonly service_folder=/opt/mien command=/usr/local/bin/mien
readonly units=(mien.service mien-eye.service)
readonly user_folder="${HOME:-}/.local/share/mien"
readonly user_units="${XDG_CONFIG_HOME:-${HOME:-}/.config}/systemd/user"
# libvlc-bin writes VLC's plugin cache, without which every start opens some 350 files.
readonly run_packages=(ca-certificates libvlc-bin libvlc5 python3 python3-venv vlc-plugin-base)
readonly mediapipe_packages=(libegl1 libgles2)
readonly dev_packages=(chromium dbus-daemon mosquitto mosquitto-clients playerctl shellcheck strace systemd)

usage() {
  cat <<'HELP'
usage: ./requirements.sh [options]

Installs the apt packages that mien needs and mien itself into the virtual environment .venv beside this file.

  --mediapipe       and what finding faces with MediaPipe needs (not on a Raspberry Pi 4)
  --train           and what training a model needs (PyTorch)
  --export          and what exporting a model needs (PyTorch, ONNX)
  --tags            and what writing mood tags into your files needs (mutagen, under the GPL)
  --mqtt            and what an MQTT broker, such as Home Assistant's, is told with (paho-mqtt)
  --mpris           and what media keys and the desktop's widgets reach mien by (dbus-fast)
  --metrics         and what Prometheus' figures are written with (prometheus-client)
  --gpio            and what drives buttons and lamps on a Raspberry Pi's pins (gpiozero, lgpio)
  --dev             and all of that, the tests and the checks
  --unlocked        newest versions that pyproject.toml allows, not the tested ones of requirements.lock
  --service         install mien in /opt/mien instead, as two systemd services that start at boot and play through ALSA
  --remove-service  remove those services; settings, music and index stay
  --user-service    install mien in ~/.local/share/mien instead, as a service of your session, for a desktop's sound
  --remove-user-service  remove that service; settings, music and index stay
  --help            show this

PYTHON=/path/to/python chooses the Python (3.11 or newer) that a new virtual environment is made with.
HELP
}

say() { printf 'mien: %s\n' "$*"; }

fail() {
  say "$*" >&2
  exit 1
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "This needs root and there is no sudo here: run as root: $*"
  fi
}

# Under sudo the files in a person's checkout stay that person's.
as_owner() {
  local owner
  owner="$(stat -c %U "$here")"
  if ((EUID == 0)) && [[ "$owner" == "${SUDO_USER:-root}" && "$owner" != root ]]; then
    sudo -H -u "$owner" "$@"
  else
    "$@"
  fi
}

install_packages() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null; then
    say "no apt here, so these must come from your system: $*"
    return
  fi
  for package in "$@"; do
    [[ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" == "install ok installed" ]] || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    say "apt packages: all there"
    return
  fi
  say "apt packages: installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    -o APT::Keep-Downloaded-Packages=false "${missing[@]}" >/dev/null
}

is_usable() {
  "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate candidates=(python3 python3.13 python3.12 python3.11)
  [[ -z "${PYTHON:-}" ]] || candidates=("$PYTHON")
  for candidate in "${candidates[@]}"; do
    if is_usable "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  fail "No Python 3.11 or newer with venv was found (tried ${candidates[*]}): install one, or name it with PYTHON=/path."
}

# install_into AS_WHOM ENVIRONMENT REQUIREMENT...
install_into() {
  local run_as="$1" environment="$2" packages python
  shift 2
  if [[ ! -e "$environment" ]]; then
    python="$(find_python)"
    "$run_as" "$python" -m venv "$environment"
  fi
  python="$environment/bin/python"
  is_usable "$python" || fail "$environment is no virtual environment of Python 3.11 or newer: remove it and run this again."
  # After an upgrade of the system python3 is another one, which finds none of the old one's packages.
  "$python" -c 'import pip' 2>/dev/null || "$run_as" "$python" -m venv --upgrade "$environment"
  say "$("$python" --version) in $environment: installing, which takes some minutes the first time"
  local pip=("$run_as" "$python" -m pip --quiet --disable-pip-version-check "${cache[@]}")
  "${pip[@]}" install "${constraints[@]}" hatchling
  "${pip[@]}" install "${constraints[@]}" --no-build-isolation "${shims[@]}" "$@"
  "${pip[@]}" check
  for packages in "$environment"/lib/python3*/site-packages; do
    leave_out "$run_as" "$packages"
  done
  "$python" -c 'import cv2, numpy, onnxruntime' || fail "What was installed does not run: remove $environment and run this again."
}

# leave_out AS_WHOM SITE_PACKAGES: what nothing loads, NumPy's own tests and ONNX Runtime once more for programs in C.
leave_out() {
  local unused
  for unused in "$2"/numpy/tests "$2"/numpy/*/tests "$2"/onnxruntime/capi/libonnxruntime.so.*; do
    [[ ! -e "$unused" ]] || "$1" rm -r "$unused"
  done
}

install_environment() {
  local environment="$here/.venv" wanted
  wanted="$(cd "$here" && {
    echo "$target ${constraints[*]}"
    cat pyproject.toml requirements.lock requirements.sh edge/headless_opencv/pyproject.toml
  } | sha256sum)"
  # The stamp spares pip's half minute, and lets a machine without network run this again.
  if [[ "$(cat "$environment/.installed" 2>/dev/null)" == "$wanted" ]]; then
    say "$environment: up to date"
  else
    install_into as_owner "$environment" --editable "$target"
    as_owner tee "$environment/.installed" <<<"$wanted" >/dev/null
  fi
  say "ready: .venv/bin/mien"
}

install_service() {
  command -v systemctl >/dev/null || fail "There is no systemd here: start \`mien run\` at boot in your system's own way."
  umask 022
  # The service's user must reach the interpreter, which one in a home folder forbids.
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  as_root mkdir -p "$service_folder"
  install_into as_root "$service_folder/.venv" "$target"
  cd "$here/systemd"
  as_root install -m 644 "${units[@]}" /etc/systemd/system
  as_root install -D -m 644 mien.sysusers /etc/sysusers.d/mien.conf
  as_root install -D -m 644 mien.tmpfiles /etc/tmpfiles.d/mien.conf
  as_root install -D -m 644 60-mien.rules /etc/udev/rules.d/60-mien.rules
  [[ -e /etc/mien/mien.toml ]] || as_root install -D -m 644 mien.toml /etc/mien/mien.toml
  as_root systemd-sysusers mien.conf
  as_root systemd-tmpfiles --create mien.conf
  as_root systemctl --quiet enable "${units[@]}"
  as_root ln -sfT "$service_folder/.venv/bin/mien" "$command"
  say "services: ${units[*]} start at boot; settings in /etc/mien/mien.toml, music in /srv/music"
  if [[ -d /run/systemd/system ]]; then
    ! command -v udevadm >/dev/null || as_root udevadm control --reload # a container may have no udev
    as_root systemctl daemon-reload
    as_root systemctl --no-block restart "${units[@]}" # the player is ready only once it plays
    say "services: started; read them with: journalctl -u mien -u mien-eye"
  else
    say "services: systemd does not run here, so they are installed but not started"
  fi
}

remove_service() {
  local unit now=()
  [[ ! -d /run/systemd/system ]] || now=(--now)
  for unit in "${units[@]}"; do
    if [[ -e "/etc/systemd/system/$unit" ]]; then
      as_root systemctl --quiet disable "${now[@]}" "$unit"
      as_root rm "/etc/systemd/system/$unit"
    fi
  done
  [[ "$(readlink "$command")" != "$service_folder"/* ]] || as_root rm "$command"
  as_root rm -rf "$service_folder" /etc/sysusers.d/mien.conf /etc/tmpfiles.d/mien.conf /etc/udev/rules.d/60-mien.rules
  [[ ! -d /run/systemd/system ]] || as_root systemctl daemon-reload
  say "services: removed; /etc/mien, /var/lib/mien, /srv/music and the users mien and mien-eye stay"
}

# The session's own service manager: there is none in a bare root shell or over some ways to change user.
for_session() {
  [[ -z "${XDG_RUNTIME_DIR:-}" || ! -S "$XDG_RUNTIME_DIR/systemd/private" ]] || systemctl --user --quiet "$@"
}

install_user_service() {
  command -v systemctl >/dev/null || fail "There is no systemd here: start \`mien run\` with your session in its own way."
  ((EUID != 0)) || fail "A service of a session is installed as the user of that session: run this again without sudo."
  mkdir -p "$user_folder" "$user_units"
  install_into env "$user_folder/.venv" "$target"
  install -m 644 "$here/systemd/user/mien.service" "$user_units"
  # What \`systemctl --user enable\` does, which needs a session.
  mkdir -p "$user_units/default.target.wants"
  ln -sf ../mien.service "$user_units/default.target.wants"
  for_session daemon-reload
  for_session --no-block restart mien.service
  say "service: starts with your session; read it with: journalctl --user -u mien"
  say "service: to have it start at boot, before anybody logs in: sudo loginctl enable-linger $USER"
}

remove_user_service() {
  ((EUID != 0)) || fail "A service of a session is removed by the user of that session: run this again without sudo."
  [[ ! -e "$user_units/mien.service" ]] || for_session stop mien.service
  rm -rf "$user_folder" "$user_units/mien.service" "$user_units/default.target.wants/mien.service"
  for_session daemon-reload
  say "service: removed; your settings, music and index stay"
}

action=install_environment
extras=""
constraints=(--constraint "$here/requirements.lock")
cache=(--no-cache-dir) # a board's card has better uses
shims=()
packages=("${run_packages[@]}")
for option in "$@"; do
  case "$option" in
    --mediapipe)
      extras+="${extras:+,}mediapipe"
      packages+=("${mediapipe_packages[@]}")
      shims=("$here/edge/headless_opencv")
      ;;
    --train | --export | --tags | --mqtt | --mpris | --metrics | --gpio) extras+="${extras:+,}${option#--}" ;;
    --dev)
      extras+="${extras:+,}dev,export,train"
      cache=()
      packages+=("${mediapipe_packages[@]}" "${dev_packages[@]}")
      shims=("$here/edge/headless_opencv")
      ;;
    --unlocked) constraints=() ;;
    --service) action=install_service ;;
    --remove-service) action=remove_service ;;
    --user-service) action=install_user_service ;;
    --remove-user-service) action=remove_user_service ;;
    -h | --help)
      usage
      exit
      ;;
    *)
      say "unknown option $option" >&2
      usage >&2
      exit 2
      ;;
  esac
done

target="$here${extras:+[$extras]}"
[[ "$action" == remove_* ]] || install_packages "${packages[@]}"
"$action"
