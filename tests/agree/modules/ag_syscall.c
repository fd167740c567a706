// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls init_module(2), finit_module(2) and delete_module(2) as no program
 * should, and says what each gives.
 *
 * Runs in the task that loads it, whose memory it uses as that program would:
 * a page of it with nothing behind. The file @path is a module that could be
 * loaded; without @may, all is tried by who may load nothing. The system calls
 * are not exported; a kprobe finds them.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define BAD	8ul /* no program has memory there */
#define KERNELS 0xffff800000000000ul
#define NAME	56 /* the longest that a module's can be, with its end */

static char *path = "/tmp/module";
module_param(path, charp, 0444);
static bool may = true;
module_param(may, bool, 0444);

typedef unsigned long lookup_fn(const char *name);
typedef long syscall_fn(const struct pt_regs *regs);

static lookup_fn *lookup;
static unsigned long page; /* of the program's, and none behind it */

static int find_lookup(void)
{
	struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};
	int err = register_kprobe(&probe);

	if (err)
		return err;
	lookup = (lookup_fn *)probe.addr;
	unregister_kprobe(&probe);
	return 0;
}

static int map_page(void)
{
	page = vm_mmap(NULL, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(page))
		return page;
	return vm_munmap(page + PAGE_SIZE, PAGE_SIZE);
}

/* @text at the end of the page; without its zero, it runs into nothing. */
static unsigned long at_end(const char *text, size_t n)
{
	unsigned long at = page + PAGE_SIZE - n;

	return copy_to_user((void __user *)at, text, n) ? 0 : at;
}

static unsigned long string(const char *text)
{
	return at_end(text, strlen(text) + 1);
}

static void say(const char *name, const char *what, unsigned long a,
		unsigned long b, unsigned long c)
{
	struct pt_regs regs = {.di = a, .si = b, .dx = c};
	char symbol[40];
	syscall_fn *call;

	snprintf(symbol, sizeof(symbol), "__x64_sys_%s", name);
	call = (syscall_fn *)lookup(symbol);
	pr_info("ag_syscall: %s, %s: %ld\n", name, what,
		call ? call(&regs) : -ENOSYS);
}

/* ---- init_module(image, size, parameters) ---------------------------------- */

/* All of the file as a program has it, or 0. */
static unsigned long map_file(unsigned long *size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	unsigned long at;

	if (IS_ERR(file))
		return 0;
	*size = i_size_read(file_inode(file));
	at = vm_mmap(file, 0, *size, PROT_READ, MAP_PRIVATE, 0);
	filp_close(file, NULL);
	return IS_ERR_VALUE(at) ? 0 : at;
}

static void init_badly(void)
{
	static const char name[] = "init_module";
	unsigned long size = 0, image = map_file(&size), none = string("");

	say(name, "no bytes", page, 0, none);
	say(name, "no bytes at a bad pointer", BAD, 0, none);
	say(name, "less than a header", page, 63, none);
	say(name, "a header of zeros", page, 64, none);
	say(name, "a page of zeros", page, PAGE_SIZE, none);
	say(name, "an image at a bad pointer", BAD, PAGE_SIZE, none);
	say(name, "the kernel's memory", KERNELS, PAGE_SIZE, none);
	say(name, "an image that ends in nothing", page, 2 * PAGE_SIZE, none);
	say(name, "an image larger than memory", page, 1ul << 46, none);
	say(name, "an image cut short", image, size / 2, none);
	say(name, "parameters at a bad pointer", image, size, BAD);
	say(name, "parameters in the kernel's memory", image, size, KERNELS);
	say(name, "parameters that do not end", image, size, at_end("x=1", 3));
	say(name, "no parameters at all", image, size, 0);
}

/* ---- finit_module(fd, parameters, flags) ------------------------------------ */

static void finit(const char *what, const char *name, int how,
		  unsigned long args, unsigned long flags)
{
	struct file *file = filp_open(name, how, 0600);
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (IS_ERR(file) || fd < 0) {
		pr_info("ag_syscall: %s cannot be opened\n", name);
		return;
	}
	fd_install(fd, file);
	say("finit_module", what, fd, args, flags);
	close_fd(fd);
}

