// SPDX-License-Identifier: GPL-2.0
/*
 * Alerts are numbered for the whole namespace, flows that end for each tunnel: a number that is
 * left out is an event that was missed.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "cmd/cmd.h"
#include "print/alert.h"

/* Which numbers have been seen. */
struct numbers {
	bool begun;		/* one has come as it happened: from then on each is due */
	bool has_base;
	uint64_t base;		/* the last before it was listened, if that is known */
	uint64_t last;		/* up to here all are accounted for */
	uint64_t highest;
	size_t count;
	size_t space;
	uint64_t *printed;	/* those beyond @last, out of a dump */
};

/* Flows of one tunnel. */
struct ending {
	uint64_t tunnel_id;
	char tunnel[MODEL_NAME_SIZE];
	struct numbers numbers;
};

struct monitor {
	const struct env *env;
	struct numbers alerts;
	size_t count;
	struct ending *endings;
};

static bool is_seen(const struct numbers *numbers, uint64_t number)
{
	if (numbers->begun && number <= numbers->last)
		return true;
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->printed[i] == number)
			return true;
	return false;
}

static void add_seen(struct numbers *numbers, uint64_t number)
{
	if (numbers->count == numbers->space) {
		numbers->space = numbers->space ? 2 * numbers->space : 64;
		numbers->printed = reallocarray(numbers->printed, numbers->space,
						sizeof(*numbers->printed));
		if (!numbers->printed)
			tunwin_error_nomem();
	}
	numbers->printed[numbers->count++] = number;
	if (number > numbers->highest)
		numbers->highest = number;
}

/* None before this one will come any more. Returns how many have not been seen. */
static uint64_t settle(struct numbers *numbers, uint64_t before)
{
	uint64_t missing = before - 1 - numbers->last;
	size_t kept = 0;

	for (size_t i = 0; i < numbers->count; i++) {
		if (numbers->printed[i] >= before)
			numbers->printed[kept++] = numbers->printed[i];
		else if (numbers->printed[i] > numbers->last)
			missing--;
	}
	numbers->count = kept;
	numbers->last = before - 1;
	return missing;
}

/*
 * The first that comes as it happens: those before it are of the past, or in a dump. If something
 * was left out before it, all are due since it was listened.
 */
static void begin(struct numbers *numbers, uint64_t number, bool behind)
{
	if (numbers->begun)
		return;
	numbers->begun = true;
	numbers->last = 0;
	if (behind && numbers->has_base)
		settle(numbers, numbers->base + 1);
	else
		settle(numbers, number);
}

static void note_base(struct numbers *numbers, uint64_t number)
{
	numbers->has_base = true;
	if (number > numbers->base)
		numbers->base = number;
	if (number > numbers->highest)
		numbers->highest = number;
}

/* SIGINT and SIGTERM, to be read where it is waited for events, so that none is half printed. */
static int catch_signals(struct tunwin_error *err)
{
	sigset_t both;
	int fd;

	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, NULL);
	fd = signalfd(-1, &both, SFD_CLOEXEC);
	if (fd < 0)
		tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "signalfd: %s", strerror(errno));
	return fd;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = ((const struct alert *)a)->sequence.value;
	uint64_t y = ((const struct alert *)b)->sequence.value;

	return x < y ? -1 : x > y;
}

static int by_end(const void *a, const void *b)
{
	uint64_t x = ((const struct flow *)a)->end_sequence.value;
	uint64_t y = ((const struct flow *)b)->end_sequence.value;

	return x < y ? -1 : x > y;
}

static void print_lost(const struct monitor *monitor, struct numbers *numbers, uint64_t before,
		       const char *what)
{
	uint64_t missing = before > numbers->last + 1 ? settle(numbers, before) : 0;

	if (missing)
		tunwin_alert_print_lost(&monitor->env->out, missing, what);
}

/* ---- alerts ---- */

/* Those of a dump in between; each shows the last that happened to it. */
static int add_between(struct tunwin_client *client, bool history, const struct numbers *numbers,
		       uint64_t before, struct alert_list *between, struct tunwin_error *err)
{
	struct alert_list list;

	if (tunwin_client_alerts(client, history, NULL, &list, err))
		return err->status;
	for (size_t i = 0; i < list.count; i++) {
		uint64_t number = list.alerts[i].sequence.value;

		if (number < before && !is_seen(numbers, number))
			*tunwin_model_add_alert(between) = list.alerts[i];
	}
	tunwin_model_free_alerts(&list);
	return 0;
}

