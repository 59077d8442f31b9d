// SPDX-License-Identifier: GPL-2.0
/*
 * The tool, and in place of the kernel a recording of what it has answered elsewhere. Linked with
 * all of the tool; the linker puts these functions (--wrap, see ../Makefile) where it would ask
 * the kernel. TUNWIN_RECORDED names a directory with
 *
 *	netlink.pcap	what passed between tunwin and the kernel (nlmon, LINKTYPE_NETLINK)
 *	proc/		files of /proc
 *	rings		"DEVICE ENTRIES MOST", a line each: receive rings (ethtool -g)
 *	clock		the time of day, and since the boot, in nanoseconds
 *	release		what uname -r says
 *	missed		numbers of events, from 0, that are dropped; where the first of them would
 *			come the kernel reports an overrun (ENOBUFS), once
 *
 * A request is answered by what followed the same request in the recording: the next one after
 * that which was answered last, or else the last one before it. So what takes two looks has two.
 * A request that is not there ends the tool with status 99.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <linux/tunwin.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

/* Before each datagram, as before those of the "any" device. */
#define DLT_NETLINK_HEADER_BYTES 16
#define NOT_RECORDED 99
#define NAMESPACE 4026532181

/* What was sent at once, in either direction: one message, or several. */
struct datagram {
	uint8_t *bytes;
	size_t len;
};

static struct datagram *datagrams;
static size_t datagram_count;
static const char *directory;

static const struct nlmsghdr *question;	/* of the recording; NULL: nothing is being answered */
static size_t next_answer;		/* the next datagram that may be an answer */
static size_t next_event, next_number;	/* of an event */
static bool has_told;			/* that events were left out */
static struct nlmsghdr request;		/* the tool's own */

/* Which functions there are does not matter to anyone but the linker. */
int __wrap_genl_ctrl_resolve(struct nl_sock *sock, const char *name);
int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *msg);
int __wrap_nl_recvmsgs(struct nl_sock *sock, struct nl_cb *cb);
int __real_nl_recvmsgs(struct nl_sock *sock, struct nl_cb *cb);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_uname(struct utsname *host);
int __wrap_setns(int fd, int kind);
int __wrap_stat(const char *path, struct stat *stat);
int __wrap_ioctl(int fd, unsigned long what, ...);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);

static void __attribute__((noreturn)) give_up(const char *what, const char *why)
{
	fprintf(stderr, "recorded: %s: %s\n", what, why);
	exit(NOT_RECORDED);
}

/* A file of the recording; NULL if it has none of that name. */
static FILE *open_recorded(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return __real_fopen(path, "re");
}

static void read_datagrams(void)
{
	char path[4096], why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	pcap_t *capture;
	int got;

	snprintf(path, sizeof(path), "%s/netlink.pcap", directory);
	capture = pcap_open_offline(path, why);
	if (!capture)
		give_up(path, why);
	if (pcap_datalink(capture) != DLT_NETLINK)
		give_up(path, "no capture of netlink");
	while ((got = pcap_next_ex(capture, &header, &bytes)) == 1) {
		struct datagram *datagram;

		if (header->caplen < header->len ||
		    header->caplen < DLT_NETLINK_HEADER_BYTES + NLMSG_HDRLEN)
			give_up(path, "a datagram is not whole");
		datagrams = reallocarray(datagrams, datagram_count + 1, sizeof(*datagrams));
		datagram = &datagrams[datagram_count++];
		datagram->len = header->caplen - DLT_NETLINK_HEADER_BYTES;
		datagram->bytes = malloc(datagram->len);
		memcpy(datagram->bytes, bytes + DLT_NETLINK_HEADER_BYTES, datagram->len);
	}
	if (got == PCAP_ERROR)
		give_up(path, pcap_geterr(capture));
	pcap_close(capture);
}

static void __attribute__((constructor)) begin(void)
{
	directory = getenv("TUNWIN_RECORDED");
	if (!directory)
		give_up("TUNWIN_RECORDED", "names no recording");
	read_datagrams();
}

static void __attribute__((destructor)) end(void)
{
	for (size_t i = 0; i < datagram_count; i++)
		free(datagrams[i].bytes);
	free(datagrams);
}

