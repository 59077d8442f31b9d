// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kmsg.h"
#include "kmod_library.h"
#include "module.h"
#include "refusal.h"

#define MODULE "tunwin"

/* Set before anything below uses it. */
static const struct tunwin_kmod_library *kmod;

/* What `modinfo` prints and is needed here. */
struct info {
	char vermagic[128];
	char depends[256];
	char params[256];	/* names, each after a space */
};

static void read_info(struct kmod_module *mod, struct info *info)
{
	struct kmod_list *list = NULL;
	struct kmod_list *item;

	memset(info, 0, sizeof(*info));
	kmod->module_get_info(mod, &list);
	for (item = list; item; item = kmod->list_next(list, item)) {
		const char *key = kmod->module_info_get_key(item);
		const char *value = kmod->module_info_get_value(item);
		size_t len = strlen(info->params);

		if (!strcmp(key, "vermagic"))
			snprintf(info->vermagic, sizeof(info->vermagic), "%s", value);
		else if (!strcmp(key, "depends"))
			snprintf(info->depends, sizeof(info->depends), "%s", value);
		else if (!strcmp(key, "parm"))	/* "NAME:what it is (type)" */
			snprintf(info->params + len, sizeof(info->params) - len, " %.*s",
				 (int)strcspn(value, ":"), value);
	}
	kmod->module_info_free_list(list);
}

static bool file_begins_with(const char *path, const char *word)
{
	char text[64] = "";
	FILE *file = fopen(path, "re");
	bool begins;

	if (!file)
		return false;
	begins = fgets(text, sizeof(text), file) && !strncmp(text, word, strlen(word));
	fclose(file);
	return begins;
}

static bool is_locked_down(void)
{
	static const char path[] = "/sys/kernel/security/lockdown";

	/* The mode that applies is in brackets: "none [integrity] confidentiality". */
	return !access(path, R_OK) && !file_begins_with(path, "[none]");
}

/* @info is that of the module that was to be loaded, NULL if it was to be unloaded. */
static int refused(int error, const struct info *info, int kmsg, struct tunwin_error *err)
{
	struct utsname host = { .release = "" };
	char said[256];
	char text[400];
	struct refusal refusal = {
		.error = error,
		.unload = !info,
		.vermagic = info ? info->vermagic : "",
		.release = host.release,
		.said = said,
		.privileged = !geteuid(),
		.modules_disabled = file_begins_with("/proc/sys/kernel/modules_disabled", "1"),
		.locked_down = is_locked_down(),
	};

	uname(&host);
	tunwin_kmsg_last(kmsg, said, sizeof(said));
	tunwin_refusal_explain(&refusal, text, sizeof(text));
	return tunwin_error_set(err, TUNWIN_EXIT_KERNEL, "cannot %s the module: %s",
				info ? "load" : "unload", text);
}

static int check_form(int count, char **params, struct tunwin_error *err)
{
	for (int i = 0; i < count; i++)
		if (*params[i] == '=' || !strchr(params[i], '='))
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
						"'%s' is not of the form NAME=VALUE", params[i]);
	return 0;
}

/*
 * The kernel ignores parameters that it does not know and says so in its log only; a word that is
 * misspelt must not look as if it had an effect.
 */
static int check_params(const struct info *info, int count, char **params,
			struct tunwin_error *err)
{
	for (int i = 0; i < count; i++) {
		size_t len = strcspn(params[i], "=");
		const char *at = info->params;

		while (*at && (strcspn(at + 1, " ") != len || strncmp(at + 1, params[i], len)))
			at += 1 + strcspn(at + 1, " ");
		if (!*at)
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
						"the module has no parameter '%.*s' (it has:%s)",
						(int)len, params[i],
						*info->params ? info->params : " none");
	}
	return 0;
}

/* A file is not in the index of depmod: what it needs is loaded by name. */
static void load_depends(struct kmod_ctx *ctx, struct info *info)
{
	char *rest = info->depends;
	const char *name;

	while ((name = strsep(&rest, ","))) {
		struct kmod_module *mod;

		if (!*name || kmod->module_new_from_name(ctx, name, &mod))
			continue;
		/* If it cannot be had, inserting fails for its symbols, and says so. */
		kmod->module_probe_insert_module(mod, 0, NULL, NULL, NULL, NULL);
		kmod->module_unref(mod);
	}
}

