// SPDX-License-Identifier: GPL-2.0
/*
 * The command line, in the manner of ethtool's test-cmdline.c: what is typed, the exit status, and
 * what is said. $TUNWIN is the tool. No module is loaded; where one is, the rows that say so are
 * skipped.
 */
#include "test.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ABSENT "tunwin: the tunwin module is not loaded (try: modprobe tunwin)\n"
#define WORDS_MAX 32

static const struct row {
	int status;
	const char *args;	/* separated by single spaces */
	const char *says;	/* a part of stdout if the status is 0, else of stderr */
} rows[] = {
	/* with the module absent every command says so */
	{ 2, "", ABSENT },
	{ 2, "-j", ABSENT },
	{ 2, "-p", ABSENT },
	{ 2, "tunnels", ABSENT },
	{ 2, "tunnels all", ABSENT },
	{ 2, "tunnels gre1", ABSENT },
	{ 2, "flows", ABSENT },
	{ 2, "-j flows", ABSENT },
	{ 2, "flows -j", ABSENT },
	{ 2, "flows -p tunnel gre1", ABSENT },
	{ 2, "flows tunnel gre1 and host 10.0.0.0/8 port 443 state established ended", ABSENT },
	{ 2, "flows far ::1 near-port 1 far-port 2 vantage wire", ABSENT },
	{ 2, "show 17", ABSENT },
	{ 2, "show 17 --json", ABSENT },
	{ 2, "show 4294967295", ABSENT },
	{ 2, "status", ABSENT },
	{ 2, "track eth0", ABSENT },
	{ 2, "track eth0 off", ABSENT },
	{ 2, "reset", ABSENT },
	{ 2, "reset gre1", ABSENT },
	{ 2, "set max-flows 65536", ABSENT },
	{ 2, "set max-details 1000", ABSENT },
	{ 2, "set share 100", ABSENT },
	{ 2, "set max-flows 16 max-history 0 idle-timeout 10m", ABSENT },
	{ 2, "unload", "tunwin: the tunwin module is not loaded\n" },

	/* no module needed */
	{ 0, "help", "Usage: tunwin [OPTION...]" },
	{ 0, "--help", "Usage: tunwin [OPTION...]" },
	{ 0, "-h", "tunnels [NAME | all]" },
	{ 0, "help flows", "tunnel NAME" },
	{ 0, "flows --help", "tunnel NAME" },
	{ 0, "-h flows", "tunnel NAME" },
	{ 0, "help bdp", "--rtt T" },
	{ 0, "help help", "Usage: tunwin help [COMMAND | --man]" },
	{ 0, "help --man", ".TH TUNWIN 8" },
	{ 1, "help --man=x", "takes no value" },
	{ 0, "version", "tunwin " },
	{ 0, "--version", "tunwin " },
	{ 0, "-V", "tunwin " },
	{ 0, "-j version", "{\"version\":\"" },
	{ 0, "version -j", "{\"version\":\"" },
	{ 0, "bdp --rtt 70ms", "239.7" },
	{ 0, "bdp --rtt=70ms", "239.7" },
	{ 0, "bdp --rate 1gbit --rtt 58.3ms", "7,287,500 bytes" },
	{ 0, "-j bdp --rate 1gbit --rtt 58.3ms", "\"needed_bytes\":7287500," },
	{ 0, "bdp --rate 1gbit --rtt 58.3ms -j", "\"needed_bytes\":7287500," },
	{ 0, "bdp --rate 1gbit --rtt 58.3ms -p", "\"needed_bytes\": 7287500," },
	{ 0, "bdp --rate 1000000000 --rtt 58300us", "7,287,500 bytes" },
	{ 0, "bdp --rate 125mbps --rtt 0.0583s --mss 1448", "5,033" },
	{ 0, "bdp --rate 1tbit --rtt 1s", "One connection cannot fill this path" },

	/* options */
	{ 1, "-x", "unknown option '-x'" },
	{ 1, "--jsno", "unknown option '--jsno'" },
	{ 1, "-n", "option '-n' needs a value" },
	{ 1, "--netns", "option '--netns' needs a value" },
	{ 1, "--json=1 flows", "option '--json=1' takes no value" },
	{ 1, "flows -x", "unknown option '-x'" },
	{ 1, "flows --rtt 5ms", "unknown option '--rtt'" },
	{ 1, "-n there-is-none flows", "there is no network namespace 'there-is-none'" },
	{ 1, "-n /dev/null flows", "'/dev/null' is not a network namespace" },
	{ 1, "-n 99999999999 flows", "there is no network namespace '99999999999'" },
	{ 1, "-n .. flows", "'..' is not a network namespace" },

	/* commands */
	{ 1, "flwos", "there is no command 'flwos', did you mean 'flows'?" },
	{ 1, "tun", "did you mean 'tunnels'?" },
	{ 1, "xyzzy", "there is no command 'xyzzy' (see: tunwin help)" },
	{ 1, "help flwos", "did you mean 'flows'?" },
	{ 1, "help flows show", "help: unexpected argument 'show'" },
	{ 1, "version 2", "version: unexpected argument '2'" },
	{ 1, "status now", "status: unexpected argument 'now'" },
	{ 1, "tunnels gre1 gre2", "tunnels: unexpected argument 'gre2'" },
	{ 1, "tunnels averyveryverylongname", "'averyveryverylongname' is not a device name" },
	{ 1, "show", "show needs more arguments: tunwin show ID" },
	{ 1, "show gre1", "flow ID: 'gre1' is not a number" },
	{ 1, "show 4294967296", "flow ID: 4,294,967,296 is not from 0 to" },
	{ 1, "show 1 2", "show: unexpected argument '2'" },
	{ 1, "track", "track needs more arguments: tunwin track DEV [off]" },
	{ 1, "track eth0 on", "track: 'on' is not 'off'" },
	{ 1, "track eth0 off now", "track: unexpected argument 'now'" },
	{ 1, "reset gre1 gre2", "reset: unexpected argument 'gre2'" },
	{ 1, "unload tunwin", "unload: unexpected argument 'tunwin'" },

	/* filters; test_filter has them all */
	{ 1, "flows gre1", "'gre1' is not a word of the filter" },
	{ 1, "flows prot 5", "did you mean 'port'?" },
	{ 1, "flows port", "'port' needs a value" },
	{ 1, "flows state open", "state: 'open' is not one of" },

	/* settings */
	{ 1, "set", "set needs more arguments" },
	{ 1, "set max-flows", "'max-flows' needs a value" },
	{ 1, "set max-flow 5", "did you mean 'max-flows'?" },
	{ 1, "set speed 5", "'speed' is not a setting" },
	{ 1, "set max-flows 15", "max-flows: 15 is not from 16 to 4,194,304" },
	{ 1, "set max-flows many", "max-flows: 'many' is not a number" },
	{ 1, "set max-flows 16 max-flows 17", "'max-flows' is given twice" },
	{ 1, "set max-details 15", "max-details: 15 is not from 16 to 4,194,304" },
	{ 1, "set max-history 1048577", "max-history: 1,048,577 is not from 0 to 1,048,576" },
	{ 1, "set share 0", "share: 0 is not from 1 to 100" },
	{ 1, "set share 101", "share: 101 is not from 1 to 100" },
	{ 1, "set idle-timeout 600", "idle-timeout: '600' needs a unit" },
	{ 1, "set idle-timeout 1500ms", "'1500ms' is not a whole number of seconds" },
	{ 1, "set idle-timeout 0s", "idle-timeout: '0s' is too small" },
	{ 1, "set idle-timeout 8d", "'8d' is more than a week" },

	/* load */
	{ 1, "load max_flows", "'max_flows' is not of the form NAME=VALUE" },
	{ 1, "load =5", "'=5' is not of the form NAME=VALUE" },
	{ 1, "load --file", "option '--file' needs a value" },
	{ 1, "load --file /there/is/none.ko", "/there/is/none.ko: No such file or directory" },
	{ 1, "load --file /dev/null", "/dev/null is not the tunwin module" },

	/* bdp */
	{ 1, "bdp", "bdp needs --rtt TIME" },
	{ 1, "bdp 70ms", "bdp: unexpected argument '70ms'" },
	{ 1, "bdp --rate 1gbit", "bdp needs --rtt TIME" },
	{ 1, "bdp --rtt", "option '--rtt' needs a value" },
	{ 1, "bdp --rtt 70", "--rtt: '70' needs a unit" },
	{ 1, "bdp --rtt 0ms", "--rtt: '0ms' is too small" },
	{ 1, "bdp --rtt 70ms --rate fast", "--rate: 'fast' is not a rate" },
	{ 1, "bdp --rtt 70ms --rate 1gb", "--rate: '1gb' has no known unit" },
	{ 1, "bdp --rtt 70ms --mss 0", "--mss: 0 is not from 1 to 65,535" },
};

