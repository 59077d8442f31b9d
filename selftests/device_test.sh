#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnel devices that come late, change and go, and what stands upon them.
#
#	 near: tunwin looks here            far
#	 tun0.7 or vrf0
#	 tun0 ════════ tunnel ═════════════ tun0
#	 under0 ──────── veth ───────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Tunnel devices that come, change and go"

BYTES=200000

# Names of the devices watched in a namespace. $1: namespace
watched()
{
	tunwin -n "$1" -j tunnels | jq -r '.[].tunnel'
}

is_watched()
{
	watched "$1" | grep -qx "$2"
}

is_not_watched()
{
	! is_watched "$@"
}

# $1: namespace, $2: bytes, a FIN among them
arrived()
{
	[[ $(tw_ss "$1" bytes_received) == "$2" ]]
}

# A connection that stays open with all its bytes and the sender's FIN arrived, until file go is there.
# $1: address of near
open_connection()
{
	rm -f "$tw_dir"/go*	# a test may open a second one
	tw_receive one "$near" $BYTES --pause-at $BYTES --until "$tw_dir/go" || return
	tw_send one "$far" "$1" $BYTES
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" &&
		tw_wait 60 "all has arrived" arrived "$near" $((BYTES + 1))
}

close_connection()
{
	touch "$tw_dir/go"
	tw_transferred 60 one
}

late_kernel_module()
{
	local near far

	modprobe -r ip_gre gre 2> /dev/null
	! grep -q '^ip_gre ' /proc/modules || { tw_skip "ip_gre is in use"; return; }
	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_check "ip_gre came later" grep -q '^ip_gre ' /proc/modules
	tw_check "tun0 is watched" is_watched "$near" tun0
	tw_transfer one "$far" "$near" "$NEAR_ADDR" $BYTES || return
	tw_wait 20 "the flow is tun0's" tw_flow_ended "$near" in $BYTES
	tw_equal "its tunnel" "$(tw_flow "$near" '.tunnel + " " + .kind' ended)" "tun0 gre"
	tw_module_unload
	# Whether or not its devices are watched, the tunnels' own module may go.
	_tw_spaces_delete 0
	tw_module_load || return
	tw_check "ip_gre goes" modprobe -r ip_gre
	tw_module_unload
}

# Values of the flow of that port, of both windows among them; $1: namespace, $2: port
late_flow()
{
	tunwin -n "$1" -j flows port "$2" | jq -c '.[] | [.vantage, .in.window.wscale, .out.window.wscale,
		.in.window.now_bytes, .in.payload_bytes, .in.ceiling_bps != null]'
}

# Has the namespace a flow of that port? $1: namespace, $2: port
has_flow()
{
	[[ $(late_flow "$1" "$2") ]]
}

late_module()
{
	local near far host port half=$((BYTES / 2))

	tw_ns near far host
	tw_tunnel gre "$near" "$far" && tw_behind "$host" "$near" "$far" || return
	# One that ends in near and one that is forwarded, both in the middle.
	tw_receive ends "$near" $BYTES --pause-at $BYTES --until "$tw_dir/go" || return
	tw_receive passes "$host" $BYTES --pause-at $BYTES --until "$tw_dir/go" || return
	tw_send ends "$far" "$NEAR_ADDR" $BYTES --pause-at $half --until "$tw_dir/go-on"
	tw_send passes "$far" "$HOST_ADDR" $BYTES --pause-at $half --until "$tw_dir/go-on"
	tw_wait 60 "the half has arrived in near" arrived "$near" $half || return
	tw_wait 60 "the half has arrived in host" arrived "$host" $half || return

	tw_module_load || return
	tw_check "tun0 is watched" is_watched "$near" tun0
	tw_equal "flows before anything moves" "$(tunwin -n "$near" -j flows)" "[]"
	touch "$tw_dir/go-on"
	tw_wait 60 "all has arrived in near" arrived "$near" $((BYTES + 1)) || return
	tw_wait 60 "all has arrived in host" arrived "$host" $((BYTES + 1)) || return

	# The socket knows its scale and its whole life; of the other only what passed is known.
	port=$(< "$tw_dir/ends.port")
	tw_wait 20 "a flow of the one" has_flow "$near" "$port" || return
	tw_equal "the one that ends here" "$(late_flow "$near" "$port")" \
		"[\"socket\",\"known\",\"known\",$(tw_flow "$near" .socket.rcv_wnd_bytes port "$port"),$BYTES,true]"
	port=$(< "$tw_dir/passes.port")
	tw_wait 20 "a flow of the other" has_flow "$near" "$port" || return
	tw_equal "the one that is forwarded" "$(late_flow "$near" "$port")" \
		"[\"wire\",\"unknown\",\"unknown\",null,$((BYTES - half)),false]"
	tw_check "its text says so" grep -q "without the handshake" <(tunwin -n "$near" show "$(tw_flow "$near" .id port "$port")")
	touch "$tw_dir/go"
	tw_transferred 60 ends && tw_transferred 60 passes
	tw_module_unload
}

