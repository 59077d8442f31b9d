# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What every test file sources. A file reads
#
#	. "$(dirname "$0")/lib.sh"
#	tw_begin "The window of a flow"
#
#	# Test that the handshake gives the scale.
#	scale_known()
#	{
#		tw_equal "wscale" "$(tunwin -j flows | jq -r '.[0].in.window.wscale')" known
#	}
#
#	tw_module_load
#	tw_test "the handshake gives the scale" scale_known
#	tw_end
#
# and prints KTAP on stdout. Its exit status is kselftest's: 0 passed, 1 failed,
# 4 skipped. With TUNWIN_EXPECT_ALL=1, where everything a test wants is known to
# be there, a skip is a failure.
#
# tw_test only notes a test; tw_end runs them all. So the plan comes first, and a
# file that ends early leaves its remaining tests failed instead of unmentioned. With TUNWIN_TESTS, a
# pattern, only those tests are run whose titles match. With TUNWIN_PART=2/3, of every three tests only the
# second is run: so machines share a file.
#
# What a peer waits for (--until) is called $tw_dir/go…; no test finds that of another.
#
# A test function fails if a tw_check, tw_equal, tw_within, tw_refused or tw_wait in it does,
# or if it returns nonzero. These return nonzero too, for `|| return`. They must
# not stand in a $(…) or a pipe, where their word would not be heard.
#
# Starting a program is what takes the time in an emulated guest: one jq for many values, gojq in
# its place where it is installed (jq 1.6 takes twelve times as long to start), and python3 -S,
# which looks for no packages.
#
# What a test does many times it does as often as tw_many says: on a machine that is emulated not so often.
#
# All of it works in a guest (guest/run) and on any machine where root may load
# modules. The namespaces, links and transfers are in topology.sh, what tunwin and others
# say of them in views.sh.

tw_top=$(dirname "$(realpath "${BASH_SOURCE[0]}")")	# this directory
# The tests' own modules are there, and leave nothing beside them.
export PYTHONPATH=$tw_top PYTHONDONTWRITEBYTECODE=1
tw_dir=""		# a scratch directory of the file, from tw_begin on

_tw_pass=0
_tw_fail=1
_tw_skip=4

