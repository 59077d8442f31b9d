#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
# smoke: @(Malformed*|Filters*|Privileges*)
#
# The netlink family: what it answers, what it refuses, and to whom.
#
#	 host		 near: tunwin looks here	 far: clients
#	 7003 ────────── tun0 ═════════ gre ════════════ tun0	ports 40001…
#			 tun1 ═════════ ipip ═══════════ tun1
#			 under0 ─────── veth ─────────── under0
#
# A connection goes to each of 7000 (near, through tun0), 7001 (near, through tun1),
# 7002 (near, IPv6 through tun0) and 7003 (host, so it is forwarded), and stays open
# with nothing moving: two clients that ask at different times see the same.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The netlink family"

netlink=$tw_top/netlink.py

# Connections that stay. $1: python's list of (namespace, address, port), $2: first port of the clients
connections()
{
	cat > "$tw_dir/connections.py" <<- 'END'
		import ast, socket, sys, time
		from netns import enter

		wanted, kept = ast.literal_eval(sys.argv[3]), []
		for number, (space, address, port) in enumerate(wanted):
		    family = socket.AF_INET6 if ":" in address else socket.AF_INET
		    enter(space)
		    listener = socket.create_server((address, port), family=family)
		    enter(sys.argv[2])
		    client = socket.socket(family)
		    client.bind(("", int(sys.argv[4]) + number))
		    client.settimeout(20)
		    client.connect((address, port))
		    server, _ = listener.accept()
		    client.sendall(bytes(1000 + number))
		    while len(server.recv(2000, socket.MSG_PEEK)) < 1000 + number:
		        time.sleep(0.01)
		    kept += [listener, client, server]
		print("all", flush=True)
		while True:
		    time.sleep(1000)
	END
	tw_background "$near" python3 -S "$tw_dir/connections.py" "$near" "$far" "$1" "$2" > "$tw_dir/connected" 2>&1
	tw_wait 60 "the connections are open" grep -qx all "$tw_dir/connected"
}

topology()
{
	local host

	tw_ns near far host
	tw_tunnel gre "$near" "$far" && tw_tunnel ipip "$near" "$far" dev=tun1 &&
		tw_behind "$host" "$near" "$far" || return
	ip -n "$near" address add fd09:1::1/64 dev tun0 nodad
	ip -n "$far" address add fd09:1::2/64 dev tun0 nodad
	tw_module_load || return
	connections "[('$near', '10.9.1.1', 7000), ('$near', '10.9.2.1', 7001),
		('$near', 'fd09:1::1', 7002), ('$host', '$HOST_ADDR', 7003)]" 40001 || return
	tw_wait 20 "nothing is in flight" all_acknowledged
}

all_acknowledged()
{
	tunwin -n "$far" -j flows | jq -e 'length == 4 and (map(.out.payload_bytes) | sort) == [1000, 1001, 1002, 1003]'
}

refused_requests()
{
	local before

	tw_in "$near" tunwin set max-flows 65536 || return
	before=$(settings)
	tw_check "every malformed request is refused in words" tw_in "$near" python3 -S "$netlink" refusals
	tw_equal "settings" "$(settings)" "$before"
	tw_equal "settings of a tunnel" "$(tunwin -n "$near" -j tunnels tun0 | jq -c '.[0] | [.set_rate_bps, .collapse_ratio]')" "[null,0.25]"
	tw_equal "flows" "$(tunwin -n "$near" -j flows | jq length)" 4
}

settings()
{
	tunwin -j status | jq -c '[.max_flows, .max_history, .idle_timeout_s]'
	tunwin -n "$near" -j tunnels | jq -c 'map([.tunnel, .tracked_by])'
}

