#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Alerts, where the test has made their cause, and silence where nothing is wrong.
#
#	 near: receiver, tunwin looks here            far: sender
#	 tun0 ════════════════ gre ════════════════ tun0
#	 under0 ───────── veth, netem ──────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Alerts"

near="" far=""

# A listener in near, from which the lines can be read. $1: name
listen()
{
	tw_background "$near" tunwin -j monitor > "$tw_dir/$1"
	tw_wait 20 "the listener listens" listens $!
}

# It has joined groups of generic netlink: a port that libnl chose has the process in its lower bits.
# $1: process
listens()
{
	tw_in "$near" awk -v process="$1" '
		$2 == 16 && $3 % 4194304 == process && $4 !~ /^0*$/	{ found = 1 }
		END							{ exit !found }' /proc/net/netlink
}

# Has a listener printed an event? $1: name, $2: event, $3: code
told()
{
	jq -es "any(.[]; .event == \"$2\" and .code == \"$3\")" "$tw_dir/$1"
}

# Print a value of such an event. $1: name, $2: event, $3: code, $4: jq expression
event()
{
	jq -rs "first(.[] | select(.event == \"$2\" and .code == \"$3\")) | $4" "$tw_dir/$1"
}

# Is an alert active? $1: code
active()
{
	tunwin -n "$near" -j alerts | jq -e "any(.[]; .code == \"$1\")"
}

not_active()
{
	tunwin -n "$near" -j alerts | jq -e "all(.[]; .code != \"$1\")"
}

# The reader stops when it has read three quarters; the window closes.
reader_stops()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	listen events || return
	tw_receive one "$near" 8000000 --rcvbuf 200000 --pause-at 6000000 --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" 8000000
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_wait 10 "the window is closed" told events alert zero-window || return
	tw_wait 10 "it has collapsed" told events alert window-collapse || return
	tw_equal "where" "$(event events alert window-collapse \
		'[.scope, .tunnel, .direction, .window_bytes, .vantage] | map(tostring) | join(" ")')" "flow tun0 in 0 socket"
	tw_equal "the flow" "$(event events alert window-collapse .flow)" "$(tw_flow "$near" .id)"
	tw_check "its reference is what the window was" test \
		"$(event events alert window-collapse .reference_bytes)" -le "$(tw_flow "$near" .in.window.max_bytes)"
	tw_check "the tunnel has collapsed, too" tw_wait 10 "the tunnel" told_tunnel events
	tw_refused 3 "" tunwin -n "$near" check
	tw_check "one line" test "$(tunwin -n "$near" check | wc -l)" -eq 1
	touch "$tw_dir/go"
	tw_transferred 60 one || return
	tw_wait 10 "all of it is over" over events || return
	tw_equal "nothing is active" "$(tunwin -n "$near" -j alerts)" "[]"
	tw_check "it is remembered" jq -e 'length >= 2 and all(.[]; .state != "raised")' <(tunwin -n "$near" -j alerts history)
	tw_check "check is content" tunwin -n "$near" check
}

told_tunnel()
{
	jq -es 'any(.[]; .event == "alert" and .code == "window-collapse" and .scope == "tunnel")' "$tw_dir/$1"
}

# Every alert has been cleared, or has ended with its flow. $1: name
over()
{
	jq -es '[.[] | select(.event == "alert").id] - [.[] | select(.event != "alert").id] == []' "$tw_dir/$1"
}

# A healthy transfer, and short ones: nothing is said.
nothing_wrong()
{
	local i

	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=10ms || return
	listen events || return
	tw_transfer big "$far" "$near" "$NEAR_ADDR" 20000000 || return
	for i in 1 2 3; do
		tw_transfer "small$i" "$far" "$near" "$NEAR_ADDR" 20000 || return
	done
	tw_equal "alerts" "$(count events 'alert|clear|lost')" 0
	tw_wait 10 "the flows have ended" all_have_ended events 4
	tw_equal "history" "$(tunwin -n "$near" -j alerts history)" "[]"
}

# $1: name, $2: how many
all_have_ended()
{
	[[ $(count "$1" flow-end) -eq $2 ]]
}

# One end does not offer to scale its window, and its 64 KB are the limit.
no_scale()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=20ms || return
	tw_in "$near" sysctl -qw net.ipv4.tcp_window_scaling=0
	tw_receive one "$near" 12000000 || return
	tw_send one "$far" "$NEAR_ADDR" 12000000
	tw_wait 20 "it is told" active wscale-none
	tw_transferred 60 one
}

