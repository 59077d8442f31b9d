# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's kernel packages, through apt, without installing any. Sourced by
# `kernel`, which sets cache, suite, series and flavour (see kernels.txt), and by `linux-tools`.
# shellcheck disable=SC2154

# Set apt_options. For a suite that is not configured on this machine apt gets
# a sources list and a state of its own, from the machine's own mirror.
apt_setup()
{
	local state=$cache/apt/$suite mirror keys=/usr/share/keyrings/debian-archive-keyring.gpg

	# Otherwise apt complains that its user _apt cannot reach the cache.
	apt_options=(-q -o "APT::Sandbox::User=$(id -un)")
	[[ $suite != host ]] || return 0

	# shellcheck disable=SC2016 # apt's own placeholders
	mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
		awk '$1 == "Debian" { print $2; exit }')
	mkdir -p "$state"/lists/partial "$state"/archives/partial
	echo "deb [signed-by=$keys] ${mirror:-http://deb.debian.org/debian/} $suite main" \
		> "$state/sources.list"
	apt_options+=(
		-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state" -o Dir::State::status=/dev/null
	)
}

# Bring a suite's own lists up to date, if there are none or they are of another day: of a moving suite they name packages that
# are gone. Those of the machine are its owner's.
# $1: true to do it in any case
apt_refresh()
{
	local lists

	[[ $suite != host ]] || return 0
	lists=$(find "$cache/apt/$suite/lists" -maxdepth 1 -name '*_Packages*' -printf 'any ' -mtime -1 -printf 'new ')
	[[ $1 == true || $lists != *new* ]] || return 0
	apt-get "${apt_options[@]}" -qq -o APT::Update::Error-Mode=any update >&2 || {
		note "cannot update the package lists of $suite"
		[[ $lists ]]
	}
}

# Print "NAME VERSION SHA256 DEPENDS…" of the candidate of each package that
# exists, a line each.
# $@: package names
packages_show()
{
	apt-cache "${apt_options[@]}" show --no-all-versions "$@" 2>/dev/null | awk '
		function out() {
			if (name)
				print name, version, sha, depends
			name = version = sha = depends = ""
		}
		/^Package: /			{ out(); name = $2 }
		/^Version: /			{ version = $2 }
		/^SHA256: /			{ sha = $2 }
		/^(Pre-)?Depends: /		{ sub(/^[^:]*: /, ""); depends = depends ", " $0 }
		END				{ out() }'
}

# Where the row says `newest` set series, by the package that depends on the newest kernel of the suite.
# $1: true to refresh the lists first
series_resolve()
{
	local found package=linux-image-$flavour

	[[ $series == newest ]] || return 0
	! is_built || package=linux-source
	apt_refresh "$1" || return
	found=$(packages_show "$package" | grep -oE '(source|image)-[0-9]+\.[0-9]+' | head -n 1 || true)
	[[ $found ]] || absent "apt knows no $package of $suite that names a kernel"
	series=${found##*-}
}

# Print the newest release of the series for which image and headers are there
# in the same version. Its headers are what a module is built against, so an
# image alone is of no use.
# $1: true to refresh the lists first
packages_newest()
{
	local image regex releases

	apt_refresh "$1" || return
	regex="^linux-image-${series//./\\.}\\.[0-9]+([-+][0-9][0-9a-z.]*|\\+deb[0-9]+)?-$flavour\$"
	mapfile -t releases < <(apt-cache "${apt_options[@]}" pkgnames "linux-image-$series." |
		grep -E "$regex" | sed 's/^linux-image-//' | sort -Vr)
	for image in "${releases[@]}"; do
		if packages_closure "$image" > /dev/null; then
			echo "$image"
			return
		fi
	done
	absent "apt knows no linux-image-$series.*-$flavour that has its headers (suite: $suite)"
}

# Print "NAME VERSION SHA256" of the image, the headers and every part of the
# kernel's own that they depend on.
# $1: release
packages_closure()
{
	local -A seen=()
	local wanted=("linux-image-$1" "linux-headers-$1") name version sha depends next headers=""

	while [[ ${#wanted[@]} -gt 0 ]]; do
		next=()
		while read -r name version sha depends; do
			[[ ! ${seen[$name]-} ]] || continue
			seen[$name]=1
			echo "$name $version $sha"
			[[ $name != "linux-headers-$1" ]] || headers=yes
			mapfile -t -O "${#next[@]}" next < <(tr ',' '\n' <<< "$depends" |
				sed 's/|.*//; s/(.*//; s/ //g' |
				grep -E '^linux-(headers|kbuild|binary|modules|base)-[0-9]')
		done < <(packages_show "${wanted[@]}")
		wanted=()
		for name in "${next[@]}"; do
			[[ ${seen[$name]-} ]] || wanted+=("$name")
		done
		# A dependency that apt does not have would be asked for for ever.
		for name in "${wanted[@]}"; do
			[[ $(packages_show "$name") ]] || return 1
		done
	done
	[[ ${seen[linux-image-$1]-} && $headers ]]
}

# Download a release's packages and compare each with apt's SHA256; leave the
# sums in SHA256SUMS beside them.
# $1: release, $2: directory
packages_fetch()
{
	local closure name version sha deb args=()

	closure=$(packages_closure "$1") || { note "the packages of $1 are not complete"; return 1; }
	while read -r name version sha; do
		args+=("$name=$version")
	done <<< "$closure"
	if ! (cd "$2" && apt-get "${apt_options[@]}" -qq download "${args[@]}" >&2); then
		note "download failed. If the lists are old: sudo apt-get update"
		return 1
	fi
	while read -r name version sha; do
		# apt writes the colon of an epoch as %3a.
		deb=$(find "$2" -name "${name}_*.deb" -printf '%f\n')
		echo "$sha  $deb"
	done <<< "$closure" > "$2/SHA256SUMS"
	if ! (cd "$2" && sha256sum --check --quiet --strict SHA256SUMS >&2); then
		note "a package is not what apt's lists say; nothing was unpacked"
		return 1
	fi
}

# Download one package and compare it with apt's SHA256; apt_setup has been called.
# $1: name, $2: directory; sets deb and version
package_fetch()
{
	local name="" sha=""

	read -r name version sha _ < <(packages_show "$1") || true
	[[ $name && $sha ]] || die "apt knows no $1. Try: sudo apt-get update"
	(cd "$2" && apt-get "${apt_options[@]}" -qq download "$name=$version" >&2) ||
		die "download failed. If the lists are old: sudo apt-get update"
	deb=$(find "$2" -name "${name}_*.deb")
	sha256sum --check --status --strict <<< "$sha  $deb" ||
		die "$1 is not what apt's lists say; nothing was unpacked"
}