static int find(struct kmod_ctx *ctx, const char *file, struct kmod_module **mod,
		struct tunwin_error *err)
{
	struct kmod_list *list = NULL;
	struct utsname host;
	int failed;

	*mod = NULL;
	if (file) {
		failed = access(file, R_OK) ? -errno : kmod->module_new_from_path(ctx, file, mod);
		if (failed)
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: %s", file,
						strerror(-failed));
		if (!strcmp(kmod->module_get_name(*mod), MODULE))
			return 0;
		kmod->module_unref(*mod);
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s is not the tunwin module",
					file);
	}
	failed = kmod->module_new_from_lookup(ctx, MODULE, &list);
	if (!failed && list)
		*mod = kmod->module_get_module(list);
	kmod->module_unref_list(list);
	if (*mod)
		return 0;
	return tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
				"the module is not installed for this kernel, Linux %s (build and install it, or: tunwin load --file PATH)",
				uname(&host) ? "?" : host.release);
}

static char *join(int count, char **words)
{
	size_t size = 1;
	char *line;

	for (int i = 0; i < count; i++)
		size += strlen(words[i]) + 1;
	line = calloc(1, size);
	if (!line)
		tunwin_error_nomem();
	for (int i = 0; i < count; i++) {
		strcat(line, words[i]);
		strcat(line, i + 1 < count ? " " : "");
	}
	return line;
}

static int insert(struct kmod_ctx *ctx, struct kmod_module *mod, bool file, int param_count,
		  char **params, bool *already, struct tunwin_error *err)
{
	struct info info;
	char *options;
	int kmsg;
	int failed;

	read_info(mod, &info);
	if (check_params(&info, param_count, params, err))
		return err->status;
	options = join(param_count, params);
	if (file)
		load_depends(ctx, &info);
	kmsg = tunwin_kmsg_open();
	failed = file ? kmod->module_insert_module(mod, 0, options) :
			kmod->module_probe_insert_module(mod, KMOD_PROBE_FAIL_ON_LOADED, options,
							NULL, NULL, NULL);
	free(options);
	if (failed == -EEXIST) {
		*already = true;
		failed = 0;
	}
	if (failed < 0)
		return refused(-failed, &info, kmsg, err);
	if (kmsg >= 0)
		close(kmsg);
	return 0;
}

/* libkmod writes to stderr what is said here in other words. */
static struct kmod_ctx *new_context(void)
{
	struct kmod_ctx *ctx = kmod->new(NULL, NULL);

	if (!ctx)
		tunwin_error_nomem();
	kmod->set_log_priority(ctx, 0);
	return ctx;
}

int tunwin_module_load(const char *file, int param_count, char **params, bool *already,
		       struct tunwin_error *err)
{
	struct kmod_ctx *ctx;
	struct kmod_module *mod;

	*already = false;
	if (check_form(param_count, params, err))
		return err->status;
	kmod = tunwin_kmod_library_open(err);
	if (!kmod)
		return err->status;
	ctx = new_context();
	if (!find(ctx, file, &mod, err)) {
		insert(ctx, mod, file, param_count, params, already, err);
		kmod->module_unref(mod);
	}
	kmod->unref(ctx);
	return err->status;
}

int tunwin_module_unload(struct tunwin_error *err)
{
	struct kmod_ctx *ctx;
	struct kmod_module *mod;
	int failed;

	kmod = tunwin_kmod_library_open(err);
	if (!kmod)
		return err->status;
	ctx = new_context();
	if (kmod->module_new_from_name(ctx, MODULE, &mod))
		tunwin_error_nomem();
	switch (kmod->module_get_initstate(mod)) {
	case KMOD_MODULE_BUILTIN:
		tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
				 "tunwin is a part of this kernel and cannot be unloaded");
		break;
	case -ENOENT:
		tunwin_error_set(err, TUNWIN_EXIT_KERNEL, "the tunwin module is not loaded");
		break;
	default:
		failed = kmod->module_remove_module(mod, KMOD_REMOVE_NOWAIT);
		if (failed)
			refused(-failed, NULL, -1, err);
		break;
	}
	kmod->module_unref(mod);
	kmod->unref(ctx);
	return err->status;
}
