#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What a socket's state is said to be, against ss and a capture, while the flow is paused.
#
#	 near: receiver, tunwin looks here          far: sender
#	 tun0 ════════════════ gre ════════════════ tun0
#	 under0 ─────────── veth, netem ─────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The state of a socket"

BYTES=1000000

# Have all these bytes arrived? $1: as bytes_received counts them
arrived()
{
	[[ $(tw_ss "$near" bytes_received) == "$1" ]]
}

# Does the capture hold what acknowledges the last byte? (Starting tshark takes seconds in a guest.)
# $1: bytes, SYN and FIN included
acknowledged()
{
	local last

	last=$(tcpdump -nn -S -r "$tw_dir/capture" tcp 2> /dev/null | awk -v near="$NEAR_ADDR." '
		match($0, /seq [0-9]+/) && /Flags \[S\]/ { first = substr($0, RSTART + 4, RLENGTH - 4) }
		index($3, near) == 1 && match($0, /ack [0-9]+/) { last = substr($0, RSTART + 4, RLENGTH - 4) }
		END { print (last - first + 2 ^ 32) % 2 ^ 32 }')
	echo "last acknowledgement: $last"
	[[ $last == "$1" ]]
}

# What ss says of the receiver, by the names that tunwin has for it: a JSON object.
ss_says()
{
	tw_in "$near" ss -HOtinm state connected | tw_ss_words \
		rmem_alloc_bytes=skmem.r rcvbuf_bytes=skmem.rb backlog_bytes=skmem.bl drops=skmem.d \
		rcv_ssthresh_bytes=rcv_ssthresh rcv_mss_bytes=rcvmss bytes_received rtt_ms=rtt rtt_min_ms=minrtt |
		paste -sd, | sed 's/.*/{&}/'
}

# Take what tunwin says of the receiver between two equal answers of ss: a sender that probes a
# closed window is not at rest. Sets said and theirs.
at_rest()
{
	theirs=$(ss_says)
	said=$(tunwin -n "$near" -j flows)
	[[ $theirs == "$(ss_says)" ]]
}

# Everything `ss` knows of the receiver, and the window that it last told the sender.
# $1: acknowledgement of the last byte
agrees()
{
	local json said theirs window

	# (It may have waited for the timer of a delayed acknowledgement, and tells another window then.)
	tw_wait 20 "the last acknowledgement is captured" acknowledged "$1" || return
	tw_wait 20 "the receiver is at rest" at_rest || return
	json=$(jq 'max_by(.in.payload_bytes)' <<< "$said")
	tw_equal "what ss says" \
		"$(jq -c '.socket | {rmem_alloc_bytes, rcvbuf_bytes, backlog_bytes, drops,
			rcv_ssthresh_bytes, rcv_mss_bytes, bytes_received, 
			rtt_us: (.srtt_s // 0 | . * 1000000 | round)}' <<< "$json")" \
		"$(jq -c '{rmem_alloc_bytes, rcvbuf_bytes, backlog_bytes, drops,
			rcv_ssthresh_bytes, rcv_mss_bytes, bytes_received, 
			rtt_us: (.rtt_ms // 0 | . * 1000 | round)}' <<< "$theirs")"
	# The packets may have shown a shorter one.
	tw_check "smallest RTT is no longer than that of ss" jq -en --argjson ss "$theirs" \
		--argjson ours "$json" '$ours.rtt.min_s * 1000 | . > 0 and . <= $ss.rtt_min_ms + 0.001'

	window=$(tw_captured "ip.src == $NEAR_ADDR" tcp.window_size | tail -n 1)
	tw_equal "rcv_wnd, as the last acknowledgement tells it" "$(jq .socket.rcv_wnd_bytes <<< "$json")" "$window"
	tw_equal "window now" "$(jq .in.window.now_bytes <<< "$json")" "$window"
	tw_equal "sampled just now" "$(jq .socket.fresh <<< "$json")" true
}

# A receiver that has read all: only its socket is there. $1…: options of tw_tunnel
all_read()
{
	local near far

	tw_ns near far
	tw_tunnel gre "$near" "$far" "$@" || return
	tw_capture "$near" || return
	tw_receive one "$near" $BYTES --pause-at $BYTES --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" $BYTES
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_wait 60 "all has arrived" arrived $((BYTES + 1)) || return
	tw_equal "unread" "$(tw_flow "$near" .socket.unread_bytes)" 0
	agrees $((BYTES + 2))
	tw_equal "payload" "$(tw_flow "$near" .in.payload_bytes)" $BYTES
	tw_equal "segments in" "$(tw_flow "$near" .in.segments)" "$(tw_ss "$near" segs_in)"
	# The SYN-ACK is sent before there is a socket that could count it.
	tw_equal "segments out" "$(tw_flow "$near" .out.segments)" $(($(tw_ss "$near" segs_out) + 1))
	tw_equal "the sender's segments out" "$(tw_flow "$far" .out.segments)" "$(tw_ss "$far" segs_out)"
	tw_equal "the sender's segments in" "$(tw_flow "$far" .in.segments)" "$(tw_ss "$far" segs_in)"
	# Nothing was lost: what passed is what was sent, however it was merged or split, and what a
	# sender on a slow machine repeated for no good reason.
	tw_equal "payload that passed in near" "$(tw_flow "$near" .in.wire_bytes)" "$(tw_ss "$far" bytes_sent)"
	tw_equal "payload that passed in far" "$(tw_flow "$far" .out.wire_bytes)" "$(tw_ss "$far" bytes_sent)"
	tw_equal "payload that tcp_probe saw" "$(tw_flow "$near" .socket.received_bytes)" "$(tw_ss "$far" bytes_sent)"
	touch "$tw_dir/go"
	tw_transferred 60 one
}

# A receiver that reads nothing: what arrived is in its queue until the window is closed.
nothing_read()
{
	local near far unread began zero spells

	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=2ms || return
	tw_capture "$near" || return
	tw_receive one "$near" $BYTES --rcvbuf 60000 --pause-at 0 --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" $BYTES
	tw_wait 60 "the window closes" window_is "$near" 0 || return
	unread=$(tw_ss "$near" bytes_received)
	tw_equal "unread" "$(tw_flow "$near" .socket.unread_bytes)" "$unread"
	tw_equal "unread, as the queue of ss" "$unread" \
		"$(tw_in "$near" ss -Htn state established | awk '{ print $1 }' | sort -n | tail -n 1)"
	agrees $((unread + 1))
	tw_equal "the buffer is locked" "$(tw_flow "$near" .socket.rcvbuf_locked)" true
	tw_equal "the sender's is not" "$(tw_flow "$far" .socket.rcvbuf_locked)" false
	tw_equal "the sender's view" "$(tw_flow "$far" .out.window.now_bytes)" 0
	began=$(tw_flow "$near" .in.window.zero_s)
	tw_wait 20 "the time at zero runs" longer_at_zero "$began" || return
	touch "$tw_dir/go"
	tw_transferred 60 one || return
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in $BYTES || return
	tw_wait 20 "the last FIN is captured" acknowledged $((BYTES + 2)) || return

	read -r _ spells zero < <(tw_captured_windows "$NEAR_ADDR")
	tw_check "the window was closed for a while, $zero s" jq -en "$zero > 0.1"
	tw_equal "times at zero" "$(tw_flow "$near" .in.window.zero_count ended)" "$spells"
	tw_lasted "time at zero" "$(tw_flow "$near" .in.window.zero_s ended)" "$zero"
	tw_equal "smallest window" "$(tw_flow "$near" .in.window.min_bytes ended)" 0
	tw_equal "times at zero, seen by the sender" "$(tw_flow "$far" .out.window.zero_count ended)" "$spells"
}

# $1: namespace, $2: bytes
window_is()
{
	[[ $(tw_flow "$1" .in.window.now_bytes) == "$2" ]]
}

# $1: seconds
longer_at_zero()
{
	jq -en "$(tw_flow "$near" .in.window.zero_s) > $1 + 0.2"
}

# One end has said that it is done and receives on: both ends' bytes stay exact.
half_closed()
{
	local near far

	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	cat > "$tw_dir/half.py" <<- 'END'
		import os, socket, sys, time
		from netns import enter

		enter(sys.argv[1])
		listener = socket.create_server((sys.argv[3], 7000))
		enter(sys.argv[2])
		client = socket.create_connection((sys.argv[3], 7000), 20)
		server, _ = listener.accept()
		listener.close()
		client.sendall(bytes(30000))
		client.shutdown(socket.SHUT_WR)
		while server.recv(65536):
		    pass
		server.sendall(bytes(50000))
		left = 50000
		while left:
		    left -= len(client.recv(65536))
		print("half", flush=True)
		while not os.path.exists(sys.argv[4]):
		    time.sleep(0.01)
		server.close()
		client.recv(1)
		client.close()
		print("over", flush=True)
	END
	tw_background "$near" python3 -S "$tw_dir/half.py" "$near" "$far" "$NEAR_ADDR" "$tw_dir/go" > "$tw_dir/half"
	tw_wait 30 "one half is closed" grep -qx half "$tw_dir/half" || return
	tw_wait 10 "all is acknowledged" acked 50000 || return
	tw_equal "state" "$(tw_flow "$near" .state)" closing
	tw_equal "near" "$(tw_flow "$near" '"\(.in.payload_bytes) \(.out.payload_bytes)"')" "30000 50000"
	tw_equal "far" "$(tw_flow "$far" '"\(.in.payload_bytes) \(.out.payload_bytes)"')" "50000 30000"
	tw_equal "bytes_acked of far" "$(tw_flow "$far" .socket.bytes_acked)" "$(tw_ss "$far" bytes_acked)"
	touch "$tw_dir/go"
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in 30000
	tw_wait 20 "the flow has ended in far" tw_flow_ended "$far" in 50000
	tw_equal "near at the end" "$(tw_flow "$near" .out.payload_bytes ended)" 50000
	tw_equal "far at the end" "$(tw_flow "$far" .out.payload_bytes ended)" 30000
}

# A SYN that nobody answers: near offers to scale, and what far would have said to that, nobody knows.
unanswered()
{
	local near far

	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	# far has not got this address, and forwards nothing.
	tw_background "$near" python3 -S -c 'import socket, sys; socket.create_connection((sys.argv[1], 80))' "${FAR_ADDR%.*}.77"
	tw_wait 20 "near's socket has been looked at" jq_flow '.state == "syn" and .socket != null' || return
	tw_wait 20 "so has far's gateway" tw_flow "$far" .id || return
	tw_equal "scales at near" "$(tw_flow "$near" '"\(.in.window.wscale) \(.out.window.wscale)"')" "unknown unknown"
	tw_equal "the window that near would have" "$(tw_flow "$near" .out.window.now_bytes)" null
	tw_equal "scales at far" "$(tw_flow "$far" '"\(.in.window.wscale) \(.out.window.wscale)"')" "unknown unknown"
	tw_equal "what the doctor finds" "$(tunwin -n "$near" -j doctor | jq -c '[.findings[].code]')" "[]"
}

# $1: bytes
acked()
{
	[[ $(tw_ss "$near" bytes_acked) == "$1" ]]
}

# The first packets waited for a neighbour's address, and the receiver would like to tell more than a header can say.
slow_handshake()
{
	local near far json

	tw_ns near far
	tw_in "$near" sysctl -qw net.ipv4.tcp_window_scaling=0
	tw_tunnel gre "$near" "$far" delay=100ms || return
	tw_receive one "$near" 10000000000 || return
	tw_send one "$far" "$NEAR_ADDR" 10000000000
	tw_wait 30 "the handshake is over" test -e "$tw_dir/one.connected" || return
	for space in "$near" "$far"; do
		tw_check "a faster link" tc -n "$space" qdisc change dev under0 root netem limit 100000 delay 10ms || return
	done
	tw_wait 30 "it would like to tell more" jq_flow '.socket.rcv_wnd_bytes > 65535' || return
	tw_wait 30 "round trips are those of the sender" same_round_trips || return

	json=$(tunwin -n "$near" -j flows | jq .[0])
	tw_check "the handshake was slow" jq -e '.socket.srtt_s > 0.19' <<< "$json"
	tw_check "window now, and what may be under way" jq -e '
		.in.window.now_bytes <= 65535 and .in.in_flight_max_bytes <= 65535' <<< "$json" ||
		tw_failed "what it says" "$json"
	kill -KILL "$(< "$tw_dir/one.sender.pid")" "$(< "$tw_dir/one.receiver.pid")"
}

# Is it so of the only flow? $1: jq expression
jq_flow()
{
	tunwin -n "$near" -j flows | jq -e ".[0] | $1"
}

# Both are of the last few. Within a twentieth of each other.
same_round_trips()
{
	local theirs_ms

	theirs_ms=$(tw_ss "$far" rtt)
	echo "of the sender: $theirs_ms ms"
	tunwin -n "$near" -j flows | jq -e --argjson theirs "${theirs_ms:-0}" '
		.[0] |.rtt.smoothed_s * 1000 | $theirs > 0 and $theirs < 60 and . > $theirs * 0.95 and . < $theirs * 1.05'
}

# The size classes are a division of the whole, and memory is what the ratio divides by.
size_classes()
{
	local near far json

	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_transfer one "$far" "$near" "$NEAR_ADDR" $BYTES || return
	for space in "$near" "$far"; do
		json=$(tunwin -n "$space" -j tunnels tun0)
		tw_check "classes of $space add up" jq -e '.[0] | .in, .out |
			(.size_classes | map(.segments) | add) == .segments and
			(.size_classes | map(.len_bytes) | add) == .len_bytes and
			(.size_classes | map(.truesize_bytes) | add) == .truesize_bytes and
			.ratio > 0 and .ratio <= 1' <<< "$json"
	done
	# Segments of a full tunnel are of one class, acknowledgements of another.
	tw_check "data and acknowledgements" jq -e '.[0] |
		(.in.size_classes | map(select(.max_bytes == 1518)) | .[0].segments) > 600 and
		(.out.size_classes | map(select(.max_bytes == 256)) | .[0].segments) == .out.segments' \
		<(tunwin -n "$near" -j tunnels tun0)
	tw_equal "what arrived is what left" "$(tw_tunnel_says "$near" in.segments)" "$(tw_tunnel_says "$far" out.segments)"
	tw_equal "its bytes" "$(tw_tunnel_says "$near" in.inner_bytes)" "$(tw_tunnel_says "$far" out.inner_bytes)"
}

tw_module_load
tw_test "A receiver that has read all is what ss and the wire say" all_read
tw_test "So it is over a round trip of 40 ms" all_read delay=20ms
tw_test "A receiver that reads nothing is, too, and its closed window is counted and timed" nothing_read
tw_test "A flow of which one half is closed has the bytes of both halves" half_closed
tw_test "Before a SYN is answered nobody knows whether windows are scaled" unanswered
tw_test "A handshake that was slow is not what round trips take, and a window is not more than fits a header" \
	slow_handshake
tw_test "Size classes add up to what passed" size_classes
tw_end
