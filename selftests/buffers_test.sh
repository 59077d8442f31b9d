#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# needs: cards
# guest: --nics e1000:2 --trace e1000_receiver_overrun
#
# Where buffers run out, how much was lost for it, and whom it hit.
#
#	    near					    far
#	+--------------------+			+--------------------+
#	| receiver	     |			|	      sender |
#	|    |		     |			|		|    |
#	|   tun0  ===========|==================|========== tun0     |
#	|    |		     |			|		|    |
#	|   under0  ---------|------------------|-------- under0     |
#	+--------------------+			+--------------------+
#
#	under0 is an e1000 card on a wire with the other one, MTU 9000 (tw_cards), or a veth pair (tw_link).
#	What the emulated card refuses is in the emulator's own log, with the time.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/buffers.sh
. "$(dirname "$0")/buffers.sh"

tw_begin "Buffers"

near="" far=""

##############################################################################
# The emulator's log

# How far its clock is ahead of ours, in microseconds: a file that we write there is dated by it.
clock_ahead_us()
{
	local before after theirs

	before=${EPOCHREALTIME/./}
	echo > "$TUNWIN_RESULTS/clock"
	after=${EPOCHREALTIME/./}
	theirs=$(stat -c %.6Y "$TUNWIN_RESULTS/clock")
	echo $((${theirs/./} - (before + after) / 2))
}

# Frames that the card has refused since a line of the log. $1: line
refused()
{
	tail -n +$(($1 + 1)) "$TUNWIN_RESULTS/qemu.trace" | grep -c e1000_receiver_overrun
}

# Those of a size. $1: line, $2, $3: from so many bytes to so many
refused_of()
{
	tail -n +$(($1 + 1)) "$TUNWIN_RESULTS/qemu.trace" | awk -v from="$2" -v to="$3" '
		/e1000_receiver_overrun/ { sub(/.*packet of /, "") }
		$1 >= from && $1 <= to { count++ }
		END { print count + 0 }'
}

# When the first and the last was, by our clock, in microseconds. $1: line
refused_between_us()
{
	tail -n +$(($1 + 1)) "$TUNWIN_RESULTS/qemu.trace" | awk -F '[@:.]' -v ahead="$(clock_ahead_us)" '
		/e1000_receiver_overrun/ {
			at = $2 * 1000000 + $3 - ahead
			if (!first)
				first = at
			last = at
		}
		END { printf "%.0f %.0f\n", first, last }'
}

# $1: line, $2: how many
has_refused()
{
	[[ $(refused "$1") -ge $2 ]]
}

##############################################################################

# Segments with data that came through the tunnel in frames of 1,514 bytes at most, and their payload: what the
# kernel's own rules have counted. Headers are those of Ethernet, IP and GRE (38 bytes), and of IP and TCP with
# timestamps (52). (What is sent again comes twice.)
count_small()
{
	tw_need nft && tw_check "counter" tw_in "$near" nft "table inet small {
		counter data { }
		chain in {
			type filter hook input priority 0
			iifname tun0 meta length 53-1476 tcp flags & syn == 0 counter name data
		}
	}"
}

small_counted()
{
	tw_in "$near" nft -j list counter inet small data |
		jq -r '.nftables[] | .counter // empty | "\(.packets) \(.bytes - 52 * .packets)"'
}

enough_buffers()
{
	local frames segments small small_bytes

	cards e1000 && count_small || return
	# 256 buffers hold 85 frames: no window is larger than 60 of them, so that all fit whatever the machine does.
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 131072 700000"
	tw_transfer large "$far" "$near" "$NEAR_ADDR" 30000000 &&
		tw_transfer little "$far" "$near" "$NEAR_ADDR" 500 || return
	segments=$(($(tw_account large receiver .tcp_info.data_segs_in) + $(tw_account little receiver .tcp_info.data_segs_in)))
	read -r small small_bytes < <(small_counted)
	tw_check "the little one is small" test "$small" -ge 1
	frames=$((segments - small))
	tw_check "$frames frames of 9,014 bytes at most, each in three buffers" near_says '
		.devices[] | select(.device == "under0").demand | .frames == '"$frames"' and
		(.frame_bytes / ((30000500 - '"$small_bytes"') / '"$frames"' + 90) | . > 0.998 and . < 1.002) and
		.frame_bytes <= 9014 and
		.buffers_per_frame >= 2.5 and .page_order == 0 and .truesize_per_frame_bytes >= 3 * 4096 and
		.rx_ring == 256' || { jq -c '.devices[] | select(.device == "under0").demand' "$tw_dir/buffers" && return 1; }
	tw_check "no episode" near_says '.episodes == []'
}

