/* SPDX-License-Identifier: GPL-2.0 */
/* Page allocations that fail while packets are received. */
#ifndef TUNWIN_PAGE_H
#define TUNWIN_PAGE_H

#include <linux/types.h>

/* Orders 0 to 10, as far as the kernel's go; what is larger is counted as the last. */
#define TUNWIN_PAGE_ORDERS	11

/**
 * struct tunwin_page - of one order
 * @failed: so often
 * @quiet: those of which the kernel was asked not to warn
 * @first_ns, @last_ns: when the first and the last did, 0: none has
 */
struct tunwin_page {
	u64 failed;
	u64 quiet;
	u64 first_ns;
	u64 last_ns;
};

void tunwin_page_attach(void);
void tunwin_page_detach(void);
/* 0 or the negative errno of why they cannot be seen. */
int tunwin_page_error(void);
void tunwin_page_get(unsigned int order, struct tunwin_page *page);

#endif
