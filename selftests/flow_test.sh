#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# smoke: @(Payload*|So they are*)
#
# One flow and its numbers, against what else knows them.
#
#	 near: receiver, tunwin looks here            far: sender
#	 tun0 ═══════════════════ tunnel ═══════════════════ tun0
#	 under0 ──────────── veth, netem 10 ms ──────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The numbers of a flow"

BYTES=3000000

# $1: namespace, $2: bytes
received()
{
	[[ $(tw_ss "$1" bytes_received) == "$2" ]]
}

bytes_as_ss()
{
	local near far window

	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	tw_receive one "$near" $BYTES --pause-at $((BYTES - 1)) --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" $BYTES
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	# The sender's FIN is counted by ss as a byte received.
	tw_wait 60 "all has arrived" received "$near" $((BYTES + 1)) || return

	tw_equal "vantage" "$(tw_flow "$near" .vantage)" socket
	tw_equal "tunnel" "$(tw_flow "$near" .tunnel)" tun0
	tw_equal "payload in at the receiver" "$(tw_flow "$near" .in.payload_bytes)" $BYTES
	tw_equal "payload out at the sender" "$(tw_flow "$far" .out.payload_bytes)" $BYTES
	tw_equal "bytes_received" "$(tw_flow "$near" .socket.bytes_received)" $((BYTES + 1))
	tw_equal "bytes_acked" "$(tw_flow "$far" .socket.bytes_acked)" \
		"$(tw_ss "$far" bytes_acked)"
	tw_equal "unread" "$(tw_flow "$near" .socket.unread_bytes)" 1
	tw_equal "rmem_alloc" "$(tw_flow "$near" .socket.rmem_alloc_bytes)" \
		"$(tw_ss "$near" skmem.r)"
	tw_equal "rcvbuf" "$(tw_flow "$near" .socket.rcvbuf_bytes)" \
		"$(tw_ss "$near" skmem.rb)"
	tw_equal "rcv_ssthresh" "$(tw_flow "$near" .socket.rcv_ssthresh_bytes)" \
		"$(tw_ss "$near" rcv_ssthresh)"
	window=$(tw_flow "$near" .socket.rcv_wnd_bytes)
	touch "$tw_dir/go"
	tw_transferred 60 one || return
	# (Its struct tcp_info tells it from Linux 6.2 on.)
	if tw_kernel_is 6 2; then
		tw_equal "rcv_wnd" "$window" "$(jq .rcv_wnd "$tw_dir/go.info")"
	fi

	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in $BYTES
	tw_wait 20 "the flow has ended at the other end" tw_flow_ended "$far" out $BYTES
}

# $1: word of ethtool -K, on or off
offloads()
{
	local space

	for space in "$near" "$far"; do
		for device in under0 tun0; do
			tw_offloads "$space" "$device" "$1" || return
		done
	done
}

tunnel_as_ip()
{
	local near far space

	tw_need ethtool || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	offloads off
	tw_transfer one "$far" "$near" "$NEAR_ADDR" $BYTES || return
	for space in "$near" "$far"; do
		tw_wait 20 "packets and bytes of ip -s link" tw_tunnel_agrees "$space" tun0
		# Without offloads a buffer is a packet, so tunwin's own counters are the device's.
		tw_wait 20 "so are its own counters" tw_tunnel_agrees "$space" tun0 own
	done
}

# The windows of a receiver that reads late, where the flow ends or is passed on. $1: direct or forwarded
windows_as_tshark()
{
	local near far host receiver address largest spells zero record

	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	receiver=$near address=$NEAR_ADDR
	if [[ $1 == forwarded ]]; then
		tw_ns host
		tw_behind "$host" "$near" "$far" || return
		receiver=$host address=$HOST_ADDR
	fi
	tw_capture "$near" || return
	tw_receive one "$receiver" $BYTES --rcvbuf 200000 --pause-at 1000000 --until "$tw_dir/go" || return
	tw_send one "$far" "$address" $BYTES
	tw_wait 60 "the window is closed for a while" closed "$near" || return
	touch "$tw_dir/go"
	tw_transferred 60 one || return
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in $BYTES || return
	tw_wait 20 "the last FIN is captured" tw_captured_fins 2 || return

	read -r largest spells zero < <(tw_captured_windows "$address")
	record=$(tunwin -n "$near" -j flows ended | jq -c 'max_by(.in.payload_bytes)')
	tw_equal "vantage" "$(jq -r .vantage <<< "$record")" "$([[ $1 == forwarded ]] && echo wire || echo socket)"
	tw_check "the scale is known" jq -e '.in.window.wscale_shift >= 0' <<< "$record"
	tw_equal "largest window" "$(jq .in.window.max_bytes <<< "$record")" "$largest"
	tw_equal "times at zero" "$(jq .in.window.zero_count <<< "$record")" "$spells"
	tw_lasted "time at zero" "$(jq .in.window.zero_s <<< "$record")" "$zero"
}

