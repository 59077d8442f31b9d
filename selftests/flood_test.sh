#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
#
# Very much of everything: connections that do not exist, and numbers that no longer fit 32 bits.
#
#	 near: tunwin looks here			far: and here
#	 tun0 ═══════════════════ gre ═══════════════════ tun0
#	 receivers ◄────────────────────────────────── senders	two connections
#		   ◄────────────────────────────────── flood	packets from any address, to nobody
#
# TUNWIN_FLOOD says how many of each kind, and TUNWIN_GIANTS how many packets that stand for 8,000 each; the tests
# of endurance send 1,000,000, and 540,000, which makes more than 2^32 segments. 68,000 make more than 2^32 bytes.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/bounds.sh
. "$(dirname "$0")/bounds.sh"

tw_begin "Floods, and long counters"

FLOOD=${TUNWIN_FLOOD:-$(tw_many 200000)}
GIANTS=${TUNWIN_GIANTS:-$((68000 + $(tw_many 68000)))}
BYTES=1000000		# of a connection
FLOWS=1024 DETAILS=256 HISTORY=64

near="" far=""

# Has a connection ended with numbers that no packet of the flood has changed? $1: name, $2: space, $3: direction
ended_whole()
{
	local sent_again ended

	sent_again=$(tw_account "$1" sender .retransmits)
	ended=$(tunwin -n "$2" -j flows ended | jq -c "map(select(.end_reason == \"closed\") | {id} + (.$3 |
		{payload_bytes, retransmits, implausible, wscale: .window.wscale}))")
	echo "sent again: $sent_again; ended: $ended"
	jq -e "any(.[]; .payload_bytes == $BYTES and .retransmits <= $sent_again and .implausible == 0 and
		.wscale == \"known\")" <<< "$ended"
}

# $1: syn or segment
flood()
{
	local name before after taken bound

	tw_program flood || return
	tw_module_load share=100 max_flows=$FLOWS max_details=$DETAILS max_history=$HISTORY || return
	bound=$(bound_bytes "$(tunwin -j status)")
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_in "$near" sysctl -qw net.ipv4.conf.all.rp_filter=0
	for name in resting moving; do
		tw_receive $name "$near" $BYTES || return
	done
	tw_send resting "$far" "$NEAR_ADDR" $BYTES --pause-at 400000 --until "$tw_dir/go-resting" || return
	tw_wait 60 "one rests" test -e "$tw_dir/go-resting.paused" || return
	tw_send moving "$far" "$NEAR_ADDR" $BYTES --interval 0.05 --chunk 5000 --pause-at $((BYTES - 300000)) \
		--until "$tw_dir/go-moving" || return
	tw_wait 60 "the other one moves" test -e "$tw_dir/moving.connected" || return
	poll_status
	before=$(tunwin -j status)

	taken=$(tw_in "$far" "$tw_dir/flood" tun0 "$FLOOD" "$1" 1)
	after=$(tunwin -j status)
	tw_equal "the device took all" "$taken" "$FLOOD"
	# A record at each end.
	tw_equal "each was a flow, or refused" "$(jq '.created + .refused' <<< "$after")" \
		$(($(jq '.created + .refused' <<< "$before") + 2 * taken))
	tw_equal "flows are those created less those ended" "$(jq .flows <<< "$after")" \
		"$(jq '.created - .ended' <<< "$after")"
	tw_equal "what ended was half open, and gave way" "$(jq '[.ended, .evicted_half_open] | unique | length' <<< "$after")" 1
	tw_equal "nothing is kept of it, and nothing told" "$(jq -c '[.unanswered - .ended, .history, .ended_dropped]' <<< "$after")" \
		"[0,0,0]"
	tw_equal "most were not judged, and that is told" "$(jq '.details_refused > 0' <<< "$after")" true
	tw_check "no more flows than there may be: $(most flows)" test "$(most flows)" -le $FLOWS
	tw_check "no more judged than there may be: $(most details)" test "$(most details)" -le $DETAILS
	echo "# memory: $(most memory_bytes) bytes of $bound, $(jq .refused <<< "$after") refused"
	tw_check "memory as told: $(most memory_bytes)" test "$(most memory_bytes)" -le "$bound"
	tw_check "memory as the kernel counts it: $(slab_bytes)" test "$(slab_bytes)" -le "$bound"
	tw_wait 20 "packets and bytes are those of ip -s link" tw_tunnel_agrees "$near" tun0

	touch "$tw_dir/go-resting" "$tw_dir/go-moving"
	for name in resting moving; do
		tw_transferred 120 $name || return
		tw_wait 20 "near has all of the $name one" ended_whole $name "$near" in
		tw_wait 20 "far has all of the $name one" ended_whole $name "$far" out
	done
	tw_module_unload
}

# Is what waited for a grace period freed? $1: bytes at most
memory_is_back()
{
	[[ $(tunwin -j status | jq .memory_bytes) -le $1 ]]
}

