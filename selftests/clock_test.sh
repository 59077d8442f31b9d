#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The time of day is set while a flow is open and an alert active: what tunwin measures goes by another clock, and what it
# tells as a time of day is of the one that is valid.
#
#	 near: receiver, tunwin looks here            far: sender
#	 tun0 ════════════════ gre ════════════════ tun0
#	 under0 ───────── veth, netem ──────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The clock is set"

BYTES=8000000
near="" far=""

# Is an alert active, or over? $1: code, $2: history or nothing
alert()
{
	tunwin -n "$near" -j alerts ${2:+"$2"} | jq -e "any(.[]; .code == \"$1\")"
}

quiet()
{
	[[ $(tunwin -n "$near" -j alerts) == "[]" ]]
}

# Is a number at least one and at most another? $1: what it is, $2: number, $3: at least, $4: at most
between()
{
	tw_check "$1: $2" jq -ne "$2 >= $3 and $2 <= $4"
}

# $1: seconds by which it is set
clock_set()
{
	local alert now age

	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	tw_receive one "$near" $BYTES --rcvbuf 200000 --pause-at $((BYTES * 3 / 4)) --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" $BYTES
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_wait 20 "the window is closed" alert zero-window || return
	tunwin -n "$near" -j doctor > "$tw_dir/earlier.json"

	tw_undo set_by $((-$1))
	tw_check "the clock is set" set_by "$1" || return
	tw_check "the clock is another one" differs "$tw_dir/earlier.json" "$1"
	between "the flow's age" "$(tw_flow "$near" .age_s)" 0 120
	between "its limits' time, of all" \
		"$(tw_flow "$near" '.in.limit | .rwnd_s + .net_s + .sender_s + .idle_s + .unknown_s')" 0.01 120
	alert=$(tunwin -n "$near" -j alerts | jq -c 'first(.[] | select(.code == "zero-window"))')
	now=${EPOCHREALTIME%.*}
	between "the alert is this old" "$(jq -n "$alert.since_s")" 0 120
	between "it was raised by this clock" "$(jq -n "$alert.time")" $((now - 120)) "$now"
	age=$(tunwin -n "$near" -j doctor --since "$tw_dir/earlier.json" | jq .watched_s)
	between "the doctor has watched since" "$age" 0 120

	touch "$tw_dir/go"
	tw_transferred 60 one || return
	tw_wait 20 "the alert is over" alert zero-window history || return
	tw_wait 20 "all alerts are over" quiet || return
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in $BYTES || return
	between "the flow's whole age" "$(tunwin -n "$near" -j flows ended | jq '.[0].age_s')" 0 180
}

# $1: seconds
set_by()
{
	date -s "@$((${EPOCHREALTIME%.*} + $1))" > /dev/null
}

# $1: an earlier report, $2: seconds by which the clock should have been set since
differs()
{
	jq -e --argjson now "${EPOCHREALTIME%.*}" --argjson by "$2" '
		$now - .time | . >= $by - 1 and . < $by + 120' "$1"
}

tw_module_load
tw_test "The clock is set a day on"	clock_set 86400
tw_test "The clock is set a day back"	clock_set -86400
tw_end
