#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The bounded table: what it holds, what gives way, and what never gets in.
#
#	 near: tunwin looks here                    far
#	 tun0 ═══════ gre ═══════ (no device)		forged packets
#	 tun1 ═══════ ipip ══════ tun1			real connections
#	 under0 ───── veth ────── under0
#
# A packet that arrives on tun0 is made in far, GRE header and all, and sent from a raw
# socket; one that leaves through it is put on tun0 in near. So each forged flow has one
# record, and each of its packets and bytes is known. Flow N is from 10.97.N/256.N%256,
# port 40000, to 10.98.0.1, port 80, a host that does not exist.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/bounds.sh
. "$(dirname "$0")/bounds.sh"
# shellcheck source=selftests/forging.sh
. "$(dirname "$0")/forging.sh"

tw_begin "The bounded table"

MAX=64			# flows
BYTES=300000		# of a real connection

# The namespaces, the tunnels and the forger, for all tests of the file.
topology()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" && tw_tunnel ipip "$near" "$far" dev=tun1 || return
	ip -n "$far" link delete tun0
	forger_starts "$far"
}

# Load the module anew, with nothing received yet. $@: parameters
fresh()
{
	[[ ! $_tw_loaded ]] || tw_module_unload || return
	tw_module_load share=100 "$@" || return
	forge_anew
}

##############################################################################
# What tunwin says

# Check counters of the status, and that they account for every flow there ever was.
# $@: NAME=VALUE
accounts()
{
	local json pair

	json=$(tunwin -j status)
	for pair in "$@"; do
		tw_equal "${pair%%=*}" "$(number "${pair%%=*}" "$json")" "${pair#*=}"
	done
	tw_equal "flows are those created less those ended" "$(number flows "$json")" \
		$(($(number created "$json") - $(number ended "$json")))
	tw_equal "what ended is remembered, or counted as dropped, or was half open to its end" \
		$(($(number history "$json") + $(number history_dropped "$json") + $(number unanswered "$json"))) \
		"$(number ended "$json")"
}

# Print values of one forged flow. $1: number, $2: jq expression, $3…: filter
of_flow()
{
	tunwin -n "$near" -j flows near 10.98.0.1 far "10.97.$(($1 / 256)).$(($1 % 256))" "${@:3}" |
		jq -c "map($2)"
}

##############################################################################
# The tests

never_more()
{
	local number

	fresh max_flows=$MAX max_history=100 || return
	poll_status
	for number in $(seq 1 20 181); do
		forge open "$number-$((number + 19))"
		# (What is made without a pause is made in no time.)
		read -r -t 0.05 -u "$_tw_never" || true
	done
	accounts flows=$MAX half_open=0 created=200 ended=136 evicted=136 evicted_half_open=0 \
		refused=0 history=100 history_dropped=36
	tw_equal "the youngest are there" "$(forged)" "$(numbers 137-200)"
	tw_equal "the history has the last that went" "$(forged ended)" "$(numbers 37-136)"
	tw_equal "why they went" "$(tunwin -n "$near" -j flows ended | jq -c 'map(.end_reason) | unique')" \
		'["evicted"]'
	tw_check "it was looked at meanwhile" test "$(most flows)" -gt 0
	tw_check "never more than $MAX, but $(most flows)" test "$(most flows)" -le $MAX
}

least_recently_used()
{
	fresh max_flows=$MAX || return
	forge open 1-$MAX
	forge data in 1-20 100
	accounts flows=$MAX evicted=0
	forge open 101
	tw_equal "the first to go" "$(forged ended)" "$(numbers 21)"
	forge open 102-104
	tw_equal "the next ones" "$(forged ended)" "$(numbers 21-24)"
	# What is used again is young again.
	forge data out 25-26 100
	forge open 105-142
	tw_equal "the idle ones went" "$(forged ended)" "$(numbers 21-24 27-64)"
	tw_equal "those used stayed" "$(forged)" "$(numbers 1-20 25-26 101-142)"
	accounts flows=$MAX created=106 ended=42 evicted=42 evicted_half_open=0
}

# Values of the forged flows that were opened, sorted by id: those with a number below 256.
# $1: jq expression
established()
{
	tunwin -n "$near" -j flows state established host 10.97.0.0/24 tunnel tun0 |
		jq -c "sort_by(.id | tonumber) | map($1)"
}

