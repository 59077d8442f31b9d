// SPDX-License-Identifier: GPL-2.0
/*
 * Keep grace periods of RCU from ending, for the tests: what is freed after one then waits.
 *
 * hold=1 returns when a reader, a kernel thread, has begun; it ends with hold=0, or after HOLD_MOST_MS, before
 * the kernel reports a stall. It takes a processor for itself, so there must be another one.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>

/* The kernel reports a CPU that does nothing else after 20 s, a grace period that does not end after 21 s. */
#define HOLD_MOST_MS	10000

static bool hold;
static struct task_struct *reader;
static DECLARE_COMPLETION(begun);

static int read_for_long(void *unused)
{
	unsigned long end;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		if (!READ_ONCE(hold)) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);

		end = jiffies + msecs_to_jiffies(HOLD_MOST_MS);
		rcu_read_lock();
		complete(&begun);
		while (READ_ONCE(hold) && time_before(jiffies, end))
			cpu_relax();
		rcu_read_unlock();
		WRITE_ONCE(hold, false);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static int hold_set(const char *text, const struct kernel_param *param)
{
	bool wanted;
	int error;

	error = kstrtobool(text, &wanted);
	if (error)
		return error;
	/* (Parameters of insmod are set before the reader is there.) */
	if (!reader || wanted == READ_ONCE(hold))
		return -EBUSY;
	WRITE_ONCE(hold, wanted);
	if (!wanted)
		return 0;
	wake_up_process(reader);
	wait_for_completion(&begun);
	return 0;
}

static const struct kernel_param_ops hold_ops = {
	.set = hold_set,
	.get = param_get_bool,
};
module_param_cb(hold, &hold_ops, &hold, 0644);
MODULE_PARM_DESC(hold, "keep grace periods from ending (bool)");

static int __init grace_init(void)
{
	reader = kthread_run(read_for_long, NULL, "tunwin_grace");
	return PTR_ERR_OR_ZERO(reader);
}

static void __exit grace_exit(void)
{
	WRITE_ONCE(hold, false);
	kthread_stop(reader);
}

module_init(grace_init);
module_exit(grace_exit);
MODULE_DESCRIPTION("Keeps grace periods from ending when the tests ask for it");
MODULE_LICENSE("GPL");
