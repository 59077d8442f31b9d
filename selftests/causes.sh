# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Cases: flows with a label, which says what limits them and why, as the two gateways must see it.
# Sourced by cause_test.sh after lib.sh.
# shellcheck disable=SC2034,SC2154 # names that the files which source each other share

near="" far="" host_r="" host_s="" sender="" receiver="" address="" device=""
cases=() scene_name="" wrong="" watch=1s

##############################################################################
# The scene

# $1: direct or forwarded, $2: kind of tunnel, $3: delay of each way, $4: on or off, all offloads,
# $5…: more of tw_tunnel
scene()
{
	local space

	tw_ns near far host_r host_s
	tw_tunnel "$2" "$near" "$far" delay="$3" "${@:5}" || return
	sender=$far receiver=$near address=$NEAR_ADDR device=tun0
	if [[ $1 == forwarded ]]; then
		tw_behind "$host_r" "$near" "$far" || return
		receiver=$host_r address=$HOST_ADDR
		tw_behind "$host_s" "$far" "$near" || return
		sender=$host_s device=behind0
	fi
	if [[ $4 == off ]]; then
		for space in "$near" "$far"; do
			tw_offloads "$space" tun0 off && tw_offloads "$space" under0 off || return
		done
	fi
	buffers 131072 33564160
	tw_in "$sender" sysctl -qw net.ipv4.tcp_wmem="4096 131072 33564160"
	# Whoever looks for a neighbour may look for a second, and a SYN that waits for that makes the first round trip.
	tw_check "the path carries" tw_in "$sender" ping -q -c 1 -W 10 "$address" || return
	cases=() scene_name="$1 $2 $3 $4" watch=1s
}

# The receiver's buffers. $1: bytes at first, $2: at most
buffers()
{
	tw_in "$receiver" sysctl -qw net.ipv4.tcp_rmem="4096 $1 $2"
}

# What the link from far to near does, in place of the delay alone. $1…: netem's options
way_out()
{
	tc -n "$far" qdisc del dev under0 root
	tw_check "link" tc -n "$far" qdisc add dev under0 root netem limit 100000 "$@" || return
	single_segments
}

# What is lost is a segment, not 64 KB.
single_segments()
{
	tw_check "segments" ip -n "$sender" link set "$device" gso_max_segs 1
}

# Rules of nftables. $1: namespace, $2: hook, $3: priority, $4: the rules
rules()
{
	tw_need nft && tw_check "rules" tw_in "$1" nft "table inet rules {
		chain packets {
			type filter hook $2 priority $3;
			$4
		}
	}"
}

##############################################################################
# Cases

