// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU features: what the processor truly offers to a process, no more.
 *
 * Fills boot_cpu_data as early_cpu_init() and identify_boot_cpu() would, but
 * from a list of what works without privileges.  Runs once in setup_arch().
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>
#include <asm/processor.h>
#include "internal.h"

extern struct fpu_state_config fpu_kernel_cfg, fpu_user_cfg;
void fpstate_reset(struct fpu *fpu);

/* State components that the host lets a process use and that take no further
 * care: x87, SSE, AVX, AVX-512. */
#define XSTATE_USABLE 0xe7ull
#define XSTATE_AVX    0x04ull
#define XSTATE_AVX512 0xe0ull

/*
 * Features that user-mode code can use, as X86_FEATURE_* of one capability
 * word.  Left out on purpose: those of page tables and protection (SMAP, SMEP,
 * PKU, CET, PCID, UMIP, NX apart), of model-specific registers, FSGSBASE and
 * XSAVES, which would make the kernel use what it may not.
 */
struct feature_word {
	u32 leaf, subleaf;
	enum {
		EAX,
		EBX,
		ECX,
		EDX
	} reg;
	const u16 *features; /* ended by 0, which is FPU and set always */
};

static const u16 features_1_edx[] = {
	X86_FEATURE_TSC,     X86_FEATURE_CX8,  X86_FEATURE_CMOV,
	X86_FEATURE_CLFLUSH, X86_FEATURE_MMX,  X86_FEATURE_FXSR,
	X86_FEATURE_XMM,     X86_FEATURE_XMM2, 0};

static const u16 features_1_ecx[] = {X86_FEATURE_XMM3,
				     X86_FEATURE_PCLMULQDQ,
				     X86_FEATURE_SSSE3,
				     X86_FEATURE_FMA,
				     X86_FEATURE_CX16,
				     X86_FEATURE_XMM4_1,
				     X86_FEATURE_XMM4_2,
				     X86_FEATURE_MOVBE,
				     X86_FEATURE_POPCNT,
				     X86_FEATURE_AES,
				     X86_FEATURE_XSAVE,
				     X86_FEATURE_OSXSAVE,
				     X86_FEATURE_AVX,
				     X86_FEATURE_F16C,
				     X86_FEATURE_RDRAND,
				     X86_FEATURE_HYPERVISOR,
				     0};

static const u16 features_7_ebx[] = {
	X86_FEATURE_BMI1,	X86_FEATURE_AVX2,
	X86_FEATURE_BMI2,	X86_FEATURE_ERMS,
	X86_FEATURE_AVX512F,	X86_FEATURE_AVX512DQ,
	X86_FEATURE_RDSEED,	X86_FEATURE_ADX,
	X86_FEATURE_AVX512IFMA, X86_FEATURE_CLFLUSHOPT,
	X86_FEATURE_CLWB,	X86_FEATURE_AVX512CD,
	X86_FEATURE_SHA_NI,	X86_FEATURE_AVX512BW,
	X86_FEATURE_AVX512VL,	0};

static const u16 features_7_ecx[] = {
	X86_FEATURE_AVX512VBMI,	   X86_FEATURE_AVX512_VBMI2,
	X86_FEATURE_GFNI,	   X86_FEATURE_VAES,
	X86_FEATURE_VPCLMULQDQ,	   X86_FEATURE_AVX512_VNNI,
	X86_FEATURE_AVX512_BITALG, X86_FEATURE_AVX512_VPOPCNTDQ,
	X86_FEATURE_RDPID,	   0};

/* Not FSRM: it would put `rep movsb` where now a call goes to mm/usercopy.S. */
static const u16 features_7_edx[] = {X86_FEATURE_AVX512_VP2INTERSECT,
				     X86_FEATURE_SERIALIZE, 0};

static const u16 features_d_eax[] = {X86_FEATURE_XSAVEOPT, X86_FEATURE_XSAVEC,
				     X86_FEATURE_XGETBV1, 0};

static const u16 features_ext_ecx[] = {
	X86_FEATURE_LAHF_LM,	   X86_FEATURE_ABM,
	X86_FEATURE_SSE4A,	   X86_FEATURE_MISALIGNSSE,
	X86_FEATURE_3DNOWPREFETCH, X86_FEATURE_XOP,
	X86_FEATURE_FMA4,	   0};

static const u16 features_ext_edx[] = {X86_FEATURE_SYSCALL, X86_FEATURE_NX,
				       X86_FEATURE_LM, 0};

static const struct feature_word feature_words[] = {
	{0x00000001, 0, EDX, features_1_edx},
	{0x00000001, 0, ECX, features_1_ecx},
	{0x00000007, 0, EBX, features_7_ebx},
	{0x00000007, 0, ECX, features_7_ecx},
	{0x00000007, 0, EDX, features_7_edx},
	{0x0000000d, 1, EAX, features_d_eax},
	{0x80000001, 0, ECX, features_ext_ecx},
	{0x80000001, 0, EDX, features_ext_edx},
};

/* Without their state component these must not be used. */
static const u16 avx512_features[] = {X86_FEATURE_AVX512F,
				      X86_FEATURE_AVX512DQ,
				      X86_FEATURE_AVX512IFMA,
				      X86_FEATURE_AVX512CD,
				      X86_FEATURE_AVX512BW,
				      X86_FEATURE_AVX512VL,
				      X86_FEATURE_AVX512VBMI,
				      X86_FEATURE_AVX512_VBMI2,
				      X86_FEATURE_AVX512_VNNI,
				      X86_FEATURE_AVX512_BITALG,
				      X86_FEATURE_AVX512_VPOPCNTDQ,
				      X86_FEATURE_AVX512_VP2INTERSECT,
				      0};

