# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces, the tunnel between them, and TCP through it. Sourced by lib.sh, which
# sets tw_top and tw_dir. NEAR_ADDR, FAR_ADDR and HOST_ADDR are for the tests.
# shellcheck disable=SC2034,SC2154
#
#	  near					  far
#	+----------------+			+----------------+
#	|	   tun0 ==|=====================|== tun0	  |	inner, tw_tunnel
#	|	      |	  |			|   |		  |
#	|	 under0 --|--- delay, rate ---	|-- under0	  |	outer, tw_link
#	+----------------+			+----------------+
#	        |					|
#	     behind0					behind0		tw_behind
#	        |					|
#	       host				       host
#
# Near and far are words of the caller: both ends are made alike. Addresses end
# in 1 in the near namespace and in 2 in the far one.
#
#	outer	198.18.N.0/24	2001:db8:N::/64	N is 0, or what under=N says
#	inner	10.9.N.0/24	fd09:N::/64	N counts the tunnels of the file
#	behind	10.10.N.0/24	fd10:N::/64	N counts the hosts of the file

_tw_spaces=()		# namespaces there are
_tw_spaces_made=()	# namespaces there ever were
_tw_tunnels=0
_tw_hosts=0
_tw_pool="" _tw_pool_in="" _tw_pool_out=""	# the process that starts peers, and the ways to it and back

##############################################################################
# Namespaces

