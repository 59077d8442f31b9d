#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What limits a direction: where the test has made the cause, and against the sender's own tcp_info.
#
#	 receiver ── near ═══════ tunnel, 70 ms ═══════ far ── sender
#
# near and far are gateways, which see the flow pass, one close to its receiver and one close to
# its sender. Or the 70 ms are divided, and they are in the middle of them. Or they are themselves
# the ends, and their sockets are looked at.
#
# Several flows run at once, each with its own cause; what the link does to a flow goes by
# its port. With TUNWIN_RUNS=10 all of it is run ten times, in all these scenes (`make limits`);
# otherwise each part is run once, in one of them.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "What limits a flow"

near="" far="" host_r="" host_s="" sender="" receiver="" address="" device="" delay=""
declare -A said=()
recorders=()	# processes that capture what passes the gateways
recording=""	# how to call what they have captured, if it is to be kept

# How exact what is measured is, in millionths. An emulated machine measures its own slowness, too.
RTT_PPM=1000 SHARE_PPM=30000
tw_time_is_virtual || RTT_PPM=20000 SHARE_PPM=50000

##############################################################################
# The scene, and flows in it

# Make the namespaces. Sets near, far, sender, receiver, address and the sender's device.
# $1: forwarded, middle or direct
scene()
{
	delay=35ms
	[[ $1 != middle ]] || delay=15ms
	tw_ns near far host_r host_s
	tw_tunnel gre "$near" "$far" delay=$delay || return
	sender=$far receiver=$near address=$NEAR_ADDR device=tun0
	if [[ $1 != direct ]]; then
		tw_behind "$host_r" "$near" "$far" || return
		receiver=$host_r address=$HOST_ADDR
		tw_behind "$host_s" "$far" "$near" || return
		sender=$host_s device=behind0
	fi
	[[ $1 != middle ]] || halves_apart || return
	recorders=()
	! can_record "$1" || { record near && record far; } || return
	names=() ports=()
	# As large as the path could want, so that only what a test makes small is small.
	receive_buffer 131072 33564160
	tw_in "$sender" sysctl -qw net.ipv4.tcp_wmem="4096 131072 33564160"
}

# From either host to its gateway it takes 20 ms.
halves_apart()
{
	local host

	for host in "$host_r" "$host_s"; do
		tw_check "delay" tc -n "$host" qdisc add dev behind0 root netem limit 100000 delay 20ms || return
	done
}

# $1: bytes at first, $2: bytes at most
receive_buffer()
{
	tw_in "$receiver" sysctl -qw net.ipv4.tcp_rmem="4096 $1 $2"
}

# What the link from far to near does, in place of the delay alone. $1…: netem's options
way_out()
{
	tc -n "$far" qdisc del dev under0 root
	tw_check "link" tc -n "$far" qdisc add dev under0 root netem limit 100000 "$@"
}

