# SPDX-License-Identifier: GPL-2.0-only
# Files of tracefs and debugfs.
cd /sys/kernel/tracing
cat current_tracer tracing_on
echo nop >current_tracer
echo nonesuch >current_tracer
insmod $OLDPWD/buffer.ko
grep -w buffer_read available_filter_functions
echo buffer_read >set_ftrace_filter && cat set_ftrace_filter
echo function >current_tracer
head -c 1 /dev/buffer | od -c | head -n 1
echo nop >current_tracer
echo >set_ftrace_filter
echo marked >trace_marker; grep -c marked trace
echo >trace; grep -c marked trace
cd $OLDPWD
ls -d /sys/kernel/debug/tracing /sys/kernel/debug/dynamic_debug
grep -c buffer_read /sys/kernel/debug/dynamic_debug/control
rmmod buffer
