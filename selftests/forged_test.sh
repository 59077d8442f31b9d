#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
#
# What whoever knows addresses and ports can do to the connections of others, which he does not see: nothing.
#
#	 near: tunwin looks here			far: and here
#	 tun0 ═══════════════════ gre ═══════════════════ tun0
#	 port 9000 ◄───────────────────────────────────	1,000 ports	connections that rest
#		   ◄─────────────────────────────────── forger		packets from anywhere, and from these ports
#	 forger	   ───────────────────────────────────►			packets to these ports
#
# TUNWIN_FORGED says how many packets; `scripts/check-debug long` sends 1,000,000.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/bounds.sh
. "$(dirname "$0")/bounds.sh"

tw_begin "Forged packets"

FORGED=${TUNWIN_FORGED:-$(tw_many 100000)}
CONNECTIONS=1000 PORT=9000 FIRST=20000 LAST=20999

near="" far=""

# Print what is known of each connection, by its far port. $1: namespace, $2…: filter
connections()
{
	tunwin -n "$1" -j flows tunnel tun0 port $PORT "${@:2}" | jq -c --argjson first $FIRST --argjson last $LAST '
		map((if .near.port == '$PORT' then .far.port else .near.port end) as $port |
			select($port >= $first and $port <= $last) |
			[$port, .id, .state, .end_reason, (.in, .out | .payload_bytes, .retransmits, .window.wscale_shift,
			 .window.now_bytes, .window.zero_count, .window.retreats)]) | sort | .[]'
}

# Forge packets of all kinds: of nobody, and both ways of the connections that there are. $1: how many
forge_all()
{
	local quarter=$(($1 / 4))

	tw_in "$far" "$tw_dir/flood" tun0 $((quarter * 2)) mixed 1 &&
		tw_in "$far" "$tw_dir/flood" --from "$FAR_ADDR" --ports $FIRST-$LAST --to "$NEAR_ADDR" --port $PORT \
			tun0 $quarter mixed 2 &&
		tw_in "$near" "$tw_dir/flood" --from "$NEAR_ADDR" --ports $PORT-$PORT --to "$FAR_ADDR" --port $((FIRST + 500)) \
			tun0 $quarter mixed 3
}

# Have all of them ended as they should? $1: namespace, $2: payload, in and out, as JSON
all_closed()
{
	local line

	line=$(connections "$1" ended | jq -cs --argjson sent "$2" '[length, (map(select(.[3] == "closed" and .[4] == $sent[0] and
		.[10] == $sent[1])) | length)]')
	echo "$line"
	[[ $line == "[$CONNECTIONS,$CONNECTIONS]" ]]
}

many()
{
	local bound status

	tw_program flood || return
	tw_module_load share=100 max_history=2048 || return
	bound=$(bound_bytes "$(tunwin -j status)")
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_in "$near" sysctl -qw net.ipv4.conf.all.rp_filter=0
	mkfifo "$tw_dir/go"
	tw_background "$near" python3 -S "$tw_top/many.py" "$near" "$far" "$NEAR_ADDR" $PORT $FIRST $CONNECTIONS \
		"$tw_dir/go" > "$tw_dir/many" 2> "$tw_dir/many.err"
	tw_wait 120 "$CONNECTIONS connections rest" grep -q "they rest" "$tw_dir/many" || return
	connections "$near" > "$tw_dir/near.before"
	connections "$far" > "$tw_dir/far.before"
	tw_equal "connections, in near" "$(wc -l < "$tw_dir/near.before")" $CONNECTIONS
	tw_equal "they are as they were made" \
		"$(jq -c '[.[2], .[4], .[10], .[6] != null, .[12] != null]' "$tw_dir/near.before" | sort -u)" \
		'["established",1000,500,true,true]'
	poll_status

	forge_all "$FORGED" > "$tw_dir/taken" || return
	echo "# forged: $(paste -sd+ "$tw_dir/taken")"
	status=$(tunwin -j status)
	connections "$near" > "$tw_dir/near.after"
	connections "$far" > "$tw_dir/far.after"
	tw_check "near knows of each connection what it knew" diff "$tw_dir/near.before" "$tw_dir/near.after"
	tw_check "far, too" diff "$tw_dir/far.before" "$tw_dir/far.after"
	tw_equal "no alert was raised" "$(jq '.alerts_raised' <<< "$status")" 0
	tw_equal "nothing of it is kept, and nothing was told" "$(jq -c '[.history, .history_dropped, .ended_dropped]' <<< "$status")" \
		"[0,0,0]"
	tw_equal "none that is there gave way" "$(jq -c '.evicted - .evicted_half_open' <<< "$status")" 0
	echo "# memory: $(most memory_bytes) bytes of $bound"
	tw_check "memory as told: $(most memory_bytes)" test "$(most memory_bytes)" -le "$bound"
	tw_check "memory as the kernel counts it: $(slab_bytes)" test "$(slab_bytes)" -le "$bound"

	tw_receive another "$near" 100000 && tw_send another "$far" "$NEAR_ADDR" 100000
	tw_transferred 60 another || return
	tw_wait 20 "a new connection has its record at once" tw_flow_ended "$near" in 100000
	echo go > "$tw_dir/go"
	tw_wait 120 "the connections are closed" grep -q "they are closed" "$tw_dir/many" || return
	tw_wait 30 "near has all of each of them" all_closed "$near" "[2000,500]"
	tw_wait 30 "far has all of each of them" all_closed "$far" "[500,2000]"
	tw_module_unload
}

tw_test "A thousand connections outlast forged packets of all kinds, and nobody is told of those" many
tw_end
