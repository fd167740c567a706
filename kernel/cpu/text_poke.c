// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changing code that runs: jump labels, static calls, ftrace, kprobes.
 *
 * The kernel writes through a temporary mapping in a page table of its own;
 * the host writes over the protection instead.  Called under text_mutex.
 */
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "hook.h"
#include "internal.h"

typedef void text_poke_fn(void *dst, const void *src, size_t len);

/* A source of this one is a value, not an array. */
text_poke_fn text_poke_memset __weak;

void *machine_text_poke(text_poke_fn *fn, void *addr, const void *src,
			size_t len);

/* Module text is written through its other address, which stays writable. */
static void write_text(void *addr, const u8 *bytes, size_t n)
{
	struct page *page;

	if ((unsigned long)addr < machine_boot_info.module_low) {
		host_memory_poke((unsigned long)addr, bytes, n);
		return;
	}
	host_memory_share((unsigned long)addr, n);
	for (; n; n--, addr++, bytes++) {
		page = vmalloc_to_page(addr);
		*((u8 *)page_address(page) + offset_in_page(addr)) = *bytes;
	}
}

void *machine_text_poke(text_poke_fn *fn, void *addr, const void *src,
			size_t len)
{
	u8 piece[64];
	size_t done, n;

	for (done = 0; done < len; done += n) {
		n = min(len - done, sizeof(piece));
		fn(piece, src, n);
		write_text(addr + done, piece, n);
		if (fn != text_poke_memset)
			src += n;
	}
	hooks_note();
	return addr;
}
HOOK(__text_poke, machine_text_poke, HOOK_SLOT, HOOK_BOOT,
     "switches to a page table of its own");