static const struct nlmsghdr *first_message(size_t i)
{
	return (const struct nlmsghdr *)datagrams[i].bytes;
}

/* ---- netlink ---- */

/* The number that a family had. */
int __wrap_genl_ctrl_resolve(struct nl_sock *sock, const char *name)
{
	struct nlattr *attrs[CTRL_ATTR_MAX + 1];

	(void)sock;
	for (size_t i = 0; i < datagram_count; i++) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)first_message(i);
		const struct genlmsghdr *genl = nlmsg_data(nlh);

		if (nlh->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_NEWFAMILY ||
		    nlmsg_parse(nlh, GENL_HDRLEN, attrs, CTRL_ATTR_MAX, NULL) ||
		    !attrs[CTRL_ATTR_FAMILY_NAME] || !attrs[CTRL_ATTR_FAMILY_ID])
			continue;
		if (!nla_strcmp(attrs[CTRL_ATTR_FAMILY_NAME], name))
			return nla_get_u16(attrs[CTRL_ATTR_FAMILY_ID]);
	}
	return -NLE_OBJ_NOTFOUND;
}

static bool asks_the_same(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	return a->nlmsg_type == b->nlmsg_type && a->nlmsg_flags == b->nlmsg_flags &&
	       a->nlmsg_len == b->nlmsg_len &&
	       !memcmp(a + 1, b + 1, a->nlmsg_len - sizeof(*a));
}

int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *msg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	nl_complete_msg(sock, msg);
	request = *nlh;
	for (size_t k = 0; k < datagram_count; k++) {
		size_t left = datagram_count - next_answer;
		size_t i = k < left ? next_answer + k : datagram_count - 1 - k;

		if (!asks_the_same(first_message(i), nlh))
			continue;
		question = first_message(i);
		next_answer = i + 1;
		return (int)nlh->nlmsg_len;
	}
	fprintf(stderr, "recorded: not asked: type %u, flags 0x%x:", nlh->nlmsg_type,
		nlh->nlmsg_flags);
	for (size_t i = NLMSG_HDRLEN; i < nlh->nlmsg_len; i++)
		fprintf(stderr, " %02x", ((const uint8_t *)nlh)[i]);
	fputc('\n', stderr);
	exit(NOT_RECORDED);
}

static bool is_answer(const struct nlmsghdr *nlh)
{
	return !(nlh->nlmsg_flags & NLM_F_REQUEST && nlh->nlmsg_type == question->nlmsg_type) &&
	       nlh->nlmsg_pid == question->nlmsg_pid && nlh->nlmsg_seq == question->nlmsg_seq;
}

/* What the kernel tells of itself, to all who listen: an event, or that the family goes. */
static bool is_event(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = nlmsg_data(nlh);

	if (nlh->nlmsg_flags & NLM_F_REQUEST || nlh->nlmsg_seq)
		return false;
	if (nlh->nlmsg_type == GENL_ID_CTRL)
		return genl->cmd == CTRL_CMD_DELFAMILY;
	return nlh->nlmsg_type == __wrap_genl_ctrl_resolve(NULL, TUNWIN_FAMILY_NAME) &&
	       (genl->cmd == TUNWIN_CMD_ALERT_NTF || genl->cmd == TUNWIN_CMD_FLOW_END_NTF);
}

/* Does an event not come? The first such one is noted in @first. */
static bool is_missed(size_t number, bool *first)
{
	FILE *file = open_recorded("missed");
	size_t missed, place;
	bool found = false;

	for (place = 0; file && !found && fscanf(file, "%zu", &missed) == 1; place++)
		found = missed == number;
	if (file)
		fclose(file);
	*first = found && place == 1;
	return found;
}

/* The next event that comes; @left_out: the kernel says before it that it has left some out. */
static size_t find_event(bool *left_out)
{
	size_t i, number = next_number;
	bool first;

	*left_out = false;
	for (i = next_event; i < datagram_count; i++) {
		if (!is_event(first_message(i)))
			continue;
		if (!is_missed(number++, &first))
			break;
		*left_out |= first && !has_told;
	}
	return i;
}

/* Up to this one all have come, or have been missed. */
static void take_event(size_t i)
{
	for (; next_event <= i && next_event < datagram_count; next_event++)
		next_number += is_event(first_message(next_event));
}