# Start a flow to a port. $1: name, $2: port, $3: bytes, $4…: options of the receiver, --, of the sender
flow()
{
	local name=$1 port=$2 bytes=$3 options=()

	shift 3
	while [[ $# -gt 0 && $1 != -- ]]; do
		options+=("$1")
		shift
	done
	tw_receive "$name" "$receiver" "$bytes" --port "$port" "${options[@]}" || return
	tw_send "$name" "$sender" "$address" "$bytes" "${@:2}"
	names+=("$name") ports+=("$port")
}

# Wait until all flows are done, and both gateways have their records. Sets said, by gateway: a
# line for each flow, what tunwin says of the direction that carried the data.
finished()
{
	local name list

	for name in "${names[@]}"; do
		tw_transferred 200 "$name" || return
	done
	tw_wait 20 "near has the records" has_records "$near" &&
		tw_wait 20 "far has the records" has_records "$far" || return
	printf -v list '%s\n' "${names[@]}" "${ports[@]}"
	said[near]=$(say "$near" "$list")
	said[far]=$(say "$far" "$list")
	[[ ${#recorders[@]} -eq 0 ]] || replayed
}

# Is what passes the gateways replayed? Only in virtual time a capture and the module have the same times, and where an end is the
# gateway itself its socket tells more than a capture. (Where the program is not built it is not needed, unless all is.) $1: scene
can_record()
{
	[[ $1 != direct && (-x $tw_top/../build/selftests/replay || ${TUNWIN_EXPECT_ALL-}) ]] && tw_time_is_virtual
}

# Capture the headers of all that passes tun0. $1: near or far
record()
{
	tw_need tcpdump && tw_program replay || return
	tw_background "${!1}" tcpdump -U --time-stamp-precision=nano -i tun0 -s 120 -B 65536 -w "$tw_dir/$1.headers.pcap" tcp 2> "$tw_dir/$1.recorder"
	recorders+=($!)
	tw_wait 20 "$1 is recorded" grep -q listening "$tw_dir/$1.recorder"
}

# Print what was said of flows, a line for each direction: of the times all nanoseconds. $1: file of JSON
of_flows()
{
	jq -r '.[] | . as $flow | ("in", "out") as $d | .[$d] |
		["near \($flow.near.addr):\($flow.near.port) far \($flow.far.addr):\($flow.far.port) \($d)",
			$flow.age_s, .payload_bytes, .wire_bytes, .segments, .retransmits, .reordered, .dup_acks, .implausible,
			.window.max_bytes // 0, .window.wscale, .window.zero_count] +
			(.limit | [.rwnd_s, .net_s, .sender_s, .idle_s, .unknown_s]) |
			map(if type == "number" then . * 1000000000 | round else . end) | @tsv' "$1" | sort
}

# $1: near or far
replay_agrees()
{
	"$tw_dir/replay" "$tw_dir/$1.headers.pcap" > "$tw_dir/$1.replayed" || return
	diff <(of_flows "$tw_dir/$1.ended") <(of_flows "$tw_dir/$1.replayed")
}

# The module's sources, compiled for this machine and fed with the captures (replay/), say of each flow what the module has said,
# to the nanosecond: a capture holds all that the module saw.
replayed()
{
	local space

	for space in near far; do
		tunwin -n "${!space}" -j flows ended > "$tw_dir/$space.ended"
		# (What passed last comes to the capture within a second.)
		tw_wait 5 "what $space said is what is replayed" replay_agrees "$space"
		[[ ! $recording ]] || xz -c "$tw_dir/$space.headers.pcap" > "$TUNWIN_RESULTS/$recording.$space.pcap.xz"
	done
}

# $1: namespace
has_records()
{
	[[ $(tunwin -n "$1" -j flows ended | jq length) -ge ${#names[@]} ]]
}

# $1: namespace, $2: names and then ports
say()
{
	tunwin -n "$1" -j flows ended | jq -r --arg list "$2" '
		($list | split("\n")[:-1]) as $words | ($words | length / 2) as $count | . as $flows |
		range($count) as $i | ($words[$count + $i] | tonumber) as $port |
		first($flows[] | select(.near.port == $port or .far.port == $port)) as $flow |
		(if $flow.near.port == $port then $flow.in else $flow.out end) as $d | $d.limit as $l |
		({rwnd: $l.rwnd_s, net: $l.net_s, sender: $l.sender_s, unknown: $l.unknown_s} |
			to_entries | max_by(.value).key) as $busy |
		def ppm: . * 1000000 | round;
		[$words[$i], (if $l.idle_s > $flow.age_s / 2 then "idle" else $busy end), ($l.rwnd_share | ppm),
			(($l.rwnd_s + $l.net_s + $l.sender_s + $l.unknown_s + $l.idle_s) / $flow.age_s | ppm),
			$d.window.max_bytes, ($flow.rtt.min_s | ppm), $d.payload_bytes, $d.retransmits,
			($l | del(.now, .rwnd_share) | tostring)] | @tsv'
}

# Check what near and far say of one flow. $1: name, $2: the limit, or not-rwnd, $3: words: share, the
# sender's own share of rwnd is to be met; ceiling, the rate is near it; all, nothing is lost
# between far and near; own-pace, the sender seldom answers an acknowledgment at once: what near can
# know of the way to it is how long the handshake took, which the receiver's kernel has measured
# too; any-rtt, queues make the round trips of the flows differ; not-sent, what is dropped below the
# tunnel on the sender's own host, which TCP does not say it has sent again
says()
{
	local space _ limit share_ppm sum_ppm window_bytes rtt_us payload retransmits times
	local busy_us rwnd_us sent_again truth_us rate_bps bytes ceiling_bps handshake_us at

	read -r busy_us rwnd_us sent_again truth_us rate_bps bytes < <(tw_account "$1" sender '
		[.tcp_info.busy_time, .tcp_info.rwnd_limited, .retransmits, .tcp_info.min_rtt,
			(.bytes * 8 / .seconds | round), .bytes] | @tsv')
	handshake_us=$(tw_account "$1" receiver .tcp_info.min_rtt)
	for space in far near; do
		at="$1 at $space"
		IFS=$'\t' read -r _ limit share_ppm sum_ppm window_bytes rtt_us payload retransmits times \
			< <(grep "^$1	" <<< "${said[$space]}")
		tw_equal "$at: payload" "$payload" "$bytes" || continue
		within "$at: the times add up: $times" "$sum_ppm" 1000000 1
		if [[ $2 == not-rwnd ]]; then
			within "$at: share of rwnd in ppm: $times" "$share_ppm" 0 50000
		else
			tw_equal "$at: dominant limit, $retransmits sent again: $times" "$limit" "$2"
		fi
		if [[ $3 != *any-rtt* ]]; then
			[[ $space == far || $3 != *own-pace* ]] || ((handshake_us < truth_us)) ||
				truth_us=$handshake_us
			below "$at: the sender's smallest round trip, and a little" "$rtt_us" \
				$((truth_us + truth_us * RTT_PPM / 1000000))
			below "$at: the link's delay" 70000 "$rtt_us"
		fi
		[[ $3 != *share* ]] ||
			within "$at: share of rwnd in ppm, the sender's $rwnd_us / $busy_us: $times" "$share_ppm" \
				$((rwnd_us * 1000000 / busy_us)) "$SHARE_PPM"
		if [[ $3 == *ceiling* ]]; then
			ceiling_bps=$((window_bytes * 8 * 1000000 / rtt_us))
			below "$at: rate, ceiling" "$rate_bps" $ceiling_bps
			below "$at: ceiling, two rates" $ceiling_bps $((2 * rate_bps))
		fi
		if [[ $3 == *not-sent* ]]; then
			continue
		elif [[ $space == far || $3 == *all* ]]; then
			tw_equal "$at: segments sent again" "$retransmits" "$sent_again"
		else
			below "$at: segments sent again, no more than were" "$retransmits" "$sent_again"
		fi
	done
}

# $1: what, $2: an integer, $3: a larger one
below()
{
	(($2 <= $3)) || tw_failed "$1" "got:  $2" "want: at most $3"
}

# $1: what, $2: an integer, $3: another one, $4: how far they may be apart
within()
{
	(($2 - $3 <= $4 && $3 - $2 <= $4)) || tw_failed "$1" "got:  $2" "want: $3, give or take $4"
}

##############################################################################
# The tests

# CUBIC leaves slow start when round trips become longer (RFC 9406), as they do on a busy machine: for seconds
# its congestion window would be the limit before the receiver's is. Reno's doubles until something is lost.
windows_are_reached()
{
	tw_check "Reno" tw_in "$sender" sysctl -qw net.ipv4.tcp_congestion_control=reno
}

# Shalunov's windows, over 70 ms. SO_RCVBUF is half of what the kernel makes of it. $1: scene
small_windows()
{
	local kilobytes

	scene "$1" && windows_are_reached || return
	for kilobytes in 8 16 32 64 128; do
		flow "$kilobytes" $((5000 + kilobytes)) $((kilobytes * 102400)) \
			--rcvbuf $((kilobytes * 1024)) -- || return
	done
	finished || return
	for kilobytes in 8 16 32 64 128; do
		says "$kilobytes" rwnd "share ceiling all"
	done
}

# The same where the buffer is tuned by the kernel, one after another. $1: scene
large_windows()
{
	local kilobytes

	scene "$1" && windows_are_reached || return
	# An application on a slow machine does not always fill a buffer that is being tuned: it would
	# be the limit now and then.
	tw_in "$sender" sysctl -qw net.ipv4.tcp_wmem="4096 4194304 33564160"
	for kilobytes in 256 512 1024 2048; do
		receive_buffer $((kilobytes * 2048)) $((kilobytes * 2048))
		flow "$kilobytes" $((5000 + kilobytes)) $((kilobytes * 1024 * 50)) -- ||
			return
		tw_transferred 120 "$kilobytes" || return
	done
	finished || return
	for kilobytes in 256 512 1024 2048; do
		says "$kilobytes" rwnd "share ceiling all"
	done
}

# Whatever is sent to these ports is lost on the way out with a chance, or beyond a rate.
lossy_ports()
{
	local band port

	tc -n "$far" qdisc del dev under0 root
	tw_check "bands" tc -n "$far" -batch - <<- END || return
		qdisc add dev under0 root handle 1: prio bands 4 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
		qdisc add dev under0 parent 1:1 netem limit 100000 delay $delay
		qdisc add dev under0 parent 1:2 netem limit 100000 delay $delay loss random 0.1%
		qdisc add dev under0 parent 1:3 netem limit 100000 delay $delay loss random 1%
		qdisc add dev under0 parent 1:4 netem limit 100000 delay $delay loss random 3%
	END
	# Behind 20 bytes of IP, 4 of GRE and 22 of the inner packet is the port.
	band=2
	for port in 5001 5010 5030; do
		tw_check "loss of $port" tc -n "$far" filter add dev under0 parent 1: protocol ip u32 \
			match u16 "$(printf 0x%x "$port")" 0xffff at 46 flowid 1:$((band++)) || return
	done
	tw_check "policer" tc -n "$far" filter add dev under0 parent 1: protocol ip u32 \
		match u16 "$(printf 0x%x 5100)" 0xffff at 46 flowid 1:1 \
		action police rate 8mbit burst 32k conform-exceed drop/ok || return
	# Losses are of segments, and send buffers are filled by segments, not by 64 KB.
	tw_check "segments" ip -n "$sender" link set "$device" gso_max_segs 1
}

# $1: scene
causes()
{
	scene "$1" && lossy_ports || return
	# The buffer is large from the first: while it is tuned, it may be the limit.
	receive_buffer 4194304 33564160
	# Long enough for the losses: the first is 1.4 MB away on average, and may well be 8. And long
	# enough for what they do: two seconds.
	flow loss-0.1% 5001 14000000 -- || return
	flow loss-1% 5010 2000000 -- || return
	flow loss-3% 5030 1500000 -- || return
	flow policer 5100 3000000 -- || return
	flow sleeping-reader 5203 1000000 --rcvbuf 100000 --pause-at 200000 --until "$tw_dir/go-reader" -- || return
	# (Slow enough for thirty round trips: of a few the shortest is a matter of chance, and each has seen another one.
	# And a segment every 2.4 ms: what a paced sender answers to an acknowledgment waits for its turn.)
	flow idle 5204 1200000 -- --pace 600000 --pause-at 800000 --until "$tw_dir/go-idle" || return

	tw_wait 60 "the window is closed for four seconds" closed_for 5203 4 || return
	tw_wait 60 "the idle one is idle for six" idle_for 5204 6 || return
	tw_equal "and that is the limit now" "$(tunwin -n "$near" -j flows | jq -r '.[] |
		select(.near.port == 5203).in.limit.now')" rwnd
	touch "$tw_dir/go-reader" "$tw_dir/go-idle"
	finished || return
	says loss-0.1% net ""
	says loss-1% net ""
	says loss-3% net ""
	says policer net ""
	says sleeping-reader rwnd all
	says idle idle "all own-pace"
}

# Where little else goes on: a sender that paces itself is told from the network by round trips
# that stay as they are. $1: scene
slow_senders()
{
	scene "$1" && lossy_ports || return
	flow paced 5200 3500000 -- --pace 500000 || return
	flow send-buffer 5201 3000000 -- --sndbuf 32768 || return
	flow application 5202 1200000 -- --interval 0.1 --chunk 20000 || return
	finished || return
	says paced sender all
	says send-buffer sender all
	says application sender "all own-pace"
}

# $1: port of the receiver, $2: seconds
closed_for()
{
	tunwin -n "$near" -j flows | jq -e ".[] | select(.near.port == $1).in.window |
		.now_bytes == 0 and .zero_s > $2"
}

# The same of the time that nothing was sent.
idle_for()
{
	tunwin -n "$near" -j flows | jq -e ".[] | select(.near.port == $1).in.limit.idle_s > $2"
}

# A LAN with nothing wrong: its rate is the limit. $1: scene
lan()
{
	scene "$1" || return
	way_out delay 200us rate 200mbit limit 20
	tc -n "$near" qdisc del dev under0 root
	flow lan 5300 60000000 -- && finished || return
	says lan net any-rtt
}

# The first document's: 80 ms, a large buffer, and 19 Mb/s of what leaves the sender. $1: scene
dropped_on_the_way_out()
{
	scene "$1" || return
	way_out delay $((${delay%ms} + 10))ms
	tw_check "policer" tc -n "$sender" qdisc add dev "$device" clsact &&
		tw_check "policer" tc -n "$sender" filter add dev "$device" egress matchall \
			action police rate 19500kbit burst 64k conform-exceed drop/ok || return
	flow seed 5400 8000000 -- && finished || return
	says seed not-rwnd "any-rtt not-sent"
}

# The first SYN gets lost behind both gateways: a second is for the network, in both directions.
lost_handshake()
{
	tw_need nft && scene forwarded || return
	tw_check "nftables" tw_in "$near" nft "table ip lost {
		chain forward {
			type filter hook forward priority 0;
			tcp dport 5500 tcp flags == syn limit rate 1/hour burst 1 packets drop
		}
	}" || return
	flow syn 5500 20000 -- && finished || return
	says syn net "all any-rtt"
	tw_equal "the other direction's" "$(tunwin -n "$near" -j flows ended | jq -c '.[0].out.limit | .net_s >= 0.9')" true
}

# Start to capture what passes tun0 to port 5030. $1: near or far
capture()
{
	tw_background "${!1}" tcpdump -nn --immediate-mode -U -s 120 -i tun0 -w "$tw_dir/$1.pcap" dst port 5030 2> "$tw_dir/$1.tcpdump"
	captures+=($!)
	tw_wait 20 "tcpdump listens at $1" grep -q listening "$tw_dir/$1.tcpdump"
}

# Has a capture all packets that tunwin has counted of the one flow? $1: near or far
captured_all()
{
	[[ $(tcpdump -r "$tw_dir/$1.pcap" 2> "$tw_dir/tcpdump" | wc -l) -eq $(tunwin -n "${!1}" -j flows ended |
		jq '.[0] | if .near.port == 5030 then .in else .out end | .packets') ]]
}

# Print the segments with a SYN, data or a FIN of a capture: first number and timestamp. $1: near or far
segments()
{
	tcpdump -nn -S -r "$tw_dir/$1.pcap" 2> "$tw_dir/tcpdump" |
		sed -nE '/length [1-9]|Flags \[[SF]/s/.* seq ([0-9]+).*TS val ([0-9]+).*/\1 \2/p'
}

# What far sees again was sent again, for nothing was lost before it. Near sees as much of it as a capture there has, but
# for what is only there once and nothing behind it, which is the next; and what is only there once and comes with the
# timestamp of what was sent before it and has a higher number: that may as well have been overtaken.
sent_again_as_captured()
{
	local captures=() again first arrived

	tw_need tcpdump && scene forwarded && lossy_ports || return
	# One buffer, one segment.
	tw_check "no merging" tw_in "$near" ethtool -K tun0 gro off || return
	capture near && capture far || return
	flow captured 5030 500000 -- && finished || return
	tw_wait 20 "the capture at near has all" captured_all near &&
		tw_wait 20 "the capture at far has all" captured_all far || return
	kill -INT "${captures[@]}"
	wait "${captures[@]}"

	first=$(segments far | sed 's/ .*//;q')
	# Of what was sent in two the second half may be sent again in one with what is behind it: it is by what
	# lies before the highest that was sent that a segment was sent again.
	again=$(segments far | awk -v first="$first" '
		{ number = ($1 - first + 2 ^ 32) % 2 ^ 32 }
		NR > 1 && number <= high { print }
		NR == 1 || number > high { high = number }')
	arrived=$(awk -v first="$first" 'NR == FNR { again[$0]; next }
		{ number = ($1 - first + 2 ^ 32) % 2 ^ 32 }
		$0 in again && number in seen { count++ }
		$0 in again && number < high && !(number in seen) {
			for (i = 1; highest[i] < number; i++);
			count += $2 != stamp[i]
		}
		{ seen[number] }
		number > high { high = highest[++steps] = number; stamp[steps] = $2 }
		END { print count + 0 }' <(echo "$again") <(segments near))
	tw_check "something was sent again" test -n "$again"
	tw_equal "far: sent again" "$(carried_again far)" "$(wc -l <<< "$again")"
	tw_equal "near: sent again, and arrived" "$(carried_again near)" "$arrived"
}

# $1: near or far
carried_again()
{
	cut -f 8 <<< "${said[$1]}"
}

# Flows of all kinds, small enough for their captures to be kept: for replay/test, by scripts/record.
limits_for_the_host()
{
	recording=limits
	scene forwarded && lossy_ports || return
	receive_buffer 4194304 33564160
	flow window-8 5008 600000 --rcvbuf 8192 -- || return
	flow window-32 5032 1000000 --rcvbuf 32768 -- || return
	flow loss-1% 5010 1000000 -- || return
	flow loss-3% 5030 1000000 -- || return
	flow policer 5100 1000000 -- || return
	flow sleeping-reader 5203 400000 --rcvbuf 100000 --pause-at 200000 --until "$tw_dir/go-reader" -- || return
	tw_wait 60 "the window is closed for four seconds" closed_for 5203 4 || return
	touch "$tw_dir/go-reader"
	finished || return
	recording=senders
	scene forwarded || return
	flow paced 5200 2000000 -- --pace 500000 || return
	flow application 5202 600000 -- --interval 0.1 --chunk 20000 || return
	flow idle 5204 800000 -- --pace 600000 --pause-at 400000 --until "$tw_dir/go-idle" || return
	tw_wait 60 "the idle one is idle for six" idle_for 5204 6 || return
	touch "$tw_dir/go-idle"
	finished
	recording=""
}

# Note a test for some scenes. $1: title, $2: function, $3: scenes of a single run, $4: more of ten runs
in_scenes()
{
	local scene
	local -A at=([forwarded]="at gateways" [middle]="at gateways in the middle" [direct]="at the ends")

	for scene in $3 ${TUNWIN_RUNS:+$4}; do
		tw_test "$1, ${at[$scene]}$again" "$2" "$scene"
	done
}

# On two processors packets overtake each other, which a sender takes for a loss: another cause than
# the test has made. All it does runs on one, and so do the timers of that.
one_processor()
{
	[[ $(nproc) -eq 1 ]] ||
		{ tw_check "one processor" taskset -p -c 0 $$ && tw_set kernel.timer_migration 0; }
}

one_processor
tw_module_load
tw_test "What is sent again is what a capture has" sent_again_as_captured
tw_test "The time that a lost SYN takes is the network's" lost_handshake
[[ ! ${TUNWIN_RECORD-} ]] || tw_test "Flows of all limits, recorded" limits_for_the_host
for run in $(seq "${TUNWIN_RUNS:-1}"); do
	again=${TUNWIN_RUNS:+, run $run}
	in_scenes "Windows of 8 to 128 KB over 70 ms" small_windows "forwarded middle" direct
	in_scenes "Windows of 256 KB to 2 MB over 70 ms" large_windows direct forwarded
	in_scenes "Losses, a policer, a reader that sleeps, no data" causes forwarded direct
	in_scenes "Senders that take their time" slow_senders direct forwarded
	in_scenes "A LAN with nothing wrong" lan forwarded direct
	in_scenes "What is dropped on its way out is not the window's" dropped_on_the_way_out direct \
		forwarded
done
tw_end
