#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Why a flow is limited: each cause is made, and the gateways on both sides must name it, or say that
# they do not know. Where nothing is wrong nothing is said.
#
#	host_r		  near				 far		  host_s
#	receiver ──────── behind0     tun0 ═══ tun0    behind0 ───────── sender
#						 under0 ── under0
#	direct: receiver and sender are near and far themselves; data goes from far to near
#
# In virtual time all cases are run, elsewhere one of each cause, but with TUNWIN_MATRIX=1 (make matrix).

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Causes"

# shellcheck source=selftests/causes.sh
. "$tw_top/causes.sh"
# shellcheck source=selftests/causes_receiver.sh
. "$tw_top/causes_receiver.sh"
# shellcheck source=selftests/causes_wire.sh
. "$tw_top/causes_wire.sh"
# shellcheck source=selftests/causes_network.sh
. "$tw_top/causes_network.sh"
# shellcheck source=selftests/causes_healthy.sh
. "$tw_top/causes_healthy.sh"

! tw_time_is_virtual || TUNWIN_MATRIX=1

# Note a test for each line of standard input: words for the function. $1: function, $2: title
each()
{
	local words

	while read -r -a words; do
		tw_test "$2: ${words[*]}" "$1" "${words[@]}"
		[[ ${TUNWIN_MATRIX-} ]] || break
	done
}

# A test has the offloads of its scene as on or off.
tw_module_load
each receivers "What a receiver has set" <<- END
	gre	40ms	on	262144
	ip6gre	10ms	on	131072
	gretap	100ms	off	524288
	ipip	40ms	off	262144
END
each gains_kept "A gain that was promised" <<- END
	gre	40ms	on	49152
	ip6gre	10ms	off	16384
	ipip	100ms	on	131072
END
each scale_gains_kept "A gain of a larger scale" <<- END
	gre	40ms	on	196608
	ip6gre	10ms	off	262144
	ipip	100ms	on	524288
END
each clamps "Clamps" <<- END
	ip6gre	10ms	on
	gretap	40ms	off
END
each scales "Scales" <<- END
	ipip	40ms	on
	gre	100ms	off
END
each growing "A buffer that grows" <<- END
	gre	200ms	on
END
each bloated "Memory without payload" <<- END
	gre	40ms	off	140
	ipip	100ms	off	140
END
each short_of_memory "Short of memory" <<- END
	gre	40ms	on
	ip6gre	10ms	on
END
each short_in_cgroup "Short of memory in a cgroup" <<- END
	gre	40ms	on
	ipip	10ms	off
	ip6gre	100ms	on
END
each headers "Headers" <<- END
	gre	40ms	on
	ip6gre	10ms	off
	gretap	100ms	on
END
each shrinking "A window that shrinks" <<- END
	gre	10ms	on	10
	ipip	40ms	off	20
	ip6gre	10ms	on	30
END
each losses "Losses" <<- END
	gre	40ms	on	1%
	ip6gre	10ms	on	0.3%
	ipip	100ms	off	3%
END
each losses_between "Losses in between" <<- END
	gre	10ms	on	100
	gretap	40ms	on	50
	ip6gre	500us	off	200
END
each reordered "Segments that overtake each other" <<- END
	gre	20ms	on	reorder 25% gap 3
	ip6gre	40ms	off	reorder 10% gap 5
	ipip	10ms	on	reorder 50% gap 10
END
each size_loss "Large packets vanish" <<- END
	gre	10ms	on	1300
	ip6gre	40ms	off	1000
	ipip	100ms	on	1200
END
each local_drop "Dropped here" <<- END
	gre	10ms	on	rule
	ip6gre	10ms	on	policer
	ipip	40ms	off	queue
	gretap	500us	on	forward
END
each tunnel_drop "Dropped by the tunnel" <<- END
	gre	20ms	on	sequence
	gre	10ms	off	checksum
	ipip	20ms	on	ecn
	gre	10ms	on	cells
END
each healthy "Nothing is wrong" <<- END
	gre	10ms	on
	ip6gre	500us	on
	gretap	40ms	off
	ipip	100ms	on
END
each busy "Nothing is wrong, busy" <<- END
	gre	40ms	on
	ip6gre	10ms	off
END
tw_test "Another window in the second tunnel" rewritten gre 10ms \
	"tcp flags & (syn | ack) == ack tcp window set 90" rwnd/window-rewritten+idle/- rwnd/window-shrunk
if [[ ${TUNWIN_MATRIX-} ]]; then
	tw_test "Another window in the second tunnel, ipip" rewritten ipip 40ms \
		"tcp flags & (syn | ack) == ack tcp window set 300" rwnd/window-rewritten+idle/- rwnd/window-shrunk
	tw_test "A scale taken away before the second tunnel" rewritten gre 40ms \
		"tcp flags & (syn | ack) == (syn | ack) reset tcp option window" rwnd/window-rewritten+idle/- rwnd/window-shrunk
fi
tw_end
