#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: cards
# when: asked
# kernel: 6.12
# guest: --nics e1000:2
#
# Record what the kernel answers to each command of the tool, for tests that ask no kernel (tools/tests/recorded.c).
# scripts/record runs this, and puts what comes of it where these tests read it.
#
#	 near: recorded here				far
#	 tun0 ══════════════════ gre ════════════════ tun0	a reader who has stopped; a rate is set
#	 vx0 ═════════════════ vxlan ════════════════ vx0	a small buffer; a paced sender; losses; nobody answers
#	 tap0 ════════════════ gretap ═══════════════ tap0	a target of ATA over Ethernet
#	 under0 ────────── e1000, a wire ──────────── under0	a receive ring of 48, which runs out

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/buffers.sh
. "$(dirname "$0")/buffers.sh"

tw_begin "Record what the kernel answers"
[[ ${TUNWIN_RESULTS-} ]] || tw_skip "there is nowhere to put it: scripts/record runs this"

PEER="python3 -S $tw_top/aoe_peer.py"
BLADE=02:00:00:00:01:01
ALICE=02:00:00:00:00:0a
ENDLESS=10000000000

near="" far="" out=""

# Record what passes between near's programs and the kernel. $1: scene, $2: packets, as a filter knows them
record()
{
	out=$TUNWIN_RESULTS/recorded/$1
	mkdir -p "$out"
	tw_check "a device that netlink passes" ip -n "$near" link add nlmon0 type nlmon &&
		tw_check "it comes up" ip -n "$near" link set nlmon0 up || return
	tw_background "$near" tcpdump -i nlmon0 -s 0 -B 16384 -U --immediate-mode -w "$tw_dir/netlink.pcap" "${@:2}" 2> "$tw_dir/tcpdump"
	recorder=$!
	tw_wait 30 "the recorder listens" grep -q listening "$tw_dir/tcpdump"
}

# Have it all, and what the tool reads elsewhere: of the machine, too, where it is given. $1: machine
recorded()
{
	local file

	uname -r > "$out/release"
	awk -v now="$EPOCHREALTIME" '{ sub("[.]", "", now); printf "%s000 %.0f\n", now, $1 * 1000000000 }' /proc/uptime > "$out/clock"
	sleep 1
	kill -INT "$recorder"
	wait "$recorder"
	tw_check "nothing is missing" grep -q "^0 packets dropped by kernel" "$tw_dir/tcpdump"
	cp "$tw_dir/netlink.pcap" "$out/netlink.pcap"
	[[ ${1-} ]] || return 0
	for file in sys/net/ipv4/tcp_{rmem,mem,moderate_rcvbuf,window_scaling,sack,timestamps,ecn} sys/net/core/{rmem_max,netdev_max_backlog} \
		net/{sockstat,snmp,netstat,snmp6} sys/kernel/random/boot_id; do
		mkdir -p "$out/proc/${file%/*}"
		tw_in "$near" cat "/proc/$file" > "$out/proc/$file" 2> /dev/null || rm "$out/proc/$file"
	done
	tw_in "$near" ethtool -g under0 2> /dev/null | awk '
		/^RX:/	{ ring[++rings] = $2 }
		END	{ if (rings) print "under0", ring[2], ring[1] }' > "$out/rings"
}

# Have the tool ask what it asks for a command, whatever comes. $@: the command
ask()
{
	tw_in "$near" tunwin "$@" > "$tw_dir/said" 2>&1
	echo "# tunwin $*: $?: $(head -n 1 "$tw_dir/said")"
}

# A transfer without an end. $1: name, $2: address, $3: options of the receiver, $4: options of the sender
endless()
{
	# shellcheck disable=SC2086 # words
	tw_receive "$1" "$near" $ENDLESS $3 && tw_send "$1" "$far" "$2" $ENDLESS $4
}

