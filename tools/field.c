// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "field.h"
#include "table.h"

#define RECORDS_MAX 4

static struct json_object *check(struct json_object *obj)
{
	/* json-c takes NULL for null: memory that is short must not turn numbers into that. */
	if (!obj)
		tunwin_error_nomem();
	return obj;
}

/* Keys are those of tables, which stay and name nothing twice: neither copied nor looked for. */
static void add(struct json_object *obj, const char *key, struct json_object *value)
{
	const unsigned int how = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY;

	if (json_object_object_add_ex(obj, key, value, how))
		tunwin_error_nomem();
}

/* @value / 10^digits, written exactly. */
static struct json_object *decimal_json(uint64_t value, unsigned int digits)
{
	struct text text = tunwin_format_decimal(value, digits);

	return check(json_object_new_double_s((double)value, text.s));
}

static struct json_object *number_json(enum unit unit, struct opt_u64 value)
{
	if (!value.known)
		return NULL;
	switch (unit) {
	case UNIT_TIME:
	case UNIT_AGE:
		return decimal_json(value.value, 9);
	case UNIT_RATIO:
	case UNIT_MEAN:
		return decimal_json(value.value, 6);
	case UNIT_COUNT:
	case UNIT_BYTES:
	case UNIT_RATE:
		break;
	}
	return check(json_object_new_uint64(value.value));
}

static struct json_object *string_json(const char *s)
{
	return *s ? check(json_object_new_string(s)) : NULL;
}

static struct json_object *endpoint_json(const struct endpoint *end)
{
	struct json_object *obj = check(json_object_new_object());
	struct text addr = tunwin_format_address(&end->addr);

	add(obj, "addr", end->addr.len ? string_json(addr.s) : NULL);
	add(obj, "port", number_json(UNIT_COUNT, end->port));
	return obj;
}

static struct json_object *list_json(const struct field *field, const char *items, size_t count)
{
	struct json_object *array = check(json_object_new_array());

	for (size_t i = 0; i < count; i++)
		if (json_object_array_add(array, tunwin_field_json(field->sub,
								   items + i * field->stride)))
			tunwin_error_nomem();
	return array;
}

static struct json_object *words_json(const char *const *words, size_t count)
{
	struct json_object *array = check(json_object_new_array());

	for (size_t i = 0; i < count; i++)
		if (json_object_array_add(array, string_json(words[i])))
			tunwin_error_nomem();
	return array;
}

static struct json_object *value_json(const struct field *field, const char *record)
{
	const char *at = record + field->offset;
	const struct opt_u64 *number = (const void *)at;
	const struct opt_s64 *integer = (const void *)at;

	switch (field->kind) {
	case FIELD_NUMBER:
		return number_json(field->unit, *number);
	case FIELD_SIGNED:
		return integer->known ? check(json_object_new_int64(integer->value)) : NULL;
	case FIELD_BOOL:
		return number->known ? check(json_object_new_boolean(number->value != 0)) : NULL;
	case FIELD_WORD:
		return number->known ? string_json(field->words[number->value]) : NULL;
	case FIELD_ID:
	case FIELD_HEX:
		return number->known ? string_json(tunwin_field_text(field, record).s) : NULL;
	case FIELD_STRING:
		return string_json(at);
	case FIELD_ENDPOINT:
		return endpoint_json((const void *)at);
	case FIELD_OBJECT:
		if (field->present && !*(const bool *)(record + field->present))
			return NULL;
		return tunwin_field_json(field->sub, at);
	case FIELD_LIST:
		return list_json(field, at, *(const size_t *)(const void *)(record +
									    field->present));
	case FIELD_WORDS:
		if (!*(const bool *)(record + field->present))
			return NULL;
		return words_json((const void *)at, *(const size_t *)(const void *)
						    (record + field->stride));
	case FIELD_NULL:
		break;
	}
	return NULL;
}

struct json_object *tunwin_field_json(const struct field *fields, const void *record)
{
	struct json_object *obj = check(json_object_new_object());

	for (const struct field *field = fields; field->key; field++)
		add(obj, field->key, value_json(field, record));
	return obj;
}

static struct text copy(const char *s)
{
	struct text text;

	snprintf(text.s, sizeof(text.s), "%s", *s ? s : "?");
	return text;
}

struct text tunwin_field_text(const struct field *field, const void *record)
{
	const char *at = (const char *)record + field->offset;
	const struct opt_u64 *number = (const void *)at;
	const struct opt_s64 *integer = (const void *)at;
	struct text text = { "?" };

	switch (field->kind) {
	case FIELD_NUMBER:
		return tunwin_format_opt(field->unit, *number);
	case FIELD_SIGNED:
		if (integer->known)
			snprintf(text.s, sizeof(text.s), "%lld", (long long)integer->value);
		return text;
	case FIELD_BOOL:
		return number->known ? copy(number->value ? "yes" : "no") : text;
	case FIELD_WORD:
		return number->known ? copy(field->words[number->value]) : text;
	case FIELD_ID:
		if (number->known)
			snprintf(text.s, sizeof(text.s), "%llu",
				 (unsigned long long)number->value);
		return text;
	case FIELD_HEX:
		if (number->known)
			snprintf(text.s, sizeof(text.s), "%llx",
				 (unsigned long long)number->value);
		return text;
	case FIELD_STRING:
		return copy(at);
	case FIELD_ENDPOINT:
		return tunwin_format_endpoint((const void *)at);
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_WORDS:
	case FIELD_NULL:
		break;
	}
	return text;
}

static void add_rows(struct table *table, const struct field *fields, const char *const *records,
		     size_t count)
{
	for (const struct field *field = fields; field->key; field++) {
		const char *sub[RECORDS_MAX];
		struct text text[RECORDS_MAX];
		bool known = false;

		if (!field->label)
			continue;
		if (field->kind == FIELD_OBJECT) {
			for (size_t i = 0; i < count; i++)
				sub[i] = records[i] + field->offset;
			add_rows(table, field->sub, sub, count);
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			text[i] = tunwin_field_text(field, records[i]);
			known |= strcmp(text[i].s, "?") != 0;
		}
		if (!known)
			continue;
		tunwin_table_add(table, "%s", field->label);
		for (size_t i = 0; i < count; i++)
			tunwin_table_add(table, "%s", text[i].s);
	}
}

void tunwin_field_print(const struct output *out, unsigned int indent, const struct field *fields,
			const char *const *titles, const void *const *records, size_t count)
{
	struct table_column columns[RECORDS_MAX + 1] = { { .title = NULL } };
	const char *bytes[RECORDS_MAX];
	struct table *table;

	if (count > RECORDS_MAX)
		count = RECORDS_MAX;
	for (size_t i = 0; i < count; i++) {
		columns[i + 1] = (struct table_column){
			.title = titles ? titles[i] : NULL,
			.right = count > 1,
		};
		bytes[i] = records[i];
	}
	table = tunwin_table_new(columns, count + 1);
	add_rows(table, fields, bytes, count);
	tunwin_table_print(table, out, indent);
}

const struct field tunwin_field_size_break[] = {
	FIELD(struct size_break, frame_bytes, "frame_bytes", NULL, .unit = UNIT_BYTES),
	FIELD(struct size_break, below_ppm, "loss_below", NULL, .unit = UNIT_RATIO),
	FIELD(struct size_break, above_ppm, "loss_above", NULL, .unit = UNIT_RATIO),
	{ 0 }
};