/*
 * What was missed before this number is asked for, as far as the module remembers it. Who begins to
 * listen is told what is active, and not how it came to that.
 */
static void catch_up_alerts(struct monitor *monitor, uint64_t before, bool history,
			    struct tunwin_error *err)
{
	struct alert_list list = { 0 };
	struct tunwin_client *client;

	if (tunwin_client_open(&client, err))
		return;
	if (!history || !add_between(client, true, &monitor->alerts, before, &list, err))
		add_between(client, false, &monitor->alerts, before, &list, err);
	tunwin_client_close(client);
	if (!err->status && list.count)
		qsort(list.alerts, list.count, sizeof(*list.alerts), by_number);
	for (size_t i = 0; i < list.count && !err->status; i++) {
		add_seen(&monitor->alerts, list.alerts[i].sequence.value);
		tunwin_alert_print_event(&monitor->env->out, &list.alerts[i]);
	}
	tunwin_model_free_alerts(&list);
}

static void take_alerts(struct monitor *monitor, const struct alert_list *list, bool behind,
			struct tunwin_error *err)
{
	struct numbers *numbers = &monitor->alerts;

	for (size_t i = 0; i < list->count && !err->status; i++) {
		uint64_t number = list->alerts[i].sequence.value;

		if (is_seen(numbers, number))
			continue;
		begin(numbers, number, behind);
		if (number > numbers->last + 1)
			catch_up_alerts(monitor, number, true, err);
		if (err->status)
			return;
		print_lost(monitor, numbers, number, "alerts");
		settle(numbers, number + 1);
		tunwin_alert_print_event(&monitor->env->out, &list->alerts[i]);
	}
}

/* ---- flows that have ended ---- */

static struct ending *ending_of(struct monitor *monitor, const struct flow *flow)
{
	struct ending *ending;

	for (size_t i = 0; i < monitor->count; i++)
		if (monitor->endings[i].tunnel_id == flow->tunnel_id.value)
			return &monitor->endings[i];
	monitor->endings = reallocarray(monitor->endings, monitor->count + 1, sizeof(*ending));
	if (!monitor->endings)
		tunwin_error_nomem();
	ending = &monitor->endings[monitor->count++];
	memset(ending, 0, sizeof(*ending));
	ending->tunnel_id = flow->tunnel_id.value;
	memcpy(ending->tunnel, flow->tunnel, sizeof(ending->tunnel));
	return ending;
}

/* All that have ended and are remembered, in order; those of one tunnel are. */
static int read_ended(struct flow_list *list, struct tunwin_error *err)
{
	const struct filter filter = { .ended = true };
	struct tunwin_client *client;

	memset(list, 0, sizeof(*list));
	if (tunwin_client_open(&client, err))
		return err->status;
	tunwin_client_flows(client, &filter, list, err);
	tunwin_client_close(client);
	if (!err->status && list->count)
		qsort(list->flows, list->count, sizeof(*list->flows), by_end);
	return err->status;
}

/* Of one tunnel, or of all (@only NULL); also of one that came and went meanwhile. */
static void catch_up_flows(struct monitor *monitor, const struct ending *only, uint64_t before,
			   struct tunwin_error *err)
{
	uint64_t only_id = only ? only->tunnel_id : 0;
	bool all = !only;
	struct flow_list list;

	if (!read_ended(&list, err)) {
		for (size_t i = 0; i < list.count; i++) {
			const struct flow *flow = &list.flows[i];
			uint64_t number = flow->end_sequence.value;
			struct numbers *numbers;

			if ((!all && flow->tunnel_id.value != only_id) || number >= before)
				continue;
			numbers = &ending_of(monitor, flow)->numbers;
			begin(numbers, number, all);
			if (is_seen(numbers, number))
				continue;
			add_seen(numbers, number);
			tunwin_alert_print_flow_end(&monitor->env->out, flow);
		}
	}
	tunwin_model_free_flows(&list);
}

