#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# smoke: Devices*
#
# A host that several share: what each of them is shown of the others, which is nothing.
#
#	 tenant, root's		 near: the host's gateway	 far: clients
#	 tun1 ═══════════════════════ ipip ═════════════════════ tun1
#	 (made in near)		 tun0 ═══════ gre ══════════════ tun0
#				 under0 ───── veth ───────────── under0
#				   │
#	 stranger, a user namespace
#	 mine0 over vlan5 ─────────┘
#
#	tenant's packets pass under0, and the same user namespace owns tenant and near. The stranger has a VLAN of under0, a
#	tunnel of its own over it, and every right in its own namespace. Its second tunnel, mine1 to mine2, begins and ends there.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/buffers.sh
. "$(dirname "$0")/buffers.sh"

tw_begin "What network namespaces are shown of each other"

near="" far="" tenant="" stranger=""

# Near, tenant and far. Sets near_addr and tenant_addr.
topology()
{
	tw_ns near far tenant
	tw_tunnel gre "$near" "$far" || return
	near_addr=$NEAR_ADDR
	tw_tunnel ipip "$near" "$far" dev=tun1 || return
	tenant_addr=$NEAR_ADDR
	tw_check "tun1 moves to the tenant" ip -n "$near" link set tun1 netns "$tenant" &&
		tw_check "and comes up" _tw_ip "$tenant" "link set lo up" "link set tun1 up" \
			"address add $tenant_addr/24 dev tun1"
}

# A user namespace with a network namespace, and a process that keeps both. Nothing is sent there. Sets stranger, its id.
stranger_comes()
{
	rm -f "$tw_dir/is_there"
	tw_background "$near" unshare --user --map-root-user --net bash -c "
		echo 1 | tee /proc/sys/net/ipv6/conf/{all,default}/disable_ipv6 > /dev/null
		touch $tw_dir/is_there; exec sleep infinity"
	stranger=$!
	tw_wait 20 "the stranger is there" test -e "$tw_dir/is_there" || return
	tw_check "a VLAN of under0" ip -n "$near" link add vlan5 link under0 type vlan id 5 &&
		tw_check "it moves to the stranger" ip -n "$near" link set vlan5 netns "$stranger" &&
		tw_check "a tunnel over it" as_stranger bash -c '
			ip address add 198.18.5.1/24 dev vlan5 && ip link set vlan5 up &&
			ip link add mine0 type gre local 198.18.5.1 remote 198.18.5.2 &&
			ip address add 10.77.0.1/24 dev mine0 && ip link set mine0 up &&
			ip link set lo up && ip address add 198.18.6.1/32 dev lo && ip address add 198.18.6.2/32 dev lo &&
			ip link add mine1 type gre local 198.18.6.1 remote 198.18.6.2 &&
			ip link add mine2 type gre local 198.18.6.2 remote 198.18.6.1 &&
			ip address add 10.77.1.1/24 dev mine1 && ip link set mine1 up && ip link set mine2 up'
}

# Run a program as root of the stranger's namespaces. $@: program
as_stranger()
{
	nsenter --target "$stranger" --user --net --preserve-credentials -- "$@"
}

# All that a namespace can ask for. $@: what runs a program there
answers()
{
	"$@" python3 -B "$tw_top/answers.py" "$tw_top/../spec/tunwin.yaml"
}

# What a namespace says of its episodes of under0. $1: namespace
episodes_of_under0()
{
	tunwin -n "$1" -j buffers history | jq '[.[] | select(.device == "under0")]'
}

# Has an episode of under0 hit flows? $1: namespace
has_hits()
{
	episodes_of_under0 "$1" | jq -e 'any(.[]; .flows != [])'
}

# All alerts of a namespace, those that are over, too. $1: namespace
alerts_of()
{
	{ tunwin -n "$1" -j alerts; tunwin -n "$1" -j alerts history; } | jq -s add
}

