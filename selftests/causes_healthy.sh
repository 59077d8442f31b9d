# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Cases in which nothing is wrong: nothing may be found, and nothing told. Sourced by cause_test.sh.
# shellcheck disable=SC2034,SC2154 # names that the files which source each other share

# Of flights of a few segments it is not always known who has made them small.
SENDER="sender/sender|unknown/-"

# $1: kind, $2: delay, $3: offloads
healthy()
{
	local space

	scene direct "$1" "$2" "$3" || return
	for space in "$near" "$far"; do
		tw_check "rate" tunwin -n "$space" set tun0 rate 50mbit || return
	done
	case_of 6301 "$SENDER" "$SENDER" -- --pace 200000 || return
	case_of 6302 "$SENDER" "$SENDER" -- --interval 0.2 --chunk 5000 || return
	case_of 6303 idle/- idle/- -- --pause-at 100000 --until "$tw_dir/go" || return
	judged 10 && nothing_found
}

# The path is used to its end, with a queue as it should be. $1: kind, $2: delay, $3: offloads
busy()
{
	local space

	scene direct "$1" "$2" "$3" || return
	way_out delay "$2" rate 20mbit || return
	for space in "$near" "$far"; do
		tw_check "rate" tunwin -n "$space" set tun0 rate 20mbit || return
	done
	case_of 6311 sender/sender sender/sender -- --pace 1000000 || return
	case_of 6312 sender/sender sender/sender -- --pace 600000 || return
	judged 10 && nothing_found
}

# Neither doctor nor alerts have anything to say.
nothing_found()
{
	local space

	for space in "$near" "$far"; do
		tw_equal "findings" "$(tunwin -n "$space" -j doctor |
			jq -c '[.findings[] | select(.severity != "note") | {code, evidence}]')" "[]"
		tw_equal "alerts" "$(tunwin -n "$space" -j alerts history; tunwin -n "$space" -j alerts)" "[]
[]"
	done
}