static void take_ended(struct monitor *monitor, const struct flow_list *list, bool behind,
		       struct tunwin_error *err)
{
	for (size_t i = 0; i < list->count && !err->status; i++) {
		struct ending *ending = ending_of(monitor, &list->flows[i]);
		struct numbers *numbers = &ending->numbers;
		uint64_t number = list->flows[i].end_sequence.value;

		if (is_seen(numbers, number))
			continue;
		begin(numbers, number, behind);
		if (number > numbers->last + 1)
			catch_up_flows(monitor, ending, number, err);
		if (err->status)
			return;
		/* (There may be more of them now, elsewhere.) */
		numbers = &ending_of(monitor, &list->flows[i])->numbers;
		print_lost(monitor, numbers, number, "ended flows");
		settle(numbers, number + 1);
		tunwin_alert_print_flow_end(&monitor->env->out, &list->flows[i]);
	}
}

/* ---- listening ---- */

/*
 * The kernel has left something out. What that was comes to light with the next number, if there is
 * one. Else, once nothing more waits to be read, a dump is asked for; when what came meanwhile has
 * been read, too, the rest is lost.
 */
enum behind { BEHIND_NOTHING, BEHIND_UNREAD, BEHIND_ASKED };

static enum behind catch_up(struct monitor *monitor, enum behind behind, struct tunwin_error *err)
{
	if (behind == BEHIND_UNREAD) {
		begin(&monitor->alerts, monitor->alerts.highest + 1, true);
		catch_up_alerts(monitor, UINT64_MAX, true, err);
		if (!err->status)
			catch_up_flows(monitor, NULL, UINT64_MAX, err);
		return BEHIND_ASKED;
	}
	if (monitor->alerts.begun)
		print_lost(monitor, &monitor->alerts, monitor->alerts.highest + 1, "alerts");
	for (size_t i = 0; i < monitor->count; i++)
		print_lost(monitor, &monitor->endings[i].numbers,
			   monitor->endings[i].numbers.highest + 1, "ended flows");
	return BEHIND_NOTHING;
}

static void listen_on(struct monitor *monitor, struct tunwin_client *client, int stop_fd,
		      struct tunwin_error *err)
{
	enum behind behind = BEHIND_NOTHING;
	bool stopped = false;

	while (!stopped && !err->status && !ferror(monitor->env->out.file)) {
		struct events events;

		tunwin_client_next_events(client, stop_fd, behind != BEHIND_NOTHING, &events, err);
		if (events.overrun)
			behind = BEHIND_UNREAD;
		take_alerts(monitor, &events.alerts, behind != BEHIND_NOTHING, err);
		take_ended(monitor, &events.ended, behind != BEHIND_NOTHING, err);
		stopped = events.stopped;
		if (events.idle && !events.overrun && !err->status)
			behind = catch_up(monitor, behind, err);
		if (events.gone && !err->status)
			tunwin_error_set(err, TUNWIN_EXIT_KERNEL, "the tunwin module was unloaded");
		tunwin_client_free_events(&events);
	}
}

/* What was before anybody listened here. */
static int note_past(struct monitor *monitor, struct tunwin_client *client,
		     struct tunwin_error *err)
{
	struct alert_list alerts;
	struct flow_list flows;

	for (int history = 0; history < 2; history++) {
		if (tunwin_client_alerts(client, history, NULL, &alerts, err))
			return err->status;
		for (size_t i = 0; i < alerts.count; i++)
			note_base(&monitor->alerts, alerts.alerts[i].sequence.value);
		tunwin_model_free_alerts(&alerts);
	}
	note_base(&monitor->alerts, 0);
	if (!read_ended(&flows, err))
		for (size_t i = 0; i < flows.count; i++)
			note_base(&ending_of(monitor, &flows.flows[i])->numbers,
				  flows.flows[i].end_sequence.value);
	tunwin_model_free_flows(&flows);
	return err->status;
}

int tunwin_cmd_monitor(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct monitor monitor = { .env = env };
	struct tunwin_client *client;
	int stop_fd;

	(void)argc;
	(void)argv;
	stop_fd = catch_signals(err);
	if (stop_fd < 0)
		return err->status;
	if (tunwin_client_open(&client, err))
		goto out;
	if (!note_past(&monitor, client, err) && !tunwin_client_listen(client, err))
		catch_up_alerts(&monitor, UINT64_MAX, false, err);
	listen_on(&monitor, client, stop_fd, err);
	for (size_t i = 0; i < monitor.count; i++)
		free(monitor.endings[i].numbers.printed);
	free(monitor.endings);
	free(monitor.alerts.printed);
	tunwin_client_close(client);
out:
	close(stop_fd);
	return err->status;
}