flood()
{
	local before json

	fresh max_flows=$MAX || return
	# A real connection, which has a record at each end, and twenty forged ones.
	tw_receive real "$near" $BYTES --pause-at 100000 --until "$tw_dir/go" || return
	tw_send real "$far" 10.9.2.1 $BYTES
	tw_wait 60 "the connection pauses" test -e "$tw_dir/go.paused" || return
	forge open 1-20
	forge data in 1-20 1000
	forge data out 1-20 300
	before=$(established '[.id, .far.addr]')
	tw_equal "established" "$(jq length <<< "$before")" 20
	accounts flows=22 created=22 half_open=0

	forge syn 1000-2999
	# Data of connections that never were is as cheap to forge.
	forge data in 3000-3299 10
	accounts flows=$MAX half_open=42 created=2322 ended=2258 evicted=2258 \
		evicted_half_open=2258 refused=0 unanswered=2258 history=0 ended_dropped=0
	tw_equal "the established flows" "$(established '[.id, .far.addr]')" "$before"

	forge data in 1-20 1000
	tw_equal "their bytes" "$(established '[.in.payload_bytes, .out.payload_bytes]' |
		jq -c 'unique')" "[[2000,300]]"
	touch "$tw_dir/go"
	tw_transferred 60 real || return
	tw_wait 20 "the real connection has ended in near" ended_with "$near" in
	tw_wait 20 "the real connection has ended in far" ended_with "$far" out
	json=$(tunwin -j status)
	tw_equal "no other flow gave way" "$(number evicted "$json")" "$(number evicted_half_open "$json")"
}

# $1: namespace, $2: direction
ended_with()
{
	tunwin -n "$1" -j flows tunnel tun1 ended |
		jq -e "any(.[]; .$2.payload_bytes == $BYTES and .end_reason == \"closed\")"
}

# Print the forged flows that are judged, and not only counted, as forged() does.
judged()
{
	tunwin -n "$near" -j flows | jq -c 'map(select(.tunnel == "tun0" and .judged_s).far.addr |
		split(".") | (.[2] | tonumber) * 256 + (.[3] | tonumber)) | sort'
}

# Are so many judged? $1: how many
judges()
{
	[[ $(number details "$(tunwin -j status)") == "$1" ]]
}

only_so_many_are_judged()
{
	fresh max_flows=$MAX max_details=20 || return
	# Half of what there is goes to handshakes that may never be completed.
	forge syn 1-15
	accounts flows=15 half_open=15 details=10 details_refused=5
	tw_equal "half open ones" "$(judged)" "$(numbers 1-10)"
	forge open 16-40
	accounts flows=40 half_open=15 details=20 details_refused=30
	tw_equal "with those that were opened" "$(judged)" "$(numbers 1-10 16-25)"

	forge data in 25-26 100
	tw_equal "one that is judged" "$(of_flow 25 '[.in.packets, .in.wire_bytes, .in.payload_bytes,
		.in.retransmits, .in.limit.net_s]')" "[[3,100,100,0,0]]"
	tw_equal "one that is counted" "$(of_flow 26 '[.in.packets, .in.wire_bytes, .in.payload_bytes,
		.in.retransmits, .in.limit.net_s, .in.limit.now, .out.window.now_bytes]')" \
		'[[3,100,null,null,null,"unknown",128000]]'
	tw_equal "it is found by its limit" "$(of_flow 26 .state limit unknown)" '["established"]'
	tw_check "as it is told" grep -q "judged no, there was no room" \
		<<< "$(tunwin -n "$near" show "$(of_flow 26 .id | jq -r '.[]')")"

	# One that has been judged from now on goes on where it stood.
	tw_check "room" tunwin set max-details 32
	forge one in 26 R 777777777
	forge one in 26 FA 777777777 5001
	tw_equal "a forged end" "$(of_flow 26 '[.state, .judged_s != null]')" '[["established",true]]'
	forge data in 26 100
	tw_equal "judged from now on" "$(of_flow 26 '[.in.wire_bytes, .in.payload_bytes]')" "[[200,100]]"
	accounts details=21 max_details=32 details_refused=30 details_withdrawn=0

	# Where it is short, who has been silent for a tenth of the idle timeout does without.
	tw_check "shortage" tunwin set max-details 16 idle-timeout 40s
	tw_wait 30 "silent ones gave theirs up" judges 14
	accounts flows=40 details=14 details_withdrawn=7
	tw_check "room again" tunwin set max-details 64 idle-timeout 10m
	forge data in 16-40 100
	tw_equal "all that were opened" "$(judged | jq -c 'map(select(. > 15))')" "$(numbers 16-40)"
}

