# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Cases whose receiver is a socket of near, where it is known why its window is the limit. Far sees that
# it is, from the headers. Sourced by cause_test.sh.
# shellcheck disable=SC2034,SC2154 # names that the files which source each other share

# What an application or the host has set. $1: kind, $2: delay, $3: offloads, $4: largest buffer
receivers()
{
	scene direct "$1" "$2" "$3" || return
	buffers 65536 "$4"
	# The first alone, until it is paused.
	case_of 6005 rwnd/slow-reader rwnd/zero-window --pause-at 100000 --until "$tw_dir/go" || return
	tw_wait 30 "it is paused" test -e "$tw_dir/go.paused" || return
	case_of 6001 rwnd/rmem-max rwnd/far-window || return
	case_of 6002 rwnd/rcvbuf-locked rwnd/far-window --rcvbuf 16384 || return
	case_of 6003 rwnd/slow-reader "rwnd/far-window|rwnd/zero-window" --interval 0.3 --chunk 30000 || return
	# A clamp set before the connection is forgotten when the kernel has measured segments.
	case_of 6004 rwnd/clamp rwnd/far-window --rcvbuf 100000 --late-window-clamp 20000 || return
	tw_in "$near" sysctl -qw net.ipv4.tcp_window_scaling=0
	case_of 6006 rwnd/wscale rwnd/wscale-none || return
	judged 10 || return
	[[ ${TUNWIN_MATRIX-} ]] || return 0

	# In this order what was done for one is as the next has it.
	promise 6006 wscale && promise 6002 rcvbuf-locked && promise 6003 slow-reader &&
		promise 6005 slow-reader paused && promise 6001 rmem-max || return
	cases_end
	redeem 6006 wscale && redeem 6002 rcvbuf-locked && redeem 6003 slow-reader &&
		redeem 6005 slow-reader && redeem 6001 rmem-max
}

# The advice is done, and what was promised comes true: no more than an emulated host can carry.
# $1: kind, $2: delay, $3: offloads, $4: largest buffer
gains_kept()
{
	local fixed_bytes=$(($4 / 2))

	scene direct "$1" "$2" "$3" || return
	buffers $(($4 / 2)) "$4"
	case_of 6011 rwnd/rmem-max rwnd/far-window || return
	named 10 && gains 6011 rmem-max || return

	buffers $(($4 / 2)) $(($4 * 4))
	case_of 6012 rwnd/rcvbuf-locked rwnd/far-window --rcvbuf $fixed_bytes || return
	named 10 && gains 6012 rcvbuf-locked || return

	case_of 6013 rwnd/slow-reader rwnd/zero-window --interval 0.5 --chunk 30000 || return
	named 10 && gains 6013 slow-reader || return
}

# The same of a scale. A window that takes one is of more than 64 KB. $1: kind, $2: delay, $3: offloads, $4: largest buffer
scale_gains_kept()
{
	scene direct "$1" "$2" "$3" || return
	buffers 65536 "$4"
	tw_in "$near" sysctl -qw net.ipv4.tcp_window_scaling=0
	case_of 6014 rwnd/wscale rwnd/wscale-none || return
	named 10 && gains 6014 wscale
}

# Does a buffer that is set when the connection is open raise the clamp? (It does in Linux 7.2.)
late_buffer_raises_clamp()
{
	tw_in "$near" ip link set lo up
	tw_in "$near" python3 -S -c 'if True:
		from socket import *
		listener = create_server(("127.0.0.1", 0))
		listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 16384)
		opener = create_connection(listener.getsockname())
		receiver, _ = listener.accept()
		before = receiver.getsockopt(IPPROTO_TCP, TCP_WINDOW_CLAMP)
		receiver.setsockopt(SOL_SOCKET, SO_RCVBUF, 400000)
		raise SystemExit(receiver.getsockopt(IPPROTO_TCP, TCP_WINDOW_CLAMP) <= before)'
}

# Clamps of three kinds. $1: kind, $2: delay, $3: offloads
clamps()
{
	local late=rwnd/clamp

	scene direct "$1" "$2" "$3" || return
	# The scale stays what it was, which is none for a buffer that small.
	! late_buffer_raises_clamp || late=rwnd/wscale
	case_of 6021 rwnd/clamp rwnd/far-window --rcvbuf 200000 --late-window-clamp 10000 || return
	case_of 6022 rwnd/clamp rwnd/far-window --rcvbuf 400000 --late-window-clamp 60000 || return
	# What is set when the connection is open does not raise what it began with.
	case_of 6023 $late rwnd/far-window --rcvbuf 16384 --late-rcvbuf 400000 || return
	judged 10
}

# A scale that is missing, or too small: the sender's, or one of the way. $1: kind, $2: delay, $3: offloads
scales()
{
	scene direct "$1" "$2" "$3" || return
	# The scale is that of the largest buffer at the time, of autotuning or of an application's.
	buffers 65536 131072
	tw_set net.core.rmem_max 212992 || return
	case_of 6032 rwnd/wscale rwnd/far-window || return
	buffers 65536 1048576
	tw_in "$far" sysctl -qw net.ipv4.tcp_window_scaling=0
	case_of 6031 rwnd/wscale rwnd/wscale-none || return
	judged 10 || return
	[[ ${TUNWIN_MATRIX-} ]] || return 0

	promise 6031 wscale && promise 6032 wscale || return
	cases_end
	# (Of the other end nothing is known here that could be put into a command.)
	tw_in "$far" sysctl -qw net.ipv4.tcp_window_scaling=1
	redeem 6031 wscale && redeem 6032 wscale
}

