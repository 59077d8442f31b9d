/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink messages of the module into the model: the half of client that needs no socket, so that
 * tests can feed it anything. Lengths are checked before anything is read; attributes that this
 * version does not know are passed over, values that it does not know are unknown.
 */
#ifndef TUNWIN_DECODE_H
#define TUNWIN_DECODE_H

#include "model.h"

struct nlmsghdr;

/* 0, or -EBADMSG if the message is malformed or lacks what identifies the object. */
int tunwin_decode_flow(struct nlmsghdr *nlh, struct flow *flow);
int tunwin_decode_tunnel(struct nlmsghdr *nlh, struct tunnel *tunnel);
int tunwin_decode_alert(struct nlmsghdr *nlh, struct alert *alert);
int tunwin_decode_status(struct nlmsghdr *nlh, struct status *status);

/*
 * The error that an NLMSG_ERROR or NLMSG_DONE message carries, as a positive errno value, and the
 * sentence of its extended ack, empty if there is none.
 */
int tunwin_decode_error(struct nlmsghdr *nlh, char *sentence, size_t size);

#endif
