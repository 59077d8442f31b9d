// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include <errno.h>

#include "refusal.h"

#define HERE "6.12.117+deb12-amd64"
#define MAGIC_HERE HERE " SMP preempt mod_unload modversions "

static void test_words(void **state)
{
	static const struct {
		struct refusal refusal;
		const char *text;
	} rows[] = {
		{ { .error = ENOEXEC, .vermagic = "6.1.0-56-amd64 SMP preempt mod_unload ",
		    .privileged = true },
		  "built for Linux 6.1.0-56-amd64 and this kernel is " HERE
		  ": rebuild it with make" },
		{ { .error = EINVAL, .vermagic = MAGIC_HERE, .privileged = true,
		    .said = "tunwin: disagrees about version of symbol tcp_hashinfo" },
		  "whose 'tcp_hashinfo' differs: rebuild" },
		{ { .error = ENOENT, .vermagic = MAGIC_HERE, .privileged = true,
		    .said = "tunwin: Unknown symbol gro_cells_receive (err -2)" },
		  "does not offer 'gro_cells_receive'" },
		{ { .error = ENOENT, .vermagic = MAGIC_HERE, .privileged = true },
		  "lacks a symbol" },
		{ { .error = ENOEXEC, .vermagic = HERE " SMP mod_unload ", .privileged = true },
		  "not built for this kernel" },
		{ { .error = ENOEXEC, .privileged = true }, "damaged, or is not a kernel module" },
		{ { .error = EINVAL, .privileged = true }, "damaged, or is not a kernel module" },
		{ { .error = EKEYREJECTED, .vermagic = MAGIC_HERE, .privileged = true },
		  "only signed modules" },
		{ { .error = ENOKEY, .vermagic = MAGIC_HERE, .privileged = true },
		  "only signed modules" },
		{ { .error = EPERM, .vermagic = MAGIC_HERE, .privileged = true,
		    .locked_down = true }, "locked down" },
		{ { .error = EPERM, .vermagic = MAGIC_HERE, .privileged = true,
		    .modules_disabled = true }, "kernel.modules_disabled" },
		{ { .error = EPERM, .vermagic = MAGIC_HERE }, "only root" },
		{ { .error = EPERM, .vermagic = "5.10.0-32-amd64 SMP " }, "only root" },
		{ { .error = ENOSYS, .vermagic = MAGIC_HERE, .privileged = true },
		  "without loadable modules" },
		{ { .error = EAGAIN, .unload = true, .privileged = true }, "in use" },
		{ { .error = EBUSY, .privileged = true }, "being loaded or unloaded" },
		{ { .error = ENOMEM, .privileged = true }, "memory" },
		{ { .error = EOPNOTSUPP, .vermagic = MAGIC_HERE, .privileged = true,
		    .said = "tunwin: tunnels cannot be watched on this kernel" },
		  "refused to start: tunwin: tunnels cannot be watched on this kernel" },
		{ { .error = EINVAL, .vermagic = MAGIC_HERE, .privileged = true,
		    .said = "tunwin: `x' invalid for parameter `max_flows'" },
		  "tunwin: `x' invalid for parameter `max_flows'" },
		{ { .error = ENODEV, .vermagic = MAGIC_HERE, .privileged = true },
		  "refused to start: No such device (see: dmesg)" },
		{ { .error = EIO, .unload = true, .privileged = true }, "Input/output error" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct refusal refusal = rows[i].refusal;
		char text[400];

		refusal.release = HERE;
		if (!refusal.vermagic)
			refusal.vermagic = "";
		if (!refusal.said)
			refusal.said = "";
		tunwin_refusal_explain(&refusal, text, sizeof(text));
		if (!strstr(text, rows[i].text))
			fail_msg("row %zu: %s", i, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