changed_name()
{
	local near far id

	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	open_connection "$NEAR_ADDR" || return
	id=$(tw_flow "$near" .id)
	tw_check "rename" ip -n "$near" -batch - <<- END || return
		link set tun0 down
		link set tun0 name wan7
		link set wan7 up
	END
	tw_equal "watched" "$(watched "$near" | grep -cx -e wan7 -e tun0)" 1
	tw_check "wan7 is watched" is_watched "$near" wan7
	tw_equal "the flow" "$(tw_flow "$near" '.tunnel, .id' | paste -sd' ')" "wan7 $id"
	tw_equal "by its new name" "$(tunwin -n "$near" -j flows tunnel wan7 | jq length)" 1
	tw_equal "by its old name" "$(tunwin -n "$near" -j flows tunnel tun0 | jq length)" 0
	close_connection || return
	tw_wait 20 "the flow has ended" tw_flow_ended "$near" in $BYTES
	tw_equal "it is the same to the end" "$(tw_flow "$near" .id ended)" "$id"
	tw_module_unload
}

other_namespace()
{
	local near far third

	tw_module_load || return
	tw_ns near far third
	tw_tunnel gre "$near" "$far" || return
	open_connection "$NEAR_ADDR" || return
	tw_check "move" ip -n "$near" link set tun0 netns "$third" || return
	tw_wait 10 "the flow has ended with its tunnel" gone_with_tunnel "$near"
	tw_check "near has no tun0" is_not_watched "$near" tun0
	tw_equal "flows in near" "$(tunwin -n "$near" -j flows)" "[]"
	tw_check "third has it" is_watched "$third" tun0
	tw_equal "flows in third" "$(tunwin -n "$third" -j flows)" "[]"
	tw_check "up again" ip -n "$third" -batch - <<- END || return
		link set tun0 up
		address add $NEAR_ADDR/24 dev tun0
	END
	tw_transfer two "$far" "$third" "$NEAR_ADDR" $BYTES || return
	tw_wait 20 "a flow in third" tw_flow_ended "$third" in $BYTES
	tw_equal "its vantage" "$(tw_flow "$third" '.vantage + " " + .tunnel' ended)" "socket tun0"
	tw_equal "history of near" "$(tunwin -n "$near" -j flows ended | jq length)" 1
	tw_module_unload
}

# $1: namespace
gone_with_tunnel()
{
	tunwin -n "$1" -j flows ended |
		jq -e "length == 1 and .[0].end_reason == \"tunnel-gone\" and .[0].in.payload_bytes == $BYTES"
}

removal()
{
	local near far

	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	open_connection "$NEAR_ADDR" || return
	tw_check "remove" ip -n "$near" link delete tun0 || return
	tw_wait 10 "the flow has ended with its tunnel" gone_with_tunnel "$near"
	tw_check "near has no tun0" is_not_watched "$near" tun0
	tw_equal "the record still names it" "$(tw_flow "$near" '.tunnel + " " + .kind' ended)" "tun0 gre"
	tw_module_unload
}

under0_gone()
{
	tunwin -n "$near" -j flows ended | jq -e 'any(.[]; .tunnel == "under0" and .end_reason == "tunnel-gone")'
}

tracked_device()
{
	local near far

	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_check "under0 is not watched by itself" is_not_watched "$near" under0
	tw_refused 2 "was not watched" tunwin -n "$near" track under0 off
	tw_check "track" tunwin -n "$near" track under0
	tw_refused 2 "watched already" tunwin -n "$near" track under0
	tw_refused 2 "tunnel by its kind" tunwin -n "$near" track tun0
	tw_refused 2 "tunnel by its kind" tunwin -n "$near" track tun0 off
	tw_check "under0 is watched" jq -e 'any(.[]; .tunnel == "under0" and .kind == "veth" and .tracked_by == "user")' \
		<(tunwin -n "$near" -j tunnels)

	# What goes through the tunnel is not TCP to the device below.
	open_connection "$NEAR_ADDR" || return
	tw_equal "through the tunnel" "$(tunwin -n "$near" -j flows | jq -c 'map(.tunnel)')" '["tun0"]'
	tw_check "its packets are counted below, too" jq -e '.[0].in.segments > 0' <(tunwin -n "$near" -j tunnels under0)
	close_connection || return

	open_connection 198.18.0.1 || return
	tw_equal "beside the tunnel" "$(tunwin -n "$near" -j flows tunnel under0 |
		jq -c ".[] | [.vantage, .kind, .in.payload_bytes]")" "[\"socket\",\"veth\",$BYTES]"
	tw_check "off" tunwin -n "$near" track under0 off
	tw_wait 10 "its flow has ended" under0_gone
	tw_check "under0 is not watched" is_not_watched "$near" under0
	close_connection
	tw_module_unload
}

