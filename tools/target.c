// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"
#include "derive.h"

const char *const tunwin_target_side[] = { "near", "far", NULL };

struct aoe_target *tunwin_target_add(struct aoe_list *list)
{
	struct aoe_target *target;

	list->targets = tunwin_model_grow(list->targets, list->count, &list->space,
					  sizeof(*target));
	target = &list->targets[list->count++];
	memset(target, 0, sizeof(*target));
	return target;
}

void tunwin_target_free(struct aoe_list *list)
{
	free(list->targets);
	memset(list, 0, sizeof(*list));
}

static void derive_load(struct aoe_load *load)
{
	if (load->same_tag.known && load->new_tag.known)
		load->retransmits = OPT_U64(load->same_tag.value + load->new_tag.value);
	if (load->answers.known && load->failed.known && load->answers.value > load->failed.value)
		load->bytes_per_request_ppm =
			tunwin_derive_ppm(load->bytes,
					  OPT_U64(load->answers.value - load->failed.value));
}

void tunwin_target_derive(struct aoe_target *target)
{
	derive_load(&target->total);
	for (size_t i = 0; i < target->initiator_count; i++)
		derive_load(&target->initiators[i]);
	snprintf(target->name, sizeof(target->name), "%u.%u", (uint16_t)target->shelf.value,
		 (uint8_t)target->slot.value);
	snprintf(target->scope, sizeof(target->scope),
		 "initiator or target: the protocol leaves it open");
}

bool tunwin_target_is_full(const struct aoe_target *target)
{
	bool full = target->total.full.known && target->total.full.value;

	for (size_t i = 0; i < target->initiator_count; i++)
		full |= target->initiators[i].full.known && target->initiators[i].full.value;
	return full;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct aoe_target *one = a, *other = b;
	int order = tunwin_target_is_full(other) - tunwin_target_is_full(one);

	if (!order)
		order = compare_numbers(other->total.requests_per_s.value,
					one->total.requests_per_s.value);
	if (!order)
		order = compare_numbers(one->shelf.value, other->shelf.value);
	if (!order)
		order = compare_numbers(one->slot.value, other->slot.value);
	return order ? order : compare_numbers(one->id.value, other->id.value);
}

void tunwin_target_sort(struct aoe_list *list)
{
	if (list->count)
		qsort(list->targets, list->count, sizeof(*list->targets), compare);
}
