#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
# smoke: @(Loads*|Pairs*)
#
# Coming and going: the module under traffic, and namespaces and tunnels under the module.
#
#	 near                         far
#	 tun0 ═══════ gre ═══════ tun0		one bulk flow each way, and short ones all the time
#	 under0 ──── veth ───── under0
#
#	 50 pairs of such namespaces, made and deleted at a time, ten times over,
#	 each deleted while its flow is open

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Loading, unloading, namespaces that come and go"

LOADS=${TUNWIN_LOADS:-$(tw_many 300)}
ROUNDS=10
PAIRS=$(tw_many 50)

# Memory of the slabs, in KiB: without what is kept only as it may be of use again, and without slabs that have
# nothing in them.
slab_kib()
{
	local shrink

	echo 3 > /proc/sys/vm/drop_caches
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 > "$shrink"
	done 2> /dev/null
	awk '/^Slab:/ { print $2 }' /proc/meminfo
}

# Memory of per-CPU counters, in KiB.
percpu_kib()
{
	awk '/^Percpu:/ { print $2 }' /proc/meminfo
}

no_slab_left()
{
	! grep '^tunwin' /proc/slabinfo
}

# Buffers of the tunnel the module has counted, in both directions.
# $1: namespace
counted()
{
	tunwin -n "$1" -j tunnels tun0 | jq -e '.[0] | .in.skbs > 0 and .out.skbs > 0'
}

# Traffic that lasts until the test ends: bulk in both directions, and connections that
# come and go. $1: near namespace, $2: far namespace, $3: address of near
traffic()
{
	tw_background "$1" iperf3 --server > /dev/null
	tw_wait 20 "iperf3 listens" _tw_listens "$1" 5201
	tw_background "$2" iperf3 --client "$3" --time 1000 --bidir --bitrate 2M > /dev/null
	tw_background "$1" python3 -S -c '
import socket
listener = socket.create_server(("", 7000))
while True:
    connection, _ = listener.accept()
    connection.recv(1000)
    connection.close()'
	tw_wait 20 "the listener listens" _tw_listens "$1" 7000
	tw_background "$2" python3 -S -c '
import socket, sys, time
while True:
    with socket.create_connection((sys.argv[1], 7000)) as connection:
        connection.send(bytes(1000))
    time.sleep(0.05)' "$3"
}

# $1: how often. Every eighth time the module is unloaded only after it was seen to count,
# else while it is still finding its feet.
load_and_unload()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		insmod "$TUNWIN_KO" || { tw_failed "load $i"; return 1; }
		if ((i % 8 == 0)); then
			tw_wait 20 "packets are counted at load $i" counted "$near" || return
		fi
		rmmod tunwin || { tw_failed "unload $i"; return 1; }
	done
}

loads_under_traffic()
{
	local near far before_slab before_percpu

	tw_need iperf3 jq || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	traffic "$near" "$far" "$NEAR_ADDR"

	# The first ones fill caches that stay.
	load_and_unload $((LOADS / 10 + 3)) || return
	before_slab=$(slab_kib) before_percpu=$(percpu_kib)
	# To unload is to wait for RCU. Where it is waited for in haste, what was in use goes as soon as it may.
	if [[ -w /sys/kernel/rcu_expedited ]]; then
		tw_undo eval 'echo 0 > /sys/kernel/rcu_expedited'
		echo 1 > /sys/kernel/rcu_expedited
	fi
	load_and_unload $((LOADS - LOADS / 10 - 3)) || return

	tw_check "the flows' slab is gone" no_slab_left
	# What leaks at every load would be 267 times a page at least, so 1,068 KiB.
	tw_wait 20 "slabs are as large as before ($before_slab KiB)" \
		slab_below $((before_slab + 600)) || tw_failed "slabs: $(slab_kib) KiB"
	tw_check "per-CPU memory is as much as before ($before_percpu KiB)" \
		test "$(percpu_kib)" -le $((before_percpu + 64))
}

slab_below()
{
	[[ $(slab_kib) -le $1 ]]
}

# A dump is a reader in the middle of the tables.
unload_while_dumping()
{
	local near far i

	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	traffic "$near" "$far" "$NEAR_ADDR"
	tw_background "$near" bash -c 'while :; do tunwin flows; tunwin -j tunnels; tunwin flows ended; sleep 0.01; done' \
		> /dev/null 2>&1
	for ((i = 1; i <= 5; i++)); do
		insmod "$TUNWIN_KO" || { tw_failed "load $i"; return 1; }
		tw_wait 20 "packets are counted at load $i" counted "$near" || return
		# A request that is being answered holds the module for that moment.
		tw_wait 10 "unload $i" rmmod tunwin || return
	done
	tw_check "the flows' slab is gone" no_slab_left
}

loaded_twice()
{
	tw_module_load || return
	tw_equal "second insmod" "$(insmod "$TUNWIN_KO" > /dev/null 2>&1; echo $?)" 1
	tw_check "the first one still answers" tunwin status
	tw_module_unload
}