# The buffer has begun small, and the kernel is about to make it larger: by each round trip, so that a long one
# leaves the time to see it. $1: kind, $2: delay, $3: offloads
growing()
{
	local bytes port=6041

	scene direct "$1" "$2" "$3" || return
	watch=0.5s
	for bytes in 4096 8192 16384; do
		buffers $bytes 33564160
		case_of $port rwnd/autotune rwnd/far-window || return
		said_once 30 $port rwnd/autotune || return
		cases_end
		port=$((port + 1))
	done
}

# Wait until near has said it of a case, which goes by, so that nothing else is asked meanwhile.
# $1: seconds, $2: port, $3: what
said_once()
{
	tw_wait "$1" "$2 is $3" is_said "$2" "$3"
	ask far "$far" out
	hear far
	note_cases
}

# $1: port, $2: what
is_said()
{
	ask near "$near" in
	hear near
	echo "${heard[near $1]-}"
	[[ ${heard[near $1]-} == "$2" ]]
}

# Little payload in much memory: packets of the tunnel come in pieces, each in a buffer of its own.
# $1: kind, $2: delay, $3: offloads, $4: bytes of a piece
bloated()
{
	scene direct "$1" "$2" "$3" mtu=1400 -- ttl inherit nopmtudisc || return
	tw_check "the pieces" ip -n "$far" link set under0 mtu "$4" || return
	buffers 65536 131072
	case_of 6051 rwnd/bloat rwnd/far-window --rcvbuf 100000 || return
	case_of 6052 rwnd/bloat rwnd/far-window --rcvbuf 50000 || return
	case_of 6053 rwnd/bloat rwnd/far-window || return
	judged 10
	tw_wait 30 "there is an alert of it" jq_alerts 'any(.[]; .code == "bloat" and .direction == "in" and .ratio <= 0.25)'
}

# Is it so of near's alerts? $1: jq expression
jq_alerts()
{
	tunwin -n "$near" -j alerts | jq -e "$1"
}

# The memory of the receiver's cgroup is short: the kernel looks for some to free, and finds none. Only its socket
# suffers: the receiver itself has left by then. $1: kind, $2: delay, $3: offloads
short_in_cgroup()
{
	local root=/sys/fs/cgroup group=/sys/fs/cgroup/tunwin-selftest

	grep -qw memory $root/cgroup.controllers 2> /dev/null || { tw_skip "no cgroup has memory to share out"; return; }
	tw_check "memory is the groups' to share out" bash -c "echo +memory > $root/cgroup.subtree_control" &&
		tw_check "a group" mkdir "$group" || return
	_tw_undo+=("echo -memory > $root/cgroup.subtree_control" "rmdir $group")
	scene direct "$1" "$2" "$3" || return
	buffers 65536 1048576
	tw_receive case6071 "$receiver" 10000000000 --port 6071 --pause-at 100000 --until "$tw_dir/go" || return
	# A socket is on the account of the group of whoever accepts it.
	tw_check "the receiver is in it" move_to $group case6071 || return
	# What is in memory already is on another group's account.
	sync
	echo 3 > /proc/sys/vm/drop_caches
	# (In a namespace of ip(8) there are no cgroups.)
	python3 -S "$tw_top/hog.py" $group 4000000 /usr/lib/*/*.so.* > "$tw_dir/hog" &
	_tw_children+=($!)
	tw_wait 30 "memory is held" grep -q ready "$tw_dir/hog" || return

	# The window does not grow from what it begins with.
	tw_send case6071 "$sender" "$address" 10000000000 || return
	tw_wait 30 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_check "the receiver has left" move_to $root case6071 || return
	tw_check "the socket suffers" suffers 6071 || return
	cases+=("6071 rwnd/mem-pressure rwnd/far-window")
	touch "$tw_dir/go"
	judged 10
}

# $1: group, $2: transfer whose receiver moves
move_to()
{
	cat "$tw_dir/$2.receiver.pid" > "$1/cgroup.procs"
}

# $1: port
suffers()
{
	tunwin -n "$near" -j flows | jq -e ".[] | select(.near.port == $1).socket.mem_pressure"
}

# TCP's memory is nearly used up. $1: kind, $2: delay, $3: offloads
short_of_memory()
{
	local pages allowed

	# Two megabytes are more than an emulated host can carry in a short round trip: a tunnel of a known rate.
	scene direct "$1" "$2" "$3" rate=40mbit || return
	tw_check "its rate" tunwin -n "$near" set tun0 rate 40mbit || return
	# A reader that sleeps holds the memory.
	case_of 6061 "rwnd/slow-reader" "rwnd/zero-window" --rcvbuf 2000000 --pause-at 100000 --until "$tw_dir/go" || return
	judged 10 || return
	promise 6061 slow-reader paused || return
	allowed=$(< /proc/sys/net/ipv4/tcp_mem)
	pages=$(awk '$1 == "TCP:" { print $NF }' /proc/net/sockstat)
	# Pressure, but none is refused what it needs: the third value counts the senders' memory, too.
	tw_set net.ipv4.tcp_mem "$((pages / 4)) $((pages / 2)) $((pages * 64))" || return
	cases=()
	case_of 6062 rwnd/mem-pressure rwnd/far-window || return
	case_of 6063 rwnd/mem-pressure rwnd/far-window --rcvbuf 500000 || return
	judged 10 || return
	[[ ${TUNWIN_MATRIX-} ]] || return 0

	cases+=("6061 - -")
	cases_end
	tw_check "memory again" sysctl -qw net.ipv4.tcp_mem="$allowed" || return
	redeem 6061 slow-reader --rcvbuf 2000000
}
