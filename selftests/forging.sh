# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets that are forged (forger.py), and what tunwin says of their flows. Sourced after lib.sh by tests that have a tunnel
# tun0 of kind gre in $near. Flow N is from 10.97.N/256.N%256, port 40000, to 10.98.0.1, port 80, a host that does not exist.
# shellcheck disable=SC2154 # names that the files which source each other share

SENT=0			# forged packets that tun0 of near must have received
orders="" answers=""

# Start a forger for near. $1: the namespace at the other end of the link
forger_starts()
{
	mkfifo "$tw_dir/$near.orders" "$tw_dir/$near.answers"
	# Read and write, so that neither end waits for the other to open it.
	exec {orders}<> "$tw_dir/$near.orders" {answers}<> "$tw_dir/$near.answers"
	tw_background "$near" python3 -S "$tw_top/forger.py" "$near" "$1" "$tw_dir/$near.orders" "$tw_dir/$near.answers" \
		2> "$tw_dir/forger.err"
}

# The module was loaded anew, and counts from zero.
forge_anew()
{
	echo zero >&"$orders"
	read -r -t 60 -u "$answers" SENT
}

# Have packets forged, and wait until tun0 has received them. $@: order
forge()
{
	echo "$*" >&"$orders"
	read -r -t 60 -u "$answers" SENT ||
		tw_failed "the forger is gone" "$(< "$tw_dir/forger.err")" || return
	tw_wait 30 "tun0 receives $SENT packets" in_tunnel segments "$SENT"
}

# The number that JSON gives a name; starting jq is slow. $1: name, $2: JSON
number()
{
	[[ $2 =~ \"$1\":\ *([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# Is the counter of what arrived on tun0 at this value? $1: counter, $2: value
in_tunnel()
{
	local json

	json=$(tunwin -n "$near" -j tunnels tun0)
	number "$1" "${json#*\"in\":}"
	[[ $(number "$1" "${json#*\"in\":}") == "$2" ]]
}

# Print the forged flows as a sorted list of numbers. $1…: filter
forged()
{
	tunwin -n "$near" -j flows "$@" | jq -c 'map(select(.tunnel == "tun0").far.addr |
		split(".") | (.[2] | tonumber) * 256 + (.[3] | tonumber)) | sort'
}

# Print a list as forged() does. $@: FIRST-LAST or NUMBER
numbers()
{
	local part list=""

	for part in "$@"; do
		list+=$(seq -s, "${part%-*}" "${part#*-}"),
	done
	echo "[${list%,}]"
}