# Have both of them had an alert of under0? (It is raised for each namespace whose tunnels it carries.)
both_alerted()
{
	local space

	for space in "$near" "$tenant"; do
		alerts_of "$space" | jq -e 'any(.[]; .code == "buffer-exhausted" and .device == "under0")' || return
	done
}

tenant_has_under0()
{
	tunwin -n "$tenant" -j buffers | jq -e 'any(.devices[]; .device == "under0")'
}

# Bursts of both come to a queue that is too short for them, until flows of both have lost something.
short_of_buffers()
{
	tw_wait 10 "under0 is known to carry both" tenant_has_under0 || return
	tw_check "segments" tw_in "$far" ethtool -K under0 tso off gso on > /dev/null &&
		tw_check "no merging" tw_in "$near" ethtool -K under0 gro off > /dev/null || return
	tw_set net.core.netdev_max_backlog 10 || return
	# All that the congestion window allows comes at once.
	tw_check "large first windows" _tw_ip "$far" "route change ${near_addr%.*}.0/24 dev tun0 initcwnd 60" \
		"route change ${tenant_addr%.*}.0/24 dev tun1 initcwnd 60" || return
	tw_receive near "$near" 10000000000 &&
		tw_send near "$far" "$near_addr" 10000000000 --pause-at 1000000 --until "$tw_dir/never" &&
		tw_receive tenant "$tenant" 10000000000 &&
		tw_send tenant "$far" "$tenant_addr" 10000000000 --pause-at 1000000 --until "$tw_dir/never" || return
	tw_wait 60 "flows of near are hit" has_hits "$near" &&
		tw_wait 60 "flows of the tenant are hit" has_hits "$tenant" &&
		tw_wait 60 "both are alerted" both_alerted
}

own_hits()
{
	local space

	tw_module_load || return
	tw_drops_have_reasons || { tw_skip "this kernel does not tell why it drops"; return; }
	topology || return
	short_of_buffers || return
	for space in near tenant; do
		episodes_of_under0 "${!space}" > "$tw_dir/$space.episodes"
		echo "# $space: $(jq -c 'map([.flow_count, (.flows | map(.tunnel))])' "$tw_dir/$space.episodes")"
		tw_equal "flows that $space is shown" "$(jq -c '[.[].flows[].near.port] | unique' "$tw_dir/$space.episodes")" \
			"[$(< "$tw_dir/$space.port")]"
		tw_check "and how many" jq -e 'all(.[]; .flow_count == (.flows | length))' "$tw_dir/$space.episodes"
		alerts_of "${!space}" > "$tw_dir/$space.alerts"
		tw_equal "the first alert of $space" "$(jq 'map(.id | tonumber) | min' "$tw_dir/$space.alerts")" 1
	done
	tw_equal "tunnels that near has alerts of" "$(jq -c 'map(.tunnel) | unique' "$tw_dir/near.alerts")" '["tun0"]'
	tw_equal "tunnels that the tenant has alerts of" "$(jq -c 'map(.tunnel) | unique' "$tw_dir/tenant.alerts")" '["tun1"]'
	broken_off near
	broken_off tenant
	tw_module_unload
}

# Has the stranger's packet arrived, more than a second ago?
is_at_rest()
{
	as_stranger tunwin -j tunnels mine2 | jq -e '.[0] | .in.packets == 1 and .in.pps == 0 and (.cpus | length == 1)'
}

# Which devices the stranger is shown. $1: jq filter of their list
stranger_has()
{
	as_stranger tunwin -j buffers | jq -e ".devices | $1"
}