# $1: parameter, $2: what the kernel log says
refused_parameter()
{
	tw_equal "insmod with $1" "$(insmod "$TUNWIN_KO" "$1" > /dev/null 2>&1; echo $?)" 1
	tw_check "the log names it" grep -q "$2" <(dmesg | tail -n 3)
	tw_check "nothing is loaded" _tw_module_gone
}

refused_parameters()
{
	refused_parameter max_flows=15 "max_flows=15 is not within 16 to 4194304"
	refused_parameter max_flows=5000000 "max_flows=5000000 is not within"
	refused_parameter max_history=2000000 "max_history=2000000 is not within"
	refused_parameter share=0 "share=0 is not within 1 to 100"
	refused_parameter share=101 "share=101 is not within 1 to 100"
	refused_parameter idle_timeout_s=0 "idle_timeout_s=0 is not within"
}

# Pairs of namespaces with a tunnel and an open flow each, deleted with the flows open.
# $1: number of the round
short_lives()
{
	python3 -S - "$1" "$PAIRS" <<- 'END'
		import socket, subprocess, sys
		from netns import enter

		pairs = [f"{sys.argv[1]}-{n}" for n in range(int(sys.argv[2]))]

		def ip(*lines):
		    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)

		def end(space, peer, here):
		    enter(space)
		    ip(*([f"link add e0 type veth peer name e0 netns {peer}"] if here == 1 else []),
		       f"address add 198.18.0.{here}/24 dev e0", "link set e0 up",
		       f"link add g0 type gre local 198.18.0.{here} remote 198.18.0.{3 - here}",
		       f"address add 10.9.0.{here}/24 dev g0", "link set g0 up")

		ip(*(f"netns add tw-{side}{pair}" for pair in pairs for side in "ab"))
		open_sockets = []
		for pair in pairs:
		    end("tw-a" + pair, "tw-b" + pair, 1)
		    listener = socket.create_server(("10.9.0.1", 7000))
		    end("tw-b" + pair, "tw-a" + pair, 2)
		    # When it is alone it sends its FIN again twice, not eight times: 102 s.
		    with open("/proc/sys/net/ipv4/tcp_orphan_retries", "w") as retries:
		        retries.write("1")
		    client = socket.create_connection(("10.9.0.1", 7000), 20)
		    server, _ = listener.accept()
		    server.settimeout(20)
		    client.send(bytes(1000))
		    if not server.recv(1000):
		        sys.exit("nothing came")
		    open_sockets += [listener, client, server]
		ip(*(f"netns delete tw-{side}{pair}" for pair in pairs for side in "ab"))
	END
}

# Is the number of tunnels of all namespaces the same a second later?
is_steady()
{
	local before

	before=$(tunwin -j status | jq .tunnels)
	sleep 1
	[[ $(tunwin -j status | jq .tunnels) == "$before" ]]
}

# Values of tunwin's status: flows, tunnels and what the counters say of the flows. $1: tunnels before, at most
all_gone()
{
	tunwin -j status | jq '{flows, created, ended, tunnels}' > "$tw_dir/left"
	jq -e --argjson tunnels "$1" '.flows == 0 and .created == .ended and .tunnels <= $tunnels' "$tw_dir/left" ||
		{ cat "$tw_dir/left"; false; }
}

namespaces_come_and_go()
{
	local round tunnels

	# It brings tunnel devices of its own into every namespace, this one too.
	tw_check "ip_gre" modprobe ip_gre || return
	tw_module_load max_history=64 || return
	# A namespace of an earlier test may still be going, with its fallback devices.
	tw_wait 60 "the number of tunnels is steady" is_steady || return
	tunnels=$(tunwin -j status | jq .tunnels)
	for ((round = 0; round < ROUNDS; round++)); do
		tw_check "round $round" short_lives $round || return
	done
	tw_check "each had a flow at both ends" test "$(tunwin -j status | jq .created)" -ge $((ROUNDS * PAIRS * 2))
	# A socket that nobody has any more, and whose last acknowledgment was lost with the other namespace, keeps its own
	# while it sends its FIN again.
	round=$SECONDS
	tw_wait 60 "flows and tunnels are gone" all_gone "$tunnels"
	echo "# gone after $((SECONDS - round)) s"
	tw_check "the history is bounded" jq -e '.history <= 64' <(tunwin -j status)
	tw_module_unload
	tw_check "the flows' slab is gone" no_slab_left
}

tw_test "Loads and unloads under traffic leave nothing behind" loads_under_traffic
tw_test "The module is unloaded while its tables are read" unload_while_dumping
tw_test "A second load is refused and harms nothing" loaded_twice
tw_test "Parameters out of range are refused, and the kernel log says why" refused_parameters
tw_test "Pairs of namespaces with tunnels and open flows come and go" namespaces_come_and_go
tw_end
