#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: processors
#
# ATA over Ethernet through gretap: what is outstanding at a target, against what a capture shows.
#
#	 near: the guest's own namespace,		far
#	 as the kernel's driver knows no other
#	 aoe, /dev/etherd/e1.2				vblade 1.2, a file
#	 initiators by hand				a target that answers late
#	 tcpdump
#	 tun0 ══════════ gretap, tunwin at both ends ═══════════ tun0
#	 under0 ───────────────── veth ──────────────────────── under0

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

tw_begin "ATA over Ethernet through gretap"

PEER="python3 -S $tw_top/aoe_peer.py"
ALICE=02:00:00:00:00:0a
BOB=02:00:00:00:00:0b
BLADE=02:00:00:00:01:01
# Tags with the highest bit are left to others by the kernel's driver.
TAG=$((1 << 31))

near="" far=""

# A name for the namespace that this runs in, and a tunnel from there.
topology()
{
	[[ ${TUNWIN_GUEST-} ]] || { tw_skip "it takes the machine's own namespace: for a guest only"; return; }
	tw_need tcpdump tshark || return
	near=tw-near-${tw_dir##*-}
	tw_check "a name for this namespace" ip netns attach "$near" $$ || return
	tw_undo ip netns delete "$near"
	tw_ns far
	tw_undo ip link delete tun0
	tw_undo ip link delete under0
	tw_tunnel gretap "$near" "$far"
}

# Of whole frames only a few would have room while tcpdump is not run. $1: name of the capture
capture()
{
	tw_background "$near" tcpdump -nn --immediate-mode -U -s 96 -B 16384 -i tun0 -w "$tw_dir/$1.pcap" ether proto 0x88a2 \
		2> "$tw_dir/$1.tcpdump"
	tw_wait 30 "tcpdump listens" grep -q listening "$tw_dir/$1.tcpdump"
}

# All that has passed by now is in the capture. $1: its name, $2: a word for the mark
captured()
{
	tw_check "a mark" $PEER mark tun0 "mark-for-$2" || return
	tw_wait 30 "the mark is captured" grep -qa "mark-for-$2" "$tw_dir/$1.pcap"
}

# What a capture says of a target, in the words of says(), by the rules of doc/window.md and tshark's reading
# of the frames. $1: name of the capture, $2: target
shows()
{
	local fields=(eth.src eth.dst aoe.response aoe.tag aoe.ata.cmd aoe.lba aoe.sector_count)

	tshark -r "$tw_dir/$1.pcap" -Y "aoe.cmd == 0 && aoe.major == ${2%.*} && aoe.minor == ${2#*.}" \
		-T fields "${fields[@]/#/-e}" 2> /dev/null | awk -F '\t' '
		function take(who, tag)
		{
			delete by_what[who, what[who, tag]]
			delete what[who, tag]
			out[who]--
			out["all"]--
		}
		function count(counter, who)
		{
			counter[who]++
			counter["all"]++
		}
		{
			response = $3 == "1" || $3 == "True"
			who = response ? $2 : $1
			if (!response)
				known[who]
		}
		response {
			if ((who, $4) in what) {
				count(answers, who)
				last[who, $4] = what[who, $4]
				take(who, $4)
			} else if (who in known) {
				count(unmatched, who)
			} else {
				unmatched["all"]++
			}
			next
		}
		{
			id = $5 " " $6 " " $7
			if ((who, $4) in what && what[who, $4] == id) {
				count(same, who)
				next
			}
			if ((who, $4) in what)
				take(who, $4)
			if ((who, id) in by_what) {
				count(other, who)
				take(who, by_what[who, id])
			} else if (last[who, $4] == id) {
				count(same, who)
			} else {
				count(requests, who)
			}
			what[who, $4] = id
			by_what[who, id] = $4
			count(out, who)
			if (out[who] > most[who])
				most[who] = out[who]
			if (out["all"] > most["all"])
				most["all"] = out["all"]
		}
		END {
			known["all"]
			for (who in known)
				printf "%s outstanding %d highest %d requests %d answers %d same %d new %d unmatched %d\n",
					who, out[who], most[who], requests[who], answers[who], same[who],
					other[who], unmatched[who]
		}' | sort
}

# What tunwin says of a target. $1: namespace, $2: target
says()
{
	tunwin -n "$1" -j aoe tun0 | jq -r --arg target "$2" '
		.targets[] | select(.target == $target) | (.total + {addr: "all"}), .initiators[] |
		"\(.addr) outstanding \(.outstanding) highest \(.outstanding_max) requests \(.requests) " +
		"answers \(.answers) same \(.retransmits_same_tag) new \(.retransmits_new_tag) " +
		"unmatched \(.unmatched)"' | sort
}

# Print a value of a target. $1: namespace, $2: target, $3: jq expression
target()
{
	tunwin -n "$1" -j aoe | jq -c --arg target "$2" ".targets[] | select(.target == \$target) | $3"
}

# $1: namespace, $2: target, $3: jq expression, $4: what it is to be
is()
{
	[[ $(target "$1" "$2" "$3") == "$4" ]]
}

# An initiator by hand. $1: address, $2: target, $3…: options
ask()
{
	tw_check "requests of $1" $PEER ask tun0 "$1" "$2" "${@:3}"
}

# A target that answers when there is a file go-NAME. $1: name, $2: target, $3: buffers
late_target()
{
	tw_background "$far" $PEER target tun0 $BLADE "$2" --buffers "$3" --ready "$tw_dir/$1.ready" \
		--until "$tw_dir/go-$1"
	tw_wait 30 "the target listens" test -s "$tw_dir/$1.ready"
}

two_initiators()
{
	local full_s other

	tw_module_load || return
	topology || return
	capture two || return
	late_target two 3.1 16 || return

	# Nothing has told the Buffer Count: it is not known, and not 0.
	ask $ALICE 3.1 --count 10 --tag $TAG || return
	tw_wait 30 "ten are outstanding" is "$near" 3.1 .total.outstanding 10 || return
	tw_equal "what is not known" "$(target "$near" 3.1 '[.buffer_count, .total.full, .total.full_s, .total.rtt_s]')" \
		"[null,null,null,null]"
	tw_check "and in the text" grep -q '10/?' <(tunwin -n "$near" aoe)

	ask $BOB 3.1 --query --tag $TAG --wait || return
	tw_equal "the Buffer Count" "$(target "$near" 3.1 '[.buffer_count, .total.full, .side]')" '[16,false,"far"]'
	ask $BOB 3.1 --count 6 --tag $((TAG + 100)) --lba 50 || return
	tw_wait 30 "they share a limit" is "$near" 3.1 .total.full true || return
	tw_equal "all, and each" "$(target "$near" 3.1 '[.total, .initiators[] | [.outstanding, .full]]')" \
		'[[16,true],[10,false],[6,false]]'
	tw_check "and in the text" grep -q '16/16' <(tunwin -n "$near" aoe)
	tw_check "the scope" test "$(target "$near" 3.1 .scope)" = '"initiator or target: the protocol leaves it open"'

	# Sent again: three with the tags that they had, two with others.
	ask $ALICE 3.1 --count 3 --tag $TAG || return
	ask $BOB 3.1 --count 2 --tag $((TAG + 200)) --lba 50 || return
	tw_wait 30 "all are sent" is "$near" 3.1 .total.retransmits 5 || return
	tw_equal "no more are outstanding" "$(target "$near" 3.1 .total.outstanding)" 16
	captured two first || return
	tw_equal "while nothing is answered" "$(says "$near" 3.1)" "$(shows two 3.1)"

	full_s=$(target "$near" 3.1 .total.full_s)
	touch "$tw_dir/go-two"
	tw_wait 30 "all are answered" is "$near" 3.1 .total.answers 16 || return
	ask $BOB 3.1 --count 4 --tag $((TAG + 300)) --wait || return
	captured two second || return
	tw_equal "when all is answered" "$(says "$near" 3.1)" "$(shows two 3.1)"
	tw_equal "from the other end" "$(says "$far" 3.1 | sort)" "$(says "$near" 3.1)"
	tw_equal "there it is near" "$(target "$far" 3.1 .side)" '"near"'
	tw_ns other
	tw_equal "another namespace sees nothing of it" "$(tunwin -n "$other" -j aoe | jq -c .targets)" "[]"
	tw_check "time that it was full" test "$(jq -n "$(target "$near" 3.1 .total.full_s) >= $full_s")" = true
	# Two sectors each; each initiator had answers to which the request is known.
	tw_equal "bytes" "$(target "$near" 3.1 '[.total.bytes, (.total.bytes_per_request | floor)]')" "[20480,1024]"
	tw_check "round trips" test "$(target "$near" 3.1 '.total.rtt_min_s > 0 and .total.rtt_max_s >= .total.rtt_s')" = true

	tw_check "reset" tunwin -n "$near" reset tun0 || return
	tw_equal "after a reset" "$(tunwin -n "$near" -j aoe | jq -c .targets)" "[]"
	tw_module_unload
}

is_block_device()
{
	[[ -b /dev/etherd/e1.2 ]]
}

# Requests without an answer, of all but one initiator
driver_outstanding()
{
	[[ $(target "$near" 1.2 "[.initiators[] | select(.addr != \"$BOB\") | .outstanding] | add") -ge $1 ]]
}

kernel_driver()
{
	local blade reader mine

	tw_need vblade aoe-discover aoe-stat || return
	tw_module_load || return
	topology || return
	modprobe aoe aoe_iflist=tun0 2> /dev/null || { tw_skip "this kernel has no aoe driver"; return; }
	tw_undo modprobe -r aoe
	capture driver || return
	truncate -s 16M "$tw_dir/disk"
	tw_background "$far" vblade -b 16 1 2 tun0 "$tw_dir/disk" > "$tw_dir/vblade" 2>&1
	blade=$!
	tw_check "aoe-discover" aoe-discover || return
	tw_wait 60 "the driver has the disk" is_block_device || return
	tw_check "aoe-stat shows it" grep -q 'e1.2.*up' <(aoe-stat) || return
	tw_equal "the Buffer Count" "$(target "$near" 1.2 .buffer_count)" 16

	tw_check "write" dd if=/dev/urandom of=/dev/etherd/e1.2 bs=64k count=4 oflag=direct || return
	tw_check "read" dd if=/dev/etherd/e1.2 of=/dev/null bs=64k count=4 iflag=direct || return

	# The target stands still: what is asked stays outstanding, and the driver sends it again.
	ask $BOB 1.2 --count 2 --tag $TAG --wait || return
	kill -STOP $blade
	dd if=/dev/etherd/e1.2 of=/dev/null bs=256k count=1 skip=4 iflag=direct 2> "$tw_dir/dd" &
	reader=$!
	ask $BOB 1.2 --count 5 --tag $((TAG + 100)) --lba 900 || return
	tw_wait 60 "the driver waits" driver_outstanding 1 || return
	tw_wait 60 "the driver sends again" is "$near" 1.2 '.total.retransmits_new_tag > 0' true || return
	captured driver still || return
	mine=$(says "$near" 1.2 | awk '{ print $1, $3 }')
	tw_equal "outstanding" "$mine" "$(shows driver 1.2 | awk '{ print $1, $3 }')"
	tw_equal "of the second initiator" "$(grep "$BOB" <<< "$mine")" "$BOB 5"

	kill -CONT $blade
	tw_wait 120 "the reader ends" _tw_process_over $reader || return
	wait $reader || tw_failed "the reader" "$(< "$tw_dir/dd")"
	# It answers in order: when this is answered, all is.
	ask $BOB 1.2 --count 1 --tag $((TAG + 200)) --wait || return
	tw_wait 60 "nothing is outstanding" is "$near" 1.2 .total.outstanding 0 || return
	# What nobody reads of its reports the driver does not free when it goes.
	dd if=/dev/etherd/err of=/dev/null bs=4k iflag=nonblock 2> /dev/null
	# While it is there the driver looks for targets each minute, and asks those it finds who they are.
	tw_check "aoe goes" modprobe -r aoe || return
	captured driver over || return
	tw_equal "all but the highest" "$(says "$near" 1.2 | sed 's/ highest [0-9]*//')" \
		"$(shows driver 1.2 | sed 's/ highest [0-9]*//')"
	# The driver keeps to the count; with the second initiator there were more in all.
	tw_check "the highest of each initiator" test "$(target "$near" 1.2 \
		'[.initiators[].outstanding_max <= 16] | all')" = true
	tw_check "the blocks of the driver" test "$(target "$near" 1.2 '.total.bytes >= 256 * 1024 * 3')" = true
	kill -KILL $blade
	wait $blade 2> /dev/null
	tw_module_unload
}

tunnel_goes()
{
	tw_module_load || return
	topology || return
	ask $ALICE 4.1 --count 3 || return
	tw_wait 30 "a target" is "$near" 4.1 .total.outstanding 3 || return
	# The tag may stand in the frame, or have been taken off it.
	ask $BOB 4.2 --count 2 --vlan 7 || return
	tw_wait 30 "a target in a VLAN" is "$near" 4.2 .total.outstanding 2 || return
	tw_wait 30 "at its other end" is "$far" 4.2 .total.outstanding 2 || return
	tw_check "the tunnel goes" ip -n "$far" link delete tun0 || return
	tw_equal "with its targets" "$(tunwin -n "$far" -j aoe | jq -c .targets)" "[]"
	tw_equal "not with those of others" "$(tunwin -n "$near" -j aoe | jq -c '[.targets[].target] | sort')" '["4.1","4.2"]'
	tw_module_unload
}

hostile()
{
	local host

	tw_module_load || return
	topology || return
	late_target hostile 5.1 8 || return
	touch "$tw_dir/go-hostile"
	ask $ALICE 5.1 --count 1 --query --tag $TAG --wait || return
	tw_check "noise" $PEER noise tun0 8000 || return
	host=$(tunwin -n "$near" -j aoe | jq -c .host)
	tw_check "targets are bounded: $host" test "$(jq '.targets <= 1024 and .initiators <= 2048' <<< "$host")" = true
	tw_check "what went is counted" test "$(jq '.targets_evicted > 100 and .initiators_evicted > 100' <<< "$host")" = true
	tw_check "what cannot be read is counted" test "$(jq '.malformed > 100 and .refused == 0' <<< "$host")" = true
	tw_equal "the target that answers is still there" "$(target "$near" 5.1 '[.total.answers, .buffer_count]')" "[1,8]"
	tw_check "the text says so" grep -q 'forgotten for newer ones' <(tunwin -n "$near" aoe)
	# More than are tracked, of one initiator.
	ask $BOB 6.1 --count 300 --tag $TAG || return
	tw_wait 30 "all have passed" is "$near" 6.1 .total.requests 300 || return
	tw_equal "tracked" "$(target "$near" 6.1 '[.total.outstanding, .total.untracked]')" "[256,44]"
	tw_refused 1 "tunnel" tunwin -n "$near" aoe ""
	# In the middle of it.
	tw_background "$near" $PEER noise tun0 100000
	tw_wait 30 "it goes on" is "$near" 5.1 .total.answers 1
	tw_module_unload
}

tw_test "Two initiators at one target: outstanding, sent again and the limit they share" two_initiators
# (The driver of Linux 4.20 to 5.13 lets go of a disk's tags before its queue, and the kernel panics.)
if [[ $(printf '%s\n' 5.14 "$(uname -r)" | sort -V | head -n 1) == 5.14 ]]; then
	tw_test "The kernel's driver and vblade: outstanding and sent again are what a capture shows" kernel_driver
fi
tw_test "Targets go with their tunnel; frames in a VLAN are seen" tunnel_goes
tw_test "Hostile frames: bounded, counted, and the module goes in the middle of them" hostile
tw_end
