# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What tunwin says, and what the system's own tools say of the same. Sourced by lib.sh.

# Print a value of the flow that carried most in a namespace, now or of those that ended.
# $1: namespace, $2: jq expression, $3…: filter, `ended`
tw_flow()
{
	tunwin -n "$1" -j flows "${@:3}" |
		jq -r "max_by(.in.payload_bytes + .out.payload_bytes) | $2"
}

# Has a flow of so many payload bytes been closed?
# $1: namespace, $2: in or out, $3: bytes
tw_flow_ended()
{
	tunwin -n "$1" -j flows ended |
		jq -e "any(.[]; .$2.payload_bytes == $3 and .end_reason == \"closed\")"
}

# Print a value of tun0. $1: namespace, $2: jq expression without its first dot
tw_tunnel_says()
{
	tunwin -n "$1" -j tunnels tun0 | jq -r ".[0].$2"
}

# Print the same of `ip -s link`. $1: namespace, $2: jq expression below stats64
tw_link_stat()
{
	ip -n "$1" -s -j link show tun0 | jq -r ".[0].stats64.$2"
}

# Print a number that `ss -tim` gives a name, of the connection with the largest; nothing if
# it does not know the name. $1: namespace, $2: name, as bytes_received or skmem.rb, $3…: filter of ss
tw_ss()
{
	ip netns exec "$1" ss -HOtinm state connected "${@:3}" | tw_ss_word "$2"
}

# The same of what `ss -HOtim` has printed before, on standard input. $1: name
tw_ss_word()
{
	local expression="s/.* $1:([0-9.]+).*/\1/p"

	[[ $1 != skmem.* ]] || expression="s/.*skmem:\((.*,)?${1#*.}([0-9]+)[,)].*/\2/p"
	sed -nE "$expression" | sort -n | tail -n 1
}
