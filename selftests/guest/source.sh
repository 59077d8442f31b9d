# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Kernels that Debian does not have: built from its package of the kernel's source. Sourced by `kernel`, which
# sets here, series, flavour and machine (see kernels.txt). What such a kernel has is said by config.boot or, of
# user-mode Linux, config.uml, by config.FLAVOUR here and by ../config, that of flavour um by config.um alone; what is
# in none of them is off. A flavour of user-mode Linux such as smp-debug is smp that looks for its own errors: what it has of
# config.debug is said by config.uml-debug and, where that is less, by config.smp-debug.
# shellcheck disable=SC2034,SC2154

is_built()
{
	[[ -e $here/config.${flavour%%-*} ]]
}

source_configs()
{
	case $machine/$flavour in
	*/um)	echo "$here/config.um" ;;
	uml/*-*)
		echo "$here/../config" "$here/config.uml" "$here/config.${flavour%-*}" "$here/config.debug" "$here/config.uml-debug"
		[[ ! -e $here/config.$flavour ]] || echo "$here/config.$flavour"
		;;
	uml/*)	echo "$here/../config" "$here/config.uml" "$here/config.$flavour" ;;
	*)	echo "$here/config.boot" "$here/../config" "$here/config.$flavour" ;;
	esac
}

# Print all lines of the fragments, of those for one option the last.
source_fragment()
{
	# shellcheck disable=SC2046 # a name each
	awk -F = '
		!/^CONFIG/		{ next }
		!($1 in line)		{ option[++count] = $1 }
					{ line[$1] = $0 }
		END			{ for (n = 1; n <= count; n++) print line[option[n]] }' $(source_configs)
}

# Print a hash of what the kernel is made with; it is the end of the release's name.
source_hash()
{
	# shellcheck disable=SC2046 # a name each
	cat $(source_configs) | sha256sum | cut -c 1-8
}

# Print the release that would be built now. $1: true to refresh the lists first
source_newest()
{
	local version

	apt_refresh "$1" || return
	read -r _ version _ < <(packages_show "linux-source-$series") || true
	[[ $version ]] || absent "apt knows no linux-source-$series of $suite"
	echo "${version%%-*}-$flavour-$(source_hash)"
}

# Is every line of the fragment as it was asked for? An option that depends on one which is off is off, too,
# and kconfig does not say so.
# $1: fragment, $2: .config
config_compare()
{
	local line missing=()

	while read -r line; do
		case $line in
		*=n)	! grep -q "^${line%=n}=[ym]" "$2" || missing+=("$line") ;;
		*=m)	grep -q "^${line%=m}=[ym]" "$2" || missing+=("$line") ;;
		*)	grep -qxF "$line" "$2" || missing+=("$line") ;;
		esac
	done < <(grep '^CONFIG' "$1")
	[[ ${#missing[@]} -eq 0 ]] || absent "linux $series cannot have ${missing[*]}"
}

# Build a release: image, modules and headers as Debian's packages lay them out. Sets vmlinuz and modules, below
# the root, and origin, lines for the MANIFEST.
# $1: release, $2: directory for the build, $3: root of the result
source_make()
{
	local release=$1 work=$2 root=$3 headers=$3/usr/src/linux-headers-$1 deb version
	local arch=x86 image=bzImage boot=arch/x86/boot/bzImage duration="half an hour or more"

	[[ $machine != uml ]] || arch=um image=linux boot=linux duration="three to ten minutes"
	[[ $(df --output=avail -B1M "$work" | tail -n 1) -ge 3000 ]] || die "to build a kernel takes 3 GB; $work has less"
	"$here/../../scripts/install-packages" kernel >&2 || die "to build a kernel takes these packages"
	note "building $release (once; $duration)"
	package_fetch "linux-source-$series" "$work"
	mkdir -p "$work/linux" "$work/build" "$root/boot"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/linux-source-$series.tar.xz" | xz -dc -T0 |
		tar -x -C "$work/linux" --strip-components=1 --no-same-owner
	rm "$deb"

	source_fragment > "$work/fragment"
	echo "CONFIG_LOCALVERSION=\"-$flavour-$(source_hash)\"" >> "$work/fragment"
	source_kbuild KCONFIG_ALLCONFIG="$work/fragment" allnoconfig
	config_compare "$work/fragment" "$work/build/.config"
	source_kbuild -j "$(nproc)" $image modules || absent "linux $series does not build here"
	source_kbuild INSTALL_MOD_PATH="$root" INSTALL_MOD_STRIP=1 modules_install
	cp "$work/build/$boot" "$root/boot/vmlinuz-$release"
	# shellcheck disable=SC2016 # the dollar sign is make's
	source_kbuild run-command KBUILD_RUN_COMMAND='+$(srctree)/scripts/package/install-extmod-build '"$headers"
	# User-mode Linux takes half of its architecture from its host's.
	[[ $machine != uml ]] || {
		tar -C "$work/linux" -c arch/x86/{include,um} arch/x86/Makefile{.um,_32.cpu} | tar -C "$headers" -x
		tar -C "$work/build" -c arch/x86/include/generated | tar -C "$headers" -x
	}
	rm -f "$root/lib/modules/$release"/{build,source} "$headers/vmlinux"
	ln -s "../../../usr/src/linux-headers-$release" "$root/lib/modules/$release/build"
	vmlinuz=boot/vmlinuz-$release modules=lib/modules/$release
	origin="source linux-source-$series $version"
}

# $@: arguments of make
source_kbuild()
{
	# KASAN of user-mode Linux does not forget, when a module goes, what lay between its variables, and then keeps the
	# kernel from clearing the memory of the next one. (scripts/build-module does the same.)
	[[ $machine/$flavour != uml/*-* ]] || set -- CFLAGS_MODULE="--param asan-globals=0" "$@"
	nice make -s -C "$work/linux" O="$work/build" ARCH="$arch" LOCALVERSION= KBUILD_BUILD_VERSION=1 \
		KBUILD_BUILD_TIMESTAMP=2033-05-18 KBUILD_BUILD_USER=tunwin KBUILD_BUILD_HOST=tunwin "$@" > "$work/log" 2>&1 ||
		{ tail -n 30 "$work/log" >&2; return 1; }
}