# Make namespaces with names nobody else has. They go when the test in which they
# were made ends, those made outside of one at the end of the file.
# $@: variables that get the names
tw_ns()
{
	local variable name

	for variable in "$@"; do
		name=tw-$variable-${tw_dir##*-}-${#_tw_spaces_made[@]}
		tw_check "namespace for $variable" ip netns add "$name" || return
		_tw_spaces+=("$name")
		_tw_spaces_made+=("$name")
		printf -v "$variable" %s "$name"
		tw_check "loopback" ip -n "$name" link set lo up || return
		# An address can be used at once, without asking who else has it, and
		# what a flow learns of the path is not handed on to the next.
		tw_in "$name" sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0 \
			net.ipv6.conf.{all,default}.router_solicitations=0 \
			net.ipv4.tcp_no_metrics_save=1
	done
}

# Run a command in a namespace.
# $1: namespace, $2…: command
tw_in()
{
	ip netns exec "$@"
}

# Run a program in a namespace in the background, in a process group of its own; $! is the id of both. It is ended, with
# the programs it has started, when the test in which it was started ends, or with the file.
# $1: namespace, $2…: program
tw_background()
{
	setsid ip netns exec "$@" &
	_tw_children+=($!)
}

# End such programs before that, with the programs they have started.
# $@: process ids
tw_background_end()
{
	local child kept=()

	_tw_groups_end "$@"
	# By the end of the test somebody else may have their numbers.
	for child in "${_tw_children[@]}"; do
		[[ " $* " == *" $child "* ]] || kept+=("$child")
	done
	_tw_children=("${kept[@]}")
}

# Run several commands of ip in a namespace at once: starting a program is what
# takes the time in an emulated guest.
# $1: namespace, $2…: commands
_tw_ip()
{
	printf '%s\n' "${@:2}" | ip -n "$1" -batch -
}

# Delete the namespaces beyond the first few, and the processes in them.
# $1: how many to keep
_tw_spaces_delete()
{
	local name pid

	for name in "${_tw_spaces[@]:$1}"; do
		while read -r pid; do
			kill -KILL "$pid" 2> /dev/null
		done < <(ip netns pids "$name" 2> /dev/null)
		# What nobody answers any more would hold the namespace for minutes, and send again what other tests count.
		tw_in "$name" ss -HtK > /dev/null
		ip netns delete "$name"
	done
	_tw_spaces=("${_tw_spaces[@]:0:$1}")
}

##############################################################################
# Links and tunnels

# Join two namespaces by a veth pair called under0. The netem options hold for
# both directions, so delay=40ms makes a round trip of 80 ms.
# $1: near namespace, $2: far namespace, $3…: mtu=BYTES, and netem's delay=TIME,
# rate=RATE, loss=PERCENT, limit=PACKETS; under=N for another link called underN
tw_link()
{
	local near=$1 far=$2 mtu="" netem=() limit=100000 option end=1 space under=0

	shift 2
	for option in "$@"; do
		case $option in
		under=*)		under=${option#*=} ;;
		mtu=*)			mtu=${option#*=} ;;
		limit=*)		limit=${option#*=} ;;
		delay=*|rate=*|loss=*)	netem+=("${option%%=*}" "${option#*=}") ;;
		*)			tw_failed "no option of tw_link: $option"; return ;;
		esac
	done

	tw_check "veth pair" ip link add "under$under" netns "$near" type veth \
		peer name "under$under" netns "$far" || return
	for space in "$near" "$far"; do
		tw_check "addresses" _tw_ip "$space" \
			"link set under$under up ${mtu:+mtu $mtu}" \
			"address add 198.18.$under.$end/24 dev under$under" \
			"address add 2001:db8:$under::$end/64 dev under$under nodad" || return
		if [[ ${#netem[@]} -gt 0 ]]; then
			tw_check "netem" tc -n "$space" qdisc add dev "under$under" root netem \
				limit "$limit" "${netem[@]}" || return
		fi
		end=2
	done
}

# Join two namespaces by two network cards on one wire (guest/run --nics e1000:2), each of them called under0, as
# tw_link's would be. Only in a guest: here they may be what this machine is reached by.
# $1: near namespace, $2: far namespace, $3: MTU, $4: driver (default: e1000)
tw_cards()
{
	local card cards=() driver=${4:-e1000} space end=1

	[[ ${TUNWIN_GUEST-} ]] || { tw_skip "this takes the network cards away"; return 1; }
	modprobe "$driver"
	for card in /sys/class/net/*; do
		[[ $(readlink "$card/device/driver") != */"$driver" ]] || cards+=("${card##*/}")
	done
	[[ ${#cards[@]} -ge 2 ]] || { tw_skip "there are no two network cards of $driver"; return 1; }
	for space in "$1" "$2"; do
		card=${cards[end - 1]}
		_tw_undo+=("_tw_card_back $card $(realpath "/sys/class/net/$card/device")")
		tw_check "a card" ip link set "$card" down &&
			tw_check "a card for $space" ip link set "$card" netns "$space" &&
			tw_check "it comes up" _tw_ip "$space" "link set $card name under0 mtu $3" \
				"link set under0 up" "address add 198.18.0.$end/24 dev under0" || return
		end=2
	done
	for space in "$1" "$2"; do
		tw_wait 30 "the card of $space has a carrier" _tw_has_carrier "$space" || return
	done
}

# $1: its place in /sys
_tw_is_back()
{
	[[ $(ls "$1/net") ]]
}

# A card comes back with the namespace's end, and with its name there or any other. $1: its name, $2: its place in /sys
_tw_card_back()
{
	local now

	tw_wait 30 "the card $1 comes back" _tw_is_back "$2" || return
	now=$(ls "$2/net")
	[[ $now == "$1" ]] || ip link set "$now" down name "$1"
}

# $1: namespace
_tw_has_carrier()
{
	[[ $(tw_in "$1" cat /sys/class/net/under0/carrier) == 1 ]]
}

# Print what `ip link add` wants for one end of a tunnel.
# $1: kind, $2: number, $3: local end, 1 or 2, $4: number of the link
_tw_tunnel_words()
{
	local here4=198.18.$4.$3 there4=198.18.$4.$((3 - $3))
	local here6=2001:db8:$4::$3 there6=2001:db8:$4::$((3 - $3))
	local erspan="seq key $2 erspan_ver 1 erspan 1"

	case $1 in
	gre|gretap)		echo "type $1 local $here4 remote $there4 ttl 64" ;;
	erspan)			echo "type $1 local $here4 remote $there4 ttl 64 $erspan" ;;
	ipip)			echo "type $1 local $here4 remote $there4 ttl 64" ;;
	sit)			echo "type $1 local $here4 remote $there4 ttl 64 mode any" ;;
	ip6gre|ip6gretap)	echo "type $1 local $here6 remote $there6 hoplimit 64" ;;
	ip6erspan)		echo "type $1 local $here6 remote $there6 hoplimit 64 $erspan" ;;
	ip6tnl)			echo "type $1 local $here6 remote $there6 hoplimit 64 mode any" ;;
	vxlan)			echo "type $1 id $2 local $here4 remote $there4 dstport $((4789 + $2))" ;;
	geneve)			echo "type $1 id $2 remote $there4 dstport $((6081 + $2))" ;;
	wireguard)		echo "type $1" ;;
	*)			return 1 ;;
	esac
}

