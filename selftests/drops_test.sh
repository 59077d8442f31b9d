#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: cards stock
# smoke: *
# guest: --nics e1000:2
#
# What this host drops, by source, reason and size: as tunwin counts it, as the device or the protocol counts it, and as the
# kernel's own histogram of skb:kfree_skb does.
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

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/buffers.sh
. "$(dirname "$0")/buffers.sh"

tw_begin "Drops"

near="" far=""

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

# Nobody knows without a reason; then tunwin does not claim to. $1: device, $2: source
nothing_is_claimed()
{
	tw_wait 10 "$2 is not available" near_says \
		"any(.devices[]; .device == \"$1\" and any(.not_available[]; . == \"$2\"))"
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

# Wait until a device is known, and what a source has dropped there. $1: device, $2: source
tells()
{
	tw_wait 10 "$1 is watched" near_says "any(.devices[]; .device == \"$1\" and any(.sources[]; .source == \"$2\"))"
}

# The same of the other gateway.
far_tells()
{
	local near=$far

	tells "$@"
}

# Wait until it has dropped some. $1: device, $2: source, $3: more than so many
drops()
{
	tw_wait 60 "drops" near_says "any(.devices[]; .device == \"$1\" and
		any(.sources[]; .source == \"$2\" and .packets > $3))"
}

# What near says of a source of drops. $1: device, $2: source, $3: jq expression of it
source_of()
{
	tunwin -n "$near" -j buffers "$1" | jq -r "first(.devices[0].sources[] | select(.source == \"$2\")) | $3"
}

full_sockets()
{
	local before errors lost

	tw_ns near far
	tw_tunnel gre "$near" "$far" mtu=1400 || return
	tw_drops_have_reasons || { nothing_is_claimed tun0 socket; return; }
	kernel_counts || return
	tells tun0 socket || return
	before=$(kernel_counted SOCKET_RCVBUFF)
	# Nobody reads; 300 datagrams of 100 bytes and 200 of 1,200 go there, and none of them is fragmented.
	tw_background "$near" python3 -S "$tw_top/datagrams.py" hold 7000 "$tw_dir/holds"
	tw_wait 30 "a socket that is not read" test -e "$tw_dir/holds" || return
	tw_check "datagrams" tw_in "$far" python3 -S "$tw_top/datagrams.py" send "$NEAR_ADDR" 7000 300x100 200x1200 || return
	tw_wait 10 "all have come" near_received 500 || return
	tw_wait 30 "it is quiet" quiet SOCKET_RCVBUFF || return
	errors=$(tw_in "$near" nstat -asz UdpRcvbufErrors | awk '/UdpRcvbufErrors/ { print $2 }')
	lost=$(unplaced socket)
	echo "# socket: $(source_of tun0 socket .packets), unplaced: $lost, UDP: $errors"
	tw_equal "drops, as UDP counts them" $(($(source_of tun0 socket .packets) + lost)) "$errors"
	tw_equal "and as the kernel's own trace does" "$errors" "$(($(kernel_counted SOCKET_RCVBUFF) - before))"
	tw_equal "the sum of all sizes" "$(source_of tun0 socket '[.size_classes[].packets] | add')" $((errors - lost))
	[[ $lost -gt 0 ]] || tw_equal "of 1,200 bytes" \
		"$(source_of tun0 socket '[.size_classes[] | select(.max_bytes == 1518).packets] | add')" 200
	! drops_tell_the_socket || tw_equal "all have a tunnel" "$lost" 0
	tw_check "an episode, but no alert" near_says '.episodes[0].sources[0].source == "socket"' &&
		tw_check "no alert" alerted '. == []'
}

# Drops of which it is not known by which tunnel they came: before Linux 6.11, of packets that came with others and then had
# to wait for their socket. $1: source
unplaced()
{
	tunwin -n "$near" -j buffers | jq "[.host.unplaced[] | select(.source == \"$1\").packets] | add // 0"
}

# (6.11 and later.)
drops_tell_the_socket()
{
	grep -q rx_sk /sys/kernel/tracing/events/skb/kfree_skb/format
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
	tw_drops_have_reasons || { nothing_is_claimed under0 backlog; return; }
	kernel_counts || return
	# What far drops before it is watched it does not count.
	tells under0 backlog && far_tells under0 backlog || return
	before=$(kernel_counted CPU_BACKLOG)
	dropped=$(tw_in "$near" cat /sys/class/net/under0/statistics/rx_dropped)
	# A burst of segments is handed over at once, to a queue that is too short for it.
	tw_check "segments" tw_in "$far" ethtool -K under0 tso off gso on > /dev/null &&
		tw_check "no merging" tw_in "$near" ethtool -K under0 gro off > /dev/null || return
	tw_set net.core.netdev_max_backlog 10 || return
	tw_receive burst "$near" 10000000000 && tw_send burst "$far" "$NEAR_ADDR" 10000000000 || return
	drops under0 backlog 50 || return
	broken_off burst
	tw_wait 30 "it is quiet" quiet CPU_BACKLOG || return
	dropped=$(($(tw_in "$near" cat /sys/class/net/under0/statistics/rx_dropped) - dropped))
	echo "# backlog: $(source_of under0 backlog .packets), device: $dropped, trace: $(($(kernel_counted CPU_BACKLOG) - before))"
	tw_equal "drops at near and far together" "$(all_of backlog)" "$(($(kernel_counted CPU_BACKLOG) - before))"
	tw_equal "and as the device counts them" "$(source_of under0 backlog .packets)" "$dropped"
	tw_equal "the sum of all sizes" "$(source_of under0 backlog '[.size_classes[].packets] | add')" "$dropped"
	tw_check "one episode" near_says '[.episodes[] | select(.device == "under0")] | length == 1'
}

full_cells()
{
	local dropped

	cards e1000 || return
	tells tun0 gro-cells || return
	# A card that hands over 64 frames at once, to a queue for three.
	tw_check "no merging below" tw_in "$near" ethtool -K under0 gro off > /dev/null || return
	tw_set net.core.netdev_max_backlog 3 || return
	tw_receive many "$near" 10000000000 && tw_send many "$far" "$NEAR_ADDR" 10000000000 || return
	drops tun0 gro-cells 20 || return
	broken_off many
	tw_wait 30 "the flow is over" no_flow || return
	dropped=$(tw_in "$near" cat /sys/class/net/tun0/statistics/rx_dropped)
	echo "# GRO cells: $(source_of tun0 gro-cells .packets), device: $dropped"
	tw_equal "as the tunnel counts them" "$(source_of tun0 gro-cells .packets)" "$dropped"
	tw_equal "the sum of all sizes" "$(source_of tun0 gro-cells '[.size_classes[].packets] | add')" "$dropped"
	tw_equal "frames of 9,014 bytes" "$(source_of tun0 gro-cells '[.size_classes[] | select(.packets > 0).max_bytes] | max')" 9018
}

no_flow()
{
	tunwin -n "$near" -j flows | jq -e '. == []'
}

# $1: pages
tcp_has_pages()
{
	awk -v pages="$1" '$1 == "TCP:" { exit !($NF >= pages) }' /proc/net/sockstat
}

# $1: bytes that wait to be read
unread_has()
{
	tw_in "$near" ss -Htn state established sport = ":$(< "$tw_dir/unread.port")" |
		awk -v bytes="$1" '{ exit !($1 >= bytes - 1000) }'
}

full_tcp_memory()
{
	local name before counted

	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_drops_have_reasons || { nothing_is_claimed tun0 tcp-memory; return; }
	kernel_counts || return
	tells tun0 tcp-memory && far_tells tun0 tcp-memory || return
	before=$(($(kernel_counted PROTO_MEM) + $(kernel_counted TCP_OFO_QUEUE_PRUNE)))
	# Each processor may use a megabyte that is not on the account of all: others take that, in buffers that nobody reads.
	for name in other1 other2 other3 other4; do
		tw_receive $name "$near" 10000000000 --rcvbuf 400000 --pause-at 1000 --until "$tw_dir/never" &&
			tw_send $name "$far" "$NEAR_ADDR" 10000000000 || return
	done
	tw_wait 30 "TCP's memory is on its account" tcp_has_pages 2 || return
	# Nobody reads this one either. There is room for more in its buffer, but TCP may have no more.
	tw_receive unread "$near" 10000000000 --rcvbuf 400000 --pause-at 1000 --until "$tw_dir/never" &&
		tw_send unread "$far" "$NEAR_ADDR" 10000000000 --chunk 10000 --pause-at 60000 --until "$tw_dir/go" || return
	tw_wait 30 "the sender pauses" test -e "$tw_dir/go.paused" || return
	tw_wait 30 "all of it has come" unread_has 60000 || return
	tw_set net.ipv4.tcp_mem "1 1 1" || return
	touch "$tw_dir/go"
	drops tun0 tcp-memory 2 || return
	for name in unread other1 other2 other3 other4; do
		broken_off $name
	done
	tw_wait 30 "the flows are over" no_flow || return
	counted=$(($(kernel_counted PROTO_MEM) + $(kernel_counted TCP_OFO_QUEUE_PRUNE) - before))
	echo "# TCP memory: $(source_of tun0 tcp-memory .packets), trace: $counted"
	tw_equal "as the kernel's own trace counts them" $(($(all_of tcp-memory) + $(unplaced tcp-memory))) "$counted"
	tw_equal "the sum of all sizes" "$(source_of tun0 tcp-memory '[.size_classes[].packets] | add')" \
		"$(source_of tun0 tcp-memory .packets)"
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

tw_module_load
tw_test "Sockets that are full, by reason and size" full_sockets
tw_test "A backlog that is full, by reason and size" full_backlog
tw_test "GRO cells that are full, by size" full_cells
tw_test "TCP without memory, by reason and size" full_tcp_memory
tw_end
