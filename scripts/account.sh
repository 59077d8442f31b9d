# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What suites have come to: counted and printed. Sourced by scripts/check, which has log_of() and is_wanted(), and tested by
# scripts/selftest.

passed=0 failed=0
accounted=()	# names of suites
missed=()	# SUITE: what failed in it

# Count and print what a suite has left. $1: name
account()
{
	local name=$1 log status=1 seconds=0 steal="-" ok=0 not_ok=0 planned skipped title titles

	log=$(log_of "$name")
	is_wanted "$name" || [[ -e $log.status ]] || return 0
	accounted+=("$name")
	if [[ -e $log.status ]]; then
		read -r status seconds steal <"$log.status"
	else
		echo "# it did not end" >>"$log"
	fi
	# Subtests are indented and counted by their parent.
	ok=$(grep -c '^ok ' "$log")
	not_ok=$(grep -c '^not ok ' "$log")
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$log" | head -n 1)
	# (Those of a test that was run as kselftest, and cases of a program, too.)
	skipped=$(grep -c '^[ #]*ok .*# SKIP' "$log")
	if [[ $name == */guest-* || $name == build/* ]]; then
		# A suite that is one test; and a machine, which is none.
		[[ $name != build/* || $status -ne 0 ]] || ok=1
		[[ $status -eq 0 ]] || not_ok=1
	elif [[ $skipped -gt 0 ]]; then
		echo "# skipped, which here counts as failed: $skipped" >> "$log"
		not_ok=$((not_ok + skipped)) ok=$((ok > skipped ? ok - skipped : 0))
	elif [[ ! $planned || $planned -ne $((ok + not_ok)) ]]; then
		echo "# results: $((ok + not_ok)), planned: ${planned:-none}" >> "$log"
		not_ok=$((not_ok + 1))
	elif [[ $planned -eq 0 || ($status -ne 0 && $not_ok -eq 0) ]]; then
		echo "# planned: $planned, status: $status" >> "$log"
		not_ok=$((not_ok + 1))
	fi
	passed=$((passed + ok)) failed=$((failed + not_ok))
	printf '%-28s %4d passed %4d failed  %4d s  steal %s %%%s\n' "$name" "$ok" "$not_ok" "$seconds" "${steal:--}" \
		"$(! grep -q '^# As it was on' "$log" || echo ", as before")"
	if [[ $not_ok -gt 0 ]]; then
		echo "--- $log"
		said_of_failed "$log" | tail -n 40 | cut -c 1-300
		echo "---"
		# (Of a program the cases tell more than its name.)
		mapfile -t titles < <(sed -nE 's/^ +not ok [0-9]+ (- )?//p' "$log")
		[[ ${#titles[@]} -gt 0 ]] || mapfile -t titles < <(sed -nE 's/^not ok [0-9]+ (- )?//p' "$log")
		for title in "${titles[@]:-$(tail -n 1 "$log")}"; do
			missed+=("$name: ${title:0:200}")
		done
	fi
}

# Print of a log what belongs to tests that failed, and what belongs to none: comments come before a result. $1: log
said_of_failed()
{
	awk '/^ok /		{ lines = ""; next }
	     /^# took |^ +ok /	{ next }
				{ lines = lines $0 "\n" }
	     /^not ok /		{ printf "%s", lines; lines = "" }
	     END		{ printf "%s", lines }' "$1"
}

# Print what failed, all together, and the sum, and say whether none has.
account_end()
{
	[[ ${#missed[@]} -eq 0 ]] || printf 'failed: %s\n' "${missed[@]}"
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
}

# Count as failed what was asked for and is no suite: a name that is misspelt would pass. $@: how their names begin
account_for()
{
	local prefix

	for prefix; do
		[[ " ${accounted[*]} " == *" $prefix"* ]] && continue
		missed+=("no suite is called $prefix…")
		echo "check: no suite is called $prefix…; there are KERNEL/TEST as virtual/limit, unit, spec, style, guest and kselftest"
		failed=$((failed + 1))
	done
}
