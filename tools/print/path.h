/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_PATH_H
#define TUNWIN_PRINT_PATH_H

#include "field.h"

struct path {
	struct opt_u64 rate_bps;
	uint64_t rtt_ns;
	struct opt_u64 mss_bytes;
};

/* What the path needs and what each window allows on it, as text or as a JSON object. */
void tunwin_path_print(const struct output *out, const struct path *path);

#endif
