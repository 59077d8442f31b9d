// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_fuzz OPTIONS < GRAMMAR - sends requests to the family, most of them nearly right
 *
 *	--count N	so many (0)
 *	--seconds N	for so long, instead
 *	--seed N	what random numbers begin with: the same requests for the same one (1)
 *	--user N	by whom, if not by who calls it
 *	--corpus FILE	send its requests first, a line of hexadecimal digits each; half of the others are
 *			changes of them
 *	--learn FILE	write those that were answered in a way that no other one before them was
 *	--sent FILE	before any is sent it is here, and so are the last ones: what to begin with if the
 *			kernel is no more
 *
 * A request has attributes that it may carry, with values at the edges of what they may be, or one
 * that it may not; one in ten is damaged: lengths that lie, attributes that are cut off, unknown
 * ones, unknown commands. All that comes back is read, so that each dump goes to its end, and counted.
 * After each hundred one that is right must be answered, and the kernel must not have complained.
 * Prints the counts, as JSON.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "netlink_request.h"

#define ERRORS_MAX	200
#define AT_ONCE		100
#define CORPUS_MAX	4096
#define ANSWERS_MAX	(1 << 16)
/* What a kernel has noted of itself: it died, it warned (Documentation/admin-guide/tainted-kernels.rst). */
#define TAINT_FAULTS	(1 << 7 | 1 << 9)

static const struct option options[] = {
	{ "count", required_argument, NULL, 'c' },
	{ "seconds", required_argument, NULL, 't' },
	{ "seed", required_argument, NULL, 's' },
	{ "user", required_argument, NULL, 'u' },
	{ "corpus", required_argument, NULL, 'f' },
	{ "learn", required_argument, NULL, 'l' },
	{ "sent", required_argument, NULL, 'o' },
	{ }
};

static struct {
	unsigned long requests, sent, refused_by_socket, acknowledged, refused, messages, dumps, others, alive, learned;
	unsigned long errors[ERRORS_MAX];
} counts;

static struct request corpus[CORPUS_MAX];
static uint32_t corpus_count;
/* Of the ways of answering, those that have been seen. */
static uint8_t answers[ANSWERS_MAX];
/* Those that are sent next, behind those that were before them. */
static struct request batch[2 * AT_ONCE];
static FILE *learn, *sent;

static int fail(const char *what)
{
	fprintf(stderr, "netlink_fuzz: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void mix(uint32_t *answer, uint32_t value)
{
	*answer = (*answer ^ value) * 0x01000193;
}

/* What the kernel says of why it refused, see struct nlmsgerr. */
static void mix_reason(uint32_t *answer, const struct nlmsghdr *header)
{
	const uint8_t *at = (const uint8_t *)NLMSG_DATA(header) + sizeof(struct nlmsgerr);
	const uint8_t *end = (const uint8_t *)header + header->nlmsg_len, *byte;

	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *nla = (const struct nlattr *)at;

		if (nla->nla_len < NLA_HDRLEN || at + nla->nla_len > end)
			return;
		if (nla->nla_type != NLMSGERR_ATTR_OFFS) {
			for (byte = at; byte < at + nla->nla_len; byte++)
				mix(answer, *byte);
		}
		at += NLA_ALIGN(nla->nla_len);
	}
}

/* One message that has come back. */
static void count_message(const struct nlmsghdr *header, uint16_t family, uint32_t *answer)
{
	struct nlmsgerr to = { .msg.nlmsg_type = family };
	int error = 0;

	if (header->nlmsg_type == NLMSG_ERROR)
		memcpy(&to, NLMSG_DATA(header), sizeof(to));
	/* What is behind a request that says it is shorter than it is may be a request to anybody. */
	if (to.msg.nlmsg_type != family) {
		counts.others++;
		return;
	}
	if (header->nlmsg_type != NLMSG_ERROR && header->nlmsg_type != NLMSG_DONE) {
		counts.messages++;
		return;
	}
	memcpy(&error, NLMSG_DATA(header), sizeof(error));
	mix(answer, (uint32_t)error);
	mix(answer, header->nlmsg_type);
	if (error) {
		counts.refused++;
		counts.errors[-error > 0 && -error < ERRORS_MAX ? -error : 0]++;
		if (header->nlmsg_type == NLMSG_ERROR)
			mix_reason(answer, header);
	} else if (header->nlmsg_type == NLMSG_ERROR) {
		counts.acknowledged++;
	} else {
		counts.dumps++;
	}
}

/* Read until nothing is left; returns whether this one was acknowledged or answered. */
static bool drain(int fd, uint16_t family, uint32_t sequence, uint32_t *answer)
{
	static uint8_t buffer[1 << 16];
	unsigned long messages = counts.messages;
	bool answered = false;

	for (;;) {
		ssize_t got = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
			messages = counts.messages - messages;
			mix(answer, messages > 2 ? 2 : (uint32_t)messages);
			return answered;
		}
		if (got < 0)
			fail("recv");
		for (; NLMSG_OK(header, (unsigned int)left); header = NLMSG_NEXT(header, left)) {
			answered |= header->nlmsg_seq == sequence;
			count_message(header, family, answer);
		}
	}
}