/* In memory of exactly its size, so that a sanitizer sees each byte too many. */
static int receive(struct nl_sock *sock, struct sockaddr_nl *from, unsigned char **buffer,
		   struct ucred **credentials)
{
	struct datagram *datagram = NULL;
	struct nlmsghdr *nlh;
	bool left_out;
	size_t i;
	int len;

	(void)sock;
	(void)credentials;
	*from = (struct sockaddr_nl) { .nl_family = AF_NETLINK };
	if (question) {
		for (i = next_answer; i < datagram_count && !is_answer(first_message(i)); i++)
			;
		next_answer = i + 1;
	} else {
		i = find_event(&left_out);
		if (left_out) {
			has_told = true;
			return -NLE_NOMEM;
		}
		take_event(i);
	}
	if (i >= datagram_count)
		give_up("netlink.pcap", "an answer has no end");
	datagram = &datagrams[i];
	*buffer = malloc(datagram->len);
	memcpy(*buffer, datagram->bytes, datagram->len);
	len = (int)datagram->len;
	for (nlh = (struct nlmsghdr *)*buffer; question && nlmsg_ok(nlh, len);
	     nlh = nlmsg_next(nlh, &len)) {
		nlh->nlmsg_seq = request.nlmsg_seq;
		nlh->nlmsg_pid = request.nlmsg_pid;
	}
	return (int)datagram->len;
}

int __wrap_nl_recvmsgs(struct nl_sock *sock, struct nl_cb *cb)
{
	nl_cb_overwrite_recv(cb, receive);
	return __real_nl_recvmsgs(sock, cb);
}

/*
 * The first is a socket where events come; with the second somebody ends it, here when there are
 * no more of them. Who does not wait finds that none has come meanwhile.
 */
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	bool left_out, more = find_event(&left_out) < datagram_count || left_out;

	question = NULL;
	if (!timeout)
		return 0;
	for (nfds_t i = 0; i < count; i++)
		fds[i].revents = (i == 0) == more ? POLLIN : 0;
	return 1;
}

/* ---- the machine ---- */

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	unsigned long long ns[2] = { 0 };
	FILE *file = open_recorded("clock");

	if (!file || fscanf(file, "%llu %llu", &ns[0], &ns[1]) != 2)
		give_up("clock", "no two numbers");
	fclose(file);
	now->tv_sec = (time_t)(ns[clock != CLOCK_REALTIME] / 1000000000);
	now->tv_nsec = (long)(ns[clock != CLOCK_REALTIME] % 1000000000);
	return 0;
}

int __wrap_uname(struct utsname *host)
{
	FILE *file = open_recorded("release");

	memset(host, 0, sizeof(*host));
	if (!file || fscanf(file, "%64s", host->release) != 1)
		give_up("release", "no word");
	fclose(file);
	return 0;
}

int __wrap_setns(int fd, int kind)
{
	(void)fd;
	(void)kind;
	return 0;
}

/* The namespace's number, which is another one on each machine. */
int __wrap_stat(const char *path, struct stat *stat)
{
	if (strcmp(path, "/proc/self/ns/net"))
		give_up(path, "of this nothing was recorded");
	memset(stat, 0, sizeof(*stat));
	stat->st_ino = NAMESPACE;
	return 0;
}

/* That of standard output is no terminal. */
int __wrap_ioctl(int fd, unsigned long what, ...)
{
	struct ethtool_ringparam *ring;
	struct ifreq *wanted;
	char name[IFNAMSIZ];
	va_list args;
	int found = -1;
	FILE *file;

	(void)fd;
	errno = EOPNOTSUPP;
	if (what != SIOCETHTOOL)
		return -1;
	va_start(args, what);
	wanted = va_arg(args, struct ifreq *);
	va_end(args);
	ring = (void *)wanted->ifr_data;
	file = open_recorded("rings");
	while (file && found && fscanf(file, "%15s %u %u", name, &ring->rx_pending,
				       &ring->rx_max_pending) == 3)
		found = strcmp(name, wanted->ifr_name) ? -1 : 0;
	if (file)
		fclose(file);
	errno = EOPNOTSUPP;
	return found;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	return strncmp(path, "/proc/", 6) ? __real_fopen(path, mode) : open_recorded(path + 1);
}