devices_of_others()
{
	tw_module_load || return
	topology && stranger_comes || return
	tw_wait 10 "vlan5 is known to carry mine0" stranger_has 'any(.[]; .device == "vlan5")' || return
	tw_wait 10 "under0 is known to carry tun0" near_says 'any(.devices[]; .device == "under0")' || return
	tw_check "under0 is not shown" stranger_has 'all(.[]; .device != "under0")'
	# One that was made in near, and given away.
	tw_check "a tunnel bound to under0" ip -n "$near" link add given0 type gre local 10.1.1.1 remote 10.1.1.9 dev under0 &&
		tw_check "it moves to the stranger" ip -n "$near" link set given0 netns "$stranger" up || return
	tw_equal "what it is bound to" "$(as_stranger tunwin -j tunnels given0 | jq -c '.[0].lower')" null
	tw_wait 10 "given0 is watched" stranger_has 'any(.[]; .device == "given0")' || return
	tw_check "and under0 is not shown" stranger_has 'all(.[]; .device != "under0")'
	# One user namespace owns both near and the tenant.
	tw_check "another one" ip -n "$near" link add given1 type gre local 10.1.1.1 remote 10.1.1.10 dev under0 &&
		tw_check "it moves to the tenant" ip -n "$near" link set given1 netns "$tenant" || return
	tw_equal "what that is bound to" "$(tunwin -n "$tenant" -j tunnels given1 | jq -r '.[0].lower')" under0
	tw_module_unload
}

own_answers()
{
	local id

	[[ ${TUNWIN_KERNEL_YNL-} ]] || { tw_skip "TUNWIN_KERNEL_YNL does not name the kernel's tools"; return; }
	tw_module_load || return
	tw_drops_have_reasons || { tw_skip "this kernel does not tell why it drops"; return; }
	topology && stranger_comes || return
	tw_wait 10 "vlan5 is known to carry mine0" stranger_has 'any(.[]; .device == "vlan5")' || return
	# So that it has a processor where packets of its own arrive.
	tw_check "a ping" as_stranger bash -c '! ping -c 1 -W 0.1 10.77.1.2' || return
	tw_wait 10 "it is at rest" is_at_rest || return
	answers as_stranger > "$tw_dir/before" || return
	# Flows that live and end, alerts, episodes: whatever the others do.
	short_of_buffers || return
	tw_transfer short "$far" "$near" "$near_addr" 100000 || return
	answers as_stranger > "$tw_dir/after" || return
	tw_check "its packet has a processor" jq -e 'any(."dump tunnel-get"[]; .name == "mine2" and (.cpu | length == 1))' \
		"$tw_dir/after"
	tw_check "of which only its own packets are shown" jq -e 'all(."dump tunnel-get"[].cpu // [] | .[];
		has("in-skbs") and (has("pps") or has("squeezed-per-s") | not))' "$tw_dir/after"
	tw_check "all was asked" jq -e 'length >= 10 and (."dump tunnel-get" | length > 0)' "$tw_dir/after"
	tw_check "the stranger's answers are what they were" diff <(jq . "$tw_dir/before") <(jq . "$tw_dir/after")
	# With CAP_NET_ADMIN of the host it is shown its totals and under0, but no tunnel or flow that is elsewhere.
	answers tw_in "$tenant" > "$tw_dir/tenant" || return
	tw_check "the tenant has an answer" jq -e '."dump flow-get" | length > 0' "$tw_dir/tenant"
	tw_check "it has no tunnel and no address of near" bash -c '! grep -oE "tun0|$2" "$1"' bash "$tw_dir/tenant" "$near_addr"
	tw_check "near has flows" jq -e 'length > 0' <(tunwin -n "$near" -j flows)
	for id in $(tunwin -n "$near" -j flows | jq -r '.[].id'); do
		tw_refused 2 "no flow has this id in this network namespace" tunwin -n "$tenant" show "$id"
	done
	broken_off near
	broken_off tenant
	tw_module_unload
}

tw_test "An episode shows each network namespace its own flows only" own_hits
tw_test "Devices in a namespace that another user namespace owns are not shown" devices_of_others
tw_test "No answer in a user namespace changes with what goes on in others" own_answers
tw_end