history_is_bounded()
{
	fresh max_flows=$MAX max_history=50 || return
	forge open 1-100
	accounts flows=$MAX history=36 history_dropped=0
	tw_check "a shorter history" tunwin set max-history 10
	accounts max_history=10 history=10 history_dropped=26 ended=36
	tw_equal "the latest are kept" "$(forged ended)" "$(numbers 27-36)"
	tw_check "none" tunwin set max-history 0
	accounts history=0 history_dropped=36
	tw_equal "nothing is listed" "$(tunwin -n "$near" -j flows ended)" "[]"
	forge open 101-110
	accounts flows=$MAX history=0 history_dropped=46 ended=46
	tw_check "a history again" tunwin set max-history 50
	# One half-open flow pushes out the next, and a table that shrinks evicts those first. They leave nothing.
	forge syn 111-115
	accounts flows=$MAX half_open=1 evicted=51 evicted_half_open=4 unanswered=4 history=1
	tw_check "a smaller table" tunwin set max-flows 16
	accounts flows=16 max_flows=16 half_open=0 evicted=99 evicted_half_open=5 unanswered=5 history=48
	tw_equal "the youngest are there" "$(forged)" "$(numbers 95-110)"
	tw_check "a larger table" tunwin set max-flows 32
	forge open 201-216
	accounts flows=32 evicted=99
}

# $1: number of a forged flow, $2: reason
forged_has_ended()
{
	[[ $(of_flow "$1" .end_reason ended) == "[\"$2\"]" ]]
}

idle_timeout()
{
	local id

	fresh max_flows=$MAX idle_timeout_s=1 || return
	tw_receive quiet "$near" $BYTES --pause-at 100000 --until "$tw_dir/go" || return
	tw_send quiet "$far" 10.9.2.1 $BYTES --pause-at 100000 --until "$tw_dir/go-on"
	tw_wait 60 "the sender pauses" test -e "$tw_dir/go-on.paused" || return
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	id=$(tunwin -n "$near" -j flows tunnel tun1 | jq -r '.[].id')
	forge open 1
	forge data in 1 100
	tw_wait 20 "the forwarded flow ends" forged_has_ended 1 idle || return
	# Again, so that the connection has been idle for longer than two of them.
	forge open 2
	forge data in 2 100
	tw_wait 20 "the second one ends" forged_has_ended 2 idle || return
	tw_equal "its bytes" "$(of_flow 2 .in.payload_bytes ended)" "[100]"
	tw_check "the connection is idle and there" jq -e --arg id "$id" \
		'length == 1 and .[0].id == $id and .[0].idle_s > 2 and .[0].state == "established" and
		 .[0].in.payload_bytes == 100000' <(tunwin -n "$near" -j flows tunnel tun1)
	tw_check "at the other end, too" jq -e 'length == 1' <(tunwin -n "$far" -j flows tunnel tun1)
	touch "$tw_dir/go-on" "$tw_dir/go"
	tw_transferred 60 quiet || return
	tw_wait 20 "it has ended as closed" ended_with "$near" in
}

