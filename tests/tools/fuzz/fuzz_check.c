// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: whether a module would load, and what it exports to others.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modabi.h"
#include "lib/strbuf.h"
#include "tests/tools/fuzz/fuzz.h"

static const char kernel_text[] =
	"0x9060323f\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0xbdfb6dbb\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0x5b8239ca\t__x86_return_thunk\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0x69e0fbdc\tparam_ops_int\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0xf39aa76b\ttt_base_sum\ttt_base\tEXPORT_SYMBOL_GPL\t\n"
	"0x12345678\ttt_base_value\ttt_base\tEXPORT_SYMBOL_GPL\tNS\n";

static struct modabi_kernel *make_kernel(void)
{
	struct modabi_kernel *kernel;

	if (modabi_kernel_new(&kernel) ||
	    modabi_parse(kernel, kernel_text, strlen(kernel_text)) ||
	    modabi_set_vermagic(kernel,
				"6.1 SMP preempt mod_unload modversions "))
		abort();
	kernel->strict_elf = true;
	kernel->module_size = 0x380;
	return kernel;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct modabi_kernel *kernel = make_kernel();
	struct strbuf summary = STRBUF_INIT;
	struct modabi_verdict verdict;

	modabi_module_size(data, size);
	if (!modabi_check(kernel, data, size, &verdict)) {
		modabi_summary(&verdict, 3, &summary);
		modabi_verdict_clear(&verdict);
	}
	modabi_add_module(kernel, data, size, "fuzzed");
	strbuf_free(&summary);
	modabi_kernel_free(kernel);
	return 0;
}
