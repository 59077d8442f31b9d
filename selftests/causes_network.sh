# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Cases that the network holds back: on the way, on the gateways, in the tunnel. Sourced by cause_test.sh.
# shellcheck disable=SC2034,SC2154 # names that the files which source each other share

# What can be known of data that this gateway drops itself
dropped_here()
{
	if tw_drops_have_reasons; then
		echo net/local-drop
	else
		echo net/loss
	fi
}

# Far's own queue loses them, and near sees that they are lost. $1: kind, $2: delay, $3: offloads, $4: percent
losses()
{
	scene direct "$1" "$2" "$3" || return
	way_out delay "$2" loss random "$4" || return
	# In a second without a loss nobody knows.
	watch=4s
	case_of 6201 net/loss "$(dropped_here)" || return
	judged 10
}

# Lost where neither gateway sees it: behind the queue of far, before the tunnel of near.
# $1: kind, $2: delay, $3: offloads, $4: of ten thousand
losses_between()
{
	scene forwarded "$1" "$2" "$3" || return
	single_segments
	rules "$near" prerouting -400 "iifname under0 numgen random mod 10000 < $4 drop" || return
	watch=4s
	case_of 6202 net/loss net/loss || return
	judged 10
}

# Packets take ways of different length. $1: kind, $2: delay, $3: offloads, $4…: netem's options
reordered()
{
	scene direct "$1" "$2" "$3" || return
	way_out delay "$2" "${@:4}" || return
	# A sender that waits for packets that come late is not held back by them. Where RACK (RFC 8985) can be turned off
	# it is; where it cannot, as in Linux 7.2, it does not learn to wait longer.
	tw_in "$far" sysctl -qw net.ipv4.tcp_recovery=2 net.ipv4.tcp_max_reordering=3
	case_of 6203 net/reorder net/reorder || return
	judged 10 || return
	others STOP ""
	tw_wait 10 "all retransmissions of the stopped sender are a round trip old" are_answered
}

are_answered()
{
	tunwin -n "$far" -j flows | jq -c 'map(.out | [.retransmits, .retransmits_answered])[]'
	tunwin -n "$far" -j flows | jq -e 'any(.[].out; .retransmits > 0 and .retransmits_answered == .retransmits)' > /dev/null
}

# Something on the way takes packets up to a size and says nothing. $1: kind, $2: delay, $3: offloads,
# $4: outer bytes
size_loss()
{
	scene forwarded "$1" "$2" "$3" || return
	rules "$near" prerouting -400 "iifname under0 meta length > $4 drop" || return
	# A small message first, as a handshake of TLS would be; what passes by keepalive in between
	# makes the difference to an outage.
	case_of 6204 idle/- net/size-loss --keepalive 1 -- --pause-at 500 \
		--until "$tw_dir/go" || return
	tw_wait 20 "the small message is through" test -e "$tw_dir/go.paused" || return
	touch "$tw_dir/go"
	# Once is bad luck, and twice: three times tell, and they take the longer the slower the path is.
	tw_wait 30 "the sender has timed out three times" timed_out 6204 3 && judged 2
}

# $1: port, $2: so many times in a row
timed_out()
{
	local times

	times=$(tw_ss "$sender" backoff "dport = :$1")
	[[ ${times:-0} -ge $2 ]]
}

# Where data is dropped, as the gateway says that drops it: device, reason
dropped_at()
{
	flows_read near
	flows_read far
	jq -rs 'first(.[][] | .in.drop, .out.drop | values) | "\(.device) \(.reason)"' \
		"$tw_dir/flows.near" "$tw_dir/flows.far"
}

# A gateway drops what leaves it. $1: kind, $2: delay, $3: offloads, $4: how
local_drop()
{
	local near_wants=net/loss far_wants wanted="tun0 NETFILTER_DROP"

	far_wants=$(dropped_here)
	scene forwarded "$1" "$2" "$3" || return
	single_segments
	case $4 in
	rule)	rules "$far" output 0 "oifname under0 numgen random mod 100 < 2 drop" ;;
	policer)
		tw_check "policer" tc -n "$far" qdisc add dev under0 clsact &&
			tw_check "policer" tc -n "$far" filter add dev under0 egress matchall \
				action police rate 8mbit burst 64k conform-exceed drop/ok
		wanted="under0 TC_EGRESS"
		;;
	queue)
		way_out delay "$2" rate 10mbit limit 20
		wanted="under0 QDISC_DROP"
		;;
	forward)
		rules "$near" forward 0 "iifname tun0 numgen random mod 100 < 2 drop"
		near_wants=$far_wants far_wants=net/loss
		;;
	esac || return
	# Where the last that was sent is lost its sender waits for its timer, and why nothing comes nobody knows in that second.
	watch=4s
	case_of 6205 $near_wants $far_wants || return
	judged 10 || return
	! tw_drops_have_reasons || tw_equal "device and reason" "$(dropped_at)" "$wanted"
}

# The tunnel refuses what it does not like. $1: kind, $2: delay, $3: offloads, $4: what
tunnel_drop()
{
	local words=() far_wants=net/loss space name

	case $4 in
	# What is numbered is not merged before it comes to the tunnel.
	sequence | cells) words=(-- seq) ;;
	checksum)	words=(-- csum) ;;
	esac
	scene forwarded "$1" "$2" "$3" "${words[@]}" || return
	single_segments
	case $4 in
	# A few come late, and have been overtaken. (The way back has the delay.)
	sequence)	way_out delay 3ms reorder 95% gap 1 ;;
	# What is damaged is dropped before the tunnel; what has no checksum is the tunnel's to refuse.
	checksum)	rules "$near" prerouting -400 \
				"iifname under0 ip protocol gre numgen random mod 100 < 4 @th,0,16 set 0" ;;
	# Congestion that a packet does not allow to be marked (RFC 6040, 4.2).
	ecn)		rules "$near" prerouting -400 "iifname under0 numgen random mod 100 < 4 ip ecn set ce" ;;
	# More come at once than the tunnel's queue holds; no other queue of the machine is as short, for
	# devices that merge, of devices that do not send what is merged, have rings of their own.
	cells)
		for space in "$near" "$far" "$host_r" "$host_s"; do
			for name in $(tw_in "$space" ls /sys/class/net); do
				[[ $name != @(under|behind)* ]] || tw_in "$space" ethtool -K "$name" gro on tso off || return
			done
		done
		tw_set net.core.netdev_max_backlog 8
		;;
	esac || return
	# What is dropped is sent again a round trip later; of a short time it is not known what belongs together.
	watch=4s
	case_of 6206 net/tunnel-drop $far_wants || return
	judged 10
}
