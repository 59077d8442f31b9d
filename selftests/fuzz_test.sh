#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
#
# Requests that are nearly right, made from the spec, by root and by somebody.
#
#	 near: the requests come from here	 far
#	 tun0 ═══════════════ gre ══════════════ tun0	connections that come and go
#	 tun1 ══════════════ ipip ══════════════ tun1	one that stays
#
# TUNWIN_REQUESTS says how many of each, or TUNWIN_FUZZ_SECONDS for how long, and TUNWIN_SEED what random numbers begin with; the
# tests of endurance send 500,000. First come those that once broke it (tests/fuzz/netlink-*) and the corpus, requests each
# of which is answered in another way (tests/fuzz/netlink.txt); half of the others are changes of these. While they are
# sent the last of them lie in the results directory, and stay there if the kernel does not survive them: sent-SEED. With
# TUNWIN_LEARN=1 a new corpus is left there: learned (scripts/fuzz netlink).

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "Requests that are nearly right"

REQUESTS=${TUNWIN_REQUESTS:-$(tw_many 150000)}
SEED=${TUNWIN_SEED:-1}
BYTES=1000000		# of the connection that stays
NOBODY=65534

near="" far="" grammar=""

# Of everything there is something to be asked for.
topology()
{
	tw_program netlink_fuzz || return
	grammar=$tw_dir/grammar
	tw_check "the spec's grammar" bash -c '"$1" --grammar > "$2"' - "$tw_top/../spec/generate" "$grammar" || return
	tw_module_load max_flows=256 max_history=64 share=100 || return
	tw_ns near far
	tw_tunnel gre "$near" "$far" && tw_tunnel ipip "$near" "$far" dev=tun1 || return
	tw_background "$near" python3 -S -c '
import socket
listener = socket.create_server(("", 7000))
while True:
    connection, _ = listener.accept()
    connection.recv(1000)
    connection.close()'
	tw_wait 20 "the listener listens" _tw_listens "$near" 7000
	tw_background "$far" python3 -S -c '
import socket, sys, time
while True:
    with socket.create_connection((sys.argv[1], 7000)) as connection:
        connection.send(bytes(1000))
    time.sleep(0.05)' 10.9.1.1
	tw_receive stays "$near" $BYTES || return
	tw_send stays "$far" 10.9.2.1 $BYTES --pause-at 100000 --until "$tw_dir/go" || return
	tw_wait 60 "it pauses" test -e "$tw_dir/go.paused"
}

# Set said to what came of requests. $1: seed, $2…: more options of netlink_fuzz
ask()
{
	local many=(--count "$REQUESTS") sent=${TUNWIN_RESULTS:-$tw_dir}/sent-$1

	[[ ! ${TUNWIN_FUZZ_SECONDS-} ]] || many=(--seconds "$TUNWIN_FUZZ_SECONDS")
	tw_in "$near" "$tw_dir/netlink_fuzz" "${many[@]}" --seed "$@" --corpus "$tw_dir/corpus" --sent "$sent" \
		< "$grammar" > "$tw_dir/said" 2> "$tw_dir/said.err" ||
		{ tw_failed "netlink_fuzz --seed $*, the last requests are in $sent" "$(< "$tw_dir/said.err")"; return 1; }
	rm "$sent"
	said=$(< "$tw_dir/said")
	echo "# netlink_fuzz ${many[*]} --seed $*: $said"
	says '.sent + .refused_by_socket == .requests'
	says ".requests > $(grep -vc '^#' "$tw_dir/corpus")"
	says '.alive == (.requests / 100 | ceil)'
}

# $1: jq expression of what was said, that is to be true
says()
{
	tw_equal "$1" "$(jq "$1" <<< "$said")" true
}

settings()
{
	tunwin -j status | jq -c '[.max_flows, .max_history, .idle_timeout_s, .max_details, .share_percent]'
}

nearly_right()
{
	local said before learn=()

	topology || return
	tw_check "there is a corpus" test -s "$tw_top/../tests/fuzz/netlink.txt" || return
	cat "$tw_top"/../tests/fuzz/netlink-* "$tw_top/../tests/fuzz/netlink.txt" > "$tw_dir/corpus" 2> /dev/null
	before=$(settings)
	# Who has no right in this namespace gets no answer, however he asks, and changes nothing.
	ask "$SEED" --user $NOBODY || return
	says '.errors.EPERM > .sent / 2 and .dumps == 0 and .messages == 0'
	says '.errors | keys - ["EPERM", "EINVAL", "EOPNOTSUPP"] == []'
	tw_equal "settings" "$(settings)" "$before"
	tw_equal "nothing was reset" "$(tunwin -n "$near" -j flows tunnel tun1 | jq -c 'map(.in.payload_bytes)')" "[100000]"

	[[ ! ${TUNWIN_LEARN-} ]] || learn=(--learn "$TUNWIN_RESULTS/learned")
	ask $((SEED + 1)) "${learn[@]}" || return
	says '.acknowledged > .sent / 50 and .dumps > .sent / 50 and .errors.EINVAL > .sent / 50'
	# What a request may be refused for (the spec).
	says '.errors | keys - ["EINVAL", "ENOENT", "ENODEV", "EOPNOTSUPP", "ERANGE", "EEXIST"] == []'
	tw_check "settings have been changed" test "$(settings)" != "$before"

	# It counts as before: a reset has begun the record anew, with what came after.
	tw_check "as it was" tunwin set max-flows 256 max-history 64 idle-timeout 10m max-details 256 share 100 || return
	touch "$tw_dir/go"
	tw_transferred 60 stays || return
	tw_wait 20 "the connection's record is there" there_is_the_end || return
	tw_module_unload
}

there_is_the_end()
{
	tunwin -n "$near" -j flows ended tunnel tun1 | jq -e "any(.[]; .end_reason == \"closed\" and
		.in.payload_bytes >= $((BYTES - 100000)))"
}

tw_test "Requests that are nearly right are answered, by root's and by anybody's right" nearly_right
tw_end
