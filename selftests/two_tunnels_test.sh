#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A connection that comes by one tunnel and leaves by another has two records on the gateway between
# them, which know each other, and show what becomes of its windows on the way.
#
#	left			middle: tunwin looks here		right
#	tun0 ═══════ gre ═══════ tun0    tun1 ═══════ ip6gre ═══════ tun1
#	sender			 nftables, or not			receiver

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Two tunnels of one gateway"

BYTES=500000

left="" middle="" right="" receiver=""

# Make the namespaces and both tunnels. $1: program that nftables of the gateway gets, if any
scene()
{
	local sender

	tw_ns left middle right
	tw_tunnel gre "$left" "$middle" delay=10ms || return
	sender=$NEAR_ADDR
	tw_tunnel ip6gre "$right" "$middle" dev=tun1 under=1 delay=5ms || return
	receiver=$NEAR_ADDR
	tw_in "$middle" sysctl -qw net.ipv4.ip_forward=1
	tw_check "way to the receiver" ip -n "$left" route add "$receiver" dev tun0 mtu 1400
	tw_check "way to the sender" ip -n "$right" route add "$sender" dev tun1 mtu 1400
	[[ ! ${1-} ]] || tw_check "nftables" tw_in "$middle" nft "table ip gateway {
		chain forward {
			type filter hook forward priority 0
			$1
		}
	}"
}

# A transfer from left to right, and what the gateway says of it, by tunnel. Sets said.
transferred()
{
	tw_transfer one "$left" "$right" "$receiver" $BYTES &&
		tw_wait 20 "tun0 has the record" tw_flow_ended "$middle" in $BYTES &&
		tw_wait 20 "tun1 has the record" tw_flow_ended "$middle" out $BYTES || return
	said=$(tunwin -n "$middle" -j flows ended)
	tw_equal "two records" "$(jq length <<< "$said")" 2
}

# Print a value of the record in one tunnel. $1: tunnel, $2: jq expression
record()
{
	jq -r ".[] | select(.tunnel == \"$1\") | $2" <<< "$said"
}

# Each names the other, and shows its numbers: what comes in by one goes out by the other.
know_each_other()
{
	local shown there

	{ read -r shown; read -r there; } < <(jq -c '
		def numbers: {now_bytes, max_bytes, wscale, wscale_shift, mss_bytes};
		(map(.other | {id, tunnel, in: (.in | numbers), out: (.out | numbers)})),
		(reverse | map({id, tunnel, in: (.out | .window + {mss_bytes} | numbers),
			out: (.in | .window + {mss_bytes} | numbers)}))' <<< "$said")
	tw_equal "what each shows of the other" "$shown" "$there"
}

# What differs, by tunnel and direction. $1: jq expression below .other.in or .other.out
differing()
{
	jq -c "[.[] | .tunnel as \$t | .other | (\"in\", \"out\") as \$d | select(.[\$d].$1) | \$t + \" \" + \$d]" <<< "$said"
}

same()
{
	local said

	scene && transferred || return
	know_each_other
	tw_equal "scales that differ" "$(differing wscale_differs)" "[]"
	tw_equal "windows that differ" "$(differing differs)" "[]"
	tw_equal "shown" "$(tunwin -n "$middle" show "$(record tun0 .id)" | grep -c "same connection")" 1
	tw_equal "nothing is said to be changed" \
		"$(tunwin -n "$middle" show "$(record tun0 .id)" | grep -c "changed")" 0
}

# All that was sent has arrived, the FIN too, and is acknowledged: no window moves until the receiver reads.
all_arrived()
{
	tw_in "$left" ss -tnH state fin-wait-2 | grep -q .
}

# While it goes on they know each other, too.
present()
{
	local said

	scene || return
	# What is left to read fits any window.
	tw_receive one "$right" $BYTES --pause-at $((BYTES - 50000)) --until "$tw_dir/go" || return
	tw_send one "$left" "$receiver" $BYTES
	tw_wait 30 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_wait 30 "all has arrived" all_arrived || return
	said=$(tunwin -n "$middle" -j flows)
	tw_equal "two records" "$(jq length <<< "$said")" 2
	know_each_other
	touch "$tw_dir/go"
	tw_transferred 60 one
}

# Somebody takes the option from the receiver's handshake: the sender sees a window that is not scaled.
scale_taken_away()
{
	# What is left of the window is so small that little can be sent.
	local said BYTES=20000

	scene "tcp flags & (syn | ack) == (syn | ack) reset tcp option window" && transferred || return
	know_each_other
	tw_equal "the receiver's scale where it came in" "$(record tun1 .out.window.wscale)" known
	tw_equal "the receiver's scale where it went out" "$(record tun0 .in.window.wscale)" none
	# Without one end's option neither end scales (RFC 7323, 2.2).
	tw_equal "scales that differ" "$(differing wscale_differs | jq -c sort)" \
		'["tun0 in","tun0 out","tun1 in","tun1 out"]'
	tw_check "said in words" grep -q "in tunnel tun1 it is scaled by 2^.*: it is changed between them" \
		<(tunwin -n "$middle" show "$(record tun0 .id)")
}

# Somebody writes another window into the receiver's acknowledgments.
window_rewritten()
{
	local said

	scene "ip saddr $(pair_receiver) tcp flags & (syn | ack) == ack tcp window set 90" && transferred || return
	know_each_other
	tw_equal "windows that differ" "$(differing differs | jq -c sort)" '["tun0 in","tun1 out"]'
	tw_equal "the window as rewritten" "$(record tun0 .in.window.now_bytes)" \
		"$((90 << $(record tun0 .in.window.wscale_shift)))"
	tw_check "said in words" grep -q "in tunnel tun1 its largest is .*: it is changed between them" \
		<(tunwin -n "$middle" show "$(record tun0 .id)")
}

# The receiver's address, before there is a tunnel: the second of the scene.
pair_receiver()
{
	echo "10.9.$((_tw_tunnels + 2)).1"
}

tw_need nft
tw_module_load
tw_test "Two records know each other, and agree" same
tw_test "They know each other while the connection lasts" present
tw_test "A window scale that is taken away between the tunnels is shown" scale_taken_away
tw_test "A window that is rewritten between the tunnels is shown" window_rewritten
tw_end