_tw_file=${0##*/}
_tw_titles=()		# the tests noted
_tw_noted=0		# how many there are, with those of other machines (TUNWIN_PART)
_tw_commands=()		# what each runs, quoted
_tw_done=0		# how many of them have a result
_tw_state=outside	# outside, running, failed or skipped: the present test
_tw_reason=""		# why it was skipped
_tw_since=""		# when it began
_tw_failed=0 _tw_skipped=0
_tw_begun="" _tw_ended="" _tw_planned="" _tw_loaded=""
_tw_children=()		# processes of tw_background
_tw_undo=()		# commands of tw_set, to be run at the end

##############################################################################
# The file

# Start the file; root is needed from here on.
# $1: title of the file
tw_begin()
{
	_tw_begun=$1
	echo "KTAP version 1"
	echo "# $1"
	echo "# Linux $(< /proc/sys/kernel/osrelease)"
	trap _tw_exit EXIT
	trap 'exit $_tw_fail' INT TERM HUP
	[[ $(id -u) -eq 0 ]] || tw_skip "must be run as root"
	tw_dir=$(mktemp -d "${TMPDIR:-/tmp}/tunwin-test-XXXXXX")
	export TUNWIN_TEST_FILE=${tw_dir##*-}	# of all that it starts, see _tw_programs_over
	# A descriptor that never has anything to read: the cheapest of sleeps.
	exec {_tw_never}<> <(:)
	_tw_mark="tunwin-selftest: begin $_tw_file ${tw_dir##*-}"
	echo "$_tw_mark" > /dev/kmsg
}

# Note a test. Titles are sentences, and no two are alike.
# $1: title, $2…: function and its arguments
tw_test()
{
	local title

	for title in "${_tw_titles[@]}"; do
		[[ $title != "$1" ]] || _tw_bail "two tests are called: $1"
	done
	[[ $1 != *'#'* && $1 != *$'\n'* ]] || _tw_bail "no title of a test: $1"
	declare -F "$2" > /dev/null || _tw_bail "no such function: $2"
	# shellcheck disable=SC2053 # a pattern
	[[ ! ${TUNWIN_TESTS-} || $1 == $TUNWIN_TESTS || $2 == _tw_nothing_left ]] || return 0
	if [[ ${TUNWIN_PART-} && $2 != _tw_nothing_left ]]; then
		_tw_noted=$((_tw_noted + 1))
		[[ $(((_tw_noted - 1) % ${TUNWIN_PART#*/} + 1)) -eq ${TUNWIN_PART%/*} ]] || return 0
	fi
	_tw_titles+=("$1")
	_tw_commands+=("$(printf '%q ' "${@:2}")")
}

# Run the tests and exit with the file's status. The last test is every file's:
# that nothing it made is left.
tw_end()
{
	local command children spaces undo loaded status

	# A pattern that was misspelt would pass.
	[[ ${#_tw_titles[@]} -gt 0 ]] || _tw_bail "none of its tests was asked for: TUNWIN_TESTS=${TUNWIN_TESTS-} TUNWIN_PART=${TUNWIN_PART-}"
	tw_test "nothing is left of this file" _tw_nothing_left
	echo "1..${#_tw_titles[@]}"
	_tw_planned=yes
	for command in "${_tw_commands[@]}"; do
		_tw_state=running _tw_reason="" _tw_since=${EPOCHREALTIME/./}
		rm -f "$tw_dir"/go*
		children=${#_tw_children[@]} spaces=${#_tw_spaces[@]} undo=${#_tw_undo[@]} loaded=$_tw_loaded
		status=0
		eval "$command" || status=$?
		[[ $status -eq 0 || $_tw_state != running ]] || tw_failed "${command% } returned $status"
		_tw_children_end "$children"
		_tw_spaces_delete "$spaces"
		_tw_undo_all "$undo"
		# A test that failed on its way must not take the next one with it.
		[[ $_tw_state == running || $loaded || ! $_tw_loaded ]] || tw_module_unload
		_tw_result
	done
	_tw_ended=yes
	if [[ $_tw_failed -gt 0 ]]; then
		exit $_tw_fail
	elif [[ $_tw_skipped -eq $((${#_tw_titles[@]} - 1)) && $_tw_skipped -gt 0 ]]; then
		exit $_tw_skip
	fi
	exit $_tw_pass
}

# Skip the present test, which should then return, or, outside of one, the file.
# $1: reason
tw_skip()
{
	if [[ $_tw_state == outside ]]; then
		_tw_ended=yes
		if [[ ${TUNWIN_EXPECT_ALL-} == 1 ]]; then
			echo "1..1"
			echo "# TUNWIN_EXPECT_ALL=1, but: $1"
			echo "not ok 1 $_tw_begun"
			exit $_tw_fail
		fi
		echo "1..0 # SKIP $1"
		exit $_tw_skip
	fi
	[[ $_tw_state == failed ]] || _tw_state=skipped
	_tw_reason=$1
	return 1
}

# Skip unless these programs are there.
# $@: programs
tw_need()
{
	local program

	for program in "$@"; do
		type -P "$program" > /dev/null || { tw_skip "$program is not installed"; return 1; }
	done
}

# Print how often to do what is done many times on a machine at full speed: on one that is emulated (TUNWIN_PERCENT, set by
# guest/run unless the caller has) only so many of a hundred times.
# $1: times there
tw_many()
{
	local times=$(($1 * ${TUNWIN_PERCENT:-100} / 100))

	echo $((times > 0 ? times : 1))
}

# Have a program of these tests as $tw_dir/NAME: what scripts/build-programs has compiled, or else compile it here.
# $1: NAME, of NAME.c
tw_program()
{
	local built=$tw_top/../build/selftests/$1

	if [[ -x $built && ! $tw_top/$1.c -nt $built ]]; then
		ln -sf "$(realpath "$built")" "$tw_dir/$1"
	else
		tw_need gcc && tw_check "$1.c compiles" gcc -O2 -o "$tw_dir/$1" "$tw_top/$1.c"
	fi
}

##############################################################################
# What a test asserts

# Fail the present test; outside of one, the file.
# $1: what is wrong, $2…: lines that explain it
tw_failed()
{
	local line

	_tw_say "$_tw_file:$(_tw_caller): $1"
	for line in "${@:2}"; do
		[[ ! $line ]] || _tw_say "	$line"
	done
	[[ $_tw_state != outside ]] || _tw_bail "$1"
	_tw_state=failed
	return 1
}

# Check that a command succeeds. It runs in a subshell and what it prints is shown
# only if it fails.
# $1: what is checked, $2…: command
tw_check()
{
	local output status=0

	output=$("${@:2}" 2>&1) || status=$?
	[[ $status -eq 0 ]] || tw_failed "$1" "command: ${*:2}" "status: $status" "$output"
}

# Check that two words are the same. There must be one: two programs that fail say the same, too.
# $1: what is compared, $2: what it is, $3: what it should be
tw_equal()
{
	[[ $2 == "$3" && $3 ]] || tw_failed "$1" "got:  $2" "want: $3"
}

# Check that a command fails, and says why.
# $1: its exit status, $2: part of what it says on stderr, $3…: command
tw_refused()
{
	local status=0 said

	said=$("${@:3}" 2>&1 > /dev/null) || status=$?
	[[ $status -eq $1 && $said == *"$2"* ]] ||
		tw_failed "${*:3}" "status: $status" "said: $said" "want: $1, $2"
}

# Check that a number is near another.
# $1: what is compared, $2: what it is, $3: what it should be, $4: percent of that
# which it may be off
tw_within()
{
	awk -v got="$2" -v want="$3" -v percent="$4" '
		function is_number(x)	{ return x ~ /^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$/ }
		function size(x)	{ return x < 0 ? -x : x }
		BEGIN {
			exit !(is_number(got) && is_number(want) &&
				size(got - want) <= size(want) * percent / 100)
		}' || tw_failed "$1" "got:  $2" "want: $3, give or take $4 %"
}

# Is this kernel of that version, or newer? $1, $2: as in 6.12
tw_kernel_is()
{
	local major minor

	IFS=.- read -r major minor _ < /proc/sys/kernel/osrelease
	((major > $1 || (major == $1 && minor >= $2)))
}

# Whether time passes only while everything sleeps. Elsewhere a measured time holds the machine's own slowness, too: between
# the stamp of a capture and that of a hook a guest may be interrupted for as long as it pleases its host.
tw_time_is_virtual()
{
	[[ $(< /proc/cmdline) == *time-travel* ]]
}

# Check that a time is another, to 0.1 %. Where it says nothing of what is tested it is printed.
# $1: what is compared, $2: what it is, $3: what it should be
tw_lasted()
{
	if tw_time_is_virtual; then
		tw_within "$1" "$2" "$3" 0.1
	else
		echo "# $1: $2, and not compared with $3 in real time"
	fi
}

# Wait until a command succeeds: the only way to wait. It runs in this shell, and
# what it printed last is shown if time runs out. It is run again after 20 ms, ten times, and then
# less and less often: the programs that it starts are what a test costs. Where time is this machine's, which may have other
# things to do, it is waited three times as long; how long it took is judged in virtual time only.
# $1: seconds, $2: what is waited for, $3…: command
tw_wait()
{
	local seconds=$1 end status=0 tries=0 pause_ms=20 pause_s

	tw_time_is_virtual || seconds=$(($1 * 3))
	end=$((${EPOCHREALTIME/./} + seconds * 1000000))

	until "${@:3}" > "$tw_dir/wait" 2>&1; do
		status=$?
		if [[ ${EPOCHREALTIME/./} -ge $end ]]; then
			tw_failed "$2: not within $seconds s" "command: ${*:3}" "status: $status" \
				"$(head -n 40 "$tw_dir/wait")"
			return 1
		fi
		if ((++tries > 10 && pause_ms < 250)); then
			pause_ms=$((pause_ms * 3 / 2))
		fi
		printf -v pause_s 0.%03d $pause_ms
		read -r -t "$pause_s" -u "$_tw_never" || true
	done
}

##############################################################################
# The module and the kernel

# Load the module built for this kernel, or the installed one. What it needs is
# loaded first.
# $@: parameters
tw_module_load()
{
	local depends

	if [[ ! ${TUNWIN_KO-} ]]; then
		modinfo tunwin > /dev/null 2>&1 || { tw_skip "there is no tunwin module here"; return 1; }
		tw_check "the module loads" modprobe tunwin "$@" || return
	else
		tw_check "the module is built" test -f "$TUNWIN_KO" || return
		depends=$(modinfo -F depends "$TUNWIN_KO")
		# shellcheck disable=SC2086 # a list
		[[ ! $depends ]] || tw_check "what the module needs loads" modprobe -a ${depends//,/ } || return
		tw_check "the module loads" insmod "$TUNWIN_KO" "$@" || return
	fi
	_tw_loaded=yes
}

# Unload the module. It lets go at any time, so this needs no second try.
tw_module_unload()
{
	_tw_loaded=""
	tw_check "the module unloads" rmmod tunwin || return
	tw_check "the module is gone" _tw_module_gone
}

# Set a sysctl of the whole machine until the test ends, outside of one the file. (Those of a namespace go with it.)
# $1: name, $2: value
tw_set()
{
	local before

	before=$(sysctl -n "$1") || { tw_failed "this kernel has no $1"; return 1; }
	_tw_undo+=("$(printf 'sysctl -qw %q' "$1=$before")")
	tw_check "$1" sysctl -qw "$1=$2"
}

# Run a command when the test ends, outside of one the file; the last one first. Namespaces go before.
# $@: command
tw_undo()
{
	_tw_undo+=("$(printf '%q ' "$@")2> /dev/null")
}

_tw_module_gone()
{
	! grep '^tunwin ' /proc/modules
}

# Check that the kernel has reported no fault since the file began.
tw_kernel_log_clean()
{
	local found

	found=$(_tw_kernel_log | grep -E -f <(grep -v -e '^#' -e '^$' "$tw_top/reports.txt"))
	[[ ! $found ]] || tw_failed "the kernel reported a fault" "$found"
}

# Print the kernel log since the file began, without times.
_tw_kernel_log()
{
	dmesg --notime | MARK=$_tw_mark awk '
		{ line[NR] = $0 }
		index($0, ENVIRON["MARK"]) { first = NR }
		END { for (n = first + 1; n <= NR; n++) print line[n] }'
}

# On a kernel that looks for leaks: it takes two scans, and an object must be five
# seconds old to count.
_tw_leaks()
{
	local kmemleak=/sys/kernel/debug/kmemleak

	[[ -w $kmemleak ]] || return 0
	echo scan > $kmemleak
	read -r -t 6 -u "$_tw_never" || true
	echo scan > $kmemleak
	! grep . $kmemleak
}

_tw_nothing_left()
{
	local name

	[[ ! $_tw_loaded ]] || tw_module_unload
	_tw_children_end 0
	_tw_pool_end
	tw_wait 10 "no program of this file runs" _tw_programs_over
	_tw_spaces_delete 0
	for name in "${_tw_spaces_made[@]}"; do
		tw_check "namespace $name is gone" test ! -e "/run/netns/$name"
	done
	tw_check "no memory has leaked" _tw_leaks
	tw_kernel_log_clean
}

##############################################################################
# Inside

_tw_say()
{
	local text="# ${1//$'\n'/$'\n'# 	}"

	printf '%s\n' "$text"
}

# Print the line of the test file that is being run.
_tw_caller()
{
	local level

	for level in "${!BASH_SOURCE[@]}"; do
		if [[ $(realpath "${BASH_SOURCE[level]}") != "$tw_top"/@(lib|topology|views).sh ]]; then
			echo "${BASH_LINENO[level - 1]}"
			return
		fi
	done
	echo "?"
}

_tw_result()
{
	local title=${_tw_titles[_tw_done]} ms

	if [[ $_tw_since ]]; then
		ms=$(((${EPOCHREALTIME/./} - _tw_since) / 1000))
		_tw_say "took $((ms / 1000)).$(printf %03d $((ms % 1000))) s"
		_tw_since=""
	fi
	_tw_done=$((_tw_done + 1))
	if [[ $_tw_state == skipped && ${TUNWIN_EXPECT_ALL-} == 1 ]]; then
		_tw_say "TUNWIN_EXPECT_ALL=1, but: $_tw_reason"
		_tw_state=failed
	fi
	case $_tw_state in
	running)	echo "ok $_tw_done $title" ;;
	skipped)	echo "ok $_tw_done $title # SKIP $_tw_reason"
			_tw_skipped=$((_tw_skipped + 1)) ;;
	failed)		echo "not ok $_tw_done $title"
			_tw_failed=$((_tw_failed + 1)) ;;
	esac
	_tw_state=outside
}

# Give up on the file.
# $1: reason
_tw_bail()
{
	echo "Bail out! $1"
	exit $_tw_fail
}

# End processes, and all of the process groups that they lead: to kill a parent alone would leave its children running.
# $@: process ids
_tw_groups_end()
{
	local child tries

	for child in "$@"; do
		# (A process that the pool has started leads no group; one that has only just been started leads none yet.)
		kill -KILL -- "-$child" || kill -KILL "$child"
	done
	for child in "$@"; do
		# (A process that the pool has started is its child, not ours.)
		wait "$child" || while [[ $_tw_pool && -e /proc/$child ]]; do
			read -r -t 0.01 -u "$_tw_never" || true
		done
		# What holds the module holds it until it has ended.
		for ((tries = 0; tries < 500; tries++)); do
			kill -KILL -- "-$child" || break
			read -r -t 0.01 -u "$_tw_never" || true
		done
	done
} 2> /dev/null

# End the processes beyond the first few.
# $1: how many to keep
_tw_children_end()
{
	_tw_groups_end "${_tw_children[@]:$1}"
	_tw_children=("${_tw_children[@]:0:$1}")
}

# End the process that starts peers, if there is one.
_tw_pool_end()
{
	[[ $_tw_pool ]] || return 0
	kill -KILL "$_tw_pool"
	wait "$_tw_pool"
	_tw_pool=""
} 2> /dev/null

# Have all programs ended that this file has started, and those that they have? Their environment says whose they are.
_tw_programs_over()
{
	local file found

	found=$(env -u TUNWIN_TEST_FILE grep -lsxz "TUNWIN_TEST_FILE=${tw_dir##*-}" /proc/[0-9]*/environ)
	for file in $found; do
		tr '\0' ' ' < "${file%/*}/cmdline" && echo
	done
	[[ ! $found ]]
} 2> /dev/null

# Set back what tw_set has set, beyond the first few.
# $1: how many to keep
_tw_undo_all()
{
	local number

	for ((number = ${#_tw_undo[@]} - 1; number >= $1; number--)); do
		eval "${_tw_undo[number]}"
	done
	_tw_undo=("${_tw_undo[@]:0:$1}")
}

# However the file ends: no test without a result, and nothing left.
_tw_exit()
{
	local status=$?

	trap '' INT TERM HUP
	if [[ ! $_tw_ended ]]; then
		[[ $status -ne 0 ]] || status=$_tw_fail
		if [[ ! $_tw_planned && ${#_tw_titles[@]} -gt 0 ]]; then
			echo "1..${#_tw_titles[@]}"
		fi
		while [[ $_tw_done -lt ${#_tw_titles[@]} ]]; do
			_tw_state=failed
			_tw_say "the file ended before this test had a result"
			_tw_result
		done
	fi
	_tw_children_end 0
	_tw_pool_end
	_tw_spaces_delete 0
	[[ ! $_tw_loaded ]] || rmmod tunwin
	_tw_undo_all 0
	[[ ! $tw_dir ]] || rm -rf "$tw_dir"
	exit "$status"
}

# With -e, the status of jq 1.6 is 0 where there was nothing to look at, as if it were true; gojq and later ones say 4.
jq()
{
	local argument output status=0

	if [[ $_tw_jq == *gojq ]]; then
		gojq "$@"
		return
	fi
	output=$("$_tw_jq" "$@") || status=$?
	[[ ! $output ]] || printf '%s\n' "$output"
	for argument; do
		[[ $argument != -[a-zA-Z]* || $argument != *e* || $status -ne 0 || $output ]] || status=4
	done
	return "$status"
}
_tw_jq=$(type -P gojq || type -P jq)

# shellcheck source-path=SCRIPTDIR
. "$tw_top/topology.sh"
# shellcheck source-path=SCRIPTDIR
. "$tw_top/views.sh"
