#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Test the guest runner itself, on the host; no root needed. KTAP on stdout, exit
# status as in kselftest. Takes a minute once the kernels are there.

set -u

here=$(dirname "$(realpath "$0")")
# What `run` leaves behind would lie here; the name is as awkward as may be.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tunwin selftest, XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

# Those that check runs the tests in.
kernels=${KERNELS:-virtual smp 6.12}

# Those of each kernel, and those of one.
tests_each=(streams_complete leftovers_ended time_runs_out kernel_panics kernel_warns terminated_by_signal)
tests=(script_exact not_runnable kernel_instead)
for kernel in $kernels; do
	case $kernel in
	virtual)	tests+=(same_seed time_is_its_own "needs_choose clock virtual") ;;
	smp)		tests+=("needs_choose fuzz smp") ;;
	6.12)		tests+=("needs_choose drops 6.12") ;&
	*)		tests+=("results_and_cards $kernel") ;;
	esac
	for name in "${tests_each[@]}"; do
		tests+=("$name $kernel")
	done
done
tests+=(nothing_left)

# Run a guest; sets status. What it prints goes to the files out and err.
# $@: arguments of run
run()
{
	status=0
	"$here/run" --timeout 1200 "$@" > "$scratch/out" 2> "$scratch/err" || status=$?
}

# Fail the present test unless a command succeeds.
# $1: what is checked, $2…: command
check()
{
	if ! "${@:2}" > "$scratch/why" 2>&1; then
		echo "# not so: $1"
		sed 's/^/# 	/' "$scratch/why"
		# shellcheck disable=SC2034 # bash has it dynamic
		failed=yes
	fi
}

# $1: what is compared, $2: what it is, $3: what it should be
equal()
{
	check "$1: got '$2', want '$3'" test "$2" = "$3"
}

# Make a script in the scratch directory.
# $1: name; its body comes on stdin
script()
{
	{ echo "#!/bin/bash"; cat; } > "$scratch/$1"
	chmod +x "$scratch/$1"
}

# Test that each kernel runs a script with its arguments, directory, environment
# and exit status unchanged, and that guests running at once do not meet.
script_exact()
{
	local kernel number=0 words=('a b' "it's" $'two\nlines' '"q"' '' "\$HOME" '*' '\n' $'\t') runs=()

	script "it's = a script" <<-'EOF'
	[[ ! -e /tmp/met ]] || exit 4
	touch /tmp/met
	printf '<%s>' "$@" "$PWD" "$TUNWIN_SELFTEST" "$TUNWIN_GUEST" "${TUNWIN_KO##*/}"
	uname -r > "$TUNWIN_RESULTS/release"
	exit 3
	EOF
	pushd "$scratch" > /dev/null || return
	# Two of each.
	for kernel in $kernels $kernels; do
		mkdir "results, ${#runs[@]}"
		TUNWIN_SELFTEST=$'x\ny' "$here/run" --kernel "$kernel" --results "results, ${#runs[@]}" \
			"./it's = a script" "${words[@]}" > "out ${#runs[@]}" 2> "err ${#runs[@]}" &
		runs+=($!)
	done
	for kernel in $kernels $kernels; do
		eval "$("$here/kernel" "$kernel")"
		wait "${runs[number]}"
		equal "status of $kernel" $? 3
		check "stderr of $kernel" diff /dev/null "err $number"
		equal "output of $kernel" "$(cat "out $number")" \
			"$(printf '<%s>' "${words[@]}" "$scratch" $'x\ny' 1 tunwin.ko)"
		equal "release of $kernel" "$(cat "results, $number/release")" "$RELEASE"
		number=$((number + 1))
	done
	popd > /dev/null || return
	check "the host has no such file" test ! -e /tmp/met
}

# Test that much output arrives whole, in order, and on its own stream. $1: kernel
streams_complete()
{
	script streams <<-'EOF'
	seq 1 700000 & seq 700001 1400000 >&2; wait
	EOF
	run --kernel "$1" "$scratch/streams"
	equal status "$status" 0
	check stdout cmp "$scratch/out" <(seq 1 700000)
	check stderr cmp "$scratch/err" <(seq 700001 1400000)
}

