#!/usr/bin/env bash
# Runs a command in a User-Mode Linux kernel, which has IPVS where the host's kernel has not. The host's files are there read-only;
# /run and /tmp are empty. Usage: uml.sh COMMAND [ARG...]; exits with the command's status, or 75 where there is no such kernel.
# Debian packages: user-mode-linux, kmod, ipvsadm; systemd and systemd-sysv with UML_SYSTEMD=1, which runs the command as a service
# of systemd as process 1, beside the units of config/systemd and nothing else. UML_SECONDS bounds the run (default 120).
set -euo pipefail
cd "$(dirname "$0")/.."

kernel="$(command -v "${UML_KERNEL:-linux.uml}" || true)"
modules="${UML_MODULES:-/usr/lib/uml/modules}"
if [ -z "$kernel" ] || [ ! -d "$modules" ]; then
  echo "uml.sh: no linux.uml or no $modules: install user-mode-linux" >&2
  exit 75
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# Inside, /tmp hides this folder, so everything from it is read before.
cat >"$work/init" <<'INIT'
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount --bind "$UML_FOLDER" /mnt
mount -t tmpfs tmpfs /run
command="$(cat "$UML_COMMAND")"
mount -t tmpfs tmpfs /tmp
mkdir -p /run/kernel-modules/lib /run/netns
# A checkout below /tmp or /run would be hidden now.
[ -d "$UML_FOLDER" ] || { mkdir -p "$UML_FOLDER" && mount --bind /mnt "$UML_FOLDER"; }
ln -s "$UML_MODULES" /run/kernel-modules/lib/modules
ip link set lo up
modprobe_in() { modprobe -d /run/kernel-modules "$1" || echo "uml.sh: no module $1"; }
schedulers='rr wrr lc wlc lblc lblcr sh mh dh sed nq fo ovf pe_sip'
for module in ip_vs $(printf 'ip_vs_%s ' $schedulers) dummy veth; do modprobe_in $module; done
cat >/run/uml-command <<END
cd "$UML_FOLDER"
$command </dev/null
printf '\nUML-STATUS %d\n' \$?
halt -f -p
END
[ -n "${UML_SYSTEMD:-}" ] || exec bash /run/uml-command
mkdir /run/units
cp "$UML_FOLDER"/config/systemd/*.service /run/units
# What units need by default, without all that a machine starts there.
for target in sysinit basic shutdown multi-user; do
  printf '[Unit]\nDefaultDependencies=no\n' >"/run/units/$target.target"
done
cat >/run/units/uml.service <<END
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash /run/uml-command
Environment=PATH=$PATH HOME=/run TERM=dumb
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
END
export SYSTEMD_UNIT_PATH=/run/units SYSTEMD_GENERATOR_PATH=/run/none
exec /lib/systemd/systemd --system --unit=uml.service --show-status=0 --log-target=console --log-level=warning
INIT
chmod +x "$work/init"
printf '%q ' "$@" >"$work/command"

status="$work/status"
TMPDIR="$work" timeout --kill-after=5 "${UML_SECONDS:-120}" "$kernel" mem=1G rootfstype=hostfs ro root=/dev/root \
  init="$work/init" con=null con0=fd:0,fd:1 quiet "uml_dir=$work" \
  UML_COMMAND="$work/command" UML_MODULES="$modules" UML_FOLDER="$PWD" ${UML_SYSTEMD:+UML_SYSTEMD=1} </dev/null 2>&1 |
  tr -d '\r' | tee >(sed -n 's/^UML-STATUS //p' >"$status") | grep -v '^UML-STATUS ' || true
for _ in 1 2 3 4 5; do [ -s "$status" ] && break || sleep 0.1; done
exit "$(cat "$status" 2>/dev/null | grep . || echo 70)"
