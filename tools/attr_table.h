/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of tables of attributes, in short; part of client. */
#ifndef TUNWIN_ATTR_TABLE_H
#define TUNWIN_ATTR_TABLE_H

#include <stddef.h>

#include "attr.h"

#define sizeof_member(type, member) sizeof(((type *)0)->member)
#define AT(model, member) .offset = offsetof(struct model, member)
#define NUMBER(attr, bytes, scale, model, member) \
	{ .type = (attr), .kind = ATTR_NUMBER, .size = (bytes), .factor = (scale), \
	  AT(model, member) }
#define U8(attr, model, member) NUMBER(attr, 1, 1, model, member)
#define U16(attr, model, member) NUMBER(attr, 2, 1, model, member)
#define U32(attr, model, member) NUMBER(attr, 4, 1, model, member)
#define U64(attr, model, member) NUMBER(attr, 8, 1, model, member)
#define ENUM(attr, max, model, member) \
	{ .type = (attr), .kind = ATTR_ENUM, .size = (max), AT(model, member) }
#define STRING(attr, model, member) \
	{ .type = (attr), .kind = ATTR_STRING, \
	  .size = sizeof_member(struct model, member), AT(model, member) }
#define ADDRESS(attr, model, member) \
	{ .type = (attr), .kind = ATTR_ADDRESS, AT(model, member) }
#define MAC(attr, model, member) \
	{ .type = (attr), .kind = ATTR_MAC, \
	  .size = sizeof_member(struct model, member), AT(model, member) }
#define NEST(attr, set, model, member, ...) \
	{ .type = (attr), .kind = ATTR_NEST, .sub = (set), AT(model, member), __VA_ARGS__ }
/* Any number of nests, into the array @member of @space structs, counted at @counter. */
#define NESTS(attr, set, model, member, counter) \
	{ .type = (attr), .kind = ATTR_NESTS, .sub = (set), AT(model, member), \
	  .size = sizeof_member(struct model, member) / sizeof_member(struct model, member[0]), \
	  .stride = sizeof_member(struct model, member[0]), \
	  .count = offsetof(struct model, counter) }
/* The same of numbers of four bytes. */
#define U32S(attr, model, member, counter) \
	{ .type = (attr), .kind = ATTR_NUMBERS, AT(model, member), \
	  .size = sizeof_member(struct model, member) / sizeof_member(struct model, member[0]), \
	  .count = offsetof(struct model, counter) }

#endif
