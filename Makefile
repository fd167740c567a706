# SPDX-License-Identifier: GPL-2.0-only
# ring3: see README.md.  O=DIR builds elsewhere, SAN=address,undefined with
# sanitizers, V=1 shows commands.

VERSION := 0.1.0

O ?= build$(if $(SAN),-san)
SAN ?=
V ?= 0
# Spelled in one way, or files that say what depends on what would not fit.
override O := $(patsubst $(CURDIR)/%,%,$(abspath $(O)))
CC ?= gcc
PREFIX ?= /usr/local
DESTDIR ?=
DATADIR ?= $(PREFIX)/share/ring3

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$1' '$2')

# ---- flags -----------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Werror
CFLAGS ?= -O2 -g
HOST_CFLAGS := $(CFLAGS) -std=gnu11 -D_GNU_SOURCE $(WARN) -Iinclude -I. \
	-fno-strict-aliasing -MMD -MP \
	-DRING3_VERSION='"$(VERSION)"' \
	-DRING3_DATADIR='"$(if $(INSTALLED),$(DATADIR),$(CURDIR))"'
LIBS := -ldw -lelf -llzma -lzstd -llz4 -lz -lbz2 -lpthread

# One static program: it starts faster, and all its code lies in one place,
# which the instance's jail looks at.  Sanitizers need shared libraries.
ifeq ($(SAN),)
HOST_CFLAGS += -fPIE
LDFLAGS += -static-pie -Wl,--build-id=sha1
else
HOST_CFLAGS += -fPIE -fsanitize=$(SAN) -fno-omit-frame-pointer \
	-fno-sanitize-recover=all -DRING3_SANITIZED
LDFLAGS += -pie -fsanitize=$(SAN) -Wl,--build-id=sha1
endif

# ---- what there is ---------------------------------------------------------

