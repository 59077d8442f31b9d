#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: kprobes stock
# smoke: *
#
# The command-line tool with a real module: every command, its JSON, its refusals.
#
#	 near: tunwin looks here            far
#	 tun0 ══════════ gre ══════════════ tun0	one paused connection
#	 under0 ──────── veth ───────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The commands of tunwin"

BYTES=200000
ABSENT="tunwin: the tunwin module is not loaded (try: modprobe tunwin)"

# Check what a command says on stderr, one line of it, and its status.
# $1: status, $2: part of the line, $3…: command
says()
{
	local status=0 said

	said=$("${@:3}" 2>&1 > /dev/null) || status=$?
	tw_equal "status of ${*:3}" $status "$1"
	[[ $said == *"$2"* ]] || tw_failed "${*:3}" "said: $said" "want: $2"
	tw_equal "lines of ${*:3}" "$(wc -l <<< "$said")" 1
}

without_module()
{
	local words library

	for words in "" tunnels flows "flows ended" "show 1" status "set max-flows 100" "track lo" reset \
			"-j flows" "-j tunnels" "-j status" doctor alerts "alerts history" monitor check \
			"set tun0 rate 1gbit"; do
		# shellcheck disable=SC2086 # words
		says 2 "$ABSENT" tunwin $words
	done
	for words in help "help flows" "help --man" version "bdp --rtt 70ms" "bdp --rate 1gbit --rtt 58.3ms" explain \
			"explain rmem-max"; do
		# shellcheck disable=SC2086
		tw_check "tunwin $words" tunwin $words
	done
	says 2 "not loaded" tunwin unload
	library=$(ldconfig -p | awk '$1 == "libkmod.so.2" { print $NF; exit }')
	# shellcheck disable=SC2016 # of the inner shell
	says 1 "(install libkmod2, or use insmod and rmmod)" unshare --mount bash -c 'mount --bind /dev/null "$1" && tunwin unload' \
		- "$library"
	# An argument that is wrong is told before.
	says 1 "'nosuch'" tunwin flows nosuch
	says 1 "max-flows: 3 is not from 16 to" tunwin set max-flows 3
}

load_and_unload()
{
	[[ ${TUNWIN_KO-} ]] || { tw_skip "TUNWIN_KO does not name a module"; return; }
	tw_check "load" tunwin load --file "$TUNWIN_KO" max_history=100 || return
	tw_equal "its parameter" "$(tunwin -j status | jq .max_history)" 100
	tw_check "a second load is no fault" tunwin load --file "$TUNWIN_KO"
	says 2 "loaded already, and the parameters have no effect" tunwin load --file "$TUNWIN_KO" max_history=200
	tw_equal "its parameter" "$(tunwin -j status | jq .max_history)" 100
	tw_check "unload" tunwin unload
	tw_check "the module is gone" _tw_module_gone
}

