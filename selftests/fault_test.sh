#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: cards
# kernel: fault
# guest: --nics e1000:2 --nics vmxnet3:2
#
# Buffers that cannot be had, since the kernel is told not to give drivers their pages (fail_page_alloc). Such
# failures pass neither mm_page_alloc nor warn_alloc: only the driver knows.
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
#	under0 is an emulated card on a wire with the other one, MTU 9000.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/buffers.sh
. "$(dirname "$0")/buffers.sh"

tw_begin "Buffers that cannot be had"

near="" far=""
knobs=/sys/kernel/debug/fail_page_alloc

# Where a function lies: its first address and the next one's. (Addresses have 16 digits.) $1: name
function_at()
{
	local start

	start=$(awk -v name="$1" '$3 == name { print $1; exit }' /proc/kallsyms)
	awk -v start="$start" '"x" $1 > "x" start && (!next_one || "x" $1 < "x" next_one) { next_one = $1 }
		END { print "0x" start, "0x" next_one }' /proc/kallsyms
}

# Make ready to let a driver's allocations of pages fail, but for those of the heads of its packets. $1: driver
pages_may_fail()
{
	local start end head head_end

	[[ -w $knobs/reject-start ]] || { tw_skip "this kernel fails no allocations on demand"; return 1; }
	start=$(cat "/sys/module/$1/sections/.text")
	end=$(printf '0x%x' $((start + $(awk -v name="$1" '$1 == name { print $2 }' /proc/modules))))
	read -r head head_end < <(function_at __netdev_alloc_skb)
	tw_undo bash -c "echo 0 > $knobs/probability"
	tw_check "fail_page_alloc" bash -c "cd $knobs && echo 0 > verbose && echo 0 > min-order && echo -1 > times &&
		echo 64 > stacktrace-depth && echo $start > require-start && echo $end > require-end &&
		echo $head > reject-start && echo $head_end > reject-end"
}

# $1: percent
pages_fail()
{
	echo "$1" > $knobs/probability
}

# A flow of large segments, one of small ones, and pings.
traffic()
{
	tw_receive small "$near" 10000000000 && tw_send small "$far" "$NEAR_ADDR" 10000000000 --mss 400 --pace 20000 || return
	tw_background "$far" ping -i 0.2 -s 36 "$NEAR_ADDR" > "$tw_dir/ping"
	ping=$!
	tw_wait 30 "pings come back" grep -q "seq=5 " "$tw_dir/ping" || return
	# No more than the ring has room for.
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 131072 1000000"
	tw_receive large "$near" 10000000000 && tw_send large "$far" "$NEAR_ADDR" 10000000000 --pace 2000000 || return
	tw_wait 60 "large frames arrive" near_says '.devices[] | select(.device == "under0").demand.frame_bytes > 8900' &&
		tw_check "no episode" near_says '.episodes == []'
}

refused_pages()
{
	local ping before first last

	cards e1000 && traffic && pages_may_fail e1000 || return
	before=$(driver_counted alloc_rx_buff_failed)
	first=${EPOCHREALTIME/./}
	pages_fail 20
	tw_wait 30 "there is an alert" alerted 'any(.[]; .code == "buffer-exhausted" and .device == "under0")' &&
		tw_wait 30 "small packets pass meanwhile" episode_is 'any(.size_classes[]; .max_bytes == 256 and .passed > 2)' || return
	pages_fail 0
	last=${EPOCHREALTIME/./}
	broken_off large
	tw_wait 60 "the episode is over" episode_is .over || return
	kill -INT "$ping"
	wait "$ping"
	echo "# $(jq -c '.[]' "$tw_dir/episodes")"
	tw_equal "buffers that the driver did not get" "$(episodes_count alloc)" \
		"$(($(driver_counted alloc_rx_buff_failed) - before))"
	begins_within_a_second "$first" "$last"
	tw_check "the kernel knows of no page that failed" near_says '([.host.page_failures[].failed] | add // 0) == 0'
}

# GigaTCP's freeze: a card with buffers for small frames, and pages for large ones now and then, and then no more.
freeze()
{
	local ping first last stood

	cards vmxnet3 && traffic && pages_may_fail vmxnet3 || return
	pages_fail 50
	tw_wait 30 "the flow misses some" episode_is '.flows != []' || return
	first=${EPOCHREALTIME/./}
	pages_fail 100
	tw_wait 60 "the sender sends one segment again and again, at doubling intervals" backs_off 4 || return
	tw_check "the flow stands still" episode_is "any(.flows[]; .moved == false and .flow == \"$(flow_of large)\" and
		(.stalled_s * 1000000 - (${EPOCHREALTIME/./} - $first) | fabs < 2000000))"
	tw_check "the doctor says since when" near_doctor_says 'any(.findings[]; .code == "buffer-exhausted" and
		(.evidence | test("flow '"$(flow_of large)"' has stood still for [0-9]")))'
	tw_check "the small flow moves" small_moves || return
	pages_fail 0
	last=${EPOCHREALTIME/./}
	tw_wait 60 "the flow moves again" episode_is 'all(.flows[]; .moved)' || return
	tw_wait 60 "the episode is over" episode_is .over || return
	kill -INT "$ping"
	wait "$ping"
	stood=$((${EPOCHREALTIME/./} - first))
	echo "# $(jq -c '.[]' "$tw_dir/episodes")"
	tw_equal "the flows that were hit" "$(ports_hit)" "$(< "$tw_dir/large.port")"
	tw_check "it stood still until it got pages" episode_is "
		.flows[0].stalled_s * 1000000 | . >= $((last - first - 1000000)) and . <= $stood"
	tw_check "no ping is lost" grep -q ", 0% packet loss" "$tw_dir/ping"
	tw_check "the alert is over" alerted 'all(.[]; .code != "buffer-exhausted")'
}

# Has the sender of large segments backed off so often? $1: times
backs_off()
{
	local backoff

	backoff=$(tw_in "$far" ss -HOtin dport = ":$(< "$tw_dir/large.port")" | grep -o 'backoff:[0-9]*')
	[[ ${backoff#*:} -ge $1 ]]
}

# The module's number for a transfer. $1: its name
flow_of()
{
	tunwin -n "$near" -j flows | jq -r ".[] | select(.near.port == $(< "$tw_dir/$1.port")).id"
}

near_doctor_says()
{
	tunwin -n "$near" -j doctor | jq -e "$1"
}

small_moves()
{
	local before

	before=$(small_bytes)
	tw_wait 10 "the small flow moves" small_has_more "$before"
}

small_bytes()
{
	tunwin -n "$near" -j flows | jq ".[] | select(.near.port == $(< "$tw_dir/small.port")).in.payload_bytes"
}

small_has_more()
{
	[[ $(small_bytes) -gt $1 ]]
}

tw_module_load
tw_test "A driver that gets no pages now and then" refused_pages
tw_test "The freeze: no pages for large frames, while small ones pass" freeze
tw_end
