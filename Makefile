# gvckit: `make` builds build/release/gvc; `make help` lists the rest. Sources are found, not listed.
SHELL   := /bin/bash
MODE    ?= release
PREFIX  ?= /usr/local
VERSION := 0.1.0
SOMAJOR := 0

OUT := build/$(MODE)

# Set-up comes before anything asks pkg-config: the goals that promise to work on a bare machine install first.
ifneq ($(filter test demo setup,$(MAKECMDGOALS)),)
$(if $(shell scripts/setup.sh $(if $(filter test,$(MAKECMDGOALS)),--test) >&2 || echo failed),$(error set-up failed))
endif

PKGS := hdf5 openblas lapacke json-c libcrypto zlib libzip expat xlsxwriter minizip libdeflate
ifneq ($(MAKECMDGOALS),clean)
ifneq ($(shell pkg-config --exists $(PKGS) && echo yes),yes)
$(error Libraries are missing ($(PKGS)): run scripts/setup.sh)
endif
endif
# minizip is included as <minizip/...>: its folder in the search path would hide the zip.h of libzip.
PKG_CFLAGS := $(shell pkg-config --cflags $(filter-out minizip,$(PKGS)))
PKG_LIBS   := $(shell pkg-config --libs-only-L hdf5) -lhdf5_hl $(shell pkg-config --libs $(PKGS))

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla
ifdef WERROR
WARN += -Werror
endif

OPT_release := -O3 -g -DNDEBUG
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g3 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
OPT_cov     := -O0 -g3 --coverage
OPT_fuzz    := -O1 -g -fno-omit-frame-pointer -Wno-pass-failed -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
OPT := $(OPT_$(MODE))
$(if $(OPT),,$(error MODE is release, debug, asan, cov or fuzz))

CPPFLAGS += -Iinclude -Isrc -DGVC_VERSION='"$(VERSION)"' -D_GNU_SOURCE $(PKG_CFLAGS)
CFLAGS   += -std=c11 -fvisibility=hidden -fPIC -fopenmp $(OPT) $(WARN)
CXXFLAGS += -std=c++17 -fvisibility=hidden -fPIC $(OPT) -Wall -Wextra $(if $(WERROR),-Werror)
LDFLAGS  += $(OPT) -fopenmp
LDLIBS   += $(PKG_LIBS) -lreadstat -lstdc++ -lm -lpthread