static char *read_all(int fd)
{
	FILE *file = fdopen(fd, "r");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(file);
	rewind(file);
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}

static void start(const char *args, int out, int err)
{
	char *argv[WORDS_MAX + 2] = { (char *)"tunwin" };
	char *rest = strdup(args);
	char *word;
	int argc = 1;

	while ((word = strsep(&rest, " ")) && argc <= WORDS_MAX)
		if (*word)
			argv[argc++] = word;
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execv(getenv("TUNWIN"), argv);
	_exit(127);
}

/* Runs the tool; the caller frees what it has written. */
static int run(const char *args, char **out, char **err)
{
	int fds[2] = { open("/tmp", O_TMPFILE | O_RDWR, 0600),
		       open("/tmp", O_TMPFILE | O_RDWR, 0600) };
	int status;
	pid_t pid;

	assert_true(fds[0] >= 0 && fds[1] >= 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		start(args, fds[0], fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*out = read_all(fds[0]);
	*err = read_all(fds[1]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	char *out;
	char *err;
	int status;

	if (row->status == 2 && !access("/sys/module/tunwin", F_OK))
		skip();
	status = run(row->args, &out, &err);
	if (status != row->status)
		fail_msg("exit status %d in place of %d: %s%s", status, row->status, out, err);
	if (!strstr(status ? err : out, row->says))
		fail_msg("does not say \"%s\" but: %s%s", row->says, out, err);
	if (status) {
		/* one line, and nothing that a reader of stdout would take for data */
		assert_string_equal(out, "");
		assert_int_equal(strncmp(err, "tunwin: ", 8), 0);
		assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
	} else {
		assert_string_equal(err, "");
	}
	free(out);
	free(err);
}

static void test_full_disk(void **state)
{
	int full = open("/dev/full", O_WRONLY);
	int null = open("/dev/null", O_WRONLY);
	int status;
	pid_t pid;

	(void)state;
	if (full < 0 || null < 0)
		skip();
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		start("help", full, null);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	close(full);
	close(null);
}

int main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 1];
	static char names[COUNT(rows)][128];

	if (!getenv("TUNWIN")) {
		fputs("TUNWIN is not set (run: make test)\n", stderr);
		return 1;
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(names[i], sizeof(names[i]), "tunwin %s", rows[i].args);
		tests[i] = (struct CMUnitTest){
			.name = names[i],
			.test_func = test_row,
			.initial_state = (void *)&rows[i],
		};
	}
	tests[COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(test_full_disk);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
