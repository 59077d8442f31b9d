#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
# kernel: smp debug
#
# Everything at once: traffic all the time, and beside it what comes and goes. For a moment on two processors, and for long in
# a kernel that looks for its own errors.
#
#	 near                         far
#	 tun0 ═══════ gre ═══════ tun0		bulk both ways, and short connections all the time
#	 under0 ──── veth ───── under0
#
#	 pairs of such namespaces, made and deleted with their flows open; ten who dump; listeners who
#	 come, stand still and are killed; settings; a module that is loaded and unloaded; a processor
#	 that is taken off and put back, where it can be; allocations of which one in ten fails
#
# TUNWIN_SECONDS says for how long each lasts (check-debug: 1,800).

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Endurance"

SECONDS_EACH=${TUNWIN_SECONDS:-5}
failslab=/sys/kernel/debug/failslab
CPU=/sys/devices/system/cpu/cpu1/online

near="" far="" unstable=() senders=()

no_slab_left()
{
	! grep '^tunwin' /proc/slabinfo
}

# Traffic until the test ends.
traffic()
{
	tw_need iperf3 || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_background "$near" iperf3 --server > /dev/null
	tw_wait 60 "iperf3 listens" _tw_listens "$near" 5201 || return
	tw_background "$far" iperf3 --client "$NEAR_ADDR" --time 86400 --bidir --bitrate 1M > /dev/null
	senders=($!)
	tw_background "$near" python3 -S -c '
import socket
listener = socket.create_server(("", 7000))
while True:
    connection, _ = listener.accept()
    connection.recv(1000)
    connection.close()'
	tw_wait 60 "the listener listens" _tw_listens "$near" 7000 || return
	tw_background "$far" python3 -S -c '
import socket, sys, time
while True:
    try:
        with socket.create_connection((sys.argv[1], 7000), 20) as connection:
            connection.send(bytes(1000))
    except OSError:
        pass
    time.sleep(0.1)' "$NEAR_ADDR"
	senders+=($!)
}

# Nobody sends any more.
traffic_end()
{
	tw_background_end "${senders[@]}"
}

# Pairs of namespaces with a tunnel of some kind each and an open connection, deleted with it.
pairs_come_and_go()
{
	python3 -S - <<- 'END'
		import itertools, random, socket, subprocess
		from netns import enter

		KINDS = ["gre", "gretap", "ipip", "vxlan id 7 dstport 4789", "geneve id 7"]

		def ip(*lines):
		    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)

		def end(space, peer, here, kind):
		    enter(space)
		    ends = f"remote 198.18.0.{3 - here}" + ("" if kind.startswith("geneve") else f" local 198.18.0.{here}")
		    ip(*([f"link add e0 type veth peer name e0 netns {peer}"] if here == 1 else []),
		       f"address add 198.18.0.{here}/24 dev e0", "link set e0 up",
		       f"link add g0 type {kind} {ends}", f"address add 10.9.0.{here}/24 dev g0", "link set g0 up")

		for number in itertools.count():
		    names = [f"tw-{side}-{number}" for side in "ab"]
		    kind = random.choice(KINDS)
		    ip(*(f"netns add {name}" for name in names))
		    end(names[0], names[1], 1, kind)
		    listener = socket.create_server(("10.9.0.1", 7000))
		    end(names[1], names[0], 2, kind)
		    client = socket.create_connection(("10.9.0.1", 7000), 60)
		    server, _ = listener.accept()
		    client.send(bytes(1000))
		    server.settimeout(60)
		    server.recv(1000)
		    ip(*(f"netns delete {name}" for name in names))
		    print(number + 1, flush=True)
	END
}

# Namespaces of the above that its end has left.
pairs_delete()
{
	local name

	for name in /run/netns/tw-[ab]-*; do
		[[ ! -e $name ]] || ip netns delete "${name##*/}" 2> /dev/null
	done
}

dumps()
{
	while :; do
		tunwin -j flows
		tunwin flows ended
		tunwin -j tunnels
		tunwin buffers
	done
}

# Listeners, of which some stand still before they are killed.
listeners()
{
	local pid

	while :; do
		tunwin -j monitor &
		pid=$!
		sleep 0.$((RANDOM % 9 + 1))
		((RANDOM % 3)) || kill -STOP $pid
		sleep 0.$((RANDOM % 9 + 1))
		kill -KILL $pid
		wait $pid
		echo one >&3
	done
}

settings()
{
	while :; do
		tunwin set max-flows $((RANDOM % 500 + 16)) max-history $((RANDOM % 100)) max-details $((RANDOM % 200 + 16))
		tunwin set tun0 rate $((RANDOM + 1))mbit collapse-ratio 0.$((RANDOM % 8 + 1))
		tunwin track under0
		tunwin track under0 off
		echo one >&3
	done
}

resets()
{
	while :; do
		tunwin reset tun0
		((RANDOM % 5)) || tunwin reset
		sleep 0.$((RANDOM % 9 + 1))
		echo one >&3
	done
}

# One processor goes and comes, where the kernel can do without it; user-mode Linux cannot.
processors()
{
	while [[ -e $CPU ]]; do
		echo 0 > $CPU && sleep 0.$((RANDOM % 9 + 1))
		echo 1 > $CPU && sleep 0.$((RANDOM % 9 + 1))
		echo one >&3
	done
}

