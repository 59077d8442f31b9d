#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guest: --nics e1000:2 --trace e1000_receiver_overrun
#
# Where buffers run out, how much was lost for it, and whom it hit.
#
#	    near					    far
#	+--------------------+			+--------------------+
#	| receiver	     |			|	      sender |
#	|    |		     |			|		|    |
#	|   tun0  ===========|==================|========== tun0     |
#	|    |		     |			|		|    |
#	|   under0  ---------|------------------|-------- under0     |
#	+--------------------+			+--------------------+
#
#	under0 is an e1000 card on a wire with the other one, MTU 9000 (tw_cards), or a veth pair (tw_link).
#	What the emulated card refuses is in the emulator's own log, with the time.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Buffers"

near="" far=""

# Two cards, and a tunnel between them.
cards()
{
	tw_ns near far
	tw_cards "$near" "$far" 9000 || return
	tw_tunnel gre "$near" "$far" || return
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 131072 8388608"
	tw_in "$far" sysctl -qw net.ipv4.tcp_wmem="4096 131072 8388608"
	tw_wait 10 "the card is known to carry the tunnel" near_says '
		any(.devices[]; .device == "under0" and .role == "lower" and any(.sources[]; .source == "missed"))'
}

# Is it so of what near says of its buffers? $1: jq expression
near_says()
{
	tunwin -n "$near" -j buffers > "$tw_dir/buffers" || return
	jq -e "$1" "$tw_dir/buffers" || { jq -c .episodes "$tw_dir/buffers"; false; }
}

# Is it so of the only episode? $1: jq expression
episode_is()
{
	tunwin -n "$near" -j buffers history > "$tw_dir/episodes" || return
	jq -e "length == 1 and (.[0] | $1)" "$tw_dir/episodes" || { cat "$tw_dir/episodes"; false; }
}

##############################################################################
# The emulator's log

# How far its clock is ahead of ours, in microseconds: a file that we write there is dated by it.
clock_ahead_us()
{
	local before after theirs

	before=${EPOCHREALTIME/./}
	echo > "$TUNWIN_RESULTS/clock"
	after=${EPOCHREALTIME/./}
	theirs=$(stat -c %.6Y "$TUNWIN_RESULTS/clock")
	echo $((${theirs/./} - (before + after) / 2))
}

# Frames that the card has refused since a line of the log. $1: line
refused()
{
	tail -n +$(($1 + 1)) "$TUNWIN_RESULTS/qemu.trace" | grep -c e1000_receiver_overrun
}

# When the first and the last was, by our clock, in microseconds. $1: line
refused_between_us()
{
	tail -n +$(($1 + 1)) "$TUNWIN_RESULTS/qemu.trace" | awk -F '[@:.]' -v ahead="$(clock_ahead_us)" '
		/e1000_receiver_overrun/ {
			at = $2 * 1000000 + $3 - ahead
			if (!first)
				first = at
			last = at
		}
		END { printf "%.0f %.0f\n", first, last }'
}

# $1: line, $2: how many
has_refused()
{
	[[ $(refused "$1") -ge $2 ]]
}

##############################################################################

enough_buffers()
{
	cards || return
	# 256 buffers hold 85 frames; a window of more than these might not fit, and then does not.
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 131072 1400000"
	tw_transfer large "$far" "$near" "$NEAR_ADDR" 30000000 || return
	tw_check "frames of 9,014 bytes, each in three buffers" near_says '
		.devices[] | select(.device == "under0").demand |
		.frame_bytes > 8900 and .frame_bytes <= 9014 and .buffers_per_frame >= 2.5 and .rx_ring == 256' || return
	tw_check "no episode" near_says '.episodes == []'
}

