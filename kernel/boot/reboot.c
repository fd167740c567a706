// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways in which the kernel ends the machine: the process ends, and says
 * why.
 */
#include <linux/kernel.h>
#include "hook.h"
#include "internal.h"

void machine_end_emergency(void) __noreturn;
void machine_end_restart(char *command) __noreturn;
void machine_end_halt(void) __noreturn;
void machine_end_power_off(void) __noreturn;

void machine_end_emergency(void)
{
	host_exit(RING3_EXIT_PANIC, "panic");
}
HOOK(machine_emergency_restart, machine_end_emergency, HOOK_SLOT, HOOK_LATE,
     "resets the hardware; panic() ends here");

void machine_end_restart(char *command)
{
	host_exit(RING3_EXIT_RESTART, "restart");
}
HOOK(machine_restart, machine_end_restart, HOOK_SLOT, HOOK_LATE,
     "resets the hardware");

void machine_end_halt(void)
{
	host_exit(RING3_EXIT_HALT, "halt");
}
HOOK(machine_halt, machine_end_halt, HOOK_SLOT, HOOK_LATE,
     "stops the hardware");

void machine_end_power_off(void)
{
	host_exit(RING3_EXIT_POWER_OFF, "power off");
}
HOOK(machine_power_off, machine_end_power_off, HOOK_SLOT, HOOK_LATE,
     "switches the hardware off");