addresses_again()
{
	local id

	fresh max_flows=$MAX || return
	# A connection that closed, and at once the next one.
	forge open 1
	forge data in 1 1000
	forge fin 1
	forge open 1 70000
	forge data in 1 10
	tw_equal "the new one's bytes" "$(of_flow 1 '[.state, .in.payload_bytes]')" '[["established",10]]'
	tw_equal "the old one's" "$(of_flow 1 '[.end_reason, .in.payload_bytes]' ended)" '[["closed",1000]]'
	accounts created=2 ended=1

	# A SYN that is repeated is the same connection's, one with another number another try, or a forgery.
	forge syn 2 1
	id=$(of_flow 2 .id)
	forge syn 2 1
	tw_equal "repeated" "$(of_flow 2 '.id, .in.packets')" "[${id:1:-1},2]"
	forge syn 2 99
	tw_equal "another try" "$(of_flow 2 '.id, .in.packets, .state')" "[${id:1:-1},3,\"syn\"]"
	forge one out 2 SA 5000 100
	forge one in 2 A 100 5001
	tw_equal "the other end has answered it" "$(of_flow 2 '.id, .state')" "[${id:1:-1},\"established\"]"

	# Over a connection that lives a SYN is a forgery.
	forge open 3
	forge data in 3 1000
	id=$(of_flow 3 .id)
	forge syn 3 424242
	tw_equal "still the same" "$(of_flow 3 '.id, .state, .in.payload_bytes, .in.window.wscale')" \
		"[${id:1:-1},\"established\",1000,\"known\"]"

	# Unless the other end answers it: that one has no connection any more.
	forge one out 3 SA 70000 777
	tw_equal "still the same, too" "$(of_flow 3 '.id, .state')" "[${id:1:-1},\"established\"]"
	forge one out 3 SA 70000 424243
	forge one in 3 A 424243 70001
	tw_equal "the old one" "$(of_flow 3 '[.id, .end_reason]' ended)" "[[${id:1:-1},\"replaced\"]]"
	tw_equal "the next one" "$(of_flow 3 '[.state, .in.packets]')" '[["established",1]]'

	# FINs that come before both ends have been heard
	forge one in 6 FA 1000 2000 100
	forge one out 6 FA 2000 1101
	tw_equal "both ends have finished" "$(of_flow 6 '[.state, .in.payload_bytes]')" '[["closed",100]]'

	# After a RST, the next connection, or a proof that the RST was forged.
	forge open 4
	forge rst 4
	forge open 4 70000
	tw_equal "after a reset" "$(of_flow 4 .end_reason ended)" '["reset"]'
	forge open 5
	id=$(of_flow 5 .id)
	forge rst 5
	tw_equal "reset" "$(of_flow 5 .state)" '["closed"]'
	forge data in 5 100
	tw_equal "it lives" "$(of_flow 5 '.id, .state, .in.payload_bytes')" \
		"[${id:1:-1},\"established\",100]"
}

handshakes()
{
	fresh max_flows=$MAX || return
	forge cross 1
	tw_equal "both have opened" "$(of_flow 1 '[.state, .in.payload_bytes, .in.window.wscale, .out.window.wscale]')" \
		'[["established",100,"known","known"]]'
	forge answer 2
	forge late 2
	tw_equal "the answer came first" "$(of_flow 2 '[.state, .in.payload_bytes, .in.window.wscale, .out.window.wscale]')" \
		'[["established",100,"known","known"]]'
	accounts flows=2 created=2 ended=0 half_open=0
	# An answer to another question is not this connection's, before the question and after it.
	forge one out 3 SA 77777 7777777 0 1000 3
	forge syn 3
	forge one out 3 SA 77777 7777777 0 1000 3
	tw_equal "no answer yet" "$(of_flow 3 .state)" '["syn"]'
	forge open 3
	tw_equal "the connection" "$(of_flow 3 '[.state, .in.window.wscale_shift, .in.implausible]')" \
		'[["established",7,0]]'
}

# As seen in the wild: an opener sends its SYN again and again, at last without options, and two servers behind one
# address answer; it acknowledges the second.
two_servers()
{
	fresh max_flows=$MAX || return
	forge one in 1 S 1000 0 517 65535 5
	forge one out 1 SA 5000 1001 0 64980 8
	forge one in 1 S 1000 0 0 65535 5
	forge one out 1 SA 90000 1001 0 64980 9
	forge one out 1 SA 5000 1001 0 64980 8
	forge one in 1 S 1000 0 0 65535
	forge one out 1 SA 90000 1001 0 64980 9
	tw_equal "half open" "$(of_flow 1 .state)" '["syn"]'
	forge one in 1 A 1001 90001 517 4151
	forge one out 1 SA 5000 1001 0 64980 8
	forge one out 1 A 90001 1518 0 252
	forge one out 1 A 90001 1518 1400 252
	forge one in 1 A 1518 91401 0 4151
	tw_equal "both ends scale" "$(of_flow 1 '.in, .out | [.window.wscale_shift, .window.now_bytes]')" \
		'[[9,129024],[5,132832]]'
	tw_equal "nothing is implausible, no window has shrunk" \
		"$(of_flow 1 '[.state, (.in, .out | .payload_bytes, .implausible, .window.retreats)]')" \
		'[["established",517,0,0,1400,0,0]]'
}

# What is known of a flow. $1: number
known_of()
{
	of_flow "$1" '[.state, .in.payload_bytes, .in.retransmits, .out.payload_bytes,
		(.in, .out | .window | .wscale_shift, .now_bytes, .zero_count)]'
}