# Make a tunnel between two namespaces, over the link between them (made here with
# default options if there is none). Sets NEAR_ADDR and FAR_ADDR.
# $1: kind, $2: near namespace, $3: far namespace, $4…: dev=NAME (tun0),
# inner=4|6 (4; 6 for sit), mtu=BYTES, under=N (0, the link), the options of tw_link if it is not there
# yet, and after -- more words for `ip link add`
tw_tunnel()
{
	local kind=$1 near=$2 far=$3 dev=tun0 inner=4 mtu="" link=()
	local number end=1 space words output address under=0

	[[ $kind != sit ]] || inner=6
	shift 3
	while [[ $# -gt 0 ]]; do
		case $1 in
		dev=*)		dev=${1#*=} ;;
		inner=*)	inner=${1#*=} ;;
		mtu=*)		mtu=${1#*=} ;;
		under=*)	under=${1#*=} ;;
		--)		shift; break ;;
		*)		link+=("$1") ;;
		esac
		shift
	done
	[[ $kind != wireguard ]] || tw_need wg || return
	if ! ip -n "$near" link show "under$under" > /dev/null 2>&1; then
		tw_link "$near" "$far" under="$under" "${link[@]}" || return
	elif [[ ${#link[@]} -gt 0 ]]; then
		tw_failed "the link is there already; ${link[*]} would have no effect"
		return
	fi

	_tw_tunnels=$((_tw_tunnels + 1))
	number=$_tw_tunnels
	for space in "$near" "$far"; do
		words=$(_tw_tunnel_words "$kind" "$number" "$end" "$under") || { tw_failed "unknown kind: $kind"; return; }
		# shellcheck disable=SC2086 # words
		if ! output=$(ip -n "$space" link add "$dev" $words "$@" 2>&1); then
			if [[ $output == *"Unknown device type"* ]]; then
				tw_skip "this kernel has no $kind"
			else
				tw_failed "cannot add $kind tunnel" "$output"
			fi
			return 1
		fi
		end=2
	done
	[[ $kind != wireguard ]] || _tw_wireguard "$near" "$far" "$dev" "$number" || return
	end=1
	for space in "$near" "$far"; do
		if [[ $inner == 6 ]]; then
			address="fd09:$number::$end/64 nodad"
		else
			address=10.9.$number.$end/24
		fi
		tw_check "$dev comes up" _tw_ip "$space" "link set $dev up ${mtu:+mtu $mtu}" \
			"address add $address dev $dev" || return
		end=2
	done
	if [[ $inner == 6 ]]; then
		NEAR_ADDR=fd09:$number::1 FAR_ADDR=fd09:$number::2
	else
		NEAR_ADDR=10.9.$number.1 FAR_ADDR=10.9.$number.2
	fi
}

# Give both ends of a wireguard tunnel their keys.
# $1: near namespace, $2: far namespace, $3: device, $4: number
_tw_wireguard()
{
	local near_key far_key port=$((51820 + $4))

	near_key=$(wg genkey) far_key=$(wg genkey)
	tw_check "near key" tw_in "$1" wg set "$3" listen-port $port private-key <(echo "$near_key") \
		peer "$(wg pubkey <<< "$far_key")" endpoint 198.18.0.2:$port allowed-ips 0.0.0.0/0,::/0 &&
	tw_check "far key" tw_in "$2" wg set "$3" listen-port $port private-key <(echo "$far_key") \
		peer "$(wg pubkey <<< "$near_key")" endpoint 198.18.0.1:$port allowed-ips 0.0.0.0/0,::/0
}

# Let a device join and split packets, or not, and see that it is so; what it never does is off.
# $1: namespace, $2: device, $3: on or off
tw_offloads()
{
	local feature is

	tw_need ethtool || return
	tw_in "$1" ethtool -K "$2" tso "$3" gso "$3" gro "$3" > /dev/null 2>&1
	is=$(tw_in "$1" ethtool -k "$2")
	for feature in tcp-segmentation generic-segmentation generic-receive; do
		grep -q -e "^$feature-offload: $3" -e "^$feature-offload: off \[fixed\]" <<< "$is" ||
			tw_failed "$feature-offload of $2 is not $3" "$(grep "^$feature" <<< "$is")" || return
	done
}

# Put a host behind one end of a tunnel, so that its flows are forwarded. It
# reaches the inner network, and through it the hosts behind the other end; its
# routes carry the tunnel's MTU, or its first flight would be lost to path MTU
# discovery. Sets HOST_ADDR.
# $1: namespace of the host, $2: its end of the tunnel, $3: the other end,
# $4…: dev=NAME (tun0), inner=4|6 (4), like the tunnel
tw_behind()
{
	local host=$1 gateway=$2 other=$3 dev=tun0 inner=4 option number mtu via prefix length

	shift 3
	for option in "$@"; do
		case $option in
		dev=*)		dev=${option#*=} ;;
		inner=*)	inner=${option#*=} ;;
		*)		tw_failed "no option of tw_behind: $option"; return ;;
		esac
	done
	_tw_hosts=$((_tw_hosts + 1))
	number=$_tw_hosts
	if [[ $inner == 6 ]]; then
		prefix=fd10:$number:: length=64
	else
		prefix=10.10.$number. length=24
	fi
	HOST_ADDR=${prefix}2
	mtu=$(tw_in "$gateway" cat "/sys/class/net/$dev/mtu") ||
		{ tw_failed "$gateway has no $dev"; return; }
	via=$(ip -n "$gateway" -j address show dev "$dev" | jq -r '
		first(.[].addr_info[] | select(.scope == "global").local)')

	tw_check "veth pair" ip link add behind0 netns "$host" type veth \
		peer name "behind$number" netns "$gateway" || return
	tw_in "$gateway" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	tw_check "gateway of the host" _tw_ip "$gateway" "link set behind$number up" \
		"address add ${prefix}1/$length dev behind$number" || return
	tw_check "host" _tw_ip "$host" "link set behind0 up" \
		"address add ${prefix}2/$length dev behind0" \
		"route add default via ${prefix}1 mtu $mtu" || return
	if [[ $inner == 6 ]]; then
		tw_check "route back" ip -n "$other" route add "$prefix/64" via "$via" dev "$dev"
	else
		tw_check "route back" ip -n "$other" route add "${prefix}0/24" via "$via" dev "$dev"
	fi
}

##############################################################################
# TCP

# Is there a listener?
# $1: namespace, $2: port
_tw_listens()
{
	[[ $(ip netns exec "$1" ss -Hltn "sport = :$2") ]]
}

# Start an end of a transfer. What it prints comes to NAME.ROLE, NAME.ROLE.err, and when it is over to
# NAME.ROLE.status; its process is in NAME.ROLE.pid. It is ended as tw_background's programs are.
# $1: name of the transfer, $2: its role, $3: namespace, $4…: words for peer.py
_tw_peer()
{
	local pid="" IFS=$'\t'

	if [[ ! $_tw_pool ]]; then
		mkfifo "$tw_dir/pool.in" "$tw_dir/pool.out"
		python3 -S "$tw_top/peer.py" pool < "$tw_dir/pool.in" > "$tw_dir/pool.out" &
		_tw_pool=$!
		exec {_tw_pool_in}> "$tw_dir/pool.in" {_tw_pool_out}< "$tw_dir/pool.out"
	fi
	echo "$tw_dir/$1.$2	${*:3}" >&"$_tw_pool_in"
	read -r -t 30 -u "$_tw_pool_out" pid || { tw_failed "the $2 of $1 does not start"; return; }
	printf %s "$pid" > "$tw_dir/$1.$2.pid"
	_tw_children+=("$pid")
}

# Start a receiver of exactly so many bytes; returns when it listens. Once it is connected there is NAME.connected.
# $1: name of the transfer, which is over if there was one of that name, $2: namespace, $3: bytes,
# $4…: options of peer.py serve
tw_receive()
{
	local old role

	# The pool may not yet have noted the end of one that was killed.
	for role in sender receiver; do
		[[ ! -e $tw_dir/$1.$role.pid ]] ||
			tw_wait 10 "the $role of the earlier $1 is over" test -s "$tw_dir/$1.$role.status" || return
	done
	old=("$tw_dir/$1".*)	# with what came meanwhile
	[[ ! -e ${old[0]} ]] || rm -f "${old[@]}"
	_tw_peer "$1" receiver "$2" serve --ready "$tw_dir/$1.port" --connected "$tw_dir/$1.connected" \
		--bytes "${@:3}" || return
	tw_wait 30 "receiver of $1 listens" test -s "$tw_dir/$1.port"
}

# Start a sender to that receiver.
# $1: name of the transfer, $2: namespace, $3: address of the receiver, $4: bytes,
# $5…: options of peer.py send
tw_send()
{
	_tw_peer "$1" sender "$2" send --to "$3" --port "$(< "$tw_dir/$1.port")" --bytes "${@:4}"
}

# Wait until both ends of a transfer are done, and check that they are satisfied.
# $1: seconds, $2: name of the transfer
tw_transferred()
{
	local role

	for role in sender receiver; do
		tw_wait "$1" "$role of $2 ends" test -s "$tw_dir/$2.$role.status" || return
		[[ $(< "$tw_dir/$2.$role.status") -eq 0 ]] ||
			tw_failed "$role of $2" "$(< "$tw_dir/$2.$role.err")" || return
	done
}

# Has a program of tw_background ended? $1: process
_tw_process_over()
{
	local stat

	{ read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 0
	# Of a child not yet waited for a zombie is left. The name may hold anything.
	[[ ${stat##*) } == Z* ]]
}

# Print a value of a transfer's own account, for example
# `tw_account big sender .tcp_info.bytes_acked`.
# $1: name of the transfer, $2: sender, receiver or iperf, $3: jq expression
tw_account()
{
	jq -r "$3" "$tw_dir/$1.$2"
}

# Does the kernel say why it drops a packet? (It does since Linux 5.17.)
tw_drops_have_reasons()
{
	mount -t tracefs tracefs /sys/kernel/tracing 2> /dev/null
	grep -qw reason /sys/kernel/tracing/events/skb/kfree_skb/format
}

# Send so many bytes from one namespace to another and wait for the end of it.
# $1: name, $2: sender's namespace, $3: receiver's namespace, $4: receiver's address,
# $5: bytes
tw_transfer()
{
	tw_receive "$1" "$3" "$5" && tw_send "$1" "$2" "$4" "$5" && tw_transferred 120 "$1"
}

# Run iperf3 against a server made for it; tw_account reads its report.
# $1: name, $2: client's namespace, $3: server's namespace, $4: server's address,
# $5…: options of the client
tw_iperf()
{
	local server status=0

	tw_background "$3" iperf3 --server --one-off > /dev/null 2>&1
	server=$!
	tw_wait 30 "iperf3 listens" _tw_listens "$3" 5201 || return
	tw_in "$2" iperf3 --json --client "$4" "${@:5}" > "$tw_dir/$1.iperf" || status=$?
	tw_background_end "$server"
	[[ $status -eq 0 ]] || tw_failed "iperf3 of $1" "$(tw_account "$1" iperf .error)"
}
