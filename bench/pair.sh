# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Two hosts with a tunnel between them. Sourced.
#
#	a: sends					b: receives
#	tun0 ═══════════════════ gre ══════════════════ tun0
#	under0 ──────────────── veth ───────────────── under0

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034
build=$here/../build/$(uname -r)

# $1: namespace, $2: its number, $3: the other's
end_of_tunnel()
{
	ip -n "$1" link set lo up
	ip -n "$1" address add 198.18.0."$2"/24 dev under0
	ip -n "$1" link set under0 up
	ip -n "$1" link add tun0 type gre local 198.18.0."$2" remote 198.18.0."$3"
	ip -n "$1" address add 10.9.0."$2"/24 dev tun0
	ip -n "$1" link set tun0 up
}

pair()
{
	ip netns add a
	ip netns add b
	ip link add under0 netns a type veth peer name under0 netns b
	end_of_tunnel a 1 2
	end_of_tunnel b 2 1
}

# Each segment by itself.
pair_segments()
{
	ip netns exec a ethtool -K tun0 tso off gso off gro off > /dev/null
	ip netns exec b ethtool -K tun0 tso off gso off gro off > /dev/null
}