# $1: namespace
closed()
{
	tunwin -n "$1" -j flows | jq -e 'any(.[]; .in.window | .now_bytes == 0 and .zero_s > 0.5)'
}

# $1: namespace, $2: device, $3: kind
flow_of_kind()
{
	{ tunwin -n "$1" -j flows tunnel "$2"; tunwin -n "$1" -j flows tunnel "$2" ended; } |
		jq -es --arg kind "$3" 'add | any(.[]; .kind == $kind and .vantage == "socket" and
			.in.payload_bytes + .out.payload_bytes == 200000)'
}

# All kinds have the same pair of namespaces. $1: name of the device, $2: kind, $3…: options of tw_tunnel
kind_is_seen()
{
	local space

	tw_tunnel "$2" "$kinds_near" "$kinds_far" dev="$1" "${@:3}" || return
	tw_check "a transfer" python3 -S "$tw_top/pair.py" "$kinds_near" "$kinds_far" "$NEAR_ADDR" 200000 || return
	for space in "$kinds_near" "$kinds_far"; do
		tw_wait 20 "a $2 flow through $1" flow_of_kind "$space" "$1" "$2"
		tw_wait 20 "packets and bytes of ip -s link" tw_tunnel_agrees "$space" "$1"
	done
}

bridged_gretap()
{
	local near far

	tw_ns near far
	tw_tunnel gretap "$near" "$far" || return
	tw_check "bridge" ip -n "$near" -batch - <<- END || return
		address flush dev tun0
		link add br0 type bridge
		link set tun0 master br0
		link set br0 up
		address add $NEAR_ADDR/24 dev br0
	END
	tw_receive one "$near" 200000 --pause-at 199999 --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" 200000
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_equal "tunnel" "$(tw_flow "$near" .tunnel)" tun0
	tw_equal "vantage" "$(tw_flow "$near" .vantage)" socket
	tw_equal "payload" "$(tw_flow "$near" .in.payload_bytes)" 200000
	touch "$tw_dir/go"
	tw_transferred 60 one
}

other_namespaces()
{
	local near far third

	tw_ns near far third
	tw_tunnel gre "$near" "$far" || return
	tw_transfer one "$far" "$near" "$NEAR_ADDR" 200000 || return
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in 200000 || return
	tw_equal "flows in the third" "$(tunwin -n "$third" -j flows)" "[]"
	tw_equal "history in the third" "$(tunwin -n "$third" -j flows ended)" "[]"
	tw_equal "tun0 in the third" "$(tunwin -n "$third" -j tunnels | jq 'any(.[]; .tunnel == "tun0")')" false
	tw_equal "by id from the third" "$(tunwin -n "$third" show \
		"$(tunwin -n "$near" -j flows ended | jq -r '.[0].id')" > /dev/null 2>&1; echo $?)" 2
}

refusals()
{
	tw_refused 2 "not permitted" setpriv --reuid 65534 --clear-groups --bounding-set -all -- tunwin flows
	tw_refused 1 "nosuch" tunwin nosuch
	tw_refused 1 "max-flows" tunwin set max-flows 3
	tw_refused 2 "no such device" tunwin track nosuch0
	tw_equal "flows at most" "$(tunwin -j status | jq .max_flows)" 65536
	tw_module_unload
	tw_refused 2 "the tunwin module is not loaded (try: modprobe tunwin)" tunwin flows
	tw_refused 2 "the tunwin module is not loaded" tunwin status
}

tw_module_load
tw_test "Payload, window and memory are those of ss, to the byte" bytes_as_ss
tw_test "Packets and bytes of the tunnel are those of ip -s link" tunnel_as_ip
tw_test "Windows and the time at zero are what tshark computes" windows_as_tshark direct
tw_test "So they are of a flow that is passed on" windows_as_tshark forwarded
kinds_near="" kinds_far=""
tw_ns kinds_near kinds_far
for kind in gre ip6gre; do
	tw_test "An IPv6 flow through $kind is seen" kind_is_seen "k6-$kind" $kind inner=6 -- key 6
done
tw_test "An IPv6 flow through sit is seen" kind_is_seen k6-sit sit
tw_test "A flow to a bridge over gretap is the gretap's" bridged_gretap
tw_test "A namespace sees no other's flows" other_namespaces
tw_test "Refusals are told in words, and change nothing" refusals
tw_end
