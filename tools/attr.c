// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "error.h"
#include "muldiv.h"

void tunwin_attr_copy_text(char *to, size_t size, const char *from, size_t len)
{
	size_t i;

	for (i = 0; i < len && i + 1 < size && from[i]; i++)
		to[i] = from[i] >= 0x20 && from[i] < 0x7f ? from[i] : '?';
	to[i] = '\0';
}

static int decode_number(const struct attr *attr, struct nlattr *nla, struct opt_u64 *to)
{
	uint64_t value;

	if ((size_t)nla_len(nla) != attr->size)
		return -EBADMSG;
	switch (attr->size) {
	case 1:
		value = nla_get_u8(nla);
		break;
	case 2:
		value = nla_get_u16(nla);
		break;
	case 4:
		value = nla_get_u32(nla);
		break;
	default:
		value = nla_get_u64(nla);
		break;
	}
	*to = OPT_U64(tunwin_muldiv(value, attr->factor, 1, 0));
	return 0;
}

static int decode_enum(const struct attr *attr, struct nlattr *nla, struct opt_u64 *to)
{
	if (nla_len(nla) != 1)
		return -EBADMSG;
	to->value = nla_get_u8(nla);
	to->known = to->value < attr->size;
	return 0;
}

static int decode_signed(struct nlattr *nla, struct opt_s64 *to)
{
	if (nla_len(nla) != 4)
		return -EBADMSG;
	to->value = (int32_t)nla_get_u32(nla);
	to->known = true;
	return 0;
}

static int decode_address(struct nlattr *nla, struct address *to)
{
	if (nla_len(nla) != 4 && nla_len(nla) != 16)
		return -EBADMSG;
	to->len = (uint8_t)nla_len(nla);
	memcpy(to->bytes, nla_data(nla), to->len);
	return 0;
}

static int decode_mac(const struct attr *attr, struct nlattr *nla, char *to)
{
	const uint8_t *mac = nla_data(nla);

	if (nla_len(nla) != 6)
		return -EBADMSG;
	snprintf(to, attr->size, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	return 0;
}

static int decode_numbers(const struct attr *attr, struct nlattr *nla, char *record)
{
	size_t *count = (void *)(record + attr->count);
	struct opt_u64 *items = (void *)(record + attr->offset);

	if (*count == attr->size || nla_len(nla) != 4)
		return -EBADMSG;
	items[(*count)++] = OPT_U64(nla_get_u32(nla));
	return 0;
}

static int decode_nests(const struct attr *attr, struct nlattr *nla, char *record)
{
	size_t *count = (void *)(record + attr->count);
	char *item;

	/* More than there can be is a fault, not something to leave out silently. */
	if (*count == attr->size)
		return -EBADMSG;
	item = record + attr->offset + *count * attr->stride;
	(*count)++;
	return tunwin_attr_decode(attr->sub, nla_data(nla), nla_len(nla), item);
}

static int decode_attr(const struct attr *attr, struct nlattr *nla, char *record)
{
	void *to = record + attr->offset;

	switch (attr->kind) {
	case ATTR_NUMBER:
		return decode_number(attr, nla, to);
	case ATTR_SIGNED:
		return decode_signed(nla, to);
	case ATTR_ENUM:
		return decode_enum(attr, nla, to);
	case ATTR_STRING:
		tunwin_attr_copy_text(to, attr->size, nla_data(nla), (size_t)nla_len(nla));
		return 0;
	case ATTR_ADDRESS:
		return decode_address(nla, to);
	case ATTR_MAC:
		return decode_mac(attr, nla, to);
	case ATTR_NEST:
		if (attr->count)
			*(bool *)(record + attr->count) = true;
		return tunwin_attr_decode(attr->sub, nla_data(nla), nla_len(nla), to);
	case ATTR_NUMBERS:
		return decode_numbers(attr, nla, record);
	case ATTR_NESTS:
		return decode_nests(attr, nla, record);
	}
	return -EBADMSG;
}

/*
 * Where an attribute goes; NULL if the table does not have it. They come in the order of the table
 * as a rule, so it is looked for behind the one before, and from the beginning on only then.
 */
static const struct attr *find(const struct attr *table, const struct attr *before, int type)
{
	const struct attr *attr = before ? before : table;

	/* One may come again. */
	for (; attr->type; attr++)
		if (attr->type == type)
			return attr;
	for (attr = table; attr != before && attr->type; attr++)
		if (attr->type == type)
			return attr;
	return NULL;
}

int tunwin_attr_decode(const struct attr *table, struct nlattr *head, int len, void *record)
{
	const struct attr *attr = NULL, *found;
	struct nlattr *nla;
	int rest;

	nla_for_each_attr(nla, head, len, rest) {
		int err;

		found = find(table, attr, nla_type(nla));
		if (!found)
			continue;
		attr = found;
		err = decode_attr(attr, nla, record);
		if (err)
			return err;
	}
	/* What is left over is too short to be an attribute, or says it is longer than it is. */
	return rest > 0 ? -EBADMSG : 0;
}

/* A request is a few attributes in a page; they fit unless there is no memory for the page. */
static void put(int failed)
{
	if (failed)
		tunwin_error_nomem();
}

void tunwin_attr_put_u8(struct nl_msg *msg, int type, struct opt_u64 value)
{
	if (value.known)
		put(nla_put_u8(msg, type, (uint8_t)value.value));
}

void tunwin_attr_put_u16(struct nl_msg *msg, int type, struct opt_u64 value)
{
	if (value.known)
		put(nla_put_u16(msg, type, (uint16_t)value.value));
}

void tunwin_attr_put_u32(struct nl_msg *msg, int type, struct opt_u64 value)
{
	if (value.known)
		put(nla_put_u32(msg, type, (uint32_t)value.value));
}

void tunwin_attr_put_u64(struct nl_msg *msg, int type, struct opt_u64 value)
{
	if (value.known)
		put(nla_put_u64(msg, type, value.value));
}

void tunwin_attr_put_address(struct nl_msg *msg, int type, const struct address *addr)
{
	if (addr->len)
		put(nla_put(msg, type, addr->len, addr->bytes));
}

void tunwin_attr_put_string(struct nl_msg *msg, int type, const char *s)
{
	if (s && *s)
		put(nla_put_string(msg, type, s));
}

void tunwin_attr_put_flag(struct nl_msg *msg, int type)
{
	put(nla_put_flag(msg, type));
}
