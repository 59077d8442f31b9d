# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that is a PC in QEMU, for Debian's kernels. Sourced by `run`, which sets what its options say, and work,
# results, guest_path, stdin and what `kernel` and `initrd` have printed.
#
#	host					guest
#	stdout, stderr, status	<- virtio-serial <-	the program's
#	kernel log		<- virtio-serial <-	/dev/kmsg, as it grows
#	console log		<- ttyS0	 <-	only errors and the panic
#	/			-> 9p, read-only ->	/, under an overlay
#	results directory	<> 9p		 <>	/results
#
# (For a kernel that has no 9p, virtiofs, whose other end is a daemon of root's beside QEMU.)
# shellcheck disable=SC2034,SC2154

qemu_programs=(qemu-system-x86_64:qemu-system-x86)

virtiofsd=/usr/lib/qemu/virtiofsd

# Print the programs that tests start all the time, and what these load, without the first slash: the guest
# has them in memory. To start one takes half as long if nothing need be opened on the host for it.
hot_list()
{
	local name program

	for name in awk bash cat ethtool gojq grep ip nft nsenter python3 rm sed sort ss sysctl tc timeout tunwin; do
		program=$(PATH=$guest_path type -P "$name") || continue
		echo "$program"
		ldd "$program" 2> /dev/null | grep -o '/[^ ]*' || true
	done | xargs realpath | sort -u | cut -c 2-
	find /usr/lib/locale/C.utf8 -type f 2> /dev/null | cut -c 2- || true
	echo etc/ld.so.cache
}

