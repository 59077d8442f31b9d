# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that is user-mode Linux: a kernel as a process of this machine, without rights of its own. Sourced by `run`,
# which sets what its options say, and work, results, stdin and what `kernel` and `initrd` have printed.
#
#	host					guest
#	stdout, stderr, status	<-  tty1…3	<-	the program's
#	kernel log		<-  tty4	<-	/dev/kmsg, as it grows
#	console log		<-  tty0	<-	only errors and the panic
#	/			-> hostfs	->	/, under an overlay
#	results directory	<> hostfs	<>	/results
#
# Of kernel `virtual` time passes only while all of it sleeps (time-travel=inf-cpu): what it computes takes no time, and
# what the host does beside it cannot be seen. So that a run is the same each time with the same seed:
#
# - what the kernel asks its host for random numbers is answered from the seed (replay.c);
# - it begins at the same time of day, at the same addresses, and with the same command line, which it mixes into its
#   random numbers: no name on it is this machine's;
# - what it writes goes to files, which take everything at once; from there it is passed on.
# shellcheck disable=SC2034,SC2054,SC2154

# After anything that a host's file can be of: 18 May 2033.
uml_began=2000000000000000000

# Take a processor on which no other guest in virtual time is, while there is one: its kernel and the programs that it runs
# take turns, and to wake another processor each time would take twice as long. Sets cpu, or leaves it empty.
cpu_take()
{
	local list first last slot

	IFS=, read -r -a list < <(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
	for first in "${list[@]}"; do
		last=${first#*-}
		for ((cpu = ${first%-*}; cpu <= last; cpu++)); do
			# (It is kept until this shell and what it has started are gone.)
			exec {slot}> "$cache/processor-$cpu"
			! flock -n "$slot" || return 0
			exec {slot}>&-
		done
	done
	cpu=""
}

# Start it in the background; sets guest, the leader of a session of its own. setpriv ends it when this shell is killed.
uml_start()
{
	local words name cpu="" cache=${XDG_CACHE_HOME:-$HOME/.cache}/tunwin/guest

	[[ ${#nics[@]} -eq 0 && ${#traces[@]} -eq 0 && ${#clock[@]} -eq 0 ]] ||
		die "$status_failed" "user-mode Linux has no cards, and QEMU's clock neither"
	for name in out err; do
		: > "$work/$name"
	done
	# The job comes with the initrd.
	(cd "$work" && cat "$INITRD" <(echo job | cpio -o -H newc -R 0:0 --quiet) > initrd)

	words=(
		"mem=${memory}M" initrd=initrd uml_dir=. umid=guest
		# (loglevel= and log_buf_len= are read after what comes before the console is there.)
		quiet loglevel=4 log_buf_len=8M printk.devkmsg=on
		panic=-1 oops=panic norandmaps random.trust_cpu=on
		con=null con0=null,fd:3 con1=null,fd:4 con2=null,fd:5 con3=null,fd:6 con4=null,fd:7
		TUNWIN_FILES=hostfs
	)
	# (Before 6.16 there is no such way to run programs, and ptrace is taken.)
	words+=(seccomp=on)
	if [[ $FLAVOUR == virtual* ]]; then
		words+=(time-travel=inf-cpu "time-travel-start=$uml_began")
		cpu_take
	else
		# Its time is this machine's, where it may have to wait for a processor: see boot_words.
		words+=("ncpus=$cpus" rcupdate.rcu_cpu_stall_timeout=300)
	fi
	[[ ! $shell ]] || words+=(con5=fd:0,fd:8)
	# shellcheck disable=SC2206 # words
	words+=($append)

	(
		cd "$work" || exit
		# Its memory is a file that is gone at once.
		exec env -i TMPDIR=/dev/shm LD_PRELOAD="$REPLAY" TUNWIN_SEED="$seed" setpriv --pdeathsig KILL -- \
			setsid ${cpu:+taskset -c "$cpu"} setarch -R "$IMAGE" "${words[@]}" \
			<&"$stdin" 3>> console.raw 4>> out 5>> err 6>> status 7>> kmsg 8>&1 > machine 2>&1
	) &
	guest=$!
	tail -n +1 -s 0.1 -f "--pid=$guest" "$work/out" &
	relays=($!)
	tail -n +1 -s 0.1 -f "--pid=$guest" "$work/err" >&2 &
	relays+=($!)
}