# What the user says that the tunnel should carry makes a small window a collapsed one.
too_small_for_the_rate()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=20ms || return
	tw_check "rate" tunwin -n "$near" set tun0 rate 1gbit collapse-ratio 0.2
	tw_equal "it is shown" "$(tunwin -n "$near" -j tunnels tun0 | jq -c '.[0] | [.set_rate_bps, .collapse_ratio]')" \
		"[1000000000,0.2]"
	tw_receive one "$near" 6000000 --rcvbuf 60000 || return
	tw_send one "$far" "$NEAR_ADDR" 6000000
	tw_wait 20 "it is told" active window-collapse
	tw_within "by rate and round trip" "$(tunwin -n "$near" -j alerts | jq '.[0].reference_bytes')" 5000000 1
	tw_check "no rate" tunwin -n "$near" set tun0 rate none
	tw_transferred 60 one
}

# Data comes, and then nothing arrives any more at one end. $1: near or far
interrupted()
{
	tw_need nft || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=10ms || return
	tw_receive one "$near" 100000000 || return
	tw_send one "$far" "$NEAR_ADDR" 100000000 --interval 0.05 --chunk 20000
	tw_wait 30 "data comes" carries || return
	tw_check "outage" tw_in "${!1}" nft "table ip outage {
		chain in {
			type filter hook prerouting priority -400;
			iifname under0 drop
		}
	}"
}

# From some moment on nothing arrives any more, and so no packet tells of it.
nothing_arrives()
{
	interrupted near || return
	tw_wait 20 "far is told" alerted "$far" stall || return
	tw_equal "and nothing else" "$(tunwin -n "$far" -j alerts | jq -c 'map(.code)')" '["stall"]'
	tw_check "over" tw_in "$near" nft delete table ip outage
	tw_wait 60 "it goes on" not_alerted "$far" stall
}

carries()
{
	[[ $(tw_flow "$near" .in.payload_bytes) -gt 100000 ]]
}

# What is acknowledged here is sent again and again, for its sender never hears of it.
acknowledgments_vanish()
{
	interrupted far || return
	tw_wait 20 "near is told" alerted "$near" stall || return
	tw_check "that they are the acknowledgments" jq -e 'length == 1 and .[0].direction == "in" and .[0].unheard >= 3' \
		<(tunwin -n "$near" -j alerts)
	tw_check "so says the doctor" jq -e --arg far "$FAR_ADDR" '.findings[0] |
		.code == "stall" and (.advice | test("acknowledgments are lost") and contains("ping " + $far))' \
		<(tunwin -n "$near" -j doctor)
	tw_check "over" tw_in "$far" nft delete table ip outage
	tw_wait 60 "it goes on" not_alerted "$near" stall
}

# The reader stops, and goes on: both are told within two seconds and four round trips. $1: delay,
# $2: round trip, in seconds
in_time()
{
	local paused_s go_s

	tw_ns near far
	tw_tunnel gre "$near" "$far" delay="$1" || return
	listen events || return
	tw_receive one "$near" 10000000000 --rcvbuf 1000000 --pause-at 20000000 --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" 10000000000
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	paused_s=$(stat -c %.3Y "$tw_dir/go.paused")
	tw_wait 20 "it has collapsed" told events alert window-collapse || return
	touch "$tw_dir/go"
	go_s=$(stat -c %.3Y "$tw_dir/go")
	tw_wait 20 "it has recovered" told events clear window-collapse || return
	# What is under way fills the buffer first, a round trip more.
	tw_check "told in time" soon "$paused_s" "$(event events alert window-collapse .time)" "$2" 5
	tw_check "cleared in time" soon "$go_s" "$(event events clear window-collapse .time)" "$2" 4
}

# $1: when it was, $2: when it was told, $3: round trip, $4: how many of them and two seconds it may take
soon()
{
	awk -v was="$1" -v told="$2" -v rtt="$3" -v trips="$4" 'BEGIN {
		printf "%.3f s of %.3f\n", told - was, 2 + trips * rtt
		exit !(told >= was && told - was <= 2 + trips * rtt)
	}'
}

# $1: namespace, $2: code
alerted()
{
	tunwin -n "$1" -j alerts | jq -e "any(.[]; .code == \"$2\")"
}

not_alerted()
{
	! alerted "$@"
}

# A tunnel that numbers its packets refuses those that come late.
tunnel_drops()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" -- seq || return
	tw_check "disorder" tc -n "$far" qdisc add dev under0 root netem limit 10000 delay 10ms reorder 20% || return
	tw_receive one "$near" 1000000000 || return
	tw_send one "$far" "$NEAR_ADDR" 1000000000
	tw_wait 30 "near is told" alerted "$near" tunnel-drop || return
	tw_equal "in which direction" "$(tunwin -n "$near" -j alerts | jq -r '
		first(.[] | select(.code == "tunnel-drop")) | "\(.scope) \(.direction)"')" "tunnel in"
}

