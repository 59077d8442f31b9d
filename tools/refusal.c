// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "refusal.h"

/* The first word of the version magic is the release the module was built for. */
static size_t magic_release_len(const char *vermagic)
{
	return strcspn(vermagic, " ");
}

static bool other_release(const struct refusal *r)
{
	size_t len = magic_release_len(r->vermagic);

	return len && (len != strlen(r->release) || strncmp(r->vermagic, r->release, len));
}

/* The word that follows @phrase in what the kernel said, or an empty string. */
static void word_after(const char *said, const char *phrase, char *word, size_t size)
{
	const char *at = strstr(said, phrase);

	*word = '\0';
	if (!at)
		return;
	at += strlen(phrase);
	at += strspn(at, " '");
	snprintf(word, size, "%.*s", (int)strcspn(at, " '(,"), at);
}

static bool explain_build(const struct refusal *r, char *text, size_t size)
{
	char symbol[64];

	if (r->unload || (r->error != ENOEXEC && r->error != EINVAL && r->error != ENOENT))
		return false;
	if (other_release(r)) {
		snprintf(text, size,
			 "it was built for Linux %.*s and this kernel is %s: rebuild it with make",
			 (int)magic_release_len(r->vermagic), r->vermagic, r->release);
		return true;
	}
	if (!*r->vermagic && r->error != ENOENT) {
		snprintf(text, size, "the file is damaged, or is not a kernel module");
		return true;
	}
	word_after(r->said, "disagrees about version of symbol", symbol, sizeof(symbol));
	if (*symbol) {
		snprintf(text, size,
			 "it was built for another build of this kernel, whose '%s' differs: rebuild it with make",
			 symbol);
		return true;
	}
	word_after(r->said, "Unknown symbol", symbol, sizeof(symbol));
	if (*symbol) {
		snprintf(text, size,
			 "this kernel does not offer '%s', which the module needs", symbol);
		return true;
	}
	if (strstr(r->said, "version magic") || r->error == ENOEXEC) {
		snprintf(text, size,
			 "it was not built for this kernel (Linux %s): rebuild it with make",
			 r->release);
		return true;
	}
	if (r->error == ENOENT && !*r->said) {
		snprintf(text, size, "this kernel lacks a symbol that the module needs (see: dmesg)");
		return true;
	}
	return false;
}

static bool explain_signature(const struct refusal *r, char *text, size_t size)
{
	switch (r->error) {
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
	case ENODATA:
	case ENOPKG:
		snprintf(text, size,
			 "this kernel takes only signed modules, and the signature is missing or of an unknown key (Secure Boot? sign the module and enroll its key with mokutil)");
		return true;
	case EPERM:
		break;
	default:
		return false;
	}
	if (!r->privileged)
		snprintf(text, size, "only root (CAP_SYS_MODULE) may do this (try: sudo tunwin)");
	else if (r->modules_disabled)
		snprintf(text, size,
			 "modules can neither be loaded nor unloaded until the next boot (kernel.modules_disabled is 1)");
	else if (r->locked_down)
		snprintf(text, size,
			 "the kernel is locked down and takes only signed modules (see: kernel_lockdown(7)); sign the module and enroll its key with mokutil");
	else
		snprintf(text, size, "CAP_SYS_MODULE is missing (in a container?)");
	return true;
}

void tunwin_refusal_explain(const struct refusal *r, char *text, size_t size)
{
	if (explain_build(r, text, size) || explain_signature(r, text, size))
		return;
	switch (r->error) {
	case ENOSYS:
		snprintf(text, size, "this kernel was built without loadable modules");
		return;
	case EAGAIN:
		snprintf(text, size, "it is in use");
		return;
	case EBUSY:
		snprintf(text, size, "it is just being loaded or unloaded");
		return;
	case EINVAL:
		if (!strstr(r->said, "invalid for parameter"))
			break;
		snprintf(text, size, "%s", r->said);
		return;
	case ENOMEM:
		snprintf(text, size, "the kernel has not enough memory for it");
		return;
	default:
		break;
	}
	/* Anything else comes from the module itself, which says why in the log. */
	if (r->unload)
		snprintf(text, size, "%s", strerror(r->error));
	else if (*r->said)
		snprintf(text, size, "it refused to start: %s (%s)", r->said, strerror(r->error));
	else
		snprintf(text, size, "it refused to start: %s (see: dmesg)", strerror(r->error));
}
