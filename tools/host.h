/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc says of the receiver's side of TCP, in the present network namespace. */
#ifndef TUNWIN_HOST_H
#define TUNWIN_HOST_H

#include "cause/cause.h"

/* What cannot be read is not known. */
void tunwin_host_read(struct host *host);

#endif
