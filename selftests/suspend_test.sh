#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: stock
# when: asked
#
# The host is suspended while a flow is open and an alert active: time in which nothing can happen is nobody's, and what
# happened before keeps its time of day.
#
#	 near: receiver, tunwin looks here            far: sender
#	 tun0 ════════════════ gre ════════════════ tun0
#	 under0 ───────── veth, netem ──────────── under0
#
# The kernel does all that it does to suspend, its clocks too, but for the last word to the firmware, in place of which it
# waits (pm_test). The devices by which a guest sees its host's files do not come back from that. So the last of it is one
# program that has begun before, nothing is taken down after it, and the guest ends with it.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "The host is suspended"

BYTES=800000
TIMES=3 SECONDS_EACH=20
near="" far=""

zero_window()
{
	tunwin -n "$near" -j alerts | jq -e 'any(.[]; .code == "zero-window")'
}

# A flow that has ended, one whose window is closed, and an alert of that.
scene()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms || return
	tw_transfer one "$far" "$near" "$NEAR_ADDR" 100000 || return
	tw_wait 20 "the first flow has ended" tw_flow_ended "$near" in 100000 || return
	tw_receive two "$near" $BYTES --rcvbuf 60000 --pause-at $((BYTES / 2)) --until "$tw_dir/go" || return
	tw_send two "$far" "$NEAR_ADDR" $BYTES
	tw_wait 60 "the receiver pauses" test -e "$tw_dir/go.paused" || return
	tw_wait 20 "the window is closed" zero_window
}

[[ ${TUNWIN_GUEST-} ]] || tw_skip "only a guest is suspended, which ends with it"
[[ -w /sys/power/pm_test ]] || tw_skip "this kernel cannot pretend to be suspended (CONFIG_PM_DEBUG)"
tw_module_load
scene || exit
echo 1..1
echo deep > /sys/power/mem_sleep
echo core > /sys/power/pm_test
echo $SECONDS_EACH > /sys/module/suspend/parameters/pm_test_delay
trap - EXIT
exec python3 -S "$tw_top/suspended.py" "$near" $TIMES $SECONDS_EACH
