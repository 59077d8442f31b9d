// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "doctor/earlier.h"
#include "print/tunnel.h"

#define NS_PER_S 1000000000LL

/* Thirty years. */
#define AGO_MAX_S 1e9

bool tunwin_earlier_has(const struct earlier *earlier, const char *code)
{
	for (size_t i = 0; i < earlier->count; i++)
		if (!strcmp(earlier->codes[i], code))
			return true;
	return false;
}

const char *tunwin_earlier_origin(char text[EARLIER_ORIGIN_SIZE])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	struct stat netns = { .st_ino = 0 };
	char boot[40] = "";

	if (file) {
		if (!fgets(boot, sizeof(boot), file))
			*boot = '\0';
		fclose(file);
	}
	boot[strcspn(boot, "\n")] = '\0';
	stat("/proc/self/ns/net", &netns);
	snprintf(text, EARLIER_ORIGIN_SIZE, "%s/%llu", boot, (unsigned long long)netns.st_ino);
	return text;
}

static struct opt_u64 get_number(struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);

	if (!json_object_is_type(value, json_type_int))
		return (struct opt_u64){ .known = false };
	return OPT_U64(json_object_get_uint64(value));
}

/* The devices as they are now, with the counters of then; one that is new has no past. */
static void read_links(struct json_object *array, struct link_list *links)
{
	for (size_t i = 0; i < links->count; i++) {
		struct link *link = &links->links[i], then = { .ifindex = link->ifindex };
		struct json_object *found = NULL, *name;

		for (size_t j = 0; j < json_object_array_length(array) && !found; j++) {
			found = json_object_array_get_idx(array, j);
			name = json_object_object_get(found, "name");
			if (!name || strcmp(json_object_get_string(name), link->name))
				found = NULL;
		}
		memcpy(then.name, link->name, sizeof(then.name));
		if (found) {
			then.rx_packets = get_number(found, "rx_packets");
			then.rx_crc_errors = get_number(found, "rx_crc_errors");
			then.rx_dropped = get_number(found, "rx_dropped");
			then.rx_missed = get_number(found, "rx_missed");
			then.tx_dropped = get_number(found, "tx_dropped");
			then.qdisc_drops = get_number(found, "qdisc_drops");
		}
		*link = then;
	}
}

static void read_errors(struct json_object *object, struct traffic_errors *errors)
{
	for (const struct field *field = tunwin_tunnel_error_fields; field->key; field++)
		*(struct opt_u64 *)(void *)((char *)errors + field->offset) =
			get_number(object, field->key);
}

/* As they were then; earlier versions did not write them. */
static void read_tunnels(struct json_object *array, struct tunnel_list *tunnels)
{
	if (!json_object_is_type(array, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *object = json_object_array_get_idx(array, i);
		const char *name = json_object_get_string(json_object_object_get(object, "name"));
		struct tunnel *tunnel;

		if (!name)
			continue;
		tunnel = tunwin_model_add_tunnel(tunnels);
		snprintf(tunnel->name, sizeof(tunnel->name), "%s", name);
		read_errors(json_object_object_get(object, "in"), &tunnel->in.errors);
		read_errors(json_object_object_get(object, "out"), &tunnel->out.errors);
	}
}

static void read_codes(struct json_object *findings, struct earlier *earlier)
{
	memset(earlier, 0, sizeof(*earlier));
	if (!json_object_is_type(findings, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *finding = json_object_array_get_idx(findings, i);
		const char *code = json_object_get_string(json_object_object_get(finding, "code"));

		if (code && earlier->count < EARLIER_CODES && !tunwin_earlier_has(earlier, code))
			snprintf(earlier->codes[earlier->count++], EARLIER_CODE_SIZE, "%s", code);
	}
}

/* Counters begin anew with the kernel, and are another namespace's elsewhere. */
static bool is_of_here(struct json_object *object)
{
	const char *origin = json_object_get_string(json_object_object_get(object, "origin"));
	char here[EARLIER_ORIGIN_SIZE];

	return !origin || !strcmp(origin, tunwin_earlier_origin(here));
}

int tunwin_earlier_read(const char *path, struct past *past, struct tunwin_error *err)
{
	struct json_object *object = json_object_from_file(path), *time, *counted, *devices;
	struct timespec now;
	double then_s;

	if (!object)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"cannot read %s, or it is not JSON", path);
	time = json_object_object_get(object, "since_boot_s");
	counted = json_object_object_get(object, "counters");
	devices = json_object_object_get(object, "links");
	if (!json_object_is_type(object, json_type_object) || !time ||
	    !json_object_is_type(counted, json_type_object) ||
	    !json_object_is_type(devices, json_type_array)) {
		json_object_put(object);
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s is not what tunwin -j doctor writes", path);
	}
	if (!is_of_here(object)) {
		json_object_put(object);
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s is of another network namespace, or of before the last boot",
					path);
	}
	read_codes(json_object_object_get(object, "findings"), &past->earlier);
	read_tunnels(json_object_object_get(object, "tunnels"), &past->tunnels);
	for (size_t i = 0; i < COUNTERS; i++)
		past->counters.value[i] = get_number(counted, tunwin_counters_names[i]);
	read_links(devices, &past->links);
	then_s = json_object_get_double(time);
	json_object_put(object);
	/* Not the time of day, which may be set meanwhile. */
	clock_gettime(CLOCK_BOOTTIME, &now);
	then_s = (double)now.tv_sec + (double)now.tv_nsec / NS_PER_S - then_s;
	/* (NaN is a number to some.) */
	if (!(then_s >= 0 && then_s < AGO_MAX_S))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s is of the future, or of long ago", path);
	past->ago_ns = (uint64_t)(then_s * NS_PER_S);
	return 0;
}
