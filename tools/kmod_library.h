/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libkmod, opened where it is needed. It brings libcrypto, for signatures: a program that is linked
 * with it takes three times as long to start, and only two commands load or unload.
 */
#ifndef TUNWIN_KMOD_LIBRARY_H
#define TUNWIN_KMOD_LIBRARY_H

#include <libkmod.h>

#include "error.h"

/* Its functions that are used here, each without its kmod_. */
struct tunwin_kmod_library {
	typeof(kmod_list_next) *list_next;
	typeof(kmod_module_get_info) *module_get_info;
	typeof(kmod_module_get_initstate) *module_get_initstate;
	typeof(kmod_module_get_module) *module_get_module;
	typeof(kmod_module_get_name) *module_get_name;
	typeof(kmod_module_info_free_list) *module_info_free_list;
	typeof(kmod_module_info_get_key) *module_info_get_key;
	typeof(kmod_module_info_get_value) *module_info_get_value;
	typeof(kmod_module_insert_module) *module_insert_module;
	typeof(kmod_module_new_from_lookup) *module_new_from_lookup;
	typeof(kmod_module_new_from_name) *module_new_from_name;
	typeof(kmod_module_new_from_path) *module_new_from_path;
	typeof(kmod_module_probe_insert_module) *module_probe_insert_module;
	typeof(kmod_module_remove_module) *module_remove_module;
	typeof(kmod_module_unref) *module_unref;
	typeof(kmod_module_unref_list) *module_unref_list;
	typeof(kmod_new) *new;
	typeof(kmod_set_log_priority) *set_log_priority;
	typeof(kmod_unref) *unref;
};

/* Opens it, once for all. Returns NULL, with @err set, if this host does not have it. */
const struct tunwin_kmod_library *tunwin_kmod_library_open(struct tunwin_error *err);

#endif