LIB_SRC  := $(filter-out src/cli/%,$(shell find src -name '*.c' -o -name '*.cc' | sort))
CLI_SRC  := $(shell find src/cli -name '*.c'  2>/dev/null | sort)
DATA     := $(sort $(wildcard src/table/data/*.csv))
ASSETS   := $(sort $(wildcard src/report/data/*))
SUP_SRC  := $(shell find tests/support -name '*.c'  2>/dev/null | sort)
TEST_SRC := $(shell find tests -name 'test_*.c'  2>/dev/null | sort)
BENCH_SRC:= $(shell find bench -name 'bench_*.c'  2>/dev/null | sort)

obj = $(patsubst %,$(OUT)/obj/%.o,$(basename $(1)))
LIB_OBJ  := $(call obj,$(LIB_SRC)) $(OUT)/obj/data.o $(OUT)/obj/assets.o
CLI_OBJ  := $(call obj,$(CLI_SRC))
SUP_OBJ  := $(call obj,$(SUP_SRC))
TESTS    := $(patsubst tests/%.c,$(OUT)/tests/%,$(TEST_SRC))
BENCHES  := $(patsubst bench/%.c,$(OUT)/bench/%,$(BENCH_SRC))

STATIC := $(OUT)/libgvckit.a
SHARED := $(OUT)/libgvckit.so.$(VERSION)
GVC    := $(OUT)/gvc

.PHONY: FORCE all help setup demo test unit lint bench install dist clean man
all: $(GVC) $(STATIC) $(SHARED) $(OUT)/gvckit.pc

help:
	@echo 'make            build $(GVC) and the libraries     make MODE=debug|asan|cov'
	@echo 'make demo       install what is missing, build, and show the main job on a synthetic store'
	@echo 'make test       install what is missing, build, and run every test'
	@echo 'make lint       layers, exported names, headers alone, format'
	@echo 'make bench      measure against what the machine can do'
	@echo 'make install    DESTDIR= PREFIX=$(PREFIX)'
	@echo 'make dist clean'

setup:

FORCE:

# A product and a sum in one step, which is faster and rounds once.
$(OUT)/obj/src/la/packed.o: CFLAGS += -ffp-contract=fast

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@

# The reference tables are part of the library: each becomes one string (see src/table/builtin.h).
$(OUT)/gen/data.c: $(DATA) scripts/embed.sh
	@mkdir -p $(@D)
	scripts/embed.sh table/builtin.h gvc_builtin_file gvc_builtin__files $(DATA) > $@.tmp && mv $@.tmp $@

$(OUT)/obj/data.o: $(OUT)/gen/data.c src/table/builtin.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

# So are style, script and map of the report (see src/report/assets.h).
$(OUT)/gen/assets.c: $(ASSETS) scripts/embed.sh
	@mkdir -p $(@D)
	scripts/embed.sh report/assets.h gvc_asset gvc_assets__files $(ASSETS) > $@.tmp && mv $@.tmp $@

$(OUT)/obj/assets.o: $(OUT)/gen/assets.c src/report/assets.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

$(STATIC): $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(SHARED): $(LIB_OBJ)
	$(CC) -shared -Wl,-soname,libgvckit.so.$(SOMAJOR) $(LDFLAGS) $^ $(LDLIBS) -o $@
	@ln -sf $(@F) $(OUT)/libgvckit.so.$(SOMAJOR)
	@ln -sf $(@F) $(OUT)/libgvckit.so

# The command carries the library inside: it starts faster and runs from anywhere.
$(GVC): $(CLI_OBJ) $(STATIC)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# The prefix may differ from call to call, so the file is written anew and replaced only when it changed.
$(OUT)/gvckit.pc: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' \
	    'Name: gvckit' 'Description: Global value chain analysis of multi-region input-output tables' \
	    'Version: $(VERSION)' 'Libs: -L$${libdir} -lgvckit' 'Libs.private: $(LDLIBS) -fopenmp' \
	    'Cflags: -I$${includedir}' > $@.tmp
	@cmp -s $@.tmp $@ || cp $@.tmp $@
	@rm -f $@.tmp

$(OUT)/tests/%: $(OUT)/obj/tests/%.o $(SUP_OBJ) $(STATIC)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) $(shell pkg-config --libs cmocka) -o $@

$(OUT)/bench/%: $(OUT)/obj/bench/%.o $(STATIC)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# Only with MODE=fuzz and clang: see scripts/fuzz.sh.
FUZZ_OBJ := $(call obj,tests/fuzz/mutate.c $(wildcard tests/support/hostile*.c) tests/support/read_input.c \
                  tests/support/zipped.c)
$(OUT)/fuzz/%: $(OUT)/obj/tests/fuzz/%.o $(FUZZ_OBJ) $(STATIC)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(LDLIBS) -o $@

# Unit tests link the static library, so they reach the internal names too.
unit: $(TESTS) $(GVC)
	scripts/run_tests.sh $(OUT)

test: all
	$(MAKE) --no-print-directory unit MODE=$(MODE)

demo: $(GVC)
	scripts/demo.sh $(GVC) build/demo

bench: $(GVC) $(BENCHES)
	scripts/run_bench.sh $(OUT)

lint: all
	scripts/lint.sh $(OUT)

man: $(GVC)
	@mkdir -p $(OUT)/man
	cd $(OUT)/man && ../gvc help --man-all

install: all man
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/gvc \
	    $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(GVC) $(DESTDIR)$(PREFIX)/bin/gvc
	install -m 644 $(STATIC) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(SHARED) $(DESTDIR)$(PREFIX)/lib/
	ln -sf libgvckit.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libgvckit.so.$(SOMAJOR)
	ln -sf libgvckit.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libgvckit.so
	install -m 644 include/gvc/*.h $(DESTDIR)$(PREFIX)/include/gvc/
	install -m 644 $(OUT)/gvckit.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	install -m 644 $(OUT)/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/

dist:
	@mkdir -p build
	git archive --prefix=gvckit-$(VERSION)/ -o build/gvckit-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(SUP_OBJ:.o=.d) $(patsubst %,$(OUT)/obj/%.d,$(basename $(TEST_SRC) $(BENCH_SRC)))
.SECONDARY:
