# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of buffers have in common. Sourced after lib.sh.
# shellcheck disable=SC2154 # tw_dir and the names of namespaces

# Two cards, and a tunnel between them. $1: their driver
cards()
{
	tw_ns near far
	tw_cards "$near" "$far" 9000 "$1" || return
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

# Of which episodes a test speaks: a jq filter
episodes_of=.

# Is it so of the episodes, one or more? $1: jq expression of their list
episodes_say()
{
	tunwin -n "$near" -j buffers history | jq "$episodes_of" > "$tw_dir/episodes" || return
	jq -e "length > 0 and ($1)" "$tw_dir/episodes" || { jq -c . "$tw_dir/episodes"; false; }
}

# Is it so of the only episode? $1: jq expression
episode_is()
{
	episodes_say "length == 1 and (.[0] | $1)"
}

# $1: jq expression
alerted()
{
	tunwin -n "$near" -j alerts > "$tw_dir/alerts" || return
	jq -e "$1" "$tw_dir/alerts" || { jq -c . "$tw_dir/alerts"; tunwin -n "$near" -j buffers history | jq -c .; false; }
}

# Does the first episode begin and the last one end within a second of what something else says? $1, $2: in microseconds
begins_within_a_second()
{
	tw_check "it begins when the first frame is refused" episodes_say ".[0].time * 1000000 - $1 | fabs < 1000000"
	tw_check "it ends when the last one is" episodes_say "(.[-1] | .time + .duration_s) * 1000000 - $2 | fabs < 1000000"
}

# What near says that its episodes have of a source. $1: source
episodes_count()
{
	jq "[.[].sources[] | select(.source == \"$1\").packets] | add // 0" "$tw_dir/episodes"
}

# What the driver of near's card has counted. $1: by which name
driver_counted()
{
	tw_in "$near" ethtool -S under0 | awk -F: -v name="$1" '{ sub(/^ */, "", $1) } $1 == name { sum += $2 } END { print sum + 0 }'
}

# The ports at near of the flows that the episodes have hit.
ports_hit()
{
	jq -r '[.[].flows[].near.port] | unique[]' "$tw_dir/episodes"
}

# End a transfer in the middle. $1: its name
broken_off()
{
	kill -KILL "$(< "$tw_dir/$1.sender.pid")" "$(< "$tw_dir/$1.receiver.pid")"
}
