# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A gateway in user-mode Linux, and packets for it (tunwin_packets). Sourced; MODULES is set.
#
#	tunwin_packets			   gateway			    (nothing answers)
#	data of FLOWS connections  ──▶ under0 ═ gre ═▶ tun0 ──▶ lan0  ──▶ dropped by the card
#	            dropped by the card ◀── under0 ◀═ gre ═ tun0 ◀── lan0 ◀── acknowledgments

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034
build=$here/../build/$(uname -r)

# Modules that the kernel asks for lie where it does. $1: its lib/modules/RELEASE
modules_at()
{
	printf '#!/bin/sh\nexec modprobe -d "%s" "$@"\n' "${1%/lib/modules/*}" > /tmp/modprobe
	chmod +x /tmp/modprobe
	echo /tmp/modprobe > /proc/sys/kernel/modprobe
}

gateway()
{
	ip link add under0 type dummy
	ip link add lan0 type dummy
	ip address add 198.18.0.1/24 dev under0
	ip address add 10.0.0.254/24 dev lan0
	ip link add tun0 type gre local 198.18.0.1 remote 198.18.0.2
	ip link set under0 up
	ip link set lan0 up
	ip link set tun0 up
	ip route add 10.128.0.0/9 dev tun0
	ip route add 11.0.0.0/8 dev under0
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	insmod "$build/tunwin_packets.ko"
}

# $1: gre, or tcp for packets of no tunnel, $2: connections, $3: rounds, $4: the first of them
inject()
{
	echo "$1 under0 lan0 $2 $3 $4" > /proc/tunwin_packets
}