# Let what far sends to a port leave three times a second only, and all of it then. (What netem delays is no longer the
# socket's, which else would wait for it.) $1: port
in_bursts()
{
	tw_check "bursts" tc -n "$far" qdisc replace dev tun0 root handle 1: prio bands 2 priomap 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 &&
		tw_check "bursts" tc -n "$far" qdisc add dev tun0 parent 1:1 netem delay 1ms slot 333ms 333ms &&
		tw_check "bursts" tc -n "$far" filter add dev tun0 parent 1: protocol ip u32 match ip dport "$1" 0xffff flowid 1:1
}

# Pings that were not answered although a later one was.
pings_lost()
{
	grep -o 'icmp_seq=[0-9]*' "$tw_dir/ping" | awk -F= '{ last = $2 } END { print last - NR }'
}

small_ring()
{
	local line first last ping small_refused

	cards e1000 || return
	# Much comes at once, however slow the sender is: all that the congestion window allows goes out, not 128 KB of it,
	# which are 43 buffers, and the first windows are large. (in_bursts)
	tw_in "$far" sysctl -qw net.ipv4.tcp_limit_output_bytes=4000000
	tw_in "$near" sysctl -qw net.ipv4.tcp_rmem="4096 4194304 8388608"
	tw_check "a large first window" ip -n "$far" route change "${NEAR_ADDR%.*}.0/24" dev tun0 initcwnd 60 || return
	tw_check "a ring of 48" tw_in "$near" ethtool -G under0 rx 48 || return
	tw_wait 30 "the card has a carrier" _tw_has_carrier "$near" || return
	tw_receive small "$near" 10000000000 && tw_send small "$far" "$NEAR_ADDR" 10000000000 --mss 400 --pace 20000 || return
	# (While a queueing discipline is replaced the device drops what it is given: before there are pings.)
	tw_receive large "$near" 10000000000 && in_bursts "$(< "$tw_dir/large.port")" || return
	tw_background "$far" ping -i 0.2 -s 36 "$NEAR_ADDR" > "$tw_dir/ping"
	ping=$!
	tw_wait 30 "pings come back" grep -q "seq=5 " "$tw_dir/ping" || return
	tw_check "no episode" near_says '.episodes == []' || return

	line=$(wc -l < "$TUNWIN_RESULTS/qemu.trace")
	tw_send large "$far" "$NEAR_ADDR" 10000000000 || return
	# The first window does it. Less than ten packets are not worth an alert. An episode is over soon, and a sender that
	# goes on comes back to another one: how many there are is this machine's speed.
	tw_wait 60 "the card refuses frames" has_refused "$line" 10 || return
	tw_wait 10 "there is an alert" alerted 'any(.[]; .code == "buffer-exhausted" and .device == "under0" and .tunnel == "tun0")' || return
	tw_wait 30 "small packets pass meanwhile, large ones do not" episodes_say '
		any(.[].size_classes[]; .max_bytes == 256 and .passed > 0) and any(.[].size_classes[]; .lost > 0)' || return
	broken_off large
	tw_wait 60 "the episodes are over" episodes_say 'all(.[]; .over)' || return
	kill -INT "$ping"
	wait "$ping"
	read -r first last < <(refused_between_us "$line")
	echo "# the card refused $(refused "$line") frames in $(((last - first) / 1000)) ms; $(jq -c '.[]' "$tw_dir/episodes")"
	tw_equal "packets lost" "$(jq 'map(.packets) | add' "$tw_dir/episodes")" "$(refused "$line")"
	begins_within_a_second "$first" "$last"
	# Segments of 400 bytes are refused, too, if there is no buffer left at all.
	small_refused=$(refused_of "$line" 100 1000)
	tw_equal "the flows that were hit" "$(ports_hit | sort)" "$({
		echo "$(< "$tw_dir/large.port")"
		[[ $small_refused -eq 0 ]] || echo "$(< "$tw_dir/small.port")"
	} | sort)"
	tw_check "what flows have missed is large" episodes_say "
		[.[].size_classes[]] | group_by(.max_bytes) | map({max_bytes: .[0].max_bytes, lost: (map(.lost) | add)}) |
		all(.[]; .lost <= if .max_bytes == 9018 then $(refused_of "$line" 9000 9100)
			elif .max_bytes == 1518 then $small_refused else 0 end) and any(.[]; .lost > 0)"
	tw_equal "pings lost" "$(pings_lost)" "$(refused_of "$line" 1 200)"
	tw_check "the alert is over" alerted 'all(.[]; .code != "buffer-exhausted")'
}