gateway()
{
	local tun0 vx0 id flow

	tw_need tcpdump || return
	tw_module_load max_flows=4096 || return
	cards e1000 || return
	tun0=$NEAR_ADDR
	tw_tunnel vxlan "$near" "$far" dev=vx0 || return
	vx0=$NEAR_ADDR
	tw_tunnel gretap "$near" "$far" dev=tap0 || return
	tw_check "losses" tc -n "$far" qdisc add dev vx0 root netem delay 20ms loss 0.5% limit 10000 || return
	tw_check "a rate" tunwin -n "$near" set tun0 rate 1gbit || return

	# What has ended: whole, and refused.
	tw_transfer whole "$far" "$near" "$tun0" 300000 || return
	tw_in "$far" bash -c "echo > /dev/tcp/$tun0/9" 2> /dev/null

	# A shortage that is over, and an alert of it.
	tw_in "$far" sysctl -qw net.ipv4.tcp_limit_output_bytes=4000000
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 4194304 8388608"
	tw_check "a large first window" ip -n "$far" route change "${tun0%.*}.0/24" dev tun0 initcwnd 60 || return
	tw_check "a ring of 48" tw_in "$near" ethtool -G under0 rx 48 || return
	tw_wait 30 "the card has a carrier" _tw_has_carrier "$near" || return
	endless burst "$tun0" && tw_wait 60 "the ring has run out" alerted 'any(.[]; .code == "buffer-exhausted")' || return
	broken_off burst
	tw_wait 60 "it is over" near_says '.episodes | length > 0 and all(.[]; .over)' || return
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 131072 8388608"

	tw_background "$far" $PEER target tap0 $BLADE 3.1 --buffers 16 --ready "$tw_dir/blade.ready" --until "$tw_dir/go-blade"
	tw_wait 30 "the target listens" test -s "$tw_dir/blade.ready" || return
	tw_in "$near" $PEER ask tap0 $ALICE 3.1 --query --tag $((1 << 31)) --wait
	tw_in "$near" $PEER ask tap0 $ALICE 3.1 --count 16 --tag $((1 << 31)) || return

	# Nobody answers.
	tw_check "a host that is not there" ip -n "$near" neighbour add "${vx0%.*}.77" lladdr 02:00:00:00:00:77 dev vx0 || return
	tw_background "$near" python3 -S -c 'import socket, sys; socket.create_connection((sys.argv[1], 80))' "${vx0%.*}.77"
	endless paced "$vx0" "" "--pace 200000" && endless small "$vx0" "--rcvbuf 8000" &&
		endless quick "$vx0" && endless stopped "$tun0" "--rcvbuf 200000 --pause-at 6000000 --until $tw_dir/go-stopped" || return
	tw_wait 60 "one has stopped" alerted 'any(.[]; .code == "zero-window")' || return
	sleep 5

	record gateway || return
	# What looks twice comes first.
	ask doctor
	flow=$(tunwin -n "$near" -j flows tunnel vx0 | jq -r 'first(.[] | select(.state == "established") | .id)')
	id=$(tunwin -n "$near" -j buffers history | jq -r '.[0].id')
	echo "# flow $flow, episode $id"
	ask doctor tun0
	ask doctor "$flow"
	ask
	ask tunnels
	ask tunnels vx0
	ask tunnels nosuch
	ask flows
	ask flows ended
	ask flows tunnel tun0
	ask flows tunnel nosuch
	ask flows state syn
	ask flows vantage socket
	ask flows limit rwnd
	ask flows limit sender
	ask flows host 10.0.0.0/8 port 443
	ask flows cause rmem-max
	ask show "$flow"
	ask show 4000000000
	ask status
	ask alerts
	ask alerts history
	ask alerts tun0
	ask alerts history tun0
	ask alerts nosuch
	ask alerts history nosuch
	ask check
	ask check vx0
	ask check nosuch
	ask buffers
	ask buffers under0
	ask buffers eth9
	ask buffers history
	ask buffers history under0
	ask buffers episode "$id"
	ask buffers episode 4000000000
	ask aoe
	ask aoe tap0
	ask aoe vx0
	ask aoe nosuch
	ask set max-flows 2048 idle-timeout 5m
	ask set max-history 100
	ask set vx0 rate 100mbit collapse-ratio 0.25
	ask set vx0 rate none
	ask set nosuch rate 1gbit
	ask track under0
	ask track under0 off
	ask track nosuch
	ask reset vx0
	ask reset nosuch
	ask reset
	ask status
	# Who is not root.
	tw_in "$near" setpriv --reuid 65534 --clear-groups --bounding-set -all "$(command -v tunwin)" set max-flows 300 2>&1 | sed 's/^/# /'
	recorded machine
	tw_module_unload
}

# Nothing is there but the module, and then nothing.
quiet()
{
	tw_module_load || return
	tw_ns near
	record quiet || return
	ask
	ask tunnels
	ask flows
	ask flows ended
	ask status
	ask alerts
	ask alerts history
	ask buffers
	ask buffers history
	ask aoe
	ask check
	ask doctor
	recorded machine
	tw_module_unload
}

none()
{
	tw_ns near
	record none || return
	ask status
	recorded
}

# What is told to who listens: alerts that come and go, flows that end, and that the module goes.
events()
{
	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	record events 'link[14:2] = 16' || return
	tw_background "$near" tunwin monitor > "$tw_dir/events"
	tw_wait 20 "it listens" test -s "$tw_dir/netlink.pcap" || return
	sleep 1
	tw_transfer first "$far" "$near" "$NEAR_ADDR" 300000 || return
	tw_receive stopped "$near" 8000000 --rcvbuf 200000 --pause-at 6000000 --until "$tw_dir/go-stopped" &&
		tw_send stopped "$far" "$NEAR_ADDR" 8000000 || return
	tw_wait 60 "the window is closed" grep -q zero-window "$tw_dir/events" || return
	sleep 2
	touch "$tw_dir/go-stopped"
	tw_transferred 60 stopped || return
	sleep 3
	# Who has missed some asks for these.
	ask alerts
	ask alerts history
	ask flows ended
	tw_module_unload
	tw_wait 10 "it has told that the module is gone" grep -q . "$tw_dir/events"
	sed 's/^/# /' "$tw_dir/events"
	recorded
}

tw_test "A gateway with all there is" gateway
tw_test "A module that has nothing to see" quiet
tw_test "No module" none
tw_test "Events" events
tw_end
