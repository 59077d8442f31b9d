#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What limits a direction, against the sender's own account of it (tcp_info: busy, rwnd_limited).
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

# Check what holds whatever the limit is, at both gateways: times that add up, the least round trip,
# what was sent again, and a ceiling above what was achieved.
sane()
{
	local space rtt

	rtt=$(tw_account one sender .tcp_info.min_rtt)
	for space in "$near" "$far"; do
		tw_within "the times of $space add up" "$(carried "$space" \
			'$d.limit | .rwnd_s + .net_s + .sender_s + .idle_s + .unknown_s')" \
			"$(carried "$space" .age_s)" 0.01
		tw_within "least RTT of $space" "$(carried "$space" \
			'[.rtt.near_min_s + .rtt.far_min_s, .rtt.min_s] | min * 1000000')" "$rtt" 2
		tw_check "what $space sees sent again is no more than was sent again" test \
			"$(carried "$space" '$d.retransmits')" -le "$(tw_account one sender .tcp_info.total_retrans)"
	done
	# What far does not see sent again was lost on its way there, where nothing is.
	tw_equal "sent again, seen by far" "$(carried "$far" '$d.retransmits')" \
		"$(tw_account one sender .tcp_info.total_retrans)"
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

# The share of the window is the sender's own, and the window's ceiling holds. $1: scene, $2: window
window()
{
	local space achieved truth bytes=$(($2 * 60))

	scene "$1" delay=35ms || return
	# Half of the buffer is the window at first.
	tw_in "$receiver" sysctl -qw net.ipv4.tcp_rmem="4096 $((2 * $2)) $((2 * $2))"
	run_flow $bytes || return
	sane
	dominant rwnd
	truth=$(tw_account one sender '.tcp_info | .rwnd_limited / .busy_time')
	achieved=$(tw_account one sender '.bytes * 8 / .seconds')
	for space in "$near" "$far"; do
		tw_check "share of the window at $space: $(carried "$space" '$d.limit.rwnd_share') of the sender's $truth" \
			jq -en "$(carried "$space" '$d.limit.rwnd_share') - $truth | fabs <= 0.05"
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

# $1: scene
losses()
{
	scene "$1" delay=35ms loss=2% || return
	run_flow 1500000 || return
	sane
	dominant net
}

# The first document's: 80 ms, a large buffer, and 19 Mb/s that remain of the path behind the sender.
# $1: scene
lossy_way_out()
{
	local space

	scene "$1" delay=40ms || return
	tw_check "a bottleneck" tc -n "$far" qdisc replace dev under0 root netem delay 40ms rate 19500kbit limit 250
	run_flow 20000000 || return
	dominant net
	for space in "$near" "$far"; do
		tw_check "the window is not the limit at $space: $(carried "$space" '$d.limit' | jq -c .)" \
			jq -en "$(carried "$space" '$d.limit.rwnd_share') < 0.05"
	done
}

# $1: scene
slow_writer()
{
	scene "$1" delay=35ms || return
	run_flow 600000 --interval 0.1 --chunk 20000 || return
	sane
	dominant sender
}

# $1: scene
paced()
{
	local device=tun0

	scene "$1" delay=35ms || return
	[[ $1 == direct ]] || device=behind0
	tw_check "pacing" tc -n "$sender" qdisc add dev $device root fq maxrate 40mbit || return
	run_flow 16000000 || return
	sane
	dominant sender
}

tw_module_load
for scene in forwarded direct; do
	tw_test "A window of 16 KB over 70 ms is the limit ($scene)" window $scene 16384
	tw_test "A window of 256 KB over 70 ms is the limit ($scene)" window $scene 262144
	tw_test "A reader that sleeps closes the window, and that is the limit ($scene)" slow_reader $scene
	tw_test "Losses are the network's limit ($scene)" losses $scene
	tw_test "A bottleneck behind the sender is not the window's ($scene)" lossy_way_out $scene
	tw_test "A writer that pauses is the limit itself ($scene)" slow_writer $scene
	tw_test "A writer that is paced is the limit itself ($scene)" paced $scene
done
tw_end