static void finit_while_written(unsigned long none)
{
	struct file *writer = filp_open(path, O_WRONLY, 0);

	finit("a file that another writes to", path, O_RDONLY, none, 0);
	if (!IS_ERR(writer))
		filp_close(writer, NULL);
}

static void finit_badly(void)
{
	unsigned long none = string("");

	say("finit_module", "no descriptor", -1, none, 0);
	say("finit_module", "a descriptor that is not open", 1000, none, 0);
	say("finit_module", "that, and an unknown flag", 1000, none, 0x100);
	say("finit_module", "that, and a bad pointer", 1000, BAD, 0);
	finit("a mere place", path, O_PATH, none, 0);
	finit("a folder", "/tmp", O_RDONLY | O_DIRECTORY, none, 0);
	finit("a device", "/dev/null", O_RDONLY, none, 0);
	finit("a file of /proc", "/proc/version", O_RDONLY, none, 0);
	finit("an empty file", "/tmp/empty", O_RDONLY | O_CREAT, none, 0);
	finit("an unknown flag", path, O_RDONLY, none, 0x100);
	finit("all flags", path, O_RDONLY, none, ~0ul);
	finit("parameters at a bad pointer", path, O_RDONLY, BAD, 0);
	finit("parameters in the kernel's memory", path, O_RDONLY, KERNELS, 0);
	finit("parameters that do not end", path, O_RDONLY, at_end("x=1", 3),
	      0);
	/* From here on it is open for writing: closing waits for the task. */
	finit("a file for writing", path, O_WRONLY, none, 0);
	finit_while_written(none);
}

/* ---- delete_module(name, flags) --------------------------------------------- */

static void delete_badly(void)
{
	static const char name[] = "delete_module";
	char longest[2 * NAME];

	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	say(name, "a bad pointer", BAD, O_NONBLOCK, 0);
	say(name, "none", 0, O_NONBLOCK, 0);
	say(name, "the kernel's memory", KERNELS, O_NONBLOCK, 0);
	say(name, "a name that does not end", at_end("ag", 2), O_NONBLOCK, 0);
	say(name, "no name", string(""), O_NONBLOCK, 0);
	say(name, "too long a name", string(longest), O_NONBLOCK, 0);
	say(name, "a name of nothing", string("ag_nothing"), O_NONBLOCK, 0);
	say(name, "that, ready to wait", string("ag_nothing"), 0, 0);
	say(name, "unknown flags", string("ag_nothing"), ~0ul, 0);
	say(name, "a part of the kernel", string("printk"), O_NONBLOCK, 0);
	say(name, "itself in its init", string("ag_syscall"), O_NONBLOCK, 0);
	say(name, "that by force", string("ag_syscall"), O_NONBLOCK | O_TRUNC,
	    0);
}

/* ---- without the right to ---------------------------------------------------- */

static void all_without_right(void)
{
	unsigned long size = 0, image = map_file(&size), none = string("");

	say("init_module", "a module", image, size, none);
	say("init_module", "a bad pointer", BAD, size, BAD);
	say("init_module", "no bytes", page, 0, none);
	finit("a module", path, O_RDONLY, none, 0);
	finit("an unknown flag", path, O_RDONLY, none, 0x100);
	say("finit_module", "no descriptor", -1, none, 0);
	say("delete_module", "a module", string("ag_syscall"), 0, 0);
	say("delete_module", "a bad pointer", BAD, 0, 0);
	say("delete_module", "a name of nothing", string("ag_nothing"), 0, 0);
}

static int without_right(void)
{
	const struct cred *old;
	struct cred *new = prepare_creds();

	if (!new)
		return -ENOMEM;
	cap_lower(new->cap_effective, CAP_SYS_MODULE);
	old = override_creds(new);
	pr_info("ag_syscall: without CAP_SYS_MODULE\n");
	all_without_right();
	revert_creds(old);
	put_cred(new);
	return 0;
}

static int __init ag_syscall_init(void)
{
	int err = find_lookup();

	if (!err)
		err = map_page();
	if (err)
		return err;
	if (!may)
		return without_right();
	init_badly();
	finit_badly();
	delete_badly();
	return 0;
}

static void __exit ag_syscall_exit(void)
{
}

module_init(ag_syscall_init);
module_exit(ag_syscall_exit);
MODULE_LICENSE("GPL");