LIB_SRCS := $(wildcard lib/*.c image/*.c)
MACHINE_SRCS := $(wildcard machine/*.c machine/arch/x86_64/*.c clients/*.c)
CLI_SRCS := $(wildcard cli/*.c)
UNIT_SRCS := $(wildcard tests/unit/test_*.c)

objs = $(patsubst %.c,$(O)/obj/%.o,$1)
UNITS := $(patsubst tests/unit/%.c,$(O)/unit/%,$(UNIT_SRCS))
ALL_OBJS := $(call objs,$(LIB_SRCS) $(MACHINE_SRCS) $(CLI_SRCS) $(UNIT_SRCS))

.PHONY: all
all: $(O)/ring3 $(O)/ring3-kmod

$(O)/ring3: $(call objs,$(CLI_SRCS) $(MACHINE_SRCS) $(LIB_SRCS))
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/obj/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) $(CPPFLAGS_$(basename $(notdir $<))) -c -o $@ $<

# What programs are given (clients/shortcut.c), in the program itself.
$(O)/shortcut.so: clients/inside/shortcut.c clients/shortcut.h Makefile
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -O2 -std=gnu11 -D_GNU_SOURCE $(WARN) -I. -shared -fPIC \
		-fvisibility=hidden -fno-builtin -mno-red-zone \
		-fcf-protection=none -fno-delete-null-pointer-checks \
		-o $@ $<

CPPFLAGS_shortcut = -DRING3_SHORTCUT='"$(abspath $(O))/shortcut.so"'
$(O)/obj/clients/shortcut.o: $(O)/shortcut.so

# What makes builds names them: after a change of it, none is current.
CPPFLAGS_target_build = -DRING3_IMAGE_ID='"$(shell cat image/*.[ch] lib/decompress.c | sha1sum | cut -c 1-16)"'
$(O)/obj/image/target_build.o: $(wildcard image/*.[ch]) lib/decompress.c

-include $(ALL_OBJS:.o=.d)

# The module tools, one program under six names.
TOOLS_SRCS := $(wildcard tools/*.c tools/*/*.c)
TOOLS_LIB_OBJS := $(call objs,$(wildcard lib/*.c))
TOOLS_LIBS := -llzma -lzstd -llz4 -lz -lpthread
TOOLS_NAMES := lsmod insmod rmmod modprobe modinfo depmod

-include $(patsubst %.o,%.d,$(call objs,$(TOOLS_SRCS)))

.PHONY: tools
tools: $(O)/ring3-kmod

# An archive: of lib/, only what the tools call, and so without libelf.
$(O)/libtools.a: $(TOOLS_LIB_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(O)/ring3-kmod: $(call objs,$(TOOLS_SRCS)) $(O)/libtools.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(TOOLS_LIBS)
	$(Q)for name in $(TOOLS_NAMES); do ln -sf ring3-kmod $(O)/$$name; done

# ---- checks ----------------------------------------------------------------

# Tests that are to find a mistake, not to measure: all CPUs at once.
JOBS ?= $(shell nproc)
CHECK_LIBS := -lcheck -lsubunit -lm -lrt
UNIT_OBJS := $(filter-out %/cli/main.o,\
	$(call objs,$(CLI_SRCS) $(MACHINE_SRCS) $(LIB_SRCS)))

$(O)/libring3.a: $(UNIT_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

# Never static: Check runs each test in a process of its own and reads it back.
$(O)/unit/%: $(O)/obj/tests/unit/%.o $(O)/libring3.a
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -static-pie,$(LDFLAGS)) -pie -o $@ $^ \
		$(CHECK_LIBS) $(LIBS)

$(O)/tools/%: tests/cli/%.c Makefile
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -std=gnu11 -D_GNU_SOURCE $(WARN) -o $@ $< \
		-llzma -lzstd -llz4 -lz

.SECONDARY: $(call objs,$(UNIT_SRCS))

.PHONY: check check-full check-format check-layers check-unit
check check-full: all $(UNITS) $(O)/tools/unpack $(O)/agree/damage
	$(Q)O=$(abspath $(O)) JOBS=$(JOBS) SAN=$(SAN) \
		FULL=$(if $(filter check-full,$@),1) \
		scripts/check $(UNITS)

check-format check-layers:
	$(Q)scripts/$@

check-unit: $(UNITS)
	$(Q)O=$(abspath $(O)) tests/run -j $(JOBS) $(abspath $(UNITS))

# The guide's commands, in each kernel. TARGETS='RELEASE...': not all kernels;
# CHAPTERS='PATTERN...': not all of it.
.PHONY: check-guide
check-guide: all
	$(Q)RING3=$(abspath $(O))/ring3 TEST_MODULES=$(abspath $(O))/modules \
		TARGETS="$(TARGETS)" scripts/check-guide $(CHAPTERS)

# The kernel's module loader and ours, scenario by scenario and over all stock
# modules.  TARGETS='RELEASE...': not all kernels; SCENARIOS='PATTERN...': not all.
$(O)/agree/damage: tests/agree/damage.c Makefile
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -std=gnu11 -D_GNU_SOURCE $(WARN) -o $@ $<

.PHONY: agree agree-sweep
agree: all $(O)/agree/damage
	$(Q)TARGETS="$(TARGETS)" tests/agree/run $(O)/ring3 $(O)/agree/damage \
		$(abspath $(O))/agree/modules $(SCENARIOS)

agree-sweep: all
	$(Q)TARGETS="$(TARGETS)" tests/agree/run --sweep $(O)/ring3 \
		$(abspath $(O))/agree/sweep

# Scenarios of ordinary commands on a kernel in QEMU and in an instance.
# TARGETS as above; SCENARIOS='NAME...': not all.  oracle-refresh keeps what QEMU
# printed, for make check, and for where there is no QEMU.
.PHONY: oracle oracle-refresh
oracle: all
	$(Q)TARGETS="$(TARGETS)" tests/oracle/scenarios $(O)/ring3 \
		$(abspath $(O))/oracle $(SCENARIOS)

oracle-refresh: all
	$(Q)TARGETS="$(TARGETS)" tests/oracle/scenarios --refresh $(O)/ring3 \
		$(abspath $(O))/oracle $(SCENARIOS)

# ---- trying and installing ---------------------------------------------------

.PHONY: run install clean help deps
deps:
	$(Q)scripts/install-deps

run:
	$(Q)scripts/install-deps
	$(Q)$(MAKE) --no-print-directory all O=$(O)
	$(Q)scripts/tour $(O)/ring3 $(abspath $(O))

# Ratios against peers in the same run.
.PHONY: bench
bench: all
	$(Q)scripts/build-modules "$$($(O)/ring3 targets headers)" \
		$(abspath $(O))/try examples/hello
	$(Q)$(O)/ring3 bench $(O)/try/hello.ko
	$(Q)$(O)/ring3 bench-load $(O)/try/hello.ko
	$(Q)$(O)/ring3 bench-load loop ext4

	$(Q)bench/checks $(O)/ring3 $(abspath $(O))/bench
	$(Q)bench/clients $(O)/ring3 $(abspath $(O))/bench

# Which mistakes are told, case by case; docs/scoreboard.md.  TARGETS as above.
.PHONY: scoreboard
scoreboard: all
	$(Q)TARGETS="$(TARGETS)" tests/scoreboard/run $(abspath $(O))/ring3 \
		$(abspath $(O))/scoreboard

# The module tools beside the installed kmod.
.PHONY: bench-tools
bench-tools: all
	$(Q)bench/tools $(O)/ring3-kmod

# TOOLS_DIR=/sbin puts the module tools in place of kmod's; else they are beside.
TOOLS_DIR ?= $(PREFIX)/sbin
SHARE := $(DESTDIR)$(PREFIX)/share

# Where they are is compiled in: a build for each place.
INSTALLED_O := $(O)/installed$(subst /,_,$(DATADIR))

install:
	$(Q)$(MAKE) --no-print-directory $(INSTALLED_O)/ring3 \
		$(INSTALLED_O)/ring3-kmod O=$(INSTALLED_O) INSTALLED=1 \
		PREFIX=$(PREFIX) DATADIR=$(DATADIR)
	install -D -m 755 $(INSTALLED_O)/ring3 $(DESTDIR)$(PREFIX)/bin/ring3
	install -D -m 755 $(INSTALLED_O)/ring3-kmod \
		$(DESTDIR)$(TOOLS_DIR)/ring3-kmod
	for name in $(TOOLS_NAMES); do \
		ln -sf ring3-kmod $(DESTDIR)$(TOOLS_DIR)/$$name || exit; \
	done
	for file in $$(find kernel include -type f); do \
		install -D -m 644 $$file $(DESTDIR)$(DATADIR)/$$file || exit; \
	done
	for page in $(wildcard man/*.[1-9] tools/man/*.[1-9]); do \
		install -D -m 644 $$page $(SHARE)/man/man$${page##*.}/$${page##*/} || exit; \
	done
	for name in ring3 ring3-kmod; do \
		install -D -m 644 completions/$$name.bash \
			$(SHARE)/bash-completion/completions/$$name && \
		install -D -m 644 completions/$$name.fish \
			$(SHARE)/fish/vendor_completions.d/$$name.fish || exit; \
	done
	for name in $(TOOLS_NAMES); do \
		ln -sf ring3-kmod $(SHARE)/bash-completion/completions/$$name && \
		ln -sf ring3-kmod.fish \
			$(SHARE)/fish/vendor_completions.d/$$name.fish || exit; \
	done
	for name in _ring3 _ring3_kmod; do \
		install -D -m 644 completions/$$name \
			$(SHARE)/zsh/site-functions/$$name || exit; \
	done

clean:
	rm -rf $(O)

help:
	@echo 'make              build the ring3 program ($(O)/ring3)'
	@echo 'make run          install what is missing, build, try an example'
	@echo 'make check        all tests; SAN=address,undefined with sanitizers'
	@echo 'make check-full   more of them, and longer ones'
	@echo 'make check-unit   only those that need no kernel'
	@echo 'make check-guide  the commands of docs/guide, and what they print'
	@echo 'make agree        the kernel'"'"'s module loader against ours; agree-sweep'
	@echo 'make oracle       scenarios in QEMU and in an instance; oracle-refresh'
	@echo 'make bench        what an instance and loading cost, beside peers'
	@echo 'make scoreboard   which mistakes of modules are told, case by case'
	@echo 'make bench-tools  the module tools beside the installed kmod'
	@echo 'make install      to PREFIX (/usr/local), below DESTDIR; the module tools'
	@echo '                  go to sbin there, beside kmod'"'"'s'
	@echo 'make clean        remove what was built'
	@echo 'O=DIR builds elsewhere, V=1 shows the commands'
