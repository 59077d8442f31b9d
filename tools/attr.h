/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink attributes into plain structs, by table, and plain values into attributes. Knows the
 * encoding, not the meaning; part of client.
 */
#ifndef TUNWIN_ATTR_H
#define TUNWIN_ATTR_H

#include "model.h"

struct nl_msg;
struct nlattr;

enum attr_kind {
	ATTR_NUMBER,	/* .size bytes, times .factor, into a struct opt_u64 */
	ATTR_SIGNED,	/* s32 into a struct opt_s64 */
	ATTR_ENUM,	/* u8 into a struct opt_u64; not known from .size on */
	ATTR_STRING,	/* into a char array of .size */
	ATTR_ADDRESS,	/* into a struct address */
	ATTR_MAC,	/* 6 bytes into a char array of .size, in words: 02:00:00:00:00:01 */
	ATTR_NEST,	/* .sub into the struct there; sets the bool at .count, if that is not 0 */
	ATTR_NUMBERS,	/* 4 bytes into the next of .size structs opt_u64, counted at .count */
	ATTR_NESTS,	/* .sub into the next of .size structs of .stride, counted at .count */
};

/* Where an attribute of the kernel goes in the model. Attribute 0 ends an array of these. */
struct attr {
	int type;
	enum attr_kind kind;
	size_t offset;
	size_t size;
	uint64_t factor;
	size_t count;
	size_t stride;
	const struct attr *sub;
};

/*
 * Decodes @len bytes of attributes from @head on into @record. 0, or -EBADMSG as soon as one does
 * not have the length that it must have. Attributes that are not in the table are passed over.
 */
int tunwin_attr_decode(const struct attr *table, struct nlattr *head, int len, void *record);

/*
 * Whoever may make a network namespace may name a device in it, with escape sequences if he likes.
 * What reaches the terminal is printable ASCII, other characters become '?'.
 */
void tunwin_attr_copy_text(char *to, size_t size, const char *from, size_t len);

/* An attribute for the request, unless the value is not known, the address or string empty. */
void tunwin_attr_put_u8(struct nl_msg *msg, int type, struct opt_u64 value);
void tunwin_attr_put_u16(struct nl_msg *msg, int type, struct opt_u64 value);
void tunwin_attr_put_u32(struct nl_msg *msg, int type, struct opt_u64 value);
void tunwin_attr_put_u64(struct nl_msg *msg, int type, struct opt_u64 value);
void tunwin_attr_put_address(struct nl_msg *msg, int type, const struct address *addr);
void tunwin_attr_put_string(struct nl_msg *msg, int type, const char *s);
void tunwin_attr_put_flag(struct nl_msg *msg, int type);

#endif