/* A request for the state of the module, or for the number of the family. */
static void make_right(struct request *request, uint16_t type, uint8_t command, uint32_t sequence)
{
	memset(request, 0, sizeof(*request));
	request->len = NLMSG_HDRLEN + GENL_HDRLEN;
	request->header.nlmsg_type = type;
	request->header.nlmsg_flags = NLM_F_REQUEST;
	request->header.nlmsg_seq = sequence;
	*(struct genlmsghdr *)(request->bytes + NLMSG_HDRLEN) =
		(struct genlmsghdr) { .cmd = command, .version = 1 };
	if (type == GENL_ID_CTRL) {
		static const struct nlattr name = { NLA_HDRLEN + sizeof("tunwin"), CTRL_ATTR_FAMILY_NAME };

		memcpy(request->bytes + request->len, &name, sizeof(name));
		memcpy(request->bytes + request->len + NLA_HDRLEN, "tunwin", sizeof("tunwin"));
		request->len += NLA_ALIGN(name.nla_len);
	}
	request->header.nlmsg_len = request->len;
}

static uint16_t find_family(int fd)
{
	uint8_t reply[8192];
	struct request request;
	const struct nlattr *nla;
	ssize_t got, at;

	make_right(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	if (send(fd, request.bytes, request.len, 0) < 0)
		fail("send");
	got = recv(fd, reply, sizeof(reply), 0);
	for (at = NLMSG_HDRLEN + GENL_HDRLEN; at + NLA_HDRLEN <= got; at += NLA_ALIGN(nla->nla_len)) {
		nla = (const struct nlattr *)(reply + at);
		if (nla->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(const uint16_t *)((const uint8_t *)nla + NLA_HDRLEN);
		if (nla->nla_len < NLA_HDRLEN)
			break;
	}
	fprintf(stderr, "netlink_fuzz: there is no family tunwin\n");
	exit(1);
}

static FILE *open_new(const char *path)
{
	FILE *to = fopen(path, "w");

	if (!to)
		fail(path);
	return to;
}

static void read_corpus(const char *path)
{
	static char line[2 * REQUEST_MAX + 8];
	FILE *from = fopen(path, "r");

	if (!from)
		fail(path);
	while (corpus_count < CORPUS_MAX && fgets(line, sizeof(line), from)) {
		if (*line == '#')
			continue;
		if (!read_request(&corpus[corpus_count++], line)) {
			fprintf(stderr, "netlink_fuzz: %s: no request: %s", path, line);
			exit(1);
		}
	}
	fclose(from);
}

/* Those before them, and those that come now. */
static void write_sent(void)
{
	uint32_t i;

	rewind(sent);
	for (i = 0; i < 2 * AT_ONCE; i++) {
		if (batch[i].len)
			write_request(&batch[i], sent);
	}
	if (fflush(sent) || ftruncate(fileno(sent), ftell(sent)) || fsync(fileno(sent)))
		fail("what is sent");
}

/* Unknown commands are one. */
static uint32_t command_of(const struct request *request)
{
	uint32_t i;

	for (i = 0; i < command_count && request->len > NLMSG_HDRLEN; i++) {
		if (commands[i].number == request->bytes[NLMSG_HDRLEN])
			return commands[i].number;
	}
	return ~0U;
}

static void send_request(int fd, const struct request *made, uint16_t family, uint32_t sequence)
{
	struct request request = *made;
	uint32_t answer = 0x811c9dc5;

	request.header.nlmsg_type = family;
	request.header.nlmsg_seq = sequence;
	if (send(fd, request.bytes, request.len, 0) < 0)
		counts.refused_by_socket++;
	else
		counts.sent++;
	mix(&answer, command_of(&request));
	mix(&answer, request.header.nlmsg_flags & NLM_F_DUMP);
	drain(fd, family, sequence, &answer);
	answer = (answer ^ answer >> 16) % ANSWERS_MAX;
	if (answers[answer])
		return;
	answers[answer] = 1;
	counts.learned++;
	if (learn)
		write_request(made, learn);
}

/* Returns bits, see TAINT_FAULTS. */
static unsigned long faults(void)
{
	unsigned long taint = 0;
	FILE *from = fopen("/proc/sys/kernel/tainted", "r");

	if (!from || fscanf(from, "%lu", &taint) != 1)
		fail("/proc/sys/kernel/tainted");
	fclose(from);
	return taint & TAINT_FAULTS;
}

/* The next ones: of the corpus, of which `first` were sent, as they are, and then of what is made of it or anew. */
static void make_batch(uint32_t first, uint32_t wanted)
{
	uint32_t i;

	memmove(batch, batch + AT_ONCE, sizeof(batch) / 2);
	memset(batch + AT_ONCE, 0, sizeof(batch) / 2);
	for (i = 0; i < wanted; i++) {
		struct request *request = &batch[AT_ONCE + i];

		if (first + i < corpus_count) {
			*request = corpus[first + i];
		} else if (corpus_count && one_in(2)) {
			*request = corpus[random_below(corpus_count)];
			change_request(request, &corpus[random_below(corpus_count)]);
		} else {
			make_request(request);
		}
	}
	if (sent)
		write_sent();
}

/* `count` of them behind the corpus, or as many as fit into the time. */
static void send_all(int fd, uint16_t family, unsigned long count, unsigned int seconds)
{
	unsigned long done = 0, before = faults(), all = corpus_count + count;
	time_t until = time(NULL) + seconds;
	uint32_t sequence = 2, answer, wanted, i;
	struct request right;

	while (seconds ? time(NULL) < until : done < all) {
		wanted = !seconds && all - done < AT_ONCE ? (uint32_t)(all - done) : AT_ONCE;
		make_batch((uint32_t)done, wanted);
		for (i = 0; i < wanted; i++)
			send_request(fd, &batch[AT_ONCE + i], family, sequence++);
		done += wanted;
		counts.requests = done;
		make_right(&right, family, 3, ++sequence);
		if (send(fd, right.bytes, right.len, 0) < 0 || !drain(fd, family, sequence++, &answer)) {
			fprintf(stderr, "netlink_fuzz: no answer to a right request after %lu\n", done);
			exit(1);
		}
		counts.alive++;
		if (faults() & ~before) {
			fprintf(stderr, "netlink_fuzz: the kernel has complained, after %lu\n", done);
			exit(1);
		}
	}
}

static void print_counts(void)
{
	const char *comma = "";
	int i;

	printf("{\"requests\": %lu, \"sent\": %lu, \"refused_by_socket\": %lu, \"acknowledged\": %lu, \"refused\": %lu, "
	       "\"dumps\": %lu, \"messages\": %lu, \"others\": %lu, \"alive\": %lu, \"learned\": %lu, "
	       "\"errors\": {",
	       counts.requests, counts.sent, counts.refused_by_socket, counts.acknowledged, counts.refused,
	       counts.dumps, counts.messages, counts.others, counts.alive, counts.learned);
	for (i = 0; i < ERRORS_MAX; i++) {
		if (!counts.errors[i])
			continue;
		printf("%s\"%s\": %lu", comma, i ? strerrorname_np(i) : "?", counts.errors[i]);
		comma = ", ";
	}
	printf("}}\n");
}

int main(int argc, char **argv)
{
	unsigned long count = 0, seed = 1;
	unsigned int seconds = 0;
	uid_t user = getuid();
	int fd, option, on = 1;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c': count = strtoul(optarg, NULL, 10); break;
		case 't': seconds = (unsigned int)strtoul(optarg, NULL, 10); break;
		case 's': seed = strtoul(optarg, NULL, 10); break;
		case 'u': user = (uid_t)strtoul(optarg, NULL, 10); break;
		case 'f': read_corpus(optarg); break;
		case 'l': learn = open_new(optarg); break;
		case 'o': sent = open_new(optarg); break;
		default: return 1;
		}
	}
	if (optind != argc) {
		fprintf(stderr, "netlink_fuzz: %s is no option\n", argv[optind]);
		return 1;
	}
	read_grammar();
	random_state = 0x9e3779b97f4a7c15ULL * (seed + 1);
	if (user != getuid() && setresuid(user, user, user))
		fail("setresuid");
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (fd < 0)
		fail("socket");
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)))
		fail("setsockopt");
	send_all(fd, find_family(fd), count, seconds);
	if (learn && fclose(learn))
		fail("what was learned");
	print_counts();
	return 0;
}