# Forge a connection whose handshake does not pass, and numbers for it that are guessed. $1: number
picked_up()
{
	forge one in "$1" A 1000 2000 100
	forge one out "$1" A 2000 1100 100
	forge one in "$1" A 1100 2100
	forge one in "$1" A 800000000 2100 100
	forge one in "$1" R 800000100
	forge one in "$1" A 777 800000000
	forge one out "$1" R 800000000
}

# Numbers that whoever knows only addresses and ports has to guess
forgeries()
{
	local before

	fresh max_flows=$MAX max_details=16 || return
	forge open 1
	forge data in 1 1000
	forge data out 1 300
	before=$(known_of 1)
	tw_equal "before" "$before" '[["established",1000,0,300,7,128000,0,7,128000,0]]'

	# In comes next 2001, which has been acknowledged; of what went out 5001 has, and 5301 has not.
	forge one in 1 R 2000
	forge one in 1 R 2002
	forge one in 1 RA 777777777 5301
	forge one out 1 R 5302
	forge one out 1 R 5000
	tw_equal "RSTs" "$(known_of 1)" "$before"
	forge one in 1 FA 777777777 5301
	forge one out 1 FA 888888888 2001
	forge one in 1 S 1
	forge one out 1 SA 1 777
	tw_equal "SYNs and FINs" "$(of_flow 1 .state)" '["established"]'
	# Closed windows: one that is overtaken, one of what was never sent, one with data from nowhere
	forge one in 1 A 2001 5000 0 0
	forge one in 1 A 2001 777777777 0 0
	forge one in 1 A 777777777 5301 100 0
	tw_equal "windows" "$(of_flow 1 '.in, .out | .window | [.now_bytes, .zero_count]')" "[[128000,0],[128000,0]]"
	forge data in 1 1000
	forge data out 1 100
	tw_equal "it goes on" "$(of_flow 1 '[.state, .in.payload_bytes, .out.payload_bytes]')" '[["established",2000,400]]'
	forge one in 1 R 3001
	tw_equal "the RST that is expected" "$(of_flow 1 .state)" '["closed"]'

	# Nor where the handshake was not seen, so that no window is known
	picked_up 2
	tw_equal "of a connection that was there before" \
		"$(of_flow 2 '[.state, (.in, .out | .window.wscale, .payload_bytes, .implausible)]')" \
		'[["established","unknown",100,2,"unknown",100,2]]'
	forge open 11-30
	picked_up 3
	tw_equal "of one that is only counted" "$(of_flow 3 '[.state, .judged_s, .in.window.wscale]')" \
		'[["established",null,"unknown"]]'
}

# Is it so long, in seconds, since something passed, of a flow that has not ended? $1: number, $2: seconds
idle_for()
{
	of_flow "$1" .idle_s | jq -e ".[] > $2"
}

blind()
{
	fresh max_flows=1000 || return
	# A SYN, and acknowledgments of an answer that nobody has given or seen, with closed windows
	forge syn 1-100
	forge one in 1-100 A 1001 777777777 100 0
	forge one in 1-100 A 1101 777777777 100 0
	# A SYN that is answered, and a blind acknowledgment
	forge syn 101-200
	forge one out 101-200 SA 5000 1001
	forge one in 101-200 A 1001 5002 100 0
	forge one in 101-200 A 1001 777777777 100 0
	# Data both ways, of a connection that never was
	forge one in 201-300 A 1000 2000 100 0
	forge one out 201-300 A 777777777 888888888 100 0
	accounts flows=300 half_open=300 watched_flows=0
	tw_wait 20 "time for alerts has passed" idle_for 1 3
	accounts flows=300 half_open=300 watched_flows=0 alerts_raised=0
	tw_equal "alerts" "$(tunwin -n "$near" -j alerts)" "[]"
	# They stay what they are until they are too old.
	forge one in 101-150 A 1001 5001
	accounts flows=300 half_open=250
}

# Are so many alerts of the tunnel tun0 active, and more refused? $1: how many
has_alerts()
{
	tunwin -n "$near" -j tunnels tun0 | jq -e ".[0] | .alerts == $1 and .alerts_refused > 0"
}