##############################################################################
# Pages

# Let the kernel note each page that it had not got for a softirq. Until the test ends.
kernel_notes_pages()
{
	local event

	mount -t tracefs tracefs /sys/kernel/tracing 2> /dev/null
	noted=/sys/kernel/tracing/instances/tunwin-selftest
	event=$noted/events/kmem/mm_page_alloc
	if ! mkdir $noted 2> /dev/null; then
		tw_skip "this kernel has no instances of traces"
		return 1
	fi
	tw_undo rmdir $noted
	# (0x10 is TRACE_FLAG_SOFTIRQ.)
	tw_check "a trace of pages" bash -c "echo mono > $noted/trace_clock &&
		echo 'pfn == 0xffffffffffffffff && common_flags & 0x10' > $event/filter && echo 1 > $event/enable"
}

# How many of which order: "0 13".
pages_noted()
{
	grep -o 'order=[0-9]*' $noted/trace | sort | uniq -c | awk '{ sub("order=", "", $2); print $2, $1 }'
}

# The same as near says, since there was the file of what it said before.
pages_told()
{
	tunwin -n "$near" -j buffers | jq -r --slurpfile before "$tw_dir/before" '
		.host.page_failures[] | .order as $order |
		{order, failed: (.failed - ([$before[0].host.page_failures[] | select(.order == $order).failed] | add // 0))} |
		select(.failed > 0) | "\(.order) \(.failed)"'
}

# When the first and the last was, in microseconds.
noted_between_us()
{
	local up

	read -r up _ < /proc/uptime
	awk -v ahead="$((${EPOCHREALTIME/./} - ${up/./} * 10000))" '
		/mm_page_alloc:/ {
			match($0, /[0-9]+\.[0-9]+:/)
			at = substr($0, RSTART, RLENGTH - 1) * 1000000 + ahead
			if (!first)
				first = at
			last = at
		}
		END { printf "%.0f %.0f\n", first, last }' $noted/trace
}

# So much is kept free, in KB, while nothing is scarce.
KEPT_FREE=8192

# Fill the memory, but for 250 MB, with a file that cannot go anywhere else. What fills the rest is a disk that is
# empty: to read it takes the same time however slow this machine's own disk is.
memory_is_full()
{
	local available_kb

	tw_need modprobe && tw_check "a disk of 400 MB" modprobe brd rd_nr=1 rd_size=409600 || return
	tw_undo modprobe -r brd
	# (While nobody has it open nothing of it is kept.)
	tw_background "$near" bash -c 'exec 9< /dev/ram0; exec sleep infinity'
	mkdir "$tw_dir/hog"
	tw_check "a tmpfs" mount -t tmpfs -o size=100% none "$tw_dir/hog" || return
	tw_undo umount "$tw_dir/hog"
	# No page comes from the lowest 16 MB.
	tw_set vm.min_free_kbytes $KEPT_FREE && tw_set vm.lowmem_reserve_ratio "1 256 32 0 0" || return
	available_kb=$(awk '/MemAvailable/ { print $2 }' /proc/meminfo)
	tw_check "a large file" dd if=/dev/zero of="$tw_dir/hog/file" bs=1M count=$((available_kb / 1024 - 250))
}

# What is received on a processor where somebody frees memory may take the last page (PF_MEMALLOC): have one that only
# receives.
one_receives()
{
	local irq process

	for process in $$ $_tw_pool "$(pgrep -x kswapd0)"; do
		tw_check "one processor for all" taskset -a -p 1 "$process" || return
		tw_undo bash -c "taskset -a -p 3 $process > /dev/null"
	done
	for irq in $(awk -F: '/under0/ { print $1 }' /proc/interrupts); do
		tw_check "the other one receives" bash -c "echo 2 > /proc/irq/$irq/smp_affinity" || return
		tw_undo bash -c "echo 3 > /proc/irq/$irq/smp_affinity"
	done
}

# When hardly any memory is free that is not the disk's, 200 MB are to be: until they are, nobody gets a page who cannot
# wait for it. Did the card want one?
pages_run_out()
{
	echo $KEPT_FREE > /proc/sys/vm/min_free_kbytes
	cat /dev/ram0 > /dev/null
	free_is -lt 35000 || return
	echo 200000 > /proc/sys/vm/min_free_kbytes
	free_is -gt 120000 || return
	[[ $(driver_counted alloc_rx_buff_failed) -gt $alloc_before ]]
}

# Wait for it, without starting a program: that would take memory, and time. $1: -lt or -gt, $2: KB
free_is()
{
	local free_kb end=$((SECONDS + 60))

	while [[ $SECONDS -lt $end ]]; do
		{ read -r _ && read -r _ free_kb _; } < /proc/meminfo
		! test "$free_kb" "$1" "$2" || return 0
	done
	echo "$free_kb KB are free, not $1 $2"
	return 1
}

scarce_pages()
{
	# While the disk is read, the card may refuse frames as well. Where this machine is late, the card may already be
	# refused a page then: that is an episode of its own.
	local episodes_of='map(select(any(.sources[]; .source == "alloc")))'
	local noted first last line ping i alloc_before

	cards e1000 && kernel_notes_pages && one_receives || return
	# A ring that lasts for a while, should the receiver be busy otherwise.
	tw_check "a ring of 1,024" tw_in "$near" ethtool -G under0 rx 1024 || return
	tw_wait 30 "the card has a carrier" _tw_has_carrier "$near" || return
	alloc_before=$(driver_counted alloc_rx_buff_failed)
	tunwin -n "$near" -j buffers > "$tw_dir/before"
	tw_background "$far" ping -i 0.2 -s 36 "$NEAR_ADDR" > "$tw_dir/ping"
	ping=$!
	memory_is_full || return
	for i in 1 2 3 4; do
		tw_receive "large$i" "$near" 10000000000 &&
			tw_send "large$i" "$far" "$NEAR_ADDR" 10000000000 --pace 2000000 || return
	done
	tw_wait 60 "large frames arrive" near_says '.devices[] | select(.device == "under0").demand.frame_bytes > 8900' ||
		return
	line=$(wc -l < "$TUNWIN_RESULTS/qemu.trace")
	tw_wait 60 "the card finds no pages" pages_run_out &&
		tw_wait 10 "there is an episode" near_says 'any(.episodes[].sources[]; .source == "alloc")' || return
	for i in 1 2 3 4; do
		broken_off "large$i"
	done
	rm "$tw_dir/hog/file"
	tw_wait 60 "the episodes are over" episodes_say 'all(.[]; .over)' || return
	kill -INT "$ping"
	wait "$ping"
	read -r first last < <(noted_between_us)
	# The ring may be empty for longer than pages are.
	[[ $(refused "$line") -eq 0 ]] || read -r first last < <(
		{ echo "$first $last"; refused_between_us "$line"; } |
			awk '{ if (NR == 1 || $1 < first) first = $1; if (NR == 1 || $2 > last) last = $2 }
			END { printf "%.0f %.0f\n", first, last }')
	echo "# of order 0: $(pages_noted | head -n 1) in $(((last - first) / 1000)) ms; $(jq -c '.[]' "$tw_dir/episodes")"
	tw_equal "allocations that failed, by order" "$(pages_told)" "$(pages_noted)"
	tw_equal "buffers that the driver did not get" \
		"$(episodes_count alloc)" \
		"$(($(driver_counted alloc_rx_buff_failed) - alloc_before))"
	# A page that the card does not get costs a frame only when its ring is empty: nothing says when in that time.
	tw_check "frames are lost while pages fail, give or take a second" episodes_say "
		all(.[]; .time * 1000000 > $first - 1000000 and (.time + .duration_s) * 1000000 < $last + 1000000)"
	tw_check "pages, and small packets that pass meanwhile" episodes_say '
		any(.[].page_failures[]; .order == 0 and .failed > 0) and
		any(.[].size_classes[]; .max_bytes == 256 and .passed > 0)'
	tw_wait 10 "what the card has refused is told" missed_is_refused "$line"
}

# Does near say of all episodes together that as many frames were missed as the card has refused? $1: line
missed_is_refused()
{
	local missed

	missed=$(tunwin -n "$near" -j buffers history |
		jq '[.[].sources[] | select(.source == "missed").packets] | add // 0')
	echo "missed: $missed, refused: $(refused "$1")"
	[[ $missed -eq $(refused "$1") ]]
}

##############################################################################
# What is no shortage

# Packets of more than 1,300 bytes vanish on the way, and nobody is told.
black_hole()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=10ms || return
	tw_need nft && tw_check "the black hole" tw_in "$near" nft "table inet rules {
		chain packets {
			type filter hook prerouting priority -400
			iifname under0 meta length > 1300 drop
		}
	}" || return
	# A small message first, as a handshake of TLS would be.
	tw_receive stuck "$near" 10000000000 --keepalive 1 &&
		tw_send stuck "$far" "$NEAR_ADDR" 10000000000 --pause-at 500 --until "$tw_dir/go" || return
	tw_wait 20 "the small message is through" test -e "$tw_dir/go.paused" || return
	touch "$tw_dir/go"
	tw_wait 60 "large segments are known to be lost" size_loss_at_far || return
	tw_check "near has no episode" near_says '.episodes == []' &&
		tw_check "near has no alert of buffers" alerted 'all(.[]; .code != "buffer-exhausted")'
	tunwin -n "$far" -j buffers > "$tw_dir/buffers"
	tw_check "far has no episode" jq -e '.episodes == []' "$tw_dir/buffers"
	tw_check "far's doctor says so" doctor_says size-loss
}

size_loss_at_far()
{
	tunwin -n "$far" -j alerts | jq -e 'any(.[]; .code == "size-loss" and .size_bytes > 1200 and .size_bytes < 1460)'
}

# $1: code
doctor_says()
{
	tunwin -n "$far" -j doctor | jq -e "any(.findings[]; .code == \"$1\") and all(.findings[]; .code != \"buffer-exhausted\")"
}

random_loss()
{
	tw_ns near far
	tw_tunnel gre "$near" "$far" delay=5ms loss=1% || return
	tw_check "segments" ip -n "$far" link set tun0 gso_max_segs 1 || return
	tw_transfer lossy "$far" "$near" "$NEAR_ADDR" 10000000 || return
	tw_check "segments were lost" [ "$(tw_account lossy sender .retransmits)" -gt 20 ] || return
	tw_check "no episode" near_says '.episodes == []'
}

tw_module_load
tw_test "Large frames, and buffers for all of them" enough_buffers
tw_test "A ring that is too small for large frames" small_ring
tw_test "Pages that are scarce" scarce_pages
tw_test "A path MTU black hole is none" black_hole
tw_test "Nor is random loss" random_loss
tw_end