# Test that network cards share a wire and files come out. $1: kernel
results_and_cards()
{
	script cards <<-'EOF'
	set -e
	ip netns add far
	ip link set eth1 netns far
	ip address add 192.0.2.1/24 dev eth0
	ip -n far address add 192.0.2.2/24 dev eth1
	ip link set eth0 up
	ip -n far link set eth1 up
	ping -q -c 1 -W 10 192.0.2.2
	[[ $(ethtool -i eth0) == *"driver: e1000"* && -e /sys/class/net/eth2 ]]
	cat /proc/cpuinfo > "$TUNWIN_RESULTS/cpuinfo"
	seq 1 50000 > "$TUNWIN_RESULTS/file"
	EOF
	run --kernel "$1" --nics e1000:2 --nics virtio-net-pci:1 --results "$scratch/results" "$scratch/cards"
	equal status "$status" 0
	check "the file" cmp "$scratch/results/file" <(seq 1 50000)
	check "the kernel log" grep -q 'Linux version' "$scratch/results/kernel.log"
	# Where it was measured, by an emulated timer while others kept this machine busy, clocks ran 32 times too fast.
	check "the rate of its clock is this machine's" grep -q "tsc: Detected $(awk -F : '$1 ~ /^bogomips/ {
		printf "%.3f", $2 / 2; exit }' /proc/cpuinfo) MHz" "$scratch/results/kernel.log"
	# The emulator computes wrong flags after it.
	check "the kernel does not use cmpxchg16b" bash -c '! grep -w cx16 "$1"' bash "$scratch/results/cpuinfo"
}

# Test that what a script leaves running does not keep the guest up. $1: kernel
leftovers_ended()
{
	script leaver <<-'EOF'
	tail -f /dev/null &
	setsid tail -f /dev/null &
	echo "to stdout" > /dev/stdout
	echo "to stderr" > /dev/stderr
	kill -9 $$
	EOF
	run --kernel "$1" "$scratch/leaver"
	equal status "$status" 137
	equal stdout "$(cat "$scratch/out")" "to stdout"
	equal stderr "$(cat "$scratch/err")" "to stderr"
}

# Test that a script that does not end is ended, whether it has begun or not, and that what it had printed is there. $1: kernel
time_runs_out()
{
	local run line=""

	run --kernel "$1" --timeout 2 bash -c 'tail -f /dev/null'
	equal status "$status" 124
	check "it says why" grep -q "stopped after 2 s" "$scratch/err"

	# How long a guest takes to boot is the machine's business: its clock, which is a sleep, runs out when we say so.
	rm -f "$scratch/pipe"
	mkfifo "$scratch/pipe"
	"$here/run" --kernel "$1" --timeout 3601 bash -c 'echo before; tail -f /dev/null' > "$scratch/pipe" 2> "$scratch/err" &
	run=$!
	read -r line < "$scratch/pipe"
	equal stdout "$line" before
	check "its clock" pkill -TERM -P $run -f '^sleep 3601$'
	wait $run
	equal status $? 124
	check "it says why" grep -q "stopped after 3601 s" "$scratch/err"
}

# Test that a guest that dies is not taken for a passed test. $1: kernel
kernel_panics()
{
	run --kernel "$1" --memory 256 bash -c 'echo before; echo 2 > /proc/sys/vm/panic_on_oom; tail /dev/zero'
	equal status "$status" 125
	equal stdout "$(cat "$scratch/out")" before
	check "it shows the panic" grep -q 'Kernel panic - not syncing: Out of memory' "$scratch/err"
}

# Test that a report in the kernel log fails a script that passed. $1: kernel
kernel_warns()
{
	run --kernel "$1" bash -c 'echo "<4>WARNING: CPU: 0 PID: 1 at test" > /dev/kmsg'
	equal status "$status" 125
	check "it shows the report" grep -q 'WARNING: CPU: 0 PID: 1 at test' "$scratch/err"
}

# Test that a signal ends run and guest: what runs in the guest would not end. $1: kernel
terminated_by_signal()
{
	local run

	rm -f "$scratch/pipe"
	mkfifo "$scratch/pipe"
	"$here/run" --kernel "$1" bash -c 'echo up; tail -f /dev/null' > "$scratch/pipe" 2> "$scratch/err" &
	run=$!
	read -r _ < "$scratch/pipe"
	kill -TERM $run
	wait $run
	equal status $? 143
}

# Test that a seed decides what is random, and that nothing else makes a difference: programs, packets, losses, times.
same_seed()
{
	local seed

	script random <<-'EOF'
	ip netns add far
	ip link add x type veth peer name y netns far
	ip address add 192.0.2.1/24 dev x
	ip -n far address add 192.0.2.2/24 dev y
	ip link set x up
	ip -n far link set y up
	tc qdisc add dev x root netem delay 1ms loss random 30%
	ping -q -i 0.01 -c 200 192.0.2.2
	od -An -N16 -tx8 /dev/urandom
	echo '[1, 2, 3]' | gojq -c 'map(. * 2)'
	echo $RANDOM $EPOCHREALTIME $(python3 -S -c 'import random, time; print(random.random(), time.monotonic_ns())')
	EOF
	for seed in 1 1 2; do
		run --kernel virtual --seed $seed "$scratch/random"
		equal "status" "$status" 0
		mv "$scratch/out" "$scratch/seed.$seed.$(find "$scratch" -name 'seed.*' | wc -l)"
	done
	check "one seed, one run" cmp "$scratch/seed.1.0" "$scratch/seed.1.1"
	check "another seed, another run" bash -c '! cmp "$1" "$2"' - "$scratch/seed.1.0" "$scratch/seed.2.2"
}