small_ring()
{
	local line first last ping

	cards || return
	# All that the congestion window allows goes out at once, not 128 KB of it, which are 43 buffers.
	tw_in "$far" sysctl -qw net.ipv4.tcp_limit_output_bytes=4000000
	tw_check "a ring of 48" tw_in "$near" ethtool -G under0 rx 48 || return
	tw_wait 30 "the card has a carrier" _tw_has_carrier "$near" || return
	tw_receive small "$near" 10000000000 && tw_send small "$far" "$NEAR_ADDR" 10000000000 --mss 400 --pace 20000 || return
	tw_background "$far" ping -i 0.2 -s 36 "$NEAR_ADDR" > "$tw_dir/ping"
	ping=$!
	tw_wait 30 "pings come back" grep -q "seq=5 " "$tw_dir/ping" || return
	tw_check "no episode" near_says '.episodes == []' || return

	line=$(wc -l < "$TUNWIN_RESULTS/qemu.trace")
	tw_receive large "$near" 10000000000 && tw_send large "$far" "$NEAR_ADDR" 10000000000 || return
	# The first window does it. An episode is over soon, and a sender that goes on comes back to another one.
	tw_wait 60 "the card refuses frames" has_refused "$line" 1 || return
	tw_wait 10 "there is an alert" alerted 'any(.[]; .code == "buffer-exhausted" and .device == "under0" and .tunnel == "tun0")' || return
	tw_wait 30 "small packets pass meanwhile, large ones do not" episode_is '
		any(.size_classes[]; .max_bytes == 256 and .passed > 0) and any(.size_classes[]; .lost > 0)' || return
	kill -KILL "$(< "$tw_dir/large.sender.pid")" "$(< "$tw_dir/large.receiver.pid")"
	tw_wait 60 "the episode is over" episode_is .over || return
	kill -INT "$ping"
	wait "$ping"
	read -r first last < <(refused_between_us "$line")
	echo "# the card refused $(refused "$line") frames in $(((last - first) / 1000)) ms; $(jq -c '.[]' "$tw_dir/episodes")"
	tw_equal "packets lost" "$(jq '.[0].packets' "$tw_dir/episodes")" "$(refused "$line")"
	begins_within_a_second "$first" "$last"
	tw_equal "the flows that were hit" "$(jq -c '[.[0].flows[] | .near.port]' "$tw_dir/episodes")" \
		"[$(< "$tw_dir/large.port")]"
	tw_check "what flows have missed is large" episode_is '
		all(.size_classes[]; .lost == 0 or .max_bytes == 9018) and any(.size_classes[]; .lost > 0)'
	tw_check "no ping is lost" grep -q ", 0% packet loss" "$tw_dir/ping"
	tw_check "the alert is over" alerted 'all(.[]; .code != "buffer-exhausted")'
}

# Does the episode begin and end within a second of what the emulator says? $1, $2: in microseconds
begins_within_a_second()
{
	tw_check "it begins when the first frame is refused" episode_is ".time * 1000000 - $1 | fabs < 1000000"
	tw_check "it ends when the last one is" episode_is "(.time + .duration_s) * 1000000 - $2 | fabs < 1000000"
}

##############################################################################
# What is no shortage

# Packets of more than 1,300 bytes vanish on the way, and nobody is told.
black_hole()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=10ms || return
	tw_need nft && tw_check "the black hole" tw_in "$near" nft "table inet rules {
		chain packets {
			type filter hook prerouting priority -400
			iifname under0 meta length > 1300 drop
		}
	}" || return
	# A small message first, as a handshake of TLS would be.
	tw_receive stuck "$near" 10000000000 --keepalive 1 &&
		tw_send stuck "$far" "$NEAR_ADDR" 10000000000 --pause-at 500 --until "$tw_dir/go" || return
	tw_wait 20 "the small message is through" test -e "$tw_dir/go.paused" || return
	touch "$tw_dir/go"
	tw_wait 60 "large segments are known to be lost" size_loss_at_far || return
	tw_check "near has no episode" near_says '.episodes == []' &&
		tw_check "near has no alert of buffers" alerted 'all(.[]; .code != "buffer-exhausted")'
	tunwin -n "$far" -j buffers > "$tw_dir/buffers"
	tw_check "far has no episode" jq -e '.episodes == []' "$tw_dir/buffers"
	tw_check "far's doctor says so" doctor_says size-loss
}

size_loss_at_far()
{
	tunwin -n "$far" -j alerts | jq -e 'any(.[]; .code == "size-loss" and .size_bytes > 1200 and .size_bytes < 1460)'
}

# $1: code
doctor_says()
{
	tunwin -n "$far" -j doctor | jq -e "any(.findings[]; .code == \"$1\") and all(.findings[]; .code != \"buffer-exhausted\")"
}

random_loss()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms loss=1% || return
	tw_check "segments" ip -n "$far" link set tun0 gso_max_segs 1 || return
	tw_transfer lossy "$far" "$near" "$NEAR_ADDR" 10000000 || return
	tw_check "segments were lost" [ "$(tw_account lossy sender .retransmits)" -gt 20 ] || return
	tw_check "no episode" near_says '.episodes == []'
}

##############################################################################
# By reason and size

# Let the kernel itself count what it drops, by reason. Until the test ends.
kernel_counts()
{
	local trigger=/sys/kernel/tracing/events/skb/kfree_skb/trigger

	mount -t tracefs tracefs /sys/kernel/tracing 2> /dev/null
	if ! { [[ -w $trigger ]] && echo 'hist:keys=reason' > "$trigger"; } 2> /dev/null; then
		tw_skip "this kernel keeps no histogram of what it drops"
		return 1
	fi
	_tw_undo+=("echo '!hist:keys=reason' > $trigger")
}

# What it has come to. $1: reason
kernel_counted()
{
	local events=/sys/kernel/tracing/events/skb/kfree_skb number

	# A histogram has the number, the format of the event which it is.
	number=$(grep -o "{ *[0-9a-fx]*, *\"$1\" *}" $events/format | tr -dc '0-9')
	awk -v number="$number" '
		$2 == "reason:" && $3 == number { sub(/.*hitcount: */, ""); count = $1 }
		END { print count + 0 }' $events/hist
}

