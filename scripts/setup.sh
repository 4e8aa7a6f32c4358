#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine ready for the tests and the demonstration: system tools, npm packages. Installs only
# what is missing, starts no service, and does nothing the second time. Must be root (namespaces, raw sockets).
set -euo pipefail
cd "$(dirname "$0")/.."

# What each command is called in the package archive.
declare -A package_of=(
  [make]=make [g++]=g++ [python3]=python3 [ip]=iproute2 [keepalived]=keepalived [tshark]=tshark [tcpdump]=tcpdump
  [nginx]=nginx-light [curl]=curl [killall]=psmisc [nft]=nftables [openssl]=openssl [pgrep]=procps [sysctl]=procps
  [linux.uml]=user-mode-linux [ipvsadm]=ipvsadm [modprobe]=kmod [vtysh]=frr [systemctl]=systemd [systemd-notify]=systemd
  [dnsmasq]=dnsmasq-base
  [snmpd]=snmpd [snmptrapd]=snmptrapd [snmpwalk]=snmp
)

if [ "$(id -u)" -ne 0 ]; then
  echo 'The tests and the demonstration need root: they create network namespaces and raw sockets.' >&2
  exit 1
fi
export PATH="$PATH:/usr/sbin:/sbin"

missing=()
for command in "${!package_of[@]}"; do
  command -v "$command" >/dev/null || missing+=("${package_of[$command]}")
done

if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "Please install: ${missing[*]}" >&2
    exit 1
  fi
  # Debian starts services on installation unless this file says no.
  policy=/usr/sbin/policy-rc.d
  made_policy=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made_policy=yes
  fi
  trap '[ -z "$made_policy" ] || rm -f "$policy"' EXIT
  install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null
  }
  echo "Installing: ${missing[*]}"
  install >/dev/null 2>&1 || { apt-get update -q && install; }
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund
fi
