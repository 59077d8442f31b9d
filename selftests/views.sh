# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What tunwin says, and what the system's own tools say of the same. Sourced by lib.sh, which sets
# tw_dir.
# shellcheck disable=SC2154

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

# Print a value of a tunnel. $1: namespace, $2: jq expression without its first dot, $3: tunnel (tun0)
tw_tunnel_says()
{
	tunwin -n "$1" -j tunnels "${3:-tun0}" | jq -r ".[0].$2"
}

# Does tunwin tell the same packets and bytes of a device as ip -s link, asked one after the other? With
# `own`, its own counters, which are the device's where nothing is merged.
# $1: namespace, $2: device, $3: own, or nothing
tw_tunnel_agrees()
{
	local ours theirs names='.packets, .bytes'

	[[ ! ${3-} ]] || names='.segments, .inner_bytes'
	ours=$(tunwin -n "$1" -j tunnels "$2" | jq -c "[.[0] | .in, .out | $names]")
	theirs=$(ip -n "$1" -s -j link show "$2" | jq -c '[.[0].stats64 | .rx, .tx | .packets, .bytes]')
	echo "packets and bytes, in and out: $ours, of ip -s link: $theirs"
	[[ $ours == "$theirs" ]]
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
	tw_ss_words "$1" | sed -n 's/.*: //p'
}

# Print values of what `ss -HOtim` has printed, on standard input, as lines of JSON members. Of a name
# it has several times the largest counts; rtt is the first of its two numbers.
# $@: names, as for tw_ss, or NAME=theirs to call it NAME
tw_ss_words()
{
	awk -v wanted="$*" '
		function keep(name, number) {
			if (!(name in value) || number + 0 > value[name] + 0)
				value[name] = number
		}
		{
			count = split($0, word, /[ \t]+/)
			for (i = 1; i <= count; i++) {
				if (match(word[i], /^[a-z_]+:[0-9.]+/)) {
					split(substr(word[i], 1, RLENGTH), part, ":")
					keep(part[1], part[2])
				} else if (word[i] ~ /^skmem:/) {
					parts = split(substr(word[i], 8), part, /[,)]/)
					for (j = 1; j <= parts; j++)
						if (match(part[j], /[0-9]+$/))
							keep("skmem." substr(part[j], 1, RSTART - 1), substr(part[j], RSTART))
				}
			}
		}
		END {
			count = split(wanted, word, " ")
			for (i = 1; i <= count; i++) {
				parts = split(word[i], part, "=")
				if (part[parts] in value)
					printf "\"%s\": %s\n", part[1], value[part[parts]]
			}
		}'
}

# Capture TCP in a tunnel of a namespace until the test ends: tw_captured reads it. $1: namespace
tw_capture()
{
	tw_need tshark tcpdump || return
	tw_background "$1" tcpdump -i tun0 -s 128 -U -w "$tw_dir/capture" tcp 2> "$tw_dir/tcpdump"
	tw_wait 20 "tcpdump listens" grep -q "listening on" "$tw_dir/tcpdump"
}

# Print fields of captured packets, a line each. $1: tshark's filter, $2…: fields
tw_captured()
{
	local field fields=()

	for field in "${@:2}"; do
		fields+=(-e "$field")
	done
	tshark -r "$tw_dir/capture" -Y "$1" -T fields "${fields[@]}" 2> /dev/null
}

# Does the capture hold so many FINs? (Starting tshark takes seconds in a guest.) $1: count
tw_captured_fins()
{
	[[ $(tcpdump -nn -r "$tw_dir/capture" 'tcp[tcpflags] & tcp-fin != 0' 2> /dev/null | wc -l) -ge $1 ]]
}

# Print of the windows that a receiver has advertised in the capture: the largest, how often it was
# closed, and for how many seconds. $1: address of the receiver
tw_captured_windows()
{
	tw_captured "ip.src == $1 && tcp.flags.reset == 0" frame.time_epoch tcp.window_size \
			tcp.window_size_value tcp.flags.syn | awk '
		$2 > largest			{ largest = $2 }
		$4 ~ /^(1|True)$/		{ next }
		$3 == 0 && !since		{ since = $1; count++ }
		$3 && since			{ sum += $1 - since; since = 0 }
		END				{ printf "%d %d %.6f\n", largest, count, sum }'
}