# $1: device of near
receives_large()
{
	tw_in "$near" sh -c 'echo "$1" > /sys/module/tunwin_iov/parameters/receive' - "$1"
}

without_pages()
{
	local near far

	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_check "the tests' own module loads" insmod "${TUNWIN_KO%/*}/tunwin_iov.ko" || return
	tw_undo rmmod tunwin_iov
	if ! receives_large tun0 2> "$tw_dir/err"; then
		grep -q "not supported" "$tw_dir/err" || tw_failed "tun0 receives it: $(< "$tw_dir/err")"
		tw_skip "this kernel has no memory without pages"
		return
	fi
	tw_check "again" receives_large tun0
	tw_equal "large frames" "$(tunwin -n "$near" -j tunnels tun0 |
		jq -c ".[0].jumbo | [.frames, .page_order]")" "[2,0]"
	tw_equal "the flow" "$(tunwin -n "$near" -j flows | jq -c 'map([.in.segments, .in.payload_bytes])')" \
		"[[2,8000]]"
	tw_check "the tests' own module goes" rmmod tunwin_iov
	tw_module_unload
}

# The tag takes 4 bytes more than gretap's MTU leaves, hence the smaller one.
vlan()
{
	local near far

	tw_module_load || return
	tw_ns near far
	tw_tunnel gretap "$near" "$far" || return
	tw_check "VLAN in near" ip -n "$near" -batch - <<- END || return
		link add link tun0 name tun0.7 mtu 1400 type vlan id 7
		link set tun0.7 up
		address add 10.7.0.1/24 dev tun0.7
	END
	tw_check "VLAN in far" ip -n "$far" -batch - <<- END || return
		link add link tun0 name tun0.7 mtu 1400 type vlan id 7
		link set tun0.7 up
		address add 10.7.0.2/24 dev tun0.7
	END
	open_connection 10.7.0.1 || return
	tw_equal "the flow" "$(tw_flow "$near" '[.tunnel, .vantage, .in.payload_bytes, .in.window.wscale]' | jq -c .)" \
		"[\"tun0\",\"socket\",$BYTES,\"known\"]"
	tw_equal "at the sender" "$(tw_flow "$far" '[.tunnel, .vantage, .out.payload_bytes]' | jq -c .)" \
		"[\"tun0\",\"socket\",$BYTES]"
	tw_equal "segments are those that ss counts" "$(tw_flow "$near" '.in.segments')" "$(tw_ss "$near" segs_in)"
	close_connection
	tw_module_unload
}

vrf()
{
	local near far

	modprobe vrf 2> /dev/null || { tw_skip "this kernel has no VRF"; return; }
	tw_module_load || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" || return
	tw_in "$near" sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	tw_check "VRF" ip -n "$near" -batch - <<- END || return
		link add vrf0 type vrf table 10
		link set vrf0 up
		link set tun0 master vrf0
	END
	open_connection "$NEAR_ADDR" || return
	tw_equal "the flow" "$(tw_flow "$near" '[.tunnel, .vantage, .in.payload_bytes]' | jq -c .)" \
		"[\"tun0\",\"socket\",$BYTES]"
	tw_equal "unread" "$(tw_flow "$near" .socket.bytes_received)" "$(tw_ss "$near" bytes_received)"
	close_connection
	tw_module_unload
}

tw_test "A tunnel whose kernel module comes after ours is watched, and ours does not hold it" late_kernel_module
tw_test "A tunnel older than the module is watched, and its connections from their next packet on" late_module
tw_test "A renamed tunnel keeps its flows" changed_name
tw_test "A tunnel that moves to another namespace ends its flows, and is watched there" other_namespace
tw_test "A tunnel that is removed ends its flows" removal
tw_test "A device that is no tunnel is watched on request" tracked_device
tw_test "Large packets whose data has no pages, in the memory of a card, are counted" without_pages
tw_test "A flow in a VLAN upon gretap is the gretap's" vlan
tw_test "A flow of a tunnel in a VRF is the tunnel's" vrf
tw_end
