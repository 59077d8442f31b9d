#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What limits a direction, where the test has made the cause, and against the sender's own tcp_info.
#
#	 receiver ── near ═══════ tunnel, 70 ms ═══════ far ── sender
#
# near and far are gateways, which see the flow pass, one close to its receiver and one close to
# its sender. Where the ends are near and far themselves, their sockets are looked at.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "What limits a flow"

# The direction that carried the data, of the flow that has ended. $1: namespace, $2: jq expression
carried()
{
	tunwin -n "$1" -j flows ended | jq -r "max_by(.in.payload_bytes + .out.payload_bytes) |
		(if .in.payload_bytes > .out.payload_bytes then .in else .out end) as \$d | $2"
}

near="" far="" host_r="" host_s="" sender="" receiver="" address=""

# Make the namespaces. Sets near, far, sender, receiver and address. $1: forwarded or direct,
# $2…: options of tw_tunnel
scene()
{
	tw_ns near far host_r host_s
	tw_tunnel gre "$near" "$far" "${@:2}" || return
	sender=$far receiver=$near address=$NEAR_ADDR
	if [[ $1 == forwarded ]]; then
		tw_behind "$host_r" "$near" "$far" || return
		receiver=$host_r address=$HOST_ADDR
		tw_behind "$host_s" "$far" "$near" || return
		sender=$host_s
	fi
	rm -f "$tw_dir"/go*
	# As large as the path could want, so that only what a test makes small is small.
	tw_in "$receiver" sysctl -qw net.ipv4.tcp_rmem="4096 131072 33564160"
	tw_in "$sender" sysctl -qw net.ipv4.tcp_wmem="4096 131072 33564160"
}

# A flow and the records of it at both gateways. $1: bytes, $2…: options of the sender
run_flow()
{
	tw_receive one "$receiver" "$1" && tw_send one "$sender" "$address" "$@" &&
		tw_transferred 120 one || return
	recorded "$1"
}

# $1: bytes
recorded()
{
	tw_wait 20 "near has the record" tw_flow_has_ended "$near" "$1" &&
		tw_wait 20 "far has the record" tw_flow_has_ended "$far" "$1"
}

# $1: namespace, $2: bytes
tw_flow_has_ended()
{
	[[ $(carried "$1" '$d.payload_bytes') == "$2" ]]
}

# Check what holds whatever the limit is, at both gateways: times that add up, and what was sent again.
# The sender's account is of the moment before its FIN, which may be sent again, too.
sane()
{
	local space all

	all=$(tw_in "$sender" nstat -asz TcpRetransSegs | awk '/TcpRetransSegs/ { print $2 }')
	for space in "$near" "$far"; do
		tw_within "the times of $space add up" "$(carried "$space" \
			'$d.limit | .rwnd_s + .net_s + .sender_s + .idle_s + .unknown_s')" \
			"$(carried "$space" .age_s)" 0.01
		tw_check "what $space sees sent again is no more than was sent again" test \
			"$(carried "$space" '$d.retransmits')" -le "$all"
	done
	# What far does not see sent again was lost on its way there, where nothing is.
	tw_check "far sees all that was sent again" test "$(carried "$far" '$d.retransmits')" \
		-ge "$(tw_account one sender .tcp_info.total_retrans)"
}

# The limit that had most of the time, idle apart, at both gateways. $1: limit
dominant()
{
	local space

	for space in "$near" "$far"; do
		tw_equal "dominant limit at $space: $(carried "$space" '$d.limit' | jq -c .)" \
			"$(carried "$space" '$d.limit | {rwnd: .rwnd_s, net: .net_s, sender: .sender_s,
				unknown: .unknown_s} | to_entries | max_by(.value).key')" "$1"
	done
}

# The window is the limit, and its ceiling holds. $1: scene, $2: window
window()
{
	local space achieved bytes=$(($2 * 60))

	scene "$1" delay=35ms || return
	# Half of the buffer is the window at first.
	tw_in "$receiver" sysctl -qw net.ipv4.tcp_rmem="4096 $((2 * $2)) $((2 * $2))"
	run_flow $bytes || return
	sane
	dominant rwnd
	achieved=$(tw_account one sender '.bytes * 8 / .seconds')
	for space in "$near" "$far"; do
		tw_check "ceiling at $space above $achieved" jq -en \
			"$(carried "$space" '$d.window.max_bytes * 8 / ([.rtt.near_min_s + .rtt.far_min_s, .rtt.min_s] | min)') >= $achieved"
		tw_check "and below twice that" jq -en \
			"$(carried "$space" '$d.window.max_bytes * 8 / .rtt.min_s') <= 2 * $achieved"
	done
}

# $1: scene
slow_reader()
{
	scene "$1" delay=35ms || return
	tw_receive one "$receiver" 1000000 --rcvbuf 100000 --pause-at 200000 --until "$tw_dir/go" || return
	tw_send one "$sender" "$address" 1000000
	tw_wait 60 "the window is closed" closed "$near" || return
	tw_wait 60 "for four seconds" closed_for "$near" 4 || return
	tw_check "and that is the limit now" jq -e 'any(.[]; .in.limit.now == "rwnd")' <(tunwin -n "$near" -j flows)
	touch "$tw_dir/go"
	tw_transferred 60 one && recorded 1000000 || return
	sane
	dominant rwnd
}

closed()
{
	[[ $(tw_flow "$1" .in.window.now_bytes) == 0 ]]
}

closed_for()
{
	jq -en "$(tw_flow "$1" .in.window.zero_s) > $2"
}

# The first document's: 80 ms, a large buffer, and 19 Mb/s that remain of the path behind the sender.
# $1: scene
lossy_way_out()
{
	local space

	scene "$1" delay=40ms || return
	tw_check "a bottleneck" tc -n "$far" qdisc replace dev under0 root netem delay 40ms rate 19500kbit limit 250
	run_flow 10000000 || return
	for space in "$near" "$far"; do
		tw_check "the window is not the limit at $space: $(carried "$space" '$d.limit' | jq -c .)" \
			jq -en "$(carried "$space" '$d.limit.rwnd_share') < 0.05"
	done
}

tw_module_load
tw_test "A window of 16 KB over 70 ms is the limit of a forwarded flow" window forwarded 16384
tw_test "A window of 256 KB over 70 ms is the limit where the flow ends" window direct 262144
tw_test "A reader that sleeps closes the window, and that is the limit" slow_reader forwarded
tw_test "A bottleneck behind the sender is not the window's" lossy_way_out forwarded
tw_end
