#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
#
# A connection through every kind of tunnel, and beside it packets that no decent host sends.
#
#	 near: tunwin looks here too			far: and here
#	 KIND ═══════════════════ KIND ════════════════ KIND	for each kind at once
#	 hostile packets ──►				◄── hostile packets
#	 receiver ◄──────────────────────────────────── sender

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Every kind of tunnel, and hostile packets"

# Each way.
PACKETS=${TUNWIN_PACKETS:-$(tw_many 50000)}
# Of a connection: 7,000 a second, so that it lasts.
BYTES=$(tw_many 300000)

KINDS=(gre gretap erspan ip6gre ip6gretap ip6erspan ipip ip6tnl sit vxlan geneve wireguard)

near="" far=""

# What became of it, by kind.
declare -A port=() taken_near=() taken_far=() there=()

# All tunnels, a connection through each that lasts as long as the packets come, and the packets.
all_at_once()
{
	local i=0 kind end

	for kind in "${KINDS[@]}"; do
		tw_tunnel "$kind" "$near" "$far" dev="$kind" || return
		port[$kind]=$((5300 + i))
		tw_receive "$kind" "$near" $BYTES --port "${port[$kind]}" || return
		# It pauses before its last bytes.
		tw_send "$kind" "$far" "$NEAR_ADDR" $BYTES --interval 1 --chunk 7000 \
			--pause-at $((BYTES - 1000)) --until "$tw_dir/go"
		i=$((i + 1))
	done
	for kind in "${KINDS[@]}"; do
		tw_wait 30 "the connection through $kind is there" has_connection "$kind" || return
		taken_far[$kind]=$(tw_in "$far" "$tw_dir/hostile" "$kind" $PACKETS 1)
		taken_near[$kind]=$(tw_in "$near" "$tw_dir/hostile" "$kind" $PACKETS 2)
	done
	touch "$tw_dir/go"
	end=$((SECONDS + 120))
	for kind in "${KINDS[@]}"; do
		tw_transferred $((end > SECONDS ? end - SECONDS : 1)) "$kind" && there[$kind]=yes
	done
}

# $1: tunnel
has_connection()
{
	tunwin -n "$near" -j flows tunnel "$1" port "${port[$1]}" | jq -e 'any(.[]; .vantage == "socket")'
}

# The connection has ended, and its record is whole. Sets told. $1: namespace, $2: in or out,
# $3: kind, $4: names of them in the record, D for the direction's
recorded()
{
	told=$(tunwin -n "$1" -j flows ended tunnel "$3" port "${port[$3]}" | jq -r "first(.[] |
		select(.$2.payload_bytes == $BYTES)) | .$2 as \$d | [${4//D/\$d}] | map(tostring) | join(\" \")")
	[[ $told ]]
}

# $1: kind
survived()
{
	local kind=$1 again told

	tw_equal "the connection is done" "${there[$kind]-}" yes || return
	tw_check "far took most packets: ${taken_far[$kind]}" test "${taken_far[$kind]}" -gt $((PACKETS / 2))
	tw_check "near took most packets: ${taken_near[$kind]}" test "${taken_near[$kind]}" -gt $((PACKETS / 2))
	tw_wait 20 "packets and bytes are those of ip -s link" tw_tunnel_agrees "$near" "$kind"
	tw_check "some could not be read" test "$(tw_tunnel_says "$near" in.unparsed "$kind")" -gt 0

	again=$(tw_account "$kind" sender .retransmits)
	tw_wait 20 "near has the record" recorded "$near" in "$kind" \
		".tunnel, .kind, .vantage, .end_reason, D.implausible, D.window.retreats, D.retransmits" || return
	tw_equal "near: where and how, nothing implausible, no window that shrank" "${told% *}" \
		"$kind $kind socket closed 0 0"
	tw_check "near: no more sent again than was" test "${told##* }" -le "$again"
	tw_wait 20 "far has the record" recorded "$far" out "$kind" \
		"D.implausible, D.window.retreats, D.retransmits" || return
	tw_equal "far: nothing implausible, no window that shrank, what was sent again" "$told" "0 0 $again"
}

tw_program hostile || tw_failed "there is no hostile"
tw_module_load
tw_ns near far
tw_test "Connections through all kinds of tunnels outlast hostile packets" all_at_once
for kind in "${KINDS[@]}"; do
	tw_test "A connection through $kind is seen, and hostile packets leave it as it is" \
		survived "$kind"
done
tw_end