# A dump with each filter has exactly the flows of which a jq expression says yes; of all but the last two
# there are some.
filters()
{
	local all index count=0 says=() filters=() expected got

	all=$(tunwin -n "$near" -j flows)
	index=$(ip -n "$near" -j link show tun1 | jq '.[0].ifindex')
	tw_equal "all of them" "$(jq length <<< "$all")" 4
	set -- \
		'.tunnel == "tun0"' tunnel=tun0 \
		'.tunnel == "tun1"' tunnel-ifindex="$index" \
		'.vantage == "wire"' vantage=0 \
		'.vantage == "socket"' vantage=1 \
		'.near.addr == "10.9.1.1"' near-addr=10.9.1.1 \
		'.near.addr == "10.9.1.1"' near-addr=::ffff:10.9.1.1 \
		'.far.addr == "fd09:1::2"' far-addr=fd09:1::2 \
		'.near.addr == "10.9.2.1"' "addr=10.9.2.0 prefix-len=24" \
		'any(.near.addr, .far.addr; startswith("10.9."))' "addr=10.9.0.0 prefix-len=18" \
		'.near.addr | startswith("fd09")' "addr=fd09:: prefix-len=16" \
		true "addr=:: prefix-len=0" \
		'.near.addr | contains(".")' "addr=0.0.0.0 prefix-len=0" \
		'.near.port == 7003' near-port=7003 \
		'.far.port == 40002' far-port=40002 \
		'.near.port == 7000' port=7000 \
		'.far.port == 40003' port=40003 \
		'.state == "established"' state=1 \
		'any(.in, .out; .limit.now == "idle")' limit=4 \
		'.tunnel == "tun0" and .vantage == "socket" and .near.port == 7002' "tunnel=tun0 vantage=1 port=7002" \
		'.tunnel == "tun0" and .near.port == 7001' "tunnel=tun0 near-port=7001" \
		'.state == "closed"' ended=1
	while [[ $# -gt 0 ]]; do
		says+=("(map(select($1).id | tonumber) | sort)")
		filters+=("$2")
		shift 2
	done
	mapfile -t expected < <(jq -c "$(IFS=,; echo "${says[*]}")" <<< "$all")
	mapfile -t got < <(tw_in "$near" python3 -S "$netlink" dumps "${filters[@]}")
	while [[ $count -lt ${#filters[@]} ]]; do
		tw_equal "flows of ${filters[count]}" "${got[count]-}" "${expected[count]-}"
		[[ $count -ge $((${#filters[@]} - 2)) ]] ||
			tw_check "some flows are such that ${says[count]}" test "${expected[count]-}" != "[]"
		count=$((count + 1))
	done
	# The tool's words mean the same.
	tw_equal "words" "$(tunwin -n "$near" -j flows tunnel tun0 and near-port 7003 and vantage wire | jq -c 'map(.near.port)')" "[7003]"
}

# The kernel's own client, in a namespace. $1: namespace, $2…: arguments
ynl()
{
	tw_in "$1" python3 -B "$TUNWIN_KERNEL_YNL/tools/net/ynl/cli.py" \
		--spec "$tw_top/../spec/tunwin.yaml" --no-schema --output-json "${@:2}"
}

kernels_client()
{
	[[ ${TUNWIN_KERNEL_YNL-} ]] || { tw_skip "TUNWIN_KERNEL_YNL does not name the kernel's tools"; return; }
	ynl "$near" --dump flow-get > "$tw_dir/theirs" 2> "$tw_dir/ynl.err" ||
		{ tw_failed "ynl" "$(< "$tw_dir/ynl.err")"; return; }
	tunwin -n "$near" -j flows > "$tw_dir/ours"
	tw_equal "flows" \
		"$(jq -c 'map([.id, .tunnel, .kind, .netns, .vantage, ."near-port", ."far-port", .state,
			.in."payload-bytes", .out."payload-bytes", .in.segments, .out.packets,
			.in."window-bytes", .in."window-max-bytes", .in.wscale, .in."wscale-shift",
			.socket."rcv-wnd-bytes", .socket."rcvbuf-bytes", .socket."unread-bytes",
			.socket."bytes-received", .socket."rcv-mss-bytes"]) | sort' "$tw_dir/theirs")" \
		"$(jq -c 'map([(.id | tonumber), .tunnel, .kind, .netns, .vantage, .near.port, .far.port, .state,
			.in.payload_bytes, .out.payload_bytes, .in.segments, .out.packets,
			.in.window.now_bytes, .in.window.max_bytes, .in.window.wscale, .in.window.wscale_shift,
			.socket.rcv_wnd_bytes, .socket.rcvbuf_bytes, .socket.unread_bytes,
			.socket.bytes_received, .socket.rcv_mss_bytes]) | sort' "$tw_dir/ours")"
	tw_equal "one flow" "$(ynl "$near" --do flow-get --json "{\"id\": $(jq '.[0].id | tonumber' "$tw_dir/ours")}" |
		jq '."near-port"')" "$(jq '.[0].near.port' "$tw_dir/ours")"
	tw_equal "tunnels" \
		"$(ynl "$near" --dump tunnel-get | jq -c 'map([.name, .kind, .up, .flows, .in.packets, .in.bytes,
			.in.segments, .out."truesize-bytes", (.in."size-class" // [] | map(.segments) | add)]) | sort')" \
		"$(tunwin -n "$near" -j tunnels | jq -c 'map([.tunnel, .kind, (if .up then 1 else 0 end), .flows,
			.in.packets, .in.bytes, .in.segments, .out.truesize_bytes,
			(.in.size_classes | map(.segments) | add)]) | sort')"
	tw_equal "status" "$(ynl "$near" --do status-get | jq -c '[."max-flows", .flows, (.hook | map(.name))]')" \
		"$(tunwin -j status | jq -c '[.max_flows, .flows, (.hooks | map(.name))]')"
}

# Many that stay, and others that come and go, while they are listed.
dumps_during_churn()
{
	local stay=150 list

	list=$(python3 -S -c "print([('$near', '10.9.1.1', 8000 + n) for n in range($stay)])")
	connections "$list" 41001 || return
	tw_background "$near" python3 -S -c '
import socket
listener = socket.create_server(("10.9.1.1", 7100), backlog=200)
while True:
    connection, _ = listener.accept()
    connection.recv(1000)
    connection.close()'
	tw_wait 20 "the listener listens" _tw_listens "$near" 7100 || return
	tw_background "$far" python3 -S -c '
import socket
while True:
    with socket.create_connection(("10.9.1.1", 7100)) as connection:
        connection.send(bytes(1000))' 2> /dev/null
	tw_check "dumps" tw_in "$near" python3 -S "$netlink" churn 5 || return
	tw_in "$near" python3 -S "$netlink" churn 5 > "$tw_dir/churn"
	tw_check "several dumps" jq -e '.dumps >= 3' "$tw_dir/churn"
	tw_check "what stays is in each" jq -e --argjson stay $stay '.always >= $stay + 4' "$tw_dir/churn"
	tw_check "others came" jq -e '.seen > .always' "$tw_dir/churn"

	# Who does not read to the end holds the module, until he goes.
	tw_background "$near" python3 -S "$netlink" hold > "$tw_dir/hold"
	tw_wait 20 "a dump is half read" grep -qx held "$tw_dir/hold" || return
	tw_refused 2 "in use" tunwin unload
	kill "$!"
	wait "$!"
	tw_wait 5 "it lets go" module_is_free
}

module_is_free()
{
	[[ $(< /sys/module/tunwin/refcnt) == 0 ]]
}

# Have nearly all the connections that came and went ended? (They do so a second after they were closed, many at a time; one
# that was broken off may stay for long.)
few_came_and_went()
{
	local space

	for space in "$near" "$far"; do
		tunwin -n "$space" -j flows | jq -e 'map(select(.near.port == 7100 or .far.port == 7100)) | length < 100' || return
	done
}

reset_starts_anew()
{
	local ids

	# Else more of them than there is room for may come to the history, behind what is looked for there.
	tw_wait 20 "what came and went has ended" few_came_and_went || return
	ids=$(tunwin -n "$near" -j flows tunnel tun1 | jq -c 'map(.id)')
	tw_check "reset of tun1" tunwin -n "$near" reset tun1
	tw_equal "flows of tun1" "$(tunwin -n "$near" -j flows tunnel tun1)" "[]"
	tw_equal "their records" "$(tunwin -n "$near" -j flows tunnel tun1 ended |
		jq -c 'map(select(.end_reason == "reset-request").id)')" "$ids"
	tw_equal "counters of tun1" "$(tunwin -n "$near" -j tunnels tun1 |
		jq -c '.[0] | [.in.packets, .in.segments, .out.bytes, .out.inner_bytes]')" "[0,0,0,0]"
	tw_check "tun0 is as it was" jq -e '.[0] | .in.packets > 0 and .flows > 0' <(tunwin -n "$near" -j tunnels tun0)
	tw_check "reset of all" tunwin -n "$near" reset
	tw_equal "flows" "$(tunwin -n "$near" -j flows)" "[]"
	tw_equal "history" "$(tunwin -n "$near" -j flows ended)" "[]"
	tw_check "the other namespace is as it was" jq -e 'length >= 4' <(tunwin -n "$far" -j flows)
}

reset_under_load()
{
	local json

	tw_program flood || return
	# (A RST begins no flow.)
	tw_background "$far" "$tw_dir/flood" tun0 1000000000 rst 1 > /dev/null
	json=$(tw_in "$near" python3 -S "$netlink" resets "$(tw_many 150)" tun0)
	echo "# resets: $json"
	tw_equal "counters that did not begin anew" "$(jq -c .left <<< "$json")" "{}"
}

privileges()
{
	local words

	for words in flows tunnels status "show 1" alerts "alerts history" check doctor monitor "set max-flows 100" \
			"set tun0 rate 1gbit" "track lo" reset; do
		# shellcheck disable=SC2086 # words
		tw_refused 2 "not permitted" setpriv --reuid 65534 --clear-groups --bounding-set -all -- tunwin $words
	done
	# Root of a namespace of its own reads what is its own, and changes nothing of the host's.
	tw_check "own tunnels" unshare --user --map-root-user --net bash -c '
		ip link add mine0 type gre local 198.18.1.1 remote 198.18.1.2 && ip link set mine0 up &&
		tunwin -j tunnels mine0 | jq -e ".[0].kind == \"gre\" and .[0].flows == 0" &&
		[[ $(tunwin -j flows) == "[]" && $(tunwin -j flows ended) == "[]" && $(tunwin -j alerts) == "[]" ]] &&
		tunwin check'
	for words in "set max-flows 100" "set tun0 rate 1gbit" "track lo" reset; do
		# shellcheck disable=SC2086
		tw_refused 2 "not permitted" unshare --user --map-root-user --net tunwin $words
	done
	tw_equal "flows at most" "$(tunwin -j status | jq .max_flows)" 65536
	# What is sent to listeners has the addresses of flows.
	tw_equal "groups that root may join" "$(tw_in "$near" python3 -S "$netlink" join | paste -sd' ')" "alerts flows"
	# (Up to 5.x a family could not say who may join its groups.)
	tw_equal "groups that others may join" "$(tw_in "$near" setpriv --reuid 65534 --clear-groups --bounding-set -all -- \
		python3 -S "$netlink" join | paste -sd' ')" "$([[ $(uname -r) == 5.* ]] && echo alerts flows || echo none)"
}

topology
tw_test "Malformed requests are refused in words and change nothing" refused_requests
tw_test "Filters of a dump let through what they say" filters
tw_test "The kernel's own client reads the same" kernels_client
tw_test "Privileges decide who reads and who changes" privileges
tw_test "A dump while flows come and go is whole" dumps_during_churn
tw_test "A reset starts counters and records anew" reset_starts_anew
tw_test "A reset while packets pass leaves no counter as it was" reset_under_load
tw_end