# What near says of a source of drops. $1: device, $2: source, $3: jq expression of it
source_of()
{
	tunwin -n "$near" -j buffers "$1" | jq -r "first(.devices[0].sources[] | select(.source == \"$2\")) | $3"
}

full_sockets()
{
	local before errors

	tw_ns near far
	tw_tunnel gre "$near" "$far" mtu=1400 || return
	kernel_counts || return
	tw_wait 10 "tun0 is watched" near_says 'any(.devices[]; .device == "tun0" and any(.sources[]; .source == "socket"))' ||
		return
	before=$(kernel_counted SOCKET_RCVBUFF)
	# Nobody reads; 300 datagrams of 100 bytes and 200 of 1,200 go there, and none of them is fragmented.
	tw_background "$near" python3 -S "$tw_top/datagrams.py" hold 7000 "$tw_dir/holds"
	tw_wait 30 "a socket that is not read" test -e "$tw_dir/holds" || return
	tw_check "datagrams" tw_in "$far" python3 -S "$tw_top/datagrams.py" send "$NEAR_ADDR" 7000 300x100 200x1200 || return
	tw_wait 10 "all have come" near_received 500 || return
	errors=$(tw_in "$near" nstat -asz UdpRcvbufErrors | awk '/UdpRcvbufErrors/ { print $2 }')
	tw_equal "drops, as UDP counts them" "$(source_of tun0 socket .packets)" "$errors"
	tw_equal "and as the kernel's own trace does" "$errors" "$(($(kernel_counted SOCKET_RCVBUFF) - before))"
	tw_equal "the sum of all sizes" "$(source_of tun0 socket '[.size_classes[].packets] | add')" "$errors"
	tw_equal "of 1,200 bytes" \
		"$(source_of tun0 socket '[.size_classes[] | select(.max_bytes == 1518).packets] | add')" 200
	tw_check "an episode, but no alert" near_says '.episodes[0].sources[0].source == "socket"' &&
		tw_check "no alert" alerted '. == []'
}

# $1: datagrams
near_received()
{
	tunwin -n "$near" -j tunnels tun0 | jq -e ".[0].in.packets >= $1"
}

full_backlog()
{
	local before dropped

	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	kernel_counts || return
	tw_wait 10 "under0 is watched" near_says 'any(.devices[]; .device == "under0")' || return
	before=$(kernel_counted CPU_BACKLOG)
	dropped=$(tw_in "$near" cat /sys/class/net/under0/statistics/rx_dropped)
	# A burst of segments is handed over at once, to a queue that is too short for it.
	tw_check "segments" tw_in "$far" ethtool -K under0 tso off gso on > /dev/null &&
		tw_check "no merging" tw_in "$near" ethtool -K under0 gro off > /dev/null || return
	tw_set net.core.netdev_max_backlog 10 || return
	tw_receive burst "$near" 10000000000 && tw_send burst "$far" "$NEAR_ADDR" 10000000000 || return
	tw_wait 60 "drops" near_says 'any(.devices[]; .device == "under0" and any(.sources[]; .source == "backlog" and .packets > 50))' ||
		return
	kill -KILL "$(< "$tw_dir/burst.sender.pid")" "$(< "$tw_dir/burst.receiver.pid")"
	tw_wait 30 "it is quiet" quiet CPU_BACKLOG || return
	dropped=$(($(tw_in "$near" cat /sys/class/net/under0/statistics/rx_dropped) - dropped))
	echo "# backlog: $(source_of under0 backlog .packets), device: $dropped, trace: $(($(kernel_counted CPU_BACKLOG) - before))"
	tw_equal "drops at near and far together" "$(all_of backlog)" "$(($(kernel_counted CPU_BACKLOG) - before))"
	tw_equal "and as the device counts them" "$(source_of under0 backlog .packets)" "$dropped"
	tw_equal "the sum of all sizes" "$(source_of under0 backlog '[.size_classes[].packets] | add')" "$dropped"
	tw_check "one episode" near_says '[.episodes[] | select(.device == "under0")] | length == 1'
}

# Of all devices that either gateway knows. $1: source
all_of()
{
	local space

	for space in "$near" "$far"; do
		tunwin -n "$space" -j buffers
	done | jq -s "[.[].devices[].sources[] | select(.source == \"$1\").packets] | add"
}

# Has nothing more been dropped for a while? $1: reason
quiet()
{
	local now last=-1

	while now=$(kernel_counted "$1"); [[ $now != "$last" ]]; do
		last=$now
		read -r -t 1 -u "$_tw_never" || true
	done
}

# $1: jq expression
alerted()
{
	tunwin -n "$near" -j alerts | jq -e "$1"
}

tw_module_load
tw_test "Large frames, and buffers for all of them" enough_buffers
tw_test "A ring that is too small for large frames" small_ring
tw_test "A path MTU black hole is none" black_hole
tw_test "Nor is random loss" random_loss
tw_test "Sockets that are full, by reason and size" full_sockets
tw_test "A backlog that is full, by reason and size" full_backlog
tw_end
