/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink messages of the module into the model: the half of client that needs no socket, so that
 * tests can feed it anything. Lengths are checked before anything is read; attributes that this
 * version does not know are passed over, values that it does not know are unknown.
 */
#ifndef TUNWIN_DECODE_H
#define TUNWIN_DECODE_H

#include "attr.h"
#include "model.h"
#include "shortage.h"
#include "target.h"

struct nlmsghdr;

/* 0, or -EBADMSG if the message is malformed or lacks what identifies the object. */
int tunwin_decode_flow(struct nlmsghdr *nlh, struct flow *flow);
int tunwin_decode_tunnel(struct nlmsghdr *nlh, struct tunnel *tunnel);
int tunwin_decode_alert(struct nlmsghdr *nlh, struct alert *alert);
int tunwin_decode_status(struct nlmsghdr *nlh, struct status *status);
/* decode_buffer.c */
int tunwin_decode_buffer(struct nlmsghdr *nlh, struct buffer_device *device);
int tunwin_decode_buffer_host(struct nlmsghdr *nlh, struct buffer_host *host);
int tunwin_decode_episode(struct nlmsghdr *nlh, struct episode *episode);

/* decode_aoe.c */
int tunwin_decode_aoe(struct nlmsghdr *nlh, struct aoe_target *target);
int tunwin_decode_aoe_host(struct nlmsghdr *nlh, struct aoe_host *host);

/* What they have in common: 0, or -EBADMSG. */
int tunwin_decode_message(struct nlmsghdr *nlh, const struct attr *set, void *record);
extern const struct attr tunwin_decode_cpu_attrs[];

/*
 * The error that an NLMSG_ERROR or NLMSG_DONE message carries, as a positive errno value, and the
 * sentence of its extended ack, empty if there is none.
 */
int tunwin_decode_error(struct nlmsghdr *nlh, char *sentence, size_t size);

#endif