# What is too large for the way vanishes, and nobody says so.
large_ones_vanish()
{
	tw_need nft || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=10ms || return
	tw_check "black hole" tw_in "$near" nft "table ip hole {
		chain in {
			type filter hook prerouting priority -400;
			iifname under0 meta length > 1300 drop
		}
	}" || return
	# That the other end is heard tells it from an outage.
	tw_receive one "$near" 1000000 --keepalive 1 || return
	tw_send one "$far" "$NEAR_ADDR" 1000000 --pause-at 500 --until "$tw_dir/go"
	tw_wait 20 "the small message is through" test -e "$tw_dir/go.paused" || return
	touch "$tw_dir/go"
	tw_wait 60 "far is told" alerted "$far" size-loss || return
	tw_equal "the size is that of the segments" \
		"$(tunwin -n "$far" -j alerts | jq 'first(.[] | select(.code == "size-loss")).size_bytes')" "$(tw_ss "$far" mss)"
}

# Which of the lines of a listener are of these events? $1: name, $2: extended regular expression
count()
{
	grep -c -E "\"event\": ?\"($2)\"" "$tw_dir/$1"
}

# Alerts that a listener has printed, or said that it missed. $1: name
accounted()
{
	local missed

	missed=$(jq -s '[.[] | select(.event == "lost" and .what == "alerts").count] | add // 0' \
		<(grep '"lost"' "$tw_dir/$1"))
	echo $(($(count "$1" 'alert|clear|end') + missed))
}

# $1: name, $2: how many alerts there were
accounts_for_all()
{
	[[ $(accounted "$1") -eq $2 ]]
}

# Five thousand windows shrink, half of them in each of two tunnels, seen at both ends, and then the tunnels go: ten thousand
# alerts, and as many events at near, where four listen, one of which is stopped.
burst()
{
	local listener stopped active tunnel

	tw_program burst || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" && tw_tunnel ipip "$near" "$far" dev=tun1 || return
	tw_wait 60 "alerts of earlier tests have ended" raised 0 || return
	for listener in one two three four; do
		listen $listener || return
	done
	stopped=$!
	kill -STOP $stopped
	for tunnel in tun0 tun1; do
		tw_check "SYNs" tw_in "$near" "$tw_dir/burst" $tunnel 2500 syn &&
			tw_check "their answers" tw_in "$far" "$tw_dir/burst" $tunnel 2500 syn-ack &&
			tw_check "windows that shrink" tw_in "$near" "$tw_dir/burst" $tunnel 2500 shrink || return
	done
	tw_wait 60 "all are raised" raised 10000 || return
	active=$(tunwin -n "$near" -j alerts | jq length)
	tw_equal "active alerts" "$active" 5000
	for tunnel in tun0 tun1; do
		tw_check "$tunnel goes" ip -n "$near" link del $tunnel
	done
	tw_wait 60 "all have ended" raised 5000 || return
	tw_check "the history is bounded, and shared out" test "$(tunwin -n "$near" -j alerts history | jq length)" -eq 3072
	for listener in one two three; do
		tw_wait 60 "$listener has seen all, or says how many it has not" accounts_for_all $listener 10000
	done
	kill -CONT $stopped
	tw_wait 60 "so has the one that was stopped" accounts_for_all four 10000
	tw_check "it missed some" test "$(count four lost)" -gt 0
}

# $1: alerts that are active
raised()
{
	tunwin -j status | jq -c -e "{alerts_active, alerts_raised, alerts_refused, flows, watched_flows, watch_refused} |
		., .alerts_active == $1"
}

tw_module_load
tw_test "A reader that stops is told as it happens, and when it is over" reader_stops
tw_test "Where nothing is wrong nothing is told" nothing_wrong
tw_test "A window that cannot be scaled is told when it is the limit" no_scale
tw_test "A window too small for the tunnel's rate is told" too_small_for_the_rate
tw_test "A flow of which nothing arrives is noticed, though no packet tells" nothing_arrives
tw_test "Acknowledgments that never reach the sender are noticed where they pass" acknowledgments_vanish
tw_test "A collapse and its end are told in time, at a round trip of 10 ms" in_time 5ms 0.01
tw_test "A collapse and its end are told in time, at a round trip of 200 ms" in_time 100ms 0.2
tw_test "A tunnel that drops what it receives is told" tunnel_drops
tw_test "Large packets that vanish are told, with their size" large_ones_vanish
tw_test "Of a burst of ten thousand no listener misses one without saying so" burst
tw_end
