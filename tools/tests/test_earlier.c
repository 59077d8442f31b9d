// SPDX-License-Identifier: GPL-2.0
/* What an earlier report says, and which report is none. */
#include "test.h"

#include <time.h>
#include <unistd.h>

#include "doctor/earlier.h"

static char path[32] = "/tmp/tunwin-test-XXXXXX";

/* A report of so many seconds ago, NULL: of this origin, with more members. */
static void write_report(int ago_s, const char *origin, const char *more)
{
	char here[EARLIER_ORIGIN_SIZE];
	FILE *file = fopen(path, "w");
	struct timespec now;

	assert_non_null(file);
	clock_gettime(CLOCK_BOOTTIME, &now);
	fprintf(file, "{ \"since_boot_s\": %lld.0, \"origin\": \"%s\"%s }\n",
		(long long)now.tv_sec - ago_s, origin ? origin : tunwin_earlier_origin(here), more);
	fclose(file);
}

#define COUNTED ", \"counters\": { \"TcpExtRcvPruned\": 7, \"IpOutDiscards\": null }"
#define FOUND ", \"findings\": [ { \"code\": \"loss\" }, { \"code\": \"loss\" }, {} ]"
#define LINKS ", \"links\": [ {}, { \"name\": \"eth0\", \"rx_crc_errors\": 41 } ]"
#define TUNNELS ", \"tunnels\": [ {}, { \"name\": \"gre1\", \"in\": { \"errors\": 9, \"sequence\": 9 } } ]"
#define NOTHING ", \"counters\": {}, \"links\": []"

static int read_report(struct past *past, struct tunwin_error *err)
{
	memset(past, 0, sizeof(*past));
	*err = (struct tunwin_error){ .status = 0 };
	return tunwin_earlier_read(path, past, err);
}

static void test_read(void **state)
{
	struct tunwin_error err;
	struct past past;

	(void)state;
	write_report(100, NULL,
		     COUNTED FOUND ", \"links\": []" TUNNELS);
	assert_int_equal(read_report(&past, &err), 0);
	assert_in_range(past.ago_ns, 99000000000, 110000000000);
	assert_true(past.counters.value[COUNTER_RCV_PRUNED].known);
	assert_int_equal(past.counters.value[COUNTER_RCV_PRUNED].value, 7);
	assert_false(past.counters.value[COUNTER_OUT_DISCARDS].known);
	assert_int_equal(past.earlier.count, 1);
	assert_true(tunwin_earlier_has(&past.earlier, "loss"));
	assert_false(tunwin_earlier_has(&past.earlier, "bloat"));
	assert_int_equal(past.tunnels.count, 1);
	assert_string_equal(past.tunnels.tunnels[0].name, "gre1");
	assert_int_equal(past.tunnels.tunnels[0].in.errors.sequence.value, 9);
	assert_false(past.tunnels.tunnels[0].in.errors.ecn.known);
	assert_false(past.tunnels.tunnels[0].out.errors.errors.known);
	tunwin_model_free_tunnels(&past.tunnels);
}

/* Devices are those of now, with what they had counted then; one that is new has no past. */
static void test_links(void **state)
{
	struct link links[] = {
		{ .ifindex = 2, .name = "eth0", .rx_crc_errors = OPT_U64(50) },
		{ .ifindex = 3, .name = "eth1", .rx_crc_errors = OPT_U64(60) },
	};
	struct past past = { .links = { .count = 2, .links = links } };
	struct tunwin_error err = { .status = 0 };

	(void)state;
	write_report(5, NULL, ", \"counters\": {}" LINKS);
	assert_int_equal(tunwin_earlier_read(path, &past, &err), 0);
	assert_int_equal(links[0].ifindex, 2);
	assert_int_equal(links[0].rx_crc_errors.value, 41);
	assert_string_equal(links[1].name, "eth1");
	assert_false(links[1].rx_crc_errors.known);
}

static void refused(const char *why)
{
	struct tunwin_error err;
	struct past past;

	assert_int_equal(read_report(&past, &err), TUNWIN_EXIT_LOCAL);
	if (!strstr(err.text, why) || !strstr(err.text, path))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void test_refused(void **state)
{
	FILE *file;

	(void)state;
	write_report(10, "another", NOTHING);
	refused("another network namespace");
	write_report(-100, NULL, NOTHING);
	refused("of the future");
	write_report(-100, NULL, ", \"since_boot_s\": NaN" NOTHING);
	refused("of the future, or of long ago");
	write_report(-100, NULL, ", \"since_boot_s\": -1e300" NOTHING);
	refused("of the future, or of long ago");
	write_report(10, NULL, ", \"links\": []");
	refused("not what tunwin -j doctor writes");
	write_report(10, NULL, ", \"counters\": {}, \"links\": 7");
	refused("not what tunwin -j doctor writes");
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("nothing", file);
	fclose(file);
	refused("not JSON");
	unlink(path);
	refused("cannot read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_refused),
	};
	int file = mkstemp(path), failed;

	if (file < 0)
		return 1;
	close(file);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
