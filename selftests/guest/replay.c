// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into user-mode Linux (uml.sh), so that a run can be repeated: what its kernel would learn
 * of this machine that is another thing each time.
 *
 * - Random numbers, for which it asks when it boots and whenever it refreshes its own
 *   (arch/um/include/asm/archrandom.h), are made of TUNWIN_SEED, by splitmix64.
 * - Signals that a process of the host has ended would come at any time, as interrupts, and each is
 *   stirred into the random numbers (add_interrupt_randomness). They are of use only where somebody
 *   else has killed a process of the guest (mm_sigchld_irq()); that run is lost in any case.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static uint64_t next(void)
{
	static uint64_t state;
	static int begun;
	uint64_t mixed;

	if (!begun) {
		const char *seed = getenv("TUNWIN_SEED");

		state = seed ? strtoull(seed, NULL, 0) : 0;
		begun = 1;
	}
	mixed = state += 0x9e3779b97f4a7c15ULL;
	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
	return mixed ^ (mixed >> 31);
}

/* In place of the C library's. */
ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
	size_t done, part;

	(void)flags;
	for (done = 0; done < length; done += part) {
		uint64_t bits = next();

		part = length - done < sizeof(bits) ? length - done : sizeof(bits);
		memcpy((char *)buffer + done, &bits, part);
	}
	return (ssize_t)length;
}

/* The same: all but SIGCHLD as it is. */
int sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
	static int (*set)(int, const struct sigaction *, struct sigaction *);

	if (number == SIGCHLD)
		return 0;
	if (!set)
		*(void **)&set = dlsym(RTLD_NEXT, "sigaction");
	if (!set) {
		errno = ENOSYS;
		return -1;
	}
	return set(number, action, old);
}