# A reader holds the grace period up, so that nothing that ends is freed: as in a flood on a machine with many processors.
nothing_is_freed()
{
	local before after taken kept given bound waiting=16384 packets=12000

	[[ ${TUNWIN_KO-} ]] || { tw_skip "the tests' own reader is built beside the module only"; return; }
	tw_program flood || return
	tw_check "the tests' own reader loads" insmod "${TUNWIN_KO%/*}/tunwin_grace.ko" || return
	tw_undo rmmod tunwin_grace
	tw_module_load share=100 max_flows=$FLOWS max_details=$DETAILS max_history=$HISTORY || return
	before=$(tunwin -j status)
	bound=$(bound_bytes "$before")
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_in "$near" sysctl -qw net.ipv4.conf.all.rp_filter=0
	poll_status

	taken=$(tw_in "$far" "$tw_dir/flood" tun0 $packets syn 1 /sys/module/tunwin_grace/parameters/hold)
	after=$(tunwin -j status)
	tw_equal "the device took all" "$taken" $packets
	# What is forgotten was never answered: none of it is kept in the history.
	kept=$((FLOWS + waiting))
	# A record at each end.
	tw_equal "no more records than there may be, and the others refused" "$(jq -c '[.created, .refused]' <<< "$after")" \
		"[$kept,$((2 * packets - kept))]"
	# Those of half-open flows that live, and of those that wait: of the second account that sees them 64 may.
	given=$((kept - $(jq .details_refused <<< "$after")))
	tw_check "no more of them judged than there may be: $given" \
		test $given -le $((DETAILS / 2 + (2048 + DETAILS / 8) / 2 + 64))
	echo "# memory: $(most memory_bytes) bytes of $bound"
	tw_check "memory as told: $(most memory_bytes)" test "$(most memory_bytes)" -le "$bound"
	tw_check "memory as the kernel counts it: $(slab_bytes)" test "$(slab_bytes)" -le "$bound"

	tw_wait 20 "what waited is freed" memory_is_back $((bound - waiting * $(jq .bytes_per_flow <<< "$before"))) || return
	taken=$(tw_in "$far" "$tw_dir/flood" tun0 100 syn 2)
	tw_equal "and there is room again" "$(jq .created <<< "$(tunwin -j status)")" $((kept + 2 * taken))
	tw_module_unload
}

# Is there no flow but in the history?
none_lives()
{
	[[ $(tunwin -j status | jq '.flows') == 0 ]]
}

# Packets that begin flows come one by one, so that there may be none when the hooks go, and one begins then: it must not
# stay, nor refer to what is freed.
given_up_as_flows_begin()
{
	local i begun times

	times=$(tw_many 50)
	tw_program flood || return
	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_background "$far" bash -c 'while "$1" under0 1 syn $((++seed)); do :; done' - "$tw_dir/flood" > /dev/null
	for ((i = 0; i < times; i++)); do
		tw_check "watch" tunwin -n "$near" track under0 || return
		tw_check "give up" tunwin -n "$near" track under0 off || return
	done
	begun=$(tunwin -j status | jq .created)
	tw_check "flows began, $begun in $times times" test "$begun" -gt $((times / 4))
	tw_wait 20 "none of them is left" none_lives
	tw_module_unload
}

# $1: JSON of the tunnel, $2: jq expression, $3: value
counts()
{
	tw_equal "$2" "$(jq "$2" <<< "$1")" "$3"
}

beyond_32_bits()
{
	local packets=$GIANTS bytes=64000 segment=8 json

	tw_program giants || return
	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_check "a queue without room, behind the hook" tc -n "$near" qdisc add dev tun0 root pfifo limit 0 || return
	tw_check "giants" tw_in "$near" "$tw_dir/giants" tun0 "$packets" $bytes $segment || return
	json=$(tunwin -n "$near" -j tunnels tun0 | jq '.[0].out')
	counts "$json" .skbs "$packets"
	counts "$json" .segments $((packets * bytes / segment))
	# Each of them has headers of its own.
	counts "$json" .inner_bytes $((packets * bytes / segment * (40 + segment)))
	json=$(tunwin -n "$near" -j flows | jq '.[0].out')
	counts "$json" .wire_bytes $((packets * bytes))
	counts "$json" .packets "$packets"
	counts "$json" .segments $((packets * bytes / segment))
	tw_module_unload
}

tw_test "A flood of SYNs moves no connection, and memory stays within its bound" flood syn
tw_test "A flood of data without connections moves none, and memory stays within its bound" flood segment
tw_test "Where nothing that ends is freed for seconds records are refused, and memory stays within its bound" nothing_is_freed
tw_test "A device that is given up while flows begin on it takes them all with it" given_up_as_flows_begin
tw_test "Counters go on beyond 32 bits" beyond_32_bits
tw_end
