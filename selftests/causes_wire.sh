# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Cases whose ends are elsewhere: what headers prove, and no more. Sourced by cause_test.sh.
# shellcheck disable=SC2034,SC2154 # names that the files which source each other share

# $1: kind, $2: delay, $3: offloads
headers()
{
	scene forwarded "$1" "$2" "$3" || return
	case_of 6101 rwnd/far-window rwnd/far-window --rcvbuf 16384 || return
	case_of 6102 rwnd/zero-window rwnd/zero-window --pause-at 100000 --until "$tw_dir/go" || return
	tw_in "$receiver" sysctl -qw net.ipv4.tcp_window_scaling=0
	case_of 6103 rwnd/wscale-none rwnd/wscale-none || return
	judged 10
}

# The receiver takes back what it has offered, and again. (A gateway does, in its place.)
# $1: kind, $2: delay, $3: offloads, $4: the window in the header, as it is made
shrinking()
{
	local times

	scene forwarded "$1" "$2" "$3" || return
	case_of 6111 rwnd/window-shrunk rwnd/window-shrunk --rcvbuf 200000 || return
	for times in 1 2 3; do
		tw_wait 20 "data comes" carries_more || return
		rules "$near" forward 0 "oifname tun0 tcp sport 6111 tcp flags & (syn | rst) == 0 tcp window set $4" || return
		tw_wait 20 "the window is small" window_is_small || return
		[[ $times -eq 3 ]] || tw_check "no rule" tw_in "$near" nft delete table inet rules || return
	done
	judged 10
}

carried_bytes=0

# More than a moment ago.
carries_more()
{
	local bytes

	bytes=$(tunwin -n "$near" -j flows | jq '[.[].in.payload_bytes] | max // 0')
	((bytes > carried_bytes + 100000)) && carried_bytes=$bytes
}

window_is_small()
{
	tunwin -n "$near" -j flows | jq -e 'any(.[]; .in.window.now_bytes < 50000)'
}

# The same connection in two tunnels of a gateway, between which something changes it.
#
#	far ═══ tun0 ═══ near ═══ tun1 ═══ host_r
#
# What comes in by tun1 are acknowledgments: no data, so that direction is idle.
#
# $1: kind, $2: delay, $3: the rule, $4: what near must say, $5: far
rewritten()
{
	local sender_address

	tw_ns near far host_r
	tw_tunnel "$1" "$near" "$far" delay="$2" || return
	sender_address=$FAR_ADDR
	tw_tunnel gre "$host_r" "$near" dev=tun1 under=1 || return
	sender=$far receiver=$host_r address=$NEAR_ADDR device=tun0
	tw_in "$near" sysctl -qw net.ipv4.ip_forward=1
	tw_check "way there" ip -n "$far" route add "$address" dev tun0 mtu 1400 &&
		tw_check "way back" ip -n "$receiver" route add "$sender_address" dev tun1 mtu 1400 || return
	cases=() scene_name="two-tunnels $1 $2 on"
	rules "$near" forward 0 "iifname tun1 $3" || return
	case_of 6121 "$4" "$5" --rcvbuf 400000 || return
	judged 10
}