# Test that what the guest computes takes none of its time, and what it sleeps none of the host's.
time_is_its_own()
{
	local began=$SECONDS

	script times <<-'EOF'
	began=$EPOCHREALTIME
	for ((i = 0; i < 300000; i++)); do :; done
	computed=$EPOCHREALTIME
	sleep 1000
	echo "$began $computed $EPOCHREALTIME"
	EOF
	run --kernel virtual "$scratch/times"
	equal status "$status" 0
	check "computing takes no time: $(cat "$scratch/out")" awk '{ exit !($2 - $1 < 0.001) }' "$scratch/out"
	check "sleeping does: $(cat "$scratch/out")" awk '{ exit !($3 - $2 >= 1000 && $3 - $2 < 1000.1) }' "$scratch/out"
	check "but not here" test $((SECONDS - began)) -lt 60
}

# Test that a file of tests gets the kernel for what it says it needs. $1: file, by its name without _test.sh, $2: kernel
needs_choose()
{
	local RELEASE

	eval "$("$here/kernel" "$2")"
	# None of its tests is asked for, which it does not take for a success.
	TUNWIN_TESTS=none run "$here/../$1_test.sh"
	equal "status" "$status" 1
	check "$RELEASE" grep -qx "# Linux $RELEASE" "$scratch/out"
}

# Test that run says what it cannot do, without a guest.
not_runnable()
{
	run "$scratch/nothing"
	equal "no such file" "$status" 127
	run no-such-program
	equal "no such program" "$status" 127
	touch "$scratch/plain"
	run "$scratch/plain"
	equal "not executable" "$status" 126
	run --kernel 0.1 true
	equal "no such kernel" "$status" 125
	run --nics e1000 true
	equal "bad cards" "$status" 125
	run --no-such-option true
	equal "bad option" "$status" 125
}

# Test that another kernel takes the place of one that does not exist, and says so each time, but not of one that could
# only not be fetched.
kernel_instead()
{
	local name guest=$scratch/guest cache=$scratch/cache/tunwin/kernels

	mkdir -p "$guest" "$cache"
	cp "$here"/{kernel,packages.sh,source.sh} "$guest"
	cat > "$guest/kernels.txt" <<-'EOF'
	here	host	6.12	amd64
	gone	host	9.99	amd64	qemu	here
	lost	host	9.99	amd64
	far	sid	newest	amd64	qemu	here
	EOF
	# A kernel that is there, but for its files.
	mkdir -p "$cache/6.12.0-none/"{modules,kdir}
	touch "$cache/6.12.0-none/"{vmlinuz,kdir/Makefile}
	printf '%s\n' "vmlinuz vmlinuz" "modules modules" "kdir kdir" "tree 2 files 0 bytes" end > "$cache/6.12.0-none/MANIFEST"
	printf '%s\n' 6.12.0-none "host 6.12 amd64 qemu none" > "$cache/here.release"
	for name in gone gone lost far; do
		status=0
		env XDG_CACHE_HOME="$scratch/cache" http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 \
			bash "$guest/kernel" $name > "$scratch/out" 2> "$scratch/err" || status=$?
		if [[ $name == gone ]]; then
			equal "status of $name" "$status" 0
			check "it is the other one" grep -qx RELEASE=6.12.0-none "$scratch/out"
			equal "what it says" "$(. "$scratch/out"; echo "$INSTEAD")" \
				"here in place of gone: apt knows no linux-image-9.99.*-amd64 that has its headers (suite: host)"
		else
			equal "status of $name" "$status" 1
			equal "output of $name" "$(cat "$scratch/out")" ""
			check "no other one is remembered" test ! -e "$cache/$name.release"
		fi
	done
	# What was chosen is remembered for the row as it was.
	sed -i '/^here/s/6.12/9.99/' "$guest/kernels.txt"
	status=0
	env XDG_CACHE_HOME="$scratch/cache" http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 \
		bash "$guest/kernel" here > "$scratch/out" 2> "$scratch/err" || status=$?
	equal "status of a row that has changed" "$status" 1
}

# Test that all of the above has left no file.
nothing_left()
{
	check "$(ls -A "$TMPDIR")" rmdir "$TMPDIR"
}

main()
{
	local name number=0 failures=0 failed

	# Not part of any test: it may take a download.
	for name in $kernels; do
		"$here/kernel" "$name" > /dev/null || { echo "1..0 # SKIP no kernel $name"; exit 4; }
	done

	echo "KTAP version 1"
	echo "1..${#tests[@]}"
	for name in "${tests[@]}"; do
		number=$((number + 1))
		failed=""
		# shellcheck disable=SC2086 # words
		$name
		if [[ $failed ]]; then
			failures=$((failures + 1))
			tail -n 20 "$scratch/err" 2> /dev/null | sed 's/^/# stderr: /'
			echo "not ok $number ${name//_/ }"
		else
			echo "ok $number ${name//_/ }"
		fi
	done
	[[ $failures -eq 0 ]]
}

main
