#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# smoke: Flows*
#
# A host that several share: what one of them does takes nothing from what is remembered of the others.
#
#	 near: root's		far		tenant: user 1000's	other
#	 tun0 ═══════ gre ═════ (no device)	tun0 ═══════ gre ══════ (no device)
#	 under0 ───── veth ──── under0		under0 ───── veth ───── under0
#
# Packets are forged on both tunnels, in both directions, so that their flows count as answered (forging.sh).

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/forging.sh
. "$(dirname "$0")/forging.sh"

tw_begin "The shares of network namespaces and users"

MAX=64			# flows, judged ones, and ended ones
UID_OF_TENANT=1000
tenant="" tenant_orders="" tenant_answers="" tenant_sent=0

# A network namespace of a user namespace that a user has made. $1: variable
of_user()
{
	local pid

	tw_ns "$1" && tw_check "the name is free" ip netns delete "${!1}" || return
	tw_background "$near" setpriv --reuid "$UID_OF_TENANT" --regid "$UID_OF_TENANT" --clear-groups \
		unshare --user --map-root-user --net sleep infinity
	pid=$!
	tw_wait 20 "$1 is there" has_space "$pid" || return
	tw_check "its name" ip netns attach "${!1}" "$pid" && tw_check "loopback" ip -n "${!1}" link set lo up
}

# Is the process in a user namespace of its own? $1: process
has_space()
{
	[[ $(readlink "/proc/$1/ns/user") != "$(readlink /proc/self/ns/user)" ]]
}

topology()
{
	tw_ns near far other && of_user tenant || return
	tw_tunnel gre "$near" "$far" && tw_tunnel gre "$tenant" "$other" || return
	ip -n "$far" link delete tun0
	ip -n "$other" link delete tun0
	as_tenant forger_starts "$other"
	forger_starts "$far"
}

# Do it in tenant in place of near. $@: function and arguments
as_tenant()
{
	local near=$tenant orders=$tenant_orders answers=$tenant_answers SENT=$tenant_sent status

	"$@"
	status=$?
	tenant_orders=$orders tenant_answers=$answers tenant_sent=$SENT
	return $status
}

# Load the module anew. $@: parameters
fresh()
{
	[[ ! $_tw_loaded ]] || tw_module_unload || return
	tw_module_load max_flows=$MAX max_details=$MAX max_history=$MAX "$@" || return
	forge_anew && as_tenant forge_anew
}

# Check what an account has. $1: near or tenant, $2: FLOWS JUDGED ENDED EVICTED REFUSED NOT-JUDGED
account_has()
{
	local whose

	whose=".kind == \"netns\" and .netns == $(stat -L -c %i "/run/netns/$near")"
	[[ $1 == near ]] || whose=".kind == \"user\" and .uid == $UID_OF_TENANT"
	tw_equal "what $1 has" "$(tunwin -j status | jq -r ".accounts[] | select($whose) |
		\"\(.flows) \(.details) \(.history) \(.evicted) \(.flows_refused) \(.details_refused)\"")" "$2"
}

# All that tunwin says of the flows of near, but for times.
flows_of_near()
{
	tunwin -n "$near" -j flows | jq -c 'sort_by(.id | tonumber) | map([.id, .far.addr, .state, (.in, .out |
		[.packets, .payload_bytes, .retransmits, .window.now_bytes, .window.wscale_shift])])'
}

takes_nothing()
{
	local before ended

	fresh share=50 || return
	forge open 1-30 && forge data in 1-30 100 && forge data out 1-10 200 || return
	before=$(flows_of_near)
	tw_equal "flows of near" "$(jq length <<< "$before")" 30

	as_tenant forge open 1-300 && as_tenant forge data in 290-300 100 || return
	account_has tenant "32 32 32 268 0 0"
	tw_equal "those used last are there" "$(as_tenant forged)" "$(numbers 269-300)"
	account_has near "30 30 0 0 0 0"
	tw_equal "the flows of near are as they were" "$(flows_of_near)" "$before"

	forge open 31-32 || return
	account_has near "32 32 0 0 0 0"
	forge open 33 || return
	account_has near "32 32 1 1 0 0"
	ended=$(forged ended)
	as_tenant forge open 301-400 || return
	tw_equal "what ended is kept while others end" "$(forged ended)" "$ended"
	account_has tenant "32 32 32 368 0 0"
	before=$(flows_of_near)
	as_tenant forge syn 1000-1999 || return
	tw_equal "a flood of SYNs changes nothing of near" "$(flows_of_near)" "$before"
	account_has near "32 32 1 1 0 0"
}

# Others have used up all: who has less than they gets what it needs, up to as much as they.
makes_room()
{
	fresh share=100 || return
	as_tenant forge open 1-100 || return
	account_has tenant "64 64 36 36 0 0"
	forge open 1-20 || return
	account_has near "20 20 0 0 0 0"
	account_has tenant "44 44 56 56 0 0"
	forge open 21-60 || return
	account_has near "32 32 28 28 0 0"
	account_has tenant "32 32 36 68 0 0"
	as_tenant forge open 101-200 || return
	account_has near "32 32 28 28 0 0"
	account_has tenant "32 32 36 168 0 0"
}

# A share that is lowered counts at once.
lowered()
{
	fresh share=100 || return
	as_tenant forge open 1-100 || return
	account_has tenant "64 64 36 36 0 0"
	tw_check "a smaller share" tunwin set share 25 || return
	tw_equal "it is shown" "$(tunwin -j status | jq .share_percent)" 25
	account_has tenant "16 16 16 84 0 0"
	tw_equal "those used last stay" "$(as_tenant forged)" "$(numbers 85-100)"
	tw_equal "the user is shown no account" "$(nsenter --target "$(pgrep -o -u "$UID_OF_TENANT")" --user --net -- \
		tunwin -j status | jq -c '[.accounts, .share_percent]')" "[[],25]"
}

topology
tw_test "Flows of a user take nothing from those of others" takes_nothing
tw_test "Where all is used up, who has more than others makes room" makes_room
tw_test "A share that is lowered counts at once" lowered
tw_end
