# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What a guest's kernel has said. Sourced by `run`, which sets top, work (where
# QEMU has put kmsg and console.raw) and results (where the readable logs go).
# shellcheck disable=SC2154

# Make the logs readable: /dev/kmsg's records as dmesg shows them, the console
# without the firmware's control characters.
logs_write()
{
	awk -F ';' '
		/^[0-9]+,[0-9]+,[0-9]+,/ {
			split($1, head, ",")
			sub(/^[^;]*;/, "")
			printf "[%5d.%06d] %s\n", head[3] / 1000000, head[3] % 1000000, $0
		}' "$work/kmsg" > "$results/kernel.log"
	tr -d '\r' < "$work/console.raw" | sed 's/\x1b\[[0-9;=?]*[A-Za-z]//g; s/\x1bc//g' |
		tr -cd '\11\12\40-\176' > "$results/console.log"
}

# Print the kernel's reports, each once, wherever they were seen.
reports()
{
	sed 's/^\[ *[0-9.]*\] //' "$results/kernel.log" "$results/console.log" |
		grep -E -f <(grep -v -e '^#' -e '^$' "$top/selftests/reports.txt") | awk '!seen[$0]++'
}

# Print the kernel log from a message on.
# $1: message
log_show_from()
{
	echo "--- the guest's kernel log from there:"
	MESSAGE=$1 awk 'index($0, ENVIRON["MESSAGE"]) { on = 1 } on && n++ < 60' "$results/kernel.log"
	echo "---"
}

# $1: file, $2: what it is
tail_show()
{
	[[ -s $1 ]] || return 0
	echo "--- the end of the guest's $2:"
	tail -n 40 "$1"
	echo "---"
}