# Forged connections whose windows shrink, each an alert; and then one of another tunnel.
alerts_of_a_tunnel()
{
	fresh || return
	forge open 1-4200
	forge one out 1-4200 A 5001 1001 100
	forge one in 1-4200 A 1001 5101 100 10
	tw_wait 60 "as many alerts as one tunnel's flows may have" has_alerts 4096 || return
	accounts alerts_active=4096 alerts_refused=104
	tw_equal "of the tunnel" "$(tunwin -n "$near" -j tunnels tun0 | jq '.[0].alerts_refused')" 104
	tw_check "its text says so" grep -q "104 alerts were not raised" <(tunwin -n "$near" tunnels tun0)
	tw_equal "of the other one" "$(tunwin -n "$near" -j tunnels tun1 | jq -c '.[0] | [.alerts, .alerts_refused]')" "[0,0]"
	tw_receive stuck "$near" $BYTES --rcvbuf 20000 --pause-at 50000 --until "$tw_dir/go" || return
	tw_send stuck "$far" 10.9.2.1 $BYTES
	tw_wait 60 "a connection of the other one is told of" tun1_has_alert || return
	touch "$tw_dir/go"
	tw_transferred 60 stuck
}

tun1_has_alert()
{
	tunwin -n "$near" -j alerts | jq -e 'any(.[]; .tunnel == "tun1")'
}

# $1: direction, $2: 1 if it is unparsed, else 0, $3: 1 if it makes a flow, else 0, $4…: packets
makes()
{
	local direction=$1 unparsed=$2 flows=$3 name before after

	shift 3
	for name in "$@"; do
		before=$(tunwin -j status)
		forge raw "$direction" "$name" || return
		after=$(tunwin -j status)
		tw_equal "$direction $name: unparsed" \
			$(($(number unparsed "$after") - $(number unparsed "$before"))) "$unparsed"
		tw_equal "$direction $name: flows created" \
			$(($(number created "$after") - $(number created "$before"))) "$flows"
	done
}

malformed()
{
	fresh max_flows=$MAX || return
	makes in 1 0 doff-0 doff-4 doff-15-of-20-bytes no-tcp-header cut-tcp-header cut-tcp-header6 \
		header-in-the-padding total-below-header ihl-4 ihl-15-cut version-5 \
		first-fragment later-fragment first-fragment6 later-fragment6 nine-extensions \
		long-extension
	# The kernel itself takes off what is shorter than an IP header, if it arrives.
	makes out 1 0 truncated-ip truncated-ip6 doff-4 first-fragment long-extension
	makes in 0 0 udp udp-fragment no-next-header esp
	makes in 0 0 ack fin rst rst-with-payload syn-fin payload-in-the-padding
	makes out 0 0 ack fin rst
	accounts flows=0 created=0
	tw_equal "the tunnel has counted the same" \
		"$(tunwin -n "$near" -j tunnels | jq '[.[] | .in.unparsed + .out.unparsed] | add')" \
		"$(tunwin -j status | jq .unparsed)"
}

unusual()
{
	fresh max_flows=$MAX || return
	makes in 0 1 ip-options wscale-cut option-of-no-length wscale-255 hop-by-hop
	# The same connection, each time.
	makes in 0 0 four-extensions whole-fragment
	tw_equal "the one by IPv6" "$(tunwin -n "$near" -j flows far fd97::1 | jq -c 'map(.in.packets)')" "[3]"
	tw_equal "scales of SYNs whose options are cut" \
		"$(tunwin -n "$near" -j flows port 80 host 10.96.0.1 |
			jq -c 'sort_by(.far.port) | map([.far.port, .out.window.wscale])')" \
		'[[40000,"none"],[40001,"none"],[40002,"none"],[40003,"unknown"]]'
	accounts flows=5 half_open=5 unparsed=0
}

topology
tw_test "There are never more than max_flows, and each is accounted for" never_more
tw_test "The least recently used flows give way first" least_recently_used
tw_test "A flood of SYNs and forged data moves no established flow" flood
tw_test "Only so many flows are judged, the others are counted" only_so_many_are_judged
tw_test "The history is bounded, and so is a table that shrinks" history_is_bounded
tw_test "A forwarded flow times out, an idle connection does not" idle_timeout
tw_test "The same addresses and ports again are a new record" addresses_again
tw_test "Handshakes may cross or come late, and a forged answer is not taken for one" handshakes
tw_test "Of two servers behind one address the one counts whose answer is acknowledged" two_servers
tw_test "Forged segments do not close a flow, and move none of its numbers" forgeries
tw_test "SYNs with blind acknowledgments stay half open, and raise no alert" blind
tw_test "Alerts of the flows of one tunnel leave room for those of another" alerts_of_a_tunnel
tw_test "Malformed and stray packets are counted and make no flow" malformed
tw_test "Unusual packets are understood" unusual
tw_end