# Set nic_args. The cards of one --nics hang on one hub, numbered like the option.
nics_args()
{
	local spec model count hub=0 card

	nic_args=()
	for spec in "${nics[@]}"; do
		model=${spec%:*}
		count=${spec##*:}
		[[ $spec == *:* && $count =~ ^[1-9][0-9]*$ ]] ||
			die $status_failed "--nics wants MODEL:N, not $spec"
		for ((card = 0; card < count; card++)); do
			nic_args+=(
				-netdev "hubport,id=hub${hub}card$card,hubid=$hub"
				-device "$model,netdev=hub${hub}card$card,romfile="
			)
		done
		hub=$((hub + 1))
	done
}

# Set boot_words, the kernel's command line. What takes time and tests nothing of
# ours is off (code that is at another address in each process is translated anew for each: a program
# would take three times as long to start); the watchdogs, which measure this machine's time, wait for minutes from the boot
# on, as an emulated processor is slow and may itself have to wait for a real one (what hangs for good is ended by --timeout); a
# fault ends the guest at once.
boot_words()
{
	local khz

	boot_words=(
		console=ttyS0 loglevel=4 log_buf_len=8M printk.devkmsg=on
		panic=-1 oops=panic
		nokaslr norandmaps mitigations=off init_on_alloc=0 apparmor=0 cryptomgr.notests no_timer_check
		random.trust_cpu=on
		# All processors read one counter, which the kernel cannot know.
		tsc=reliable
		watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=300 workqueue.watchdog_thresh=300
		sysctl.kernel.hung_task_timeout_secs=600
	)
	# An emulated processor reads this machine's counter. How fast that is the guest would measure by an emulated timer; if it
	# has to wait meanwhile it finds a fraction, and its clock is that much too fast.
	if [[ $accel == tcg* && ${#clock[@]} -eq 0 ]]; then
		khz=$(tsc_khz)
		[[ ! $khz ]] || boot_words+=("tsc_early_khz=$khz")
	fi
	# shellcheck disable=SC2206 # words
	boot_words+=("TUNWIN_FILES=$FILES" "TUNWIN_JOB=\"$work/job\"" $append)
}

# Print the rate of this machine's time stamp counter, which the kernel tells as twice as many "bogomips". Nothing where it is
# not told.
tsc_khz()
{
	awk -F : '$1 ~ /^bogomips/ && $2 > 100 { printf "%.0f", $2 * 500; exit }' /proc/cpuinfo
}

# Set files_args, by which the guest sees the host's files, and start what these need.
# shellcheck disable=SC2054 # the commas are QEMU's
files_serve()
{
	local name

	if [[ $FILES == 9p ]]; then
		files_args=(
			-fsdev "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"
			-device virtio-9p-pci,fsdev=host,mount_tag=host
			-fsdev "local,id=results,path=$(comma "$results"),security_model=none,multidevs=remap"
			-device virtio-9p-pci,fsdev=results,mount_tag=results
		)
		return
	fi
	[[ -x $virtiofsd ]] || die $status_failed "$virtiofsd is missing: apt-get install qemu-system-common"
	[[ $(id -u) -eq 0 ]] ||
		die $status_failed "this kernel sees the host's files through virtiofsd, which only root may run"
	files_args=(-object "memory-backend-memfd,id=shared,size=${memory}M,share=on" -machine memory-backend=shared)
	file_daemon host / always
	file_daemon results "$results" none
}

# $1: what the guest knows it by, $2: directory, $3: what is cached
# shellcheck disable=SC2054
file_daemon()
{
	local tries=0

	setpriv --pdeathsig KILL -- "$virtiofsd" --socket-path="$work/$1.socket" -o "source=$2,cache=$3,sandbox=chroot" \
		-f < /dev/null > "$work/$1.files" 2>&1 &
	daemons+=($!)
	until [[ -S $work/$1.socket ]]; do
		tries=$((tries + 1))
		if [[ $tries -gt 500 ]] || ! kill -0 "${daemons[-1]}" 2> /dev/null; then
			die $status_failed "virtiofsd does not start: $(tail -n 3 "$work/$1.files")"
		fi
		sleep 0.02
	done
	files_args+=(
		-chardev "socket,id=$1,path=$(comma "$work/$1.socket")"
		-device "vhost-user-fs-pci,chardev=$1,tag=$1"
	)
}

# Start QEMU in the background; sets guest. Its ends of the ports are pipes: QEMU
# makes what it writes to non-blocking, which must not happen to our stdout.
# setpriv ends it when this shell is killed.
# shellcheck disable=SC2054 # the commas are QEMU's
qemu_start()
{
	local args=() port cpu=max

	# TCG copies byte by byte what `rep movsb` would copy fast on a real processor,
	# and the kernel prefers it where it can: 1.4 Gb/s instead of 4. After cmpxchg16b QEMU 7.2 computes the flags from
	# stale state. With the trap flag among them an interrupt returns into a single step, which the kernel warns of.
	[[ $accel != tcg* ]] || cpu=max,-erms,-fsrm,-cx16
	nics_args
	boot_words
	hot_list > "$work/job.hot"
	exec {stdout}> >(exec cat)
	relays=($!)
	exec {stderr}> >(exec cat >&2)
	relays+=($!)
	files_serve
	[[ ! $shell ]] || note "Ctrl-A X kills the guest"
	args=(
		-name "tunwin-$RELEASE" -accel "$accel" -cpu "$cpu" -smp "$cpus" -m "$memory"
		-nodefaults -no-user-config -display none -no-reboot
		-kernel "$IMAGE" -initrd "$INITRD" -append "${boot_words[*]}"
		-chardev "file,id=console,path=$(comma "$work/console.raw")" -serial chardev:console
		-device virtio-serial-pci
		-add-fd "set=1,fd=$stdout" -chardev file,id=stdout,path=/dev/fdset/1,append=on
		-add-fd "set=2,fd=$stderr" -chardev file,id=stderr,path=/dev/fdset/2,append=on
		-chardev "file,id=status,path=$(comma "$work/status")"
		-chardev "file,id=log,path=$(comma "$work/kmsg")"
	)
	for port in stdout stderr status log; do
		args+=(-device "virtserialport,chardev=$port,name=$port")
	done
	if [[ $shell ]]; then
		args+=(
			-chardev stdio,id=terminal,signal=off,mux=on
			-device virtconsole,chardev=terminal
		)
	fi
	[[ ${#traces[@]} -eq 0 ]] || args+=(-msg timestamp=on -D "$results/qemu.trace" "${traces[@]}")
	setpriv --pdeathsig KILL -- qemu-system-x86_64 "${args[@]}" "${files_args[@]}" "${clock[@]}" "${nic_args[@]}" \
		<&"$stdin" 2> "$work/machine" &
	guest=$!
}

# QEMU takes two commas for one.
comma()
{
	echo "${1//,/,,}"
}
