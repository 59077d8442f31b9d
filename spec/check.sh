#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Check that the netlink spec is what the kernel calls one, and that what was
# generated from it is up to date. Prints KTAP.
#
#	TUNWIN_KERNEL_YNL	a directory laid out as the kernel's source, with
#				Documentation/netlink and tools/net/ynl in it
#				(selftests/guest/linux-tools prints one)
#	TUNWIN_EXPECT_ALL=1	what cannot be checked here has failed
#	CC, CXX			the compilers

# shellcheck disable=SC2317 # the functions are called through check()

set -uo pipefail

spec=$(dirname "$(realpath "$0")")
root=$(dirname "$spec")
kernel=${TUNWIN_KERNEL_YNL:+$(realpath -m "$TUNWIN_KERNEL_YNL")}
read -ra cc <<< "${CC:-cc}"
read -ra cxx <<< "${CXX:-c++}"
warnings=(-Wall -Wextra -pedantic -Werror)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What a check returns that cannot be made here; its output says why.
readonly SKIP=4

# $@: Python modules a check needs
needs_python()
{
	local module

	for module; do
		python3 -c "import $module" 2> /dev/null || { echo "no Python module $module"; return "$SKIP"; }
	done
}

# $@: files of the kernel's source a check needs
needs_kernel()
{
	local file

	[[ $kernel ]] || { echo "TUNWIN_KERNEL_YNL is not set"; return "$SKIP"; }
	for file; do
		# A wrong path is a mistake, not a lack.
		[[ -r $kernel/$file ]] || { echo "$kernel has no $file"; return 1; }
	done
}

# $1: compiler
needs_compiler()
{
	command -v "$1" > /dev/null || { echo "no compiler $1"; return "$SKIP"; }
}

generated_check()
{
	needs_python yaml || return
	"$spec/generate" --check
}

schema_check()
{
	needs_kernel Documentation/netlink/genetlink.yaml || return
	needs_python yaml jsonschema || return
	python3 - "$kernel/Documentation/netlink/genetlink.yaml" "$spec/tunwin.yaml" <<-'END'
	import sys
	import jsonschema
	import yaml

	schema, spec = (yaml.safe_load(open(name, encoding='utf-8')) for name in sys.argv[1:])
	# The schema names draft 7 in a way that jsonschema does not know.
	errors = list(jsonschema.Draft7Validator(schema).iter_errors(spec))
	for error in errors:
	    print(f'{error.json_path}: {error.message:.200}')
	sys.exit(bool(errors))
	END
}

# Print every name that a header defines with its value, and the names of its enums.
# $1: include directory
names_print()
{
	"${cc[@]}" -E -dD -P "$1/linux/tunwin.h" > "$work/tunwin.i" || return
	{
		cat <<-'END'
		#include <stdio.h>
		#include <linux/tunwin.h>
		#define NAME(n) printf(_Generic((n), char *: #n " \"%s\"\n", default: #n " %d\n"), n);
		int main(void) {
		END
		grep -owE '(__)?TUNWIN_[A-Z0-9_]+' "$work/tunwin.i" | sort -u | sed 's/.*/NAME(&)/'
		echo '}'
	} > "$work/names.c"
	"${cc[@]}" -w -I "$1" -o "$work/names" "$work/names.c" || return
	"$work/names"
	grep -oE '^enum \w+' "$work/tunwin.i" | sort
}

ynl_gen_check()
{
	local tree=$work/linux

	needs_kernel tools/net/ynl/ynl-gen-c.py Documentation/netlink/genetlink.yaml || return
	needs_python yaml jsonschema || return
	needs_compiler "${cc[0]}" || return
	# It takes the root of the kernel's source to be where MAINTAINERS is, going
	# up from the spec, and goes on for ever above /; the schema it expects beside
	# the directory of the spec.
	mkdir -p "$tree/Documentation/netlink/specs" "$tree/include/linux"
	touch "$tree/MAINTAINERS"
	cp "$kernel/Documentation/netlink/genetlink.yaml" "$tree/Documentation/netlink/"
	cp "$spec/tunwin.yaml" "$tree/Documentation/netlink/specs/"
	timeout 60 python3 -B "$kernel/tools/net/ynl/ynl-gen-c.py" --mode uapi --header \
		--spec "$tree/Documentation/netlink/specs/tunwin.yaml" \
		-o "$tree/include/linux/tunwin.h" < /dev/null || return
	names_print "$tree/include" > "$work/theirs" || return
	names_print "$root/include/uapi" > "$work/ours" || return
	# Two headers in which nothing was found would be alike.
	grep '^TUNWIN_FAMILY_NAME "tunwin"$' "$work/ours" || { echo "no family name found"; return 1; }
	diff -u --label ynl-gen-c "$work/theirs" --label include/uapi/linux/tunwin.h "$work/ours"
}

# Twice, as the include guard has to hold.
# $1: language, $@: compiler
compile_twice()
{
	local language=$1

	shift
	needs_compiler "$1" || return
	printf '#include <linux/tunwin.h>\n#include <linux/tunwin.h>\nint main(void) { return TUNWIN_CMD_MAX == 0; }\n' |
		"$@" -x "$language" "${warnings[@]}" -I "$root/include/uapi" -fsyntax-only -
}

c_check()
{
	compile_twice c "${cc[@]}"
}

cxx_check()
{
	compile_twice c++ "${cxx[@]}"
}

includes_check()
{
	! grep -nE '^[[:space:]]*#[[:space:]]*include\>' "$root/include/uapi/linux/tunwin.h" |
		grep -v '<linux/types\.h>'
}

number=0
failed=0

# Make one check and print its line, after what it had to say.
# $1: the check's function, $2: title
check()
{
	local output status

	output=$("$1" 2>&1)
	status=$?
	number=$((number + 1))
	if [[ $status -eq $SKIP && ${TUNWIN_EXPECT_ALL-} != 1 ]]; then
		echo "ok $number $2 # SKIP $output"
	elif [[ $status -eq 0 ]]; then
		echo "ok $number $2"
	else
		[[ ! $output ]] || printf '%s\n' "$output" | sed 's/^/# /'
		echo "not ok $number $2"
		failed=1
	fi
}

echo "TAP version 13"
echo "1..6"
check generated_check "spec: the generated files are up to date"
check schema_check "spec: valid by the kernel's schema"
check ynl_gen_check "spec: the header has the names and values of the kernel's ynl-gen-c"
check c_check "spec: the header compiles on its own in C"
check cxx_check "spec: the header compiles on its own in C++"
check includes_check "spec: the header includes nothing but linux/types.h"
exit $failed
