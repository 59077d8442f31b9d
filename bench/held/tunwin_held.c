// SPDX-License-Identifier: GPL-2.0
/*
 * The longest time for which a process kept bottom halves off, by the place that let them go on (held.h). What softirqs
 * do themselves is not counted: there they are off anyway.
 *
 *	cat /proc/tunwin_held		nanoseconds without an interrupt in between, and with, how often, file and line
 *	echo > /proc/tunwin_held	forget them
 */
#include <linux/hardirq.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "held.h"

#define PLACES	64

static struct place {
	const char *file;
	int line;
	u64 longest_ns;
	u64 longest_alone_ns;
	u64 times;
} places[PLACES];
static u64 lost;
static DEFINE_RAW_SPINLOCK(lock);
static DEFINE_PER_CPU(u64, begun_ns);
static DEFINE_PER_CPU(u32, begun_interrupts);

/* That came to this CPU, of devices and of its own timer. */
static u32 interrupts(void)
{
	return kstat_cpu_irqs_sum(smp_processor_id()) + this_cpu_read(irq_stat.apic_timer_irqs);
}

/* The first of those that a process holds: there are no others beneath it. */
static bool is_outermost(void)
{
	return softirq_count() == SOFTIRQ_DISABLE_OFFSET;
}

void tunwin_held_begin(void)
{
	if (is_outermost()) {
		this_cpu_write(begun_interrupts, interrupts());
		this_cpu_write(begun_ns, ktime_get_ns());
	}
}
EXPORT_SYMBOL_GPL(tunwin_held_begin);

void tunwin_held_end(const char *file, int line)
{
	unsigned long flags;
	u64 ns;
	int i;

	if (!is_outermost())
		return;
	ns = ktime_get_ns() - this_cpu_read(begun_ns);
	raw_spin_lock_irqsave(&lock, flags);
	for (i = 0; i < PLACES; i++) {
		struct place *place = &places[i];

		if (place->file && (place->file != file || place->line != line))
			continue;
		place->file = file;
		place->line = line;
		place->longest_ns = max(place->longest_ns, ns);
		if (interrupts() == this_cpu_read(begun_interrupts))
			place->longest_alone_ns = max(place->longest_alone_ns, ns);
		place->times++;
		break;
	}
	lost += i == PLACES;
	raw_spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(tunwin_held_end);

/* The names are the measured module's, which is loaded as long as anybody looks. */
static int held_show(struct seq_file *seq, void *unused)
{
	int i;

	for (i = 0; i < PLACES && places[i].file; i++)
		seq_printf(seq, "%llu %llu %llu %s:%d\n", places[i].longest_alone_ns, places[i].longest_ns, places[i].times,
			   kbasename(places[i].file), places[i].line);
	seq_printf(seq, "%llu lost\n", lost);
	return 0;
}

static int held_open(struct inode *inode, struct file *file)
{
	return single_open(file, held_show, NULL);
}

static ssize_t held_write(struct file *file, const char __user *buffer, size_t length, loff_t *at)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	memset(places, 0, sizeof(places));
	lost = 0;
	raw_spin_unlock_irqrestore(&lock, flags);
	return length;
}

static const struct proc_ops held_ops = {
	.proc_open = held_open,
	.proc_read = seq_read,
	.proc_write = held_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static int __init held_init(void)
{
	return proc_create("tunwin_held", 0600, NULL, &held_ops) ? 0 : -ENOMEM;
}

static void __exit held_exit(void)
{
	remove_proc_entry("tunwin_held", NULL);
}

module_init(held_init);
module_exit(held_exit);

MODULE_AUTHOR("The tunwin authors");
MODULE_DESCRIPTION("How long tunwin keeps bottom halves off");
MODULE_LICENSE("GPL");