# Start something that comes and goes; what it has done so often is counted in NAME.done. $1: name, $2…: command
unsteady()
{
	tw_background "$near" bash -c "$(declare -f "$1"); CPU=$CPU; $1" > "$tw_dir/$1.out" 2> "$tw_dir/$1.err" 3> "$tw_dir/$1.done"
	unstable+=($!)
}

# $1: name; how often
done_by()
{
	wc -l < "$tw_dir/$1.done"
}

steady_end()
{
	tw_background_end "${unstable[@]}"
	unstable=()
}

over()
{
	((SECONDS >= until))
}

processor_back()
{
	[[ ! -e $CPU ]] || echo 1 > $CPU
}

# Each has been at it for long enough, however slow the kernel is. $@: names
enough()
{
	local name

	over || return
	for name in "$@"; do
		echo "$name: $(done_by "$name")"
		[[ $(done_by "$name") -gt 2 ]] || return
	done
}

everything_at_once()
{
	local until i names=(pairs listeners settings)

	traffic && tw_module_load max_flows=256 max_history=64 || return
	tw_undo processor_back
	tw_undo pairs_delete
	tw_background "$near" bash -c "$(declare -f pairs_come_and_go); pairs_come_and_go" > "$tw_dir/pairs.done" 2> "$tw_dir/pairs.err"
	unstable+=($!)
	for ((i = 0; i < 10; i++)); do
		unsteady dumps
	done
	unsteady listeners
	unsteady settings
	unsteady resets
	unsteady processors
	until=$((SECONDS + SECONDS_EACH))
	[[ ! -e $CPU ]] || names+=(processors)
	tw_wait $((SECONDS_EACH * 2 + 120)) "the time is over, and there was each of them" enough "${names[@]}"
	echo "# pairs $(done_by pairs), listeners $(done_by listeners), settings $(done_by settings), processors $(done_by processors)"
	steady_end
	pairs_delete
	processor_back
	tw_wait 60 "it counts on" counts_on "$(buffers_seen)" || return
	tw_equal "flows are those created less those ended" "$(tunwin -j status | jq '.flows == .created - .ended')" true
	tw_module_unload
	tw_check "the flows' slab is gone" no_slab_left
}

buffers_seen()
{
	tunwin -n "$near" -j tunnels tun0 | jq '.[0].in.skbs'
}

# $1: buffers seen before
counts_on()
{
	[[ $(buffers_seen) -gt $1 ]]
}

loads_at_random()
{
	local until loads=0

	traffic || return
	unsteady dumps
	unsteady listeners
	unsteady processors
	until=$((SECONDS + SECONDS_EACH))
	while ! over || ((loads < 3)); do
		insmod "$TUNWIN_KO" || { tw_failed "load $loads"; break; }
		((RANDOM % 4)) || sleep 0.$((RANDOM % 9 + 1))
		# A request that is being answered holds the module for that moment.
		tw_wait 60 "unload $loads" rmmod tunwin || break
		loads=$((loads + 1))
	done
	echo "# $loads loads"
	steady_end
	processor_back
	tw_check "the flows' slab is gone" no_slab_left
}

# The values that are told when there was no room, all together.
refused()
{
	tunwin -j status | jq '.refused + .details_refused + .watch_refused + .ended_dropped + .history_dropped'
}

# Of what is allocated by the module, or on its way, one in ten. $1: percent
allocations_fail()
{
	local start

	[[ -w $failslab/require-start ]] || { tw_skip "this kernel fails no allocations on demand"; return 1; }
	start=$(cat /sys/module/tunwin/sections/.text)
	tw_undo bash -c "echo 0 > $failslab/probability"
	tw_check "failslab" bash -c "cd $failslab && echo 0 > verbose && echo -1 > times && echo 1 > interval && echo N > ignore-gfp-wait &&
		echo 32 > stacktrace-depth && echo $start > require-start &&
		printf '0x%x\n' \$(($start + $(awk '$1 == "tunwin" { print $2 }' /proc/modules))) > require-end &&
		echo $1 > probability"
}

one_in_ten_fails()
{
	local until before

	# Packets are counted from the load on, and compared below.
	tw_module_load max_flows=256 max_history=64 && traffic || return
	before=$(refused)
	allocations_fail 10 || return
	unsteady dumps
	unsteady listeners
	unsteady settings
	until=$((SECONDS + SECONDS_EACH))
	tw_wait $((SECONDS_EACH * 2 + 120)) "the time is over, and there was each of them" enough listeners settings
	echo 0 > $failslab/probability
	steady_end
	tw_check "settings" tunwin set max-flows 256 || return
	tw_wait 60 "it counts on" counts_on "$(buffers_seen)" || return
	tw_check "what was refused is told: $(refused)" test "$(refused)" -gt "$before"
	# Between two looks nothing may pass.
	traffic_end
	tw_wait 60 "packets and bytes are those of ip -s link" tw_tunnel_agrees "$near" tun0
	tw_module_unload
	tw_check "the flows' slab is gone" no_slab_left
}

tw_test "Everything comes and goes at once" everything_at_once
tw_test "The module is loaded and unloaded at random" loads_at_random
# A stock kernel fails none on demand, and may have to take the place of one that does.
[[ ! -e $failslab && $(uname -r) != *-@(smp|debug)-* ]] || tw_test "One allocation in ten fails" one_in_ten_fails
tw_end
