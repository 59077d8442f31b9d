#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Test the guest runner itself, on the host; no root needed. KTAP on stdout, exit
# status as in kselftest. Takes well under a minute once the kernels are there.

set -u

here=$(dirname "$(realpath "$0")")
# What `run` leaves behind would lie here; the name is as awkward as may be.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tunwin selftest, XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

# Those that check runs the tests in.
kernels=${KERNELS:-6.12}

tests=(
	script_exact
	streams_complete
	results_and_cards
	leftovers_ended
	time_runs_out
	kernel_panics
	kernel_warns
	terminated_at_once
	not_runnable
	nothing_left
)

# Run a guest; sets status. What it prints goes to the files out and err.
# $@: arguments of run
run()
{
	status=0
	"$here/run" "$@" > "$scratch/out" 2> "$scratch/err" || status=$?
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
	local kernel words=('a b' "it's" $'two\nlines' '"q"' '' "\$HOME" '*' '\n' $'\t') runs=()

	script "it's = a script" <<-'EOF'
	[[ ! -e /tmp/met ]] || exit 4
	touch /tmp/met
	printf '<%s>' "$@" "$PWD" "$TUNWIN_SELFTEST" "$TUNWIN_GUEST" "${TUNWIN_KO##*/}"
	uname -r > "$TUNWIN_RESULTS/release"
	exit 3
	EOF
	pushd "$scratch" > /dev/null || return
	for kernel in $kernels; do
		TUNWIN_SELFTEST=$'x\ny' "$here/run" --kernel "$kernel" --results "results, $kernel" \
			"./it's = a script" "${words[@]}" > "out $kernel" 2> "err $kernel" &
		runs+=($!)
	done
	for kernel in $kernels; do
		eval "$("$here/kernel" "$kernel")"
		wait "${runs[0]}"
		equal "status of $kernel" $? 3
		runs=("${runs[@]:1}")
		check "stderr of $kernel" diff /dev/null "err $kernel"
		equal "output of $kernel" "$(cat "out $kernel")" \
			"$(printf '<%s>' "${words[@]}" "$scratch" $'x\ny' 1 tunwin.ko)"
		equal "release of $kernel" "$(cat "results, $kernel/release")" "$RELEASE"
	done
	popd > /dev/null || return
	check "the host has no such file" test ! -e /tmp/met
}

# Test that much output arrives whole, in order, and on its own stream.
streams_complete()
{
	script streams <<-'EOF'
	seq 1 700000 & seq 700001 1400000 >&2; wait
	EOF
	run "$scratch/streams"
	equal status "$status" 0
	check stdout cmp "$scratch/out" <(seq 1 700000)
	check stderr cmp "$scratch/err" <(seq 700001 1400000)
}

# Test that network cards share a wire and files come out.
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
	seq 1 50000 > "$TUNWIN_RESULTS/file"
	EOF
	run --nics e1000:2 --nics virtio-net-pci:1 --results "$scratch/results" "$scratch/cards"
	equal status "$status" 0
	check "the file" cmp "$scratch/results/file" <(seq 1 50000)
	check "the kernel log" grep -q 'Linux version' "$scratch/results/kernel.log"
}

# Test that what a script leaves running does not keep the guest up.
leftovers_ended()
{
	script leaver <<-'EOF'
	tail -f /dev/null &
	setsid tail -f /dev/null &
	echo "to stdout" > /dev/stdout
	echo "to stderr" > /dev/stderr
	kill -9 $$
	EOF
	run --timeout 60 "$scratch/leaver"
	equal status "$status" 137
	equal stdout "$(cat "$scratch/out")" "to stdout"
	equal stderr "$(cat "$scratch/err")" "to stderr"
}

# Test that a script that does not end is ended.
time_runs_out()
{
	# Longer than a guest takes to boot on a busy machine.
	run --timeout 24 bash -c 'echo before; tail -f /dev/null'
	equal status "$status" 124
	equal stdout "$(cat "$scratch/out")" before
	check "it says why" grep -q 'stopped after 24 s' "$scratch/err"
}

# Test that a guest that dies is not taken for a passed test.
kernel_panics()
{
	run bash -c 'echo before; echo c > /proc/sysrq-trigger; tail -f /dev/null'
	equal status "$status" 125
	equal stdout "$(cat "$scratch/out")" before
	check "it shows the panic" grep -q 'Kernel panic - not syncing: sysrq' "$scratch/err"
}

# Test that a report in the kernel log fails a script that passed.
kernel_warns()
{
	run bash -c 'echo "<4>WARNING: CPU: 0 PID: 1 at test" > /dev/kmsg'
	equal status "$status" 125
	check "it shows the report" grep -q 'WARNING: CPU: 0 PID: 1 at test' "$scratch/err"
}

# Test that a signal ends run and guest without delay.
terminated_at_once()
{
	local run began

	mkfifo "$scratch/pipe"
	"$here/run" bash -c 'echo up; tail -f /dev/null' > "$scratch/pipe" 2> "$scratch/err" &
	run=$!
	read -r _ < "$scratch/pipe"
	began=$SECONDS
	kill -TERM $run
	wait $run
	equal status $? 143
	check "at once" test $((SECONDS - began)) -le 2
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
		"$name"
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
