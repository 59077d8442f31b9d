# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# How much the module takes while it is flooded. Sourced after lib.sh by tests that flood it.
# shellcheck disable=SC2154 # names that the files which source each other share

# Note what is told all the time.
poll_status()
{
	tw_background "$near" bash -c 'while :; do tunwin -j status; sleep 0.01; done' > "$tw_dir/polled" 2> /dev/null
}

# The largest value that a name had in what was polled. $1: name
most()
{
	grep -o "\"$1\": *[0-9]*" "$tw_dir/polled" | grep -o '[0-9]*$' | sort -n | tail -n 1
}

# Bytes in the module's own slabs, as the kernel counts them.
slab_bytes()
{
	awk '/^tunwin/ { bytes += $3 * $4 } END { print bytes + 0 }' /proc/slabinfo
}

# What the module may take at most, in bytes: what it takes for nothing; each part as often as it may be there, for each flow
# what carried data and something remarkable would add; and what waits to be freed. $1: what `status` said when there was no flow
bound_bytes()
{
	jq '.memory_bytes + (.max_flows + .max_history) * (.bytes_per_flow + 2 * 512 + 888 + 168) +
		(.max_details + .max_history) * .bytes_per_detail +
		([.max_flows, 16384] | max) * .bytes_per_flow + (2048 + .max_details / 8) * .bytes_per_detail' <<< "$1"
}