static const u16 avx_features[] = {
	X86_FEATURE_AVX,  X86_FEATURE_AVX2, X86_FEATURE_FMA,
	X86_FEATURE_F16C, X86_FEATURE_VAES, X86_FEATURE_VPCLMULQDQ,
	X86_FEATURE_XOP,  X86_FEATURE_FMA4, 0};

static void detect_vendor(struct cpuinfo_x86 *c)
{
	u32 level, ebx, ecx, edx, signature, unused;

	cpuid_count(0, 0, &level, &ebx, &ecx, &edx);
	memcpy(c->x86_vendor_id, &ebx, 4);
	memcpy(c->x86_vendor_id + 4, &edx, 4);
	memcpy(c->x86_vendor_id + 8, &ecx, 4);
	c->cpuid_level = level;
	c->x86_vendor =
		!strcmp(c->x86_vendor_id, "GenuineIntel")   ? X86_VENDOR_INTEL
		: !strcmp(c->x86_vendor_id, "AuthenticAMD") ? X86_VENDOR_AMD
		: !strcmp(c->x86_vendor_id, "HygonGenuine")
			? X86_VENDOR_HYGON
			: X86_VENDOR_UNKNOWN;
	cpuid_count(1, 0, &signature, &unused, &unused, &unused);
	c->x86 = x86_family(signature);
	c->x86_model = x86_model(signature);
	c->x86_stepping = x86_stepping(signature);
	cpuid_count(0x80000000, 0, &c->extended_cpuid_level, &unused, &unused,
		    &unused);
}

static void detect_model_name(struct cpuinfo_x86 *c)
{
	u32 *v = (u32 *)c->x86_model_id;
	int i;

	if (c->extended_cpuid_level < 0x80000004)
		return;
	for (i = 0; i < 3; i++)
		cpuid_count(0x80000002 + i, 0, &v[4 * i], &v[4 * i + 1],
			    &v[4 * i + 2], &v[4 * i + 3]);
	c->x86_model_id[48] = 0;
}

static void detect_features(struct cpuinfo_x86 *c)
{
	const struct feature_word *w;
	u32 regs[4];
	int i;

	for (w = feature_words; w < feature_words + ARRAY_SIZE(feature_words);
	     w++) {
		u32 top = w->leaf & 0x80000000 ? c->extended_cpuid_level
					       : (u32)c->cpuid_level;
		if (w->leaf > top)
			continue;
		cpuid_count(w->leaf, w->subleaf, &regs[EAX], &regs[EBX],
			    &regs[ECX], &regs[EDX]);
		for (i = 0; w->features[i]; i++)
			if (regs[w->reg] & 1u << (w->features[i] & 31))
				set_cpu_cap(c, w->features[i]);
	}
	/* True of every x86-64; Linux derives them. */
	set_cpu_cap(c, X86_FEATURE_FPU);
	set_cpu_cap(c, X86_FEATURE_REP_GOOD);
	set_cpu_cap(c, X86_FEATURE_CONSTANT_TSC);
	set_cpu_cap(c, X86_FEATURE_NONSTOP_TSC);
	/* Without it, alternatives would turn paravirtual calls of modules
	 * into the bare instructions. */
	set_cpu_cap(c, X86_FEATURE_XENPV);
}

static void clear_features(struct cpuinfo_x86 *c, const u16 *features)
{
	for (; *features; features++)
		clear_cpu_cap(c, *features);
}

static void detect_xstate(struct cpuinfo_x86 *c)
{
	u32 eax, size, ecx, edx;
	u64 usable = 0;

	if (cpu_has(c, X86_FEATURE_OSXSAVE))
		usable = xgetbv(XCR_XFEATURE_ENABLED_MASK) & XSTATE_USABLE;
	if (!(usable & XSTATE_AVX))
		clear_features(c, avx_features);
	if ((usable & XSTATE_AVX512) != XSTATE_AVX512)
		clear_features(c, avx512_features);
	if (!usable)
		return;
	cpuid_count(0xd, 0, &eax, &size, &ecx, &edx);
	fpu_kernel_cfg.max_features = usable;
	fpu_kernel_cfg.default_features = usable;
	fpu_kernel_cfg.max_size = size;
	fpu_kernel_cfg.default_size = size;
	fpu_user_cfg = fpu_kernel_cfg;
}

/* A task's vector registers end its task_struct; their size is known now. */
static void size_tasks(void)
{
	arch_task_struct_size = sizeof(struct task_struct) -
				sizeof(current->thread.fpu.__fpstate.regs) +
				fpu_kernel_cfg.default_size;
	fpstate_reset(&current->thread.fpu);
}

void features_detect(void)
{
	struct cpuinfo_x86 *c = &boot_cpu_data;

	c->x86_phys_bits = 46;
	c->x86_virt_bits = 48;
	c->x86_cache_bits = 46;
	c->x86_clflush_size = 64;
	c->x86_cache_alignment = 64;
#if HAVE_X86_MAX_CORES
	c->x86_max_cores = 1;
	c->booted_cores = 1;
#endif
	detect_vendor(c);
	detect_model_name(c);
	detect_features(c);
	detect_xstate(c);
	size_tasks();
}
