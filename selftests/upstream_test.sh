#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: stock
# kernel: 6.12
# when: asked
#
# The kernel's own tests of tunnels and of TCP through them say the same with tunwin as without it. Each is run as it
# comes with the kernel's source (selftests/guest/linux-tools), before the module is loaded and while it is, and makes
# namespaces or devices of its own, whose tunnels tunwin then follows.
#
#	  the kernel's test			 the kernel's test
#	┌───────┐   ┌───────┐			┌───────┐   ┌───────┐
#	│ ns-A  │═══│ ns-B  │	┄┄ insmod ┄┄▶	│ ns-A  │═══│ ns-B  │
#	└───────┘   └───────┘			└───────┘ ▲ └───────┘
#						       tunwin

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The kernel's own network tests"

TESTS=${TUNWIN_KERNEL_YNL:-/nowhere}/tools/testing/selftests/net

# What a test says of its cases, without what differs each time. $1: file
cases()
{
	grep -E '(^|[^[:alnum:]])(OK|PASS|FAIL|SKIP|XFAIL|ok|not ok)([^[:alnum:]]|$)' "$1" |
		sed -E 's/[0-9]+(\.[0-9]+)? ?(ms|s|sec|seconds)\>/N/g; s/(fixed|inherit) +(0x)?[0-9a-f]+/\1 N/g; s/-[A-Za-z0-9]{6}\>//g; s/[[:space:]]+/ /g'
}

# A test that gives a transfer one second gives it sixty: an emulated guest is slower than what it was written for.
patience()
{
	mkdir -p "$tw_dir/bin"
	cat > "$tw_dir/bin/timeout" <<-END
		#!/bin/bash
		[[ \$1 != 1 ]] || set -- 60 "\${@:2}"
		exec $(type -P timeout) "\$@"
	END
	chmod +x "$tw_dir/bin/timeout"
}

# Run one, and keep what it says and how it ends. $1: what it is kept as, $2: file below net/, $3…: arguments
once()
{
	local status=0

	patience
	(cd "$TESTS/$(dirname "$2")" && PATH=$tw_dir/bin:$PATH exec timeout 600 bash "./${2##*/}" "${@:3}") \
		> "$tw_dir/$1.said" 2>&1 < /dev/null || status=$?
	cases "$tw_dir/$1.said" > "$tw_dir/$1.cases"
	echo "status $status" >> "$tw_dir/$1.cases"
}

# $1: whether packets come through tunnels, $2: file below net/, $3…: arguments
same()
{
	local passed seen

	[[ -e $TESTS/$2 ]] || { tw_skip "there are no sources of the kernel's tests"; return; }
	once without "${@:2}"
	passed=$(grep -vE 'not ok|FAIL|SKIP' "$tw_dir/without.cases" | grep -cE 'OK|PASS|ok')
	tw_check "cases pass without tunwin" test "$passed" -gt 0 || { tail -n 20 "$tw_dir/without.said"; return; }
	tw_module_load || return
	once with "${@:2}"
	seen=$(tunwin -j status | jq '[.hooks[] | select(.name | startswith("tunnel:")).hits] | add')
	tw_module_unload
	echo "# $passed of $(($(wc -l < "$tw_dir/without.cases") - 1)) cases pass; tunwin saw $seen packets"
	tw_check "the same with tunwin" diff "$tw_dir/without.cases" "$tw_dir/with.cases" ||
		{ tail -n 20 "$tw_dir/with.said"; return; }
	[[ $1 != tunnels ]] || tw_check "tunwin saw packets" test "$seen" -gt 0
}

tw_test "GRE segmentation"			same tunnels gre_gso.sh
tw_test "Path MTU"				same tunnels pmtu.sh pmtu_ipv4_exception pmtu_ipv4_ipv4_exception \
	pmtu_ipv6_ipv6_exception pmtu_ipv4_fou4_exception pmtu_ipv6_gue6_exception
tw_test "Devices made and changed"		same other rtnetlink.sh
tw_test "TOS and TTL of tunnels"		same tunnels l2_tos_ttl_inherit.sh
tw_test "Redirects"				same other icmp_redirect.sh
tw_test "Connection tracking over IPIP"		same tunnels netfilter/conntrack_ipip_mtu.sh
tw_test "TCP beside the stack"			same other netfilter/nft_flowtable.sh
tw_test "GRE, forwarded"			same tunnels forwarding/ipip_flat_gre.sh
tw_test "GRE with a key, forwarded"		same tunnels forwarding/ipip_flat_gre_key.sh
tw_test "GRE with two keys, forwarded"		same tunnels forwarding/ipip_flat_gre_keys.sh
tw_test "GRE in another VRF"			same tunnels forwarding/ipip_hier_gre.sh
tw_test "GRE over IPv6, forwarded"		same tunnels forwarding/ip6gre_flat.sh
tw_test "GRE over IPv6 in another VRF"		same tunnels forwarding/ip6gre_hier.sh
tw_test "Packets mirrored into GRE"		same tunnels forwarding/mirror_gre.sh

tw_end
