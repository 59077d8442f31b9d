/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One description of each record, from which both its JSON and its labelled text are made, so
 * that the two cannot differ. A description is an array that ends with a field without a key.
 */
#ifndef TUNWIN_FIELD_H
#define TUNWIN_FIELD_H

#include "format.h"
#include "print.h"

enum field_kind {
	FIELD_NUMBER,		/* struct opt_u64, shown in .unit */
	FIELD_SIGNED,		/* struct opt_s64 */
	FIELD_BOOL,		/* struct opt_u64 of 0 or 1 */
	FIELD_WORD,		/* struct opt_u64, an index into .words */
	FIELD_ID,		/* struct opt_u64, in JSON a string: not a number to reckon with */
	FIELD_HEX,		/* the same in hexadecimal */
	FIELD_STRING,		/* char [], null if it is empty */
	FIELD_ENDPOINT,		/* struct endpoint */
	FIELD_OBJECT,		/* a struct, see .sub; null if the bool at .present is false */
	FIELD_LIST,		/* structs of .stride bytes, counted by the size_t at .present */
	FIELD_WORDS,		/* const char *[], counted by the size_t at .stride; see .present */
	FIELD_NULL,		/* a key of the contract that this version does not know yet */
};

struct field {
	const char *key;		/* in JSON */
	/* In text; without one it is not shown there, and nor are the members of an object. */
	const char *label;
	enum field_kind kind;
	enum unit unit;
	size_t offset;
	size_t present;
	size_t stride;
	const char *const *words;
	const struct field *sub;
};

#define FIELD(type, member, k, l, ...) \
	{ .key = (k), .label = (l), .offset = offsetof(type, member), __VA_ARGS__ }

struct json_object *tunwin_field_json(const struct field *fields, const void *record);

/* The value of one field, "?" if it is not known. */
struct text tunwin_field_text(const struct field *field, const void *record);

/*
 * The labelled fields, one a line, with a column for each of @count records under its title.
 * A field that none of the records knows is left out.
 */
void tunwin_field_print(const struct output *out, unsigned int indent, const struct field *fields,
			const char *const *titles, const void *const *records, size_t count);

/* Of struct size_break, in flows and in tunnels. */
extern const struct field tunwin_field_size_break[];

#endif
