// SPDX-License-Identifier: GPL-2.0
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#include "kmod_library.h"

#define SONAME	"libkmod.so.2"

static struct tunwin_kmod_library functions;

static const struct {
	const char *name;
	void *function;		/* where its address is put */
} wanted[] = {
	{ "kmod_list_next", &functions.list_next },
	{ "kmod_module_get_info", &functions.module_get_info },
	{ "kmod_module_get_initstate", &functions.module_get_initstate },
	{ "kmod_module_get_module", &functions.module_get_module },
	{ "kmod_module_get_name", &functions.module_get_name },
	{ "kmod_module_info_free_list", &functions.module_info_free_list },
	{ "kmod_module_info_get_key", &functions.module_info_get_key },
	{ "kmod_module_info_get_value", &functions.module_info_get_value },
	{ "kmod_module_insert_module", &functions.module_insert_module },
	{ "kmod_module_new_from_lookup", &functions.module_new_from_lookup },
	{ "kmod_module_new_from_name", &functions.module_new_from_name },
	{ "kmod_module_new_from_path", &functions.module_new_from_path },
	{ "kmod_module_probe_insert_module", &functions.module_probe_insert_module },
	{ "kmod_module_remove_module", &functions.module_remove_module },
	{ "kmod_module_unref", &functions.module_unref },
	{ "kmod_module_unref_list", &functions.module_unref_list },
	{ "kmod_new", &functions.new },
	{ "kmod_set_log_priority", &functions.set_log_priority },
	{ "kmod_unref", &functions.unref },
};

const struct tunwin_kmod_library *tunwin_kmod_library_open(struct tunwin_error *err)
{
	static bool opened;
	void *library;

	if (opened)
		return &functions;
	library = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
	opened = library;
	for (size_t i = 0; opened && i < sizeof(wanted) / sizeof(*wanted); i++) {
		void *function = dlsym(library, wanted[i].name);

		*(void **)wanted[i].function = function;
		opened = function;
	}
	if (opened)
		return &functions;
	tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
			 "the library that loads modules cannot be had: %s (install libkmod2, or use insmod and rmmod)",
			 dlerror());
	return NULL;
}
