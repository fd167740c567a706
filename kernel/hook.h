/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry hooks: functions of the kernel that the machine replaces.
 *
 * A hook is the third resort, after paravirtual tables and registration; each
 * carries its reason, counts how often it is reached, and is checked when it
 * is set.  All hooks are set once, before start_kernel(), by one thread.
 */
#ifndef KERNEL_HOOK_H
#define KERNEL_HOOK_H

#include <linux/types.h>

/* How the kernel's function is diverted. */
enum hook_kind {
	/* The call to __fentry__ at its entry becomes the jump; the native
	 * body behind it stays callable by NATIVE(). */
	HOOK_SLOT,
	/* Its first instructions are overwritten; the body is lost. */
	HOOK_ENTRY,
	/* Its first instructions, which must be of kinds that run anywhere,
	 * move elsewhere and lead back: MOVED() calls the body by them. */
	HOOK_MOVED,
};

/* When a hook is expected to be reached. */
enum hook_reach {
	/* In every boot: not reached means inlined away or renamed, and the
	 * target does not work. */
	HOOK_BOOT,
	/* Only when a module or the end of the instance leads there. */
	HOOK_LATE,
};

struct machine_hook {
	const char *symbol;
	void *target; /* NULL: this kernel has no such function */
	void *stub; /* counts, then jumps to the replacement */
	const char *why;
	unsigned long *hits;
	void **moved; /* HOOK_MOVED: where its first instructions are */
	enum hook_kind kind;
	enum hook_reach reach;
	int optional; /* another hook serves kernels without the symbol */
};

#define __HOOK(sym, replacement, kind_, reach_, optional_, why_)               \
	extern char hook_target_##sym[] __asm__(#sym);                         \
	extern char hook_stub_##sym[];                                         \
	unsigned long hook_hits_##sym;                                         \
	void *hook_moved_##sym __maybe_unused;                                 \
	__asm__(".pushsection .text\n"                                         \
		".globl hook_stub_" #sym "\n"                                  \
		"hook_stub_" #sym ":\n"                                        \
		"	incq hook_hits_" #sym "(%rip)\n"                       \
		"	jmp " #replacement "\n"                                \
		".popsection\n");                                              \
	static const struct machine_hook hook_##sym __used __aligned(8)        \
		__section(".ring3.hooks") = {                                  \
			.symbol = #sym,                                        \
			.target = hook_target_##sym,                           \
			.stub = hook_stub_##sym,                               \
			.why = why_,                                           \
			.hits = &hook_hits_##sym,                              \
			.moved = &hook_moved_##sym,                            \
			.kind = kind_,                                         \
			.reach = reach_,                                       \
			.optional = optional_,                                 \
	}

/* @replacement: a global function of the native one's signature. */
#define HOOK(sym, replacement, kind, reach, why)                               \
	__HOOK(sym, replacement, kind, reach, 0, why)

/* For a function that only some kernels have. */
#define HOOK_IF_PRESENT(sym, replacement, kind, reach, why)                    \
	extern char hook_target_##sym[] __weak;                                \
	__HOOK(sym, replacement, kind, reach, 1, why)

/* The native body behind a HOOK_SLOT, as a pointer of @type. */
#define NATIVE(type, sym) ((type *)hook_native(hook_target_##sym))

/* The body behind a HOOK_MOVED. */
#define MOVED(type, sym) ((type *)hook_moved_##sym)

void hook_install_all(void);
void hook_report_all(void);
void *hook_native(const char *target);

/* For code that is laid down before the kernel runs. */
u8 *hook_skip_endbr(u8 *entry);
int hook_movable(const u8 *code);
u8 *hook_emit(u8 *to, const void *bytes, int n);
u8 *hook_emit_jump(u8 *to, const u8 *target);

#endif