# Start a case: a flow that does not end by itself. It is connected when this returns.
# $1: port, $2: what near must say, as rwnd/rmem-max; more that it may say behind |, $3: the same of
# far, $4…: options of the receiver, --, of the sender
case_of()
{
	local port=$1 expected="$1 $2 $3" options=()

	shift 3
	while [[ $# -gt 0 && $1 != -- ]]; do
		options+=("$1")
		shift
	done
	tw_receive "case$port" "$receiver" 10000000000 --port "$port" "${options[@]}" || return
	tw_send "case$port" "$sender" "$address" 10000000000 "${@:2}" || return
	tw_wait 30 "$port is connected" test -e "$tw_dir/case$port.connected" || return
	cases+=("$expected")
}

# End all cases. They do not count any more.
cases_end()
{
	local expected port role

	for expected in "${cases[@]}"; do
		port=${expected%% *}
		for role in sender receiver; do
			kill -KILL "$(< "$tw_dir/case$port.$role.pid")" 2> /dev/null
		done
	done
	cases=()
}

# What a namespace says of its flows that carry data from far to near, having watched them for a
# second ($watch): flow, limit/cause. $1: near or far, $2: namespace, $3: direction
ask()
{
	tunwin -n "$2" -j doctor --for "$watch" | jq -r --arg d "$3" '.directions[] | select(.direction == $d) |
		"\(.flow) \(.limit)/\(.cause // "-")"' > "$tw_dir/said.$1"
}

declare -A heard=()	# of near or far, and a port: what was said last
declare -A port_of=()	# of near or far, and a flow: the port of its case

# Learn the ports of flows. $1: near or far
flows_read()
{
	local flow port

	tunwin -n "${!1}" -j flows > "$tw_dir/flows.$1"
	while read -r flow port; do
		port_of[$1 $flow]=$port
	done < <(jq -r '.[] | "\(.id) \(if .near.port >= 6000 and .near.port < 7000 then .near.port else .far.port end)"' \
		"$tw_dir/flows.$1")
}

# What is said now. Of a flow in two tunnels both words count, in the order of the tunnels. $1: near or far
hear()
{
	local flow port word key

	for key in "${!heard[@]}"; do
		[[ $key != "$1 "* ]] || unset "heard[$key]"
	done
	while read -r flow word; do
		[[ ${port_of[$1 $flow]-} ]] || flows_read "$1"
		port=${port_of[$1 $flow]-}
		[[ ! $port ]] || heard[$1 $port]+=${heard[$1 $port]:++}$word
	done < "$tw_dir/said.$1"
}

# Is what is said of every case what was expected? Sets wrong, and notes what was said.
look()
{
	local expected port near_wants far_wants

	ask far "$far" out &
	ask near "$near" in
	wait $!
	hear near
	hear far
	wrong=""
	for expected in "${cases[@]}"; do
		read -r port near_wants far_wants <<< "$expected"
		compare near "$port" "$near_wants"
		compare far "$port" "$far_wants"
	done
	echo "$wrong"
	[[ ! $wrong ]]
}

# $1: near or far, $2: port, $3: what it must say
compare()
{
	local word=${heard[$1 $2]-}

	[[ "|$3|" == *"|$word|"* ]] || wrong+="$1: $2 is $word, not $3; "
}

# Wait until all is said as it should be; then it must stay so: of five more times ($watch), and of four seconds together.
# $1: seconds
judged()
{
	local brief=$watch began=${EPOCHREALTIME/./} ms

	if ! tw_wait "$1" "all causes are named" look; then
		note_cases
		return 1
	fi
	ms=$(((${EPOCHREALTIME/./} - began) / 1000))
	echo "# named after $((ms / 1000)).$(printf %03d $((ms % 1000))) s"
	for watch in "$brief" "$brief" "$brief" "$brief" "$brief" 4s; do
		look > /dev/null || tw_failed "it does not stay so, of $watch" "$wrong"
	done
	watch=$brief
	note_cases
	[[ ! $wrong ]]
}

# The same, without the four seconds. $1: seconds
named()
{
	tw_wait "$1" "all causes are named" look || { note_cases; return 1; }
	note_cases
}

# Leave a line for each case and gateway in the log: what scripts/matrix makes its table of.
note_cases()
{
	local expected port near_wants far_wants

	for expected in "${cases[@]}"; do
		read -r port near_wants far_wants <<< "$expected"
		note_case near "$port" "$near_wants"
		note_case far "$port" "$far_wants"
	done
}

# $1: near or far, $2: port, $3: what it must say
note_case()
{
	local word=${heard[$1 $2]-}

	if [[ "|$3|" == *"|$word|"* ]]; then
		echo "# case: $scene_name: $1: $3: $word: right"
	else
		echo "# case: $scene_name: $1: $3: ${word:--}: missed"
		flows_read "$1"
		echo "#	$(jq -c ".[] | select(.near.port == $2 or .far.port == $2)" "$tw_dir/flows.$1")"
	fi
}

##############################################################################
# Gains

declare -A promised_bps=() promised_max_bps=() commands=()	# of a port: the gain, and what is to be done for it

# Do what tunwin advises for a flow that is judged, end all flows, start another one, and see that it
# becomes as fast as was promised. $1: port of the case, $2: cause, $3…: options of the new receiver
gains()
{
	promise "$1" "$2" || return
	cases_end
	redeem "$@"
}

# Let no other case send: what round trips take while others keep the machine busy is not what they take when the gain
# is measured. Goes on when what is known of the flow is of that time; one that is paused moved alone before.
# $1: port of the case, $2: paused, or nothing
alone()
{
	local packets

	[[ ${#cases[@]} -gt 1 && ${2-} != paused ]] || return 0
	others STOP "$1"
	packets=$(packets_of "$1")
	tw_wait 60 "$1 goes on alone" has_gone_on "$1" $((packets + 60))
}

# $1: signal, $2: port of the case whose sender does not get it
others()
{
	local expected port

	for expected in "${cases[@]}"; do
		port=${expected%% *}
		[[ $port == "$2" ]] || kill "-$1" "$(< "$tw_dir/case$port.sender.pid")"
	done
}

packets_of()
{
	tunwin -n "$near" -j flows | jq -r ".[] | select(.near.port == $1).in.packets"
}

# $1: port, $2: packets
has_gone_on()
{
	(($(packets_of "$1") >= $2))
}

# Note what is advised for a flow that is judged, and what that would gain. $1: port of the case, $2: cause,
# $3: paused, or nothing
promise()
{
	local id finding=""

	alone "$1" "${3-}" || return
	id=$(tunwin -n "$near" -j flows | jq -r ".[] | select(.near.port == $1).id")
	tw_wait 30 "a gain is promised for $2" is_promised "$id" "$2" || return
	read -r "promised_bps[$1]" "promised_max_bps[$1]" < <(jq -r '"\(.gain_bps) \(.gain_max_bps)"' <<< "$finding")
	commands[$1]=$(jq -r .advice <<< "$finding" |
		grep -o -E "(ip netns exec [^ ]+ )?sysctl -w [a-z_.0-9]+=(\"[^\"]*\"|[^;]*)")
	others CONT "$1"
	return 0
}

# Sets finding. $1: flow, $2: cause
is_promised()
{
	finding=$(tunwin -n "$near" -j doctor "$1" |
		jq -c "first(.findings[] | select(.code == \"$2\" and .gain_bps != null))")
	[[ $finding ]]
}

# Do it, and see that another flow becomes as fast. $1: port of the case, $2: cause, $3…: options of the new receiver
redeem()
{
	local port=$(($1 + 500)) bps=${promised_bps[$1]} max_bps=${promised_max_bps[$1]} measured_bps nearest_bps
	local pid from_bytes from_s begun_bytes begun_us passed_bytes

	if [[ ${commands[$1]} ]]; then
		tw_check "${commands[$1]}" bash -c "${commands[$1]}" > /dev/null || return
	fi
	tw_receive gain "$receiver" 10000000000 --port $port "${@:3}" || return
	tw_send gain "$sender" "$address" 10000000000
	pid=$(< "$tw_dir/gain.receiver.pid")
	look_passed
	begun_bytes=$passed_bytes begun_us=${EPOCHREALTIME/./}
	tw_wait 60 "$2: near the promised $bps" comes_near "$bps" || return
	read -r from_bytes from_s <<< "$(carried $port)"
	look_passed
	begun_bytes=$passed_bytes begun_us=${EPOCHREALTIME/./}
	tw_wait 60 "$2: six seconds of it" has_passed $((bps / 8 * 6)) || return
	measured_bps=$(carried $port | awk -v bytes="$from_bytes" -v s="$from_s" '
		{ printf "%d", ($1 - bytes) * 8 / ($2 - s) }')
	echo "# gain: $scene_name: $2: promised $bps $max_bps: measured $measured_bps"
	# What lies between both is as it was promised.
	nearest_bps=$((measured_bps < bps ? bps : measured_bps > max_bps ? max_bps : measured_bps))
	tw_within "$2: the gain" "$measured_bps" "$nearest_bps" 6 ||
		tw_failed "what became of it" "$(tunwin -n "$near" -j flows | jq -c ".[] | select(.near.port == $port)")"
	kill -KILL "$(< "$tw_dir/gain.sender.pid")" "$pid"
}

# Payload that has come, and the age of its flow. $1: port
carried()
{
	tunwin -n "$near" -j flows | jq -r ".[] | select(.near.port == $1) | \"\(.in.payload_bytes) \(.age_s)\""
}

# The bytes that have come through the tunnel, into passed_bytes. An emulated host that starts programs meanwhile carries
# a third less: this starts none, and is seldom asked. Of process $pid, the receiver, which is in near.
look_passed()
{
	local name

	while read -r name passed_bytes _; do
		[[ $name != tun0: ]] || return 0
	done < "/proc/$pid/net/dev"
}

# Three quarters of a rate, over two seconds at least, since what comes in bursts has a rate over that only. The kernel
# has to make the buffer larger first. Begins anew ($begun_…) each time. $1: rate
comes_near()
{
	local us=$((${EPOCHREALTIME/./} - begun_us)) bps

	((us >= 2000000)) || return
	look_passed
	bps=$(((passed_bytes - begun_bytes) * 8 * 1000 / (us / 1000)))
	echo "$bps"
	begun_bytes=$passed_bytes begun_us=${EPOCHREALTIME/./}
	((bps >= $1 * 3 / 4))
}

# $1: bytes since $begun_bytes. Looks once a second ($begun_us).
has_passed()
{
	((${EPOCHREALTIME/./} - begun_us >= 1000000)) || return
	begun_us=${EPOCHREALTIME/./}
	look_passed
	echo "$((passed_bytes - begun_bytes))"
	((passed_bytes - begun_bytes >= $1))
}
