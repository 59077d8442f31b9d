# SPDX-License-Identifier: GPL-2.0
#
# make              the tool, and the module for the running kernel if its headers are installed
# make demo         see it work, on real traffic, in a virtual machine
# make test         what can be tested without a virtual machine and without root
# make judge        what limits a flow and why, in virtual time
# make mutants      whether the tests of the rules see each change of a rule
# make check        both, and the rest on two processors or a stock kernel (FULL=1: all of it); make smoke, limits, matrix, faults,
#                   bench, check-kernels and check-debug take longer (doc/architecture.md)
# make install      the tool, the module and the netlink spec
# make load         insert the module just built; make unload removes it
# make clean
#
# PREFIX=/usr DESTDIR= KDIR=/lib/modules/$(uname -r)/build V=1 W=1 C=2

PREFIX ?= /usr
RELEASE ?= $(shell uname -r)
KDIR ?= /lib/modules/$(RELEASE)/build
MODULES_DIR ?= $(DESTDIR)/lib/modules/$(RELEASE)/updates
# The kernels that guests run for guest-modules and check, see selftests/guest/kernels.txt
KERNELS ?= virtual smp 6.12

export PREFIX DESTDIR KERNELS

.PHONY: all tools module guest-modules demo test mutants judge check smoke check-kernels check-debug fuzz faults limits matrix bench install uninstall load unload clean packages

all: packages tools
	@if [ -e $(KDIR)/Makefile ]; then \
		$(MAKE) --no-print-directory module; \
	else \
		echo "module: not built, the headers of this kernel are not installed (apt install linux-headers-$(RELEASE))"; \
	fi

packages:
	@scripts/install-packages build

tools:
	@$(MAKE) --no-print-directory -C tools

# Out of a copy, as for the guests' kernels, so that the source tree stays clean.
module:
	@scripts/build-module --kdir $(KDIR) $(RELEASE) $(if $(W),W=$(W)) $(if $(C),C=$(C))

guest-modules: packages
	@scripts/install-packages guest
	@for kernel in $(KERNELS); do scripts/build-module $$kernel $(if $(W),W=$(W)) $(if $(C),C=$(C)) || exit 1; done

demo: packages
	@scripts/install-packages guest demo
	@$(MAKE) --no-print-directory tools
	@demo/run

check:
	@scripts/check

# What can be tested without a guest, and without root.
test:
	@KERNELS= scripts/check unit spec style checks

# Do the tests of the rules see each change of a rule? RULES="limit flight" are those that are changed.
mutants: packages
	@scripts/install-packages check
	@scripts/mutants $(RULES)

# What limits a flow, why, and what is told of it: in virtual time, where the machine's speed does not matter.
judge:
	@KERNELS=virtual scripts/check virtual

# On other kernels a few tests, which touch all that is written for one kernel or another (kmod/compat/): cards, drops,
# flows, requests, load and unload. The tests say themselves which. And a minute of each fuzzer.
SMOKE_KERNELS ?= 5.10 6.1 6.12-rt newest
smoke:
	@SMOKE=1 TUNWIN_PERCENT=$${TUNWIN_PERCENT:-5} KERNELS="$(SMOKE_KERNELS)" scripts/check $(addsuffix /,$(SMOKE_KERNELS)) fuzz/

# On other kernels all of it, or what needs neither cards nor drivers, which Debian's cloud kernels do not have. And the
# kernel's own tests, with the module and without it.
WHOLE_KERNELS ?= 5.10 6.1 6.1-rt 6.12-rt newest
CLOUD_KERNELS ?= 6.1-cloud 6.12-cloud
UPSTREAM_KERNELS ?= 6.12
# What runs in virtual time unless it is asked for by its name
TIMED_TESTS = alert cause clock device flow limit socket table two_tunnels
check-kernels:
	@$(if $(UPSTREAM_KERNELS),scripts/install-packages upstream)
	@KERNELS="$(sort $(WHOLE_KERNELS) $(CLOUD_KERNELS) $(UPSTREAM_KERNELS))" scripts/check \
		$(addsuffix /,$(WHOLE_KERNELS)) \
		$(foreach kernel,$(WHOLE_KERNELS),$(addprefix $(kernel)/,$(TIMED_TESTS))) \
		$(foreach kernel,$(CLOUD_KERNELS),$(addprefix $(kernel)/,command flow hostile netlink socket table)) \
		$(addsuffix /upstream,$(UPSTREAM_KERNELS))

# With kernels that look for their own errors: half an hour (scripts/check-debug short), and then hours, and a fuzzer.
check-debug:
	@scripts/check-debug

fuzz:
	@scripts/fuzz

# What limits a flow, ten times in all scenes, where check has it once: in virtual time, and in stock kernels, where the
# machine's speed tells and not all of it has to be right.
limits:
	@KERNELS="virtual 6.1 6.12" TUNWIN_RUNS=$${TUNWIN_RUNS:-10} TIMEOUT=$${TIMEOUT:-7200} \
		scripts/check virtual/limit 6.1/limit 6.12/limit

# Buffers that cannot be had, in a kernel whose allocations fail when they are asked to; it is built first, once,
# which takes half an hour.
faults:
	@KERNELS=fault scripts/check fault/fault

MATRIX_KERNELS ?= virtual
# Why a flow is limited: all cases, where check has one of each, and the table of them.
matrix:
	@KERNELS="$(MATRIX_KERNELS)" scripts/matrix

# What it costs, beside what does less and what does more; a kernel is built first, once, which takes ten minutes.
bench:
	@bench/run

install: tools module
	$(MAKE) --no-print-directory -C tools install
	install -D -m 644 build/$(RELEASE)/tunwin.ko $(MODULES_DIR)/tunwin.ko
	install -D -m 644 spec/tunwin.yaml $(DESTDIR)$(PREFIX)/share/ynl/specs/tunwin.yaml
	install -D -m 644 include/uapi/linux/tunwin.h $(DESTDIR)$(PREFIX)/include/linux/tunwin.h
	$(if $(DESTDIR),,depmod -a $(RELEASE))

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/tunwin $(MODULES_DIR)/tunwin.ko
	rm -f $(DESTDIR)$(PREFIX)/share/ynl/specs/tunwin.yaml $(DESTDIR)$(PREFIX)/include/linux/tunwin.h
	$(if $(DESTDIR),,depmod -a $(RELEASE))

load: tools module
	build/tunwin load --file build/$(RELEASE)/tunwin.ko

unload: tools
	build/tunwin unload

clean:
	rm -rf build
