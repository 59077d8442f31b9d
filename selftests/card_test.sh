#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: stock
# smoke: *
#
# What only few drivers tell, and no card that is emulated has to tell: the tests' own does (card/).
#
#	near
#	tun0 ═══ gre ═══ …
#	card0 ──────────── nobody

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/buffers.sh
. "$(dirname "$0")/buffers.sh"

tw_begin "Drivers"

near=""

# The card, with a tunnel above it. $@: what it has counted by then
scene()
{
	tw_ns near
	tw_check "the tests' own driver loads" insmod "${TUNWIN_KO%/*}/tunwin_card.ko" "$@" || return
	tw_undo rmmod tunwin_card
	tw_check "card0" ip link set card0 netns "$near" up &&
		tw_check "its address" ip -n "$near" address add 10.8.0.1/24 dev card0 &&
		tw_check "a tunnel" ip -n "$near" link add tun0 type gre local 10.8.0.1 remote 10.8.0.2 &&
		tw_check "is up" ip -n "$near" link set tun0 up
}

# What the driver of card0 is to tell. $1: parameter of tunwin_card, $2: value
card_tells()
{
	echo "$2" > "/sys/module/tunwin_card/parameters/$1"
}

# Has tunwin counted that of card0? $1: frames missed, buffers not got by ethtool -S, and what the kernel's
# statistics of its queues have: overruns and buffers not got, as a JSON array
card_has()
{
	near_says '[.devices[] | select(.device == "card0").sources[] | {(.source): .packets}] | add' > "$tw_dir/card"
	jq -e '[.missed, .alloc, ."queue-overrun", ."queue-alloc"] == '"$1" "$tw_dir/card" || { cat "$tw_dir/card"; false; }
}

# The kernel's own sums of card0's queues.
kernel_sums()
{
	tw_in "$near" python3 -B "$TUNWIN_KERNEL_YNL/tools/net/ynl/cli.py" \
		--spec "$TUNWIN_KERNEL_YNL/Documentation/netlink/specs/netdev.yaml" --no-schema --output-json \
		--dump qstats-get | jq -c 'map([."rx-hw-drop-overruns", ."rx-alloc-fail"])'
}

# A card of two queues, and a queue that is gone; before it is watched, each has counted something.
queues_of_a_driver()
{
	local has since none="[0, 0, 0, 0]" all="[0, 11, 432, 10]"

	scene overruns=1000,200,30 alloc_failed=4000,500,60 ethtool_alloc_failed=700,80 missed=9 || return
	has=$(< /sys/module/tunwin_card/parameters/has_queue_stats)
	if [[ $has == N ]]; then
		none="[0, 0, null, null]" all="[0, 11, null, null]"
	fi
	tw_wait 30 "what was counted before is not ours" card_has "$none" || return
	[[ $has == N || ! ${TUNWIN_KERNEL_YNL-} ]] || tw_equal "what the kernel adds up" "$(kernel_sums)" "[[1230,4560]]"

	since=$EPOCHREALTIME
	card_tells overruns 1002,230,430
	card_tells alloc_failed 4000,507,63
	card_tells ethtool_alloc_failed 706,85
	tw_wait 30 "what all queues have counted since" card_has "$all" || return
	[[ $has == N || ! ${TUNWIN_KERNEL_YNL-} ]] || tw_equal "and the kernel" "$(kernel_sums)" "[[1662,4570]]"
	tw_wait 30 "and it is in the history" episode_is '
		.device == "card0" and .flows == [] and any(.sources[]; .source == "alloc" and .packets == 11)' || return
	# Nothing has hinted at it, so that the driver was not asked for a while.
	tw_check "it may have begun as early as it did" episode_is ".time - .slack_s <= $since and $since <= .time" || return
	# The driver goes while it is watched.
	tw_check "the driver unloads" rmmod tunwin_card
	tw_wait 10 "the card is gone" near_says '[.devices[] | select(.device == "card0")] == []'
}

# Is it so of what the doctor finds of the card since an earlier report, as {CODE: EVIDENCE}? $1: jq expression
doctor_finds()
{
	tunwin -n "$near" -j doctor --since "$tw_dir/earlier" > "$tw_dir/report" || return
	jq -e '[.findings[] | select(.code == "half-duplex" or .code == "crc-errors") | {(.code): .evidence}] | add | '"$1" \
		"$tw_dir/report" || { jq -c .findings "$tw_dir/report"; false; }
}

link_of_a_driver()
{
	scene crc_errors=40 || return
	tunwin -n "$near" -j doctor > "$tw_dir/earlier"
	tw_check "nothing is wrong with it" doctor_finds '. == null'

	card_tells duplex 0
	card_tells speed_mbps 100
	tw_check "ethtool sees it" grep -q "Duplex: Half" <(tw_in "$near" ethtool card0)
	tw_check "half duplex" doctor_finds '
		(keys == ["half-duplex"]) and (."half-duplex" | test("half duplex, at 100(.0)? ?Mb"))'

	# A driver that does not know is not one that is half duplex.
	card_tells duplex 255
	card_tells speed_mbps 4294967295
	tw_check "nobody knows" doctor_finds '. == null'

	card_tells duplex 1
	card_tells crc_errors 47
	tw_equal "ip sees them" "$(ip -n "$near" -s -s -j link show card0 | jq '.[0].stats64.rx.crc_errors')" 47
	tw_check "seven damaged frames" doctor_finds '
		(keys == ["crc-errors"]) and (."crc-errors" | test("^7 frames with a wrong checksum"))'
}

[[ ${TUNWIN_KO-} ]] || tw_skip "the tests' own driver is built beside the module only"
tw_module_load
tw_test "What a driver tells of its queues" queues_of_a_driver
tw_test "What a driver tells of its link" link_of_a_driver
tw_end
