// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "parse.h"
#include "print/path.h"

int tunwin_cmd_bdp(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	const char *rate = env->values[0];
	const char *rtt = env->values[1];
	const char *mss = env->values[2];
	struct path path = { .rtt_ns = 0 };

	(void)argc;
	(void)argv;
	if (!rtt)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"bdp needs --rtt TIME (such as --rtt 70ms)");
	if (tunwin_parse_time("--rtt", rtt, &path.rtt_ns, err))
		return err->status;
	if (rate) {
		path.rate_bps.known = true;
		if (tunwin_parse_rate("--rate", rate, &path.rate_bps.value, err))
			return err->status;
	}
	if (mss) {
		path.mss_bytes.known = true;
		if (tunwin_parse_number("--mss", mss, 1, 65535, &path.mss_bytes.value, err))
			return err->status;
	}
	tunwin_path_print(&env->out, &path);
	return 0;
}
