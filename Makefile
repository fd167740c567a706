# SPDX-License-Identifier: GPL-2.0-only
# ring3: see README.md.  O=DIR builds elsewhere, SAN=address,undefined with
# sanitizers, V=1 shows commands.

VERSION := 0.1.0

O ?= build$(if $(SAN),-san)
SAN ?=
V ?= 0
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
MACHINE_SRCS := $(wildcard machine/*.c machine/arch/x86_64/*.c)
CLI_SRCS := $(wildcard cli/*.c)
UNIT_SRCS := $(wildcard tests/unit/test_*.c)

objs = $(patsubst %.c,$(O)/obj/%.o,$1)
UNITS := $(patsubst tests/unit/%.c,$(O)/unit/%,$(UNIT_SRCS))
ALL_OBJS := $(call objs,$(LIB_SRCS) $(MACHINE_SRCS) $(CLI_SRCS) $(UNIT_SRCS))

.PHONY: all
all: $(O)/ring3

$(O)/ring3: $(call objs,$(CLI_SRCS) $(MACHINE_SRCS) $(LIB_SRCS))
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/obj/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) $(CPPFLAGS_$(basename $(notdir $<))) -c -o $@ $<

-include $(ALL_OBJS:.o=.d)