refused_modules()
{
	local other="" file

	[[ ${TUNWIN_KO-} ]] || { tw_skip "TUNWIN_KO does not name a module"; return; }
	mkdir -p "$tw_dir"/{cut,text,symbol}
	says 1 "No such file" tunwin load --file "$tw_dir/tunwin.ko"
	head -c 20000 "$TUNWIN_KO" > "$tw_dir/cut/tunwin.ko"
	says 2 "damaged" tunwin load --file "$tw_dir/cut/tunwin.ko"
	echo "int main(void) { return 0; }" > "$tw_dir/text/tunwin.ko"
	says 2 "damaged" tunwin load --file "$tw_dir/text/tunwin.ko"
	cp "$TUNWIN_KO" "$tw_dir/other.ko"
	says 1 "is not the tunwin module" tunwin load --file "$tw_dir/other.ko"
	sed 's/netdev_walk_all_upper_dev_rcu/netdev_walk_all_upper_dev_xyz/g' "$TUNWIN_KO" > "$tw_dir/symbol/tunwin.ko"
	says 2 "'netdev_walk_all_upper_dev_xyz'" tunwin load --file "$tw_dir/symbol/tunwin.ko"
	says 2 "not within 16 to 4194304" tunwin load --file "$TUNWIN_KO" max_flows=3
	says 2 "max_flows" tunwin load --file "$TUNWIN_KO" max_flows=many
	for file in "${TUNWIN_TOP:-/nowhere}"/build/*/tunwin.ko; do
		[[ $file == "$TUNWIN_KO" || ! -e $file ]] || other=$file
	done
	[[ $other ]] || { tw_skip "there is no module for another kernel here"; return; }
	says 2 "it was built for Linux $(basename "$(dirname "$other")") and this kernel is $(uname -r)" \
		tunwin load --file "$other"
	tw_check "nothing is loaded" _tw_module_gone
}

# Once enforced, signatures stay so until the next boot: for guests only, and last of all.
unsigned_module()
{
	local enforce=/sys/module/module/parameters/sig_enforce

	[[ ${TUNWIN_GUEST-} ]] || { tw_skip "this would need a boot to undo"; return; }
	echo Y > $enforce
	says 2 "this kernel takes only signed modules" tunwin load --file "$TUNWIN_KO"
	tw_check "nothing is loaded" _tw_module_gone
}

# A module, a tunnel, and a connection that is open.
scene()
{
	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	tw_receive one "$near" $BYTES --pause-at $((BYTES / 2)) --until "$tw_dir/go" || return
	tw_send one "$far" "$NEAR_ADDR" $BYTES
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused"
}

# $1: what is checked, $2: jq expression that must hold, $3…: words of tunwin
json_is()
{
	tw_check "$1" jq -e "$2" <(tunwin -n "$near" -j "${@:3}")
}

contract()
{
	local near far

	scene || return
	json_is "a flow" '.[0] | has("id") and has("tunnel") and has("kind") and has("netns") and has("vantage") and
		(.near | has("addr") and has("port")) and (.far | has("addr") and has("port")) and
		has("state") and has("age_s") and has("idle_s") and
		(.rtt | has("min_s") and has("smoothed_s") and has("near_min_s") and has("far_min_s"))' flows
	json_is "directions of a flow" '.[0].in, .[0].out | . as $d |
		all("payload_bytes", "packets", "segments", "retransmits", "rate_bps", "window", "in_flight_max_bytes",
			"ceiling_bps", "ratio", "limit", "causes", "collapsed"; . as $key | $d | has($key)) and
		all("now_bytes", "max_bytes", "min_bytes", "source", "wscale", "wscale_shift", "zero_count", "zero_s",
			"full_s"; . as $key | $d.window | has($key))' flows
	json_is "the socket of a flow" '.[0].socket as $s | all("rcvbuf_bytes", "rmem_alloc_bytes", "unread_bytes",
		"rcv_ssthresh_bytes", "window_clamp_bytes", "scaling_ratio", "rcv_mss_bytes", "rcvbuf_locked",
		"mem_pressure"; . as $key | $s | has($key))' flows
	json_is "a tunnel" '.[0] | has("tunnel") and has("kind") and has("netns") and has("lower") and has("flows") and
		has("collapsed") and has("alerts") and .flows == 1' tunnels tun0
	json_is "directions of a tunnel" '.[0].in, .[0].out | . as $d | all("packets", "bytes", "truesize_bytes", "ratio",
		"pps", "bps", "segments_per_skb"; . as $key | $d | has($key))' tunnels tun0
	json_is "the status" 'has("version") and has("kernel") and has("flows") and has("max_flows") and has("evicted") and
		has("refused") and has("bytes_per_flow") and has("memory_bytes") and has("cost_ns_per_packet") and
		(.hooks | length >= 4 and all(.attached and (.hits > 0 or .name == "kprobe:warn_alloc")))' status
	json_is "a flow by its id" ".id == \"$(tw_flow "$near" .id)\" and .near.port == $(< "$tw_dir/one.port")" \
		show "$(tw_flow "$near" .id)"
	json_is "no argument" 'has("tunnels") and has("flows")'
	# What it counts may change in between, and may be null.
	tw_equal "pretty has the same" "$(tunwin -n "$near" -p status | jq -c '[path(..)]')" \
		"$(tunwin -n "$near" -j status | jq -c '[path(..)]')"
	tw_check "pretty has lines" test "$(tunwin -n "$near" -p status | wc -l)" -gt 10
	touch "$tw_dir/go"
	tw_transferred 60 one
	tw_module_unload
}

# What is wrong, and why: doctor, explain, alerts, monitor, check, and the settings that they go by.
why()
{
	local near far id

	scene || return
	id=$(tw_flow "$near" .id)
	json_is "a report" 'has("time") and has("since_boot_s") and has("watched_s") and has("flows") and has("findings") and has("counters") and
		(.findings | all(has("code") and has("title") and has("severity") and has("confidence") and
			has("evidence") and has("advice") and has("gain_bps")))' doctor
	json_is "a report of a flow" '.flows == 1' doctor "$id"
	json_is "all that is explained" 'length > 30 and all(.code and .title)' explain
	json_is "a cause" '.cause_of == "rwnd" and .meaning and .remedy and .fields and .source' explain rmem-max
	json_is "no alerts" '. == []' alerts
	json_is "nor were there any" '. == []' alerts history
	json_is "all is well" '.status == "ok" and .count == 0 and .alerts == []' check
	text_has "TUNWIN OK - no alert is active | alerts=0 window-collapse=0" check tun0
	text_has "Looked at 1 flow" doctor tun0
	text_has "sysctl -w net.ipv4.tcp_rmem" explain rmem-max
	says 1 "did you mean 'rmem-max'" tunwin explain rmem-mx
	says 1 "--since and --for exclude each other" tunwin -n "$near" doctor --since x --for 1s
	says 1 "an hour at most" tunwin -n "$near" doctor --for 2h
	says 2 "no such tunnel" tunwin -n "$near" doctor nosuch0
	says 2 "no such tunnel" tunwin -n "$near" check nosuch0
	says 2 "no flow has this id" tunwin -n "$near" doctor 4000000000
	echo '{"nothing": 1}' > "$tw_dir/wrong.json"
	says 1 "wrong.json" tunwin -n "$near" doctor --since "$tw_dir/wrong.json"
	tunwin -n "$near" -j doctor > "$tw_dir/earlier.json"
	text_has "Looked at 1 flow" doctor --since "$tw_dir/earlier.json"
	says 1 "of another network namespace" tunwin -n "$far" doctor --since "$tw_dir/earlier.json"

	# (More than the window allows would be told as a collapse.)
	tw_check "settings" tunwin -n "$near" set tun0 rate 1mbit collapse-ratio 20%
	json_is "they are shown" '.[0] | .set_rate_bps == 1000000 and .collapse_ratio == 0.2' tunnels tun0
	says 1 "not within 0.01 to 0.49" tunwin -n "$near" set tun0 rate 2gbit collapse-ratio 0.6
	says 1 "'10 apples'" tunwin -n "$near" set tun0 rate "10 apples"
	says 2 "nosuch0" tunwin -n "$near" set nosuch0 rate 1mbit
	json_is "nothing has changed" '.[0] | .set_rate_bps == 1000000 and .collapse_ratio == 0.2' tunnels tun0
	tw_check "no rate" tunwin -n "$near" set tun0 rate none
	json_is "none is shown" '.[0].set_rate_bps == null' tunnels tun0

	tw_background "$near" tunwin -j monitor > "$tw_dir/events"
	touch "$tw_dir/go"
	tw_transferred 60 one
	tw_wait 20 "the end of the flow is told" jq -e "select(.event == \"flow-end\") | .flow.id == \"$id\" or .id == \"$id\"" \
		"$tw_dir/events"
	tw_module_unload
}

# $1: what must be in the text, $2…: words of tunwin, if any
text_has()
{
	local text

	text=$(tunwin -n "$near" "${@:2}") || tw_failed "tunwin ${*:2}" "status $?" || return
	[[ $text == *"$1"* ]] || tw_failed "tunwin ${*:2} has no '$1'" "$text"
	[[ $text != *$'\e['* ]] || tw_failed "tunwin ${*:2} is coloured, without a terminal" "$text"
}

texts()
{
	local near far id

	scene || return
	id=$(tw_flow "$near" .id)
	text_has "tun0"
	text_has "$NEAR_ADDR:$(< "$tw_dir/one.port")"
	text_has "tun0" tunnels
	text_has "packets, of the device" tunnels tun0
	text_has "$NEAR_ADDR:$(< "$tw_dir/one.port")" flows
	text_has "a socket of this host" show "$id"
	text_has "Where the receive buffer of near goes" show "$id"
	text_has "tcp:tcp_probe" status
	says 2 "no such tunnel" tunwin -n "$near" tunnels nosuch0
	says 2 "no flow has this id" tunwin -n "$near" show 4000000000
	says 1 "flow ID" tunwin show one
	says 1 "nosuchns" tunwin -n nosuchns flows
	touch "$tw_dir/go"
	tw_transferred 60 one
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in $BYTES
	text_has "closed" flows ended
	text_has "closed" show "$id"

	tw_check "set" tunwin set max-flows 1000 max-history 10 idle-timeout 2m
	tw_equal "settings" "$(tunwin -j status | jq -c '[.max_flows, .max_history, .idle_timeout_s]')" "[1000,10,120]"
	# All or none.
	says 1 "'0'" tunwin set max-history 20 idle-timeout 0
	tw_equal "settings" "$(tunwin -j status | jq -c '[.max_flows, .max_history, .idle_timeout_s]')" "[1000,10,120]"
	tw_module_unload
}

tw_test "Without the module every command says so, and those that need none work" without_module
tw_test "The tool loads and unloads the module" load_and_unload
tw_test "Why a module is refused is said in words" refused_modules
tw_test "The JSON of every command has the keys that were promised" contract
tw_test "The text of every command says what it should" texts
tw_test "What is wrong is asked for, told, and explained" why
tw_test "An unsigned module is refused in words where signatures are enforced" unsigned_module
tw_end
