# make run    a demo chain with console, in one command (RESET=1 from the
#             start again, TLS=1 for a phone in the same network)
# make test   everything there is to prove: Go, vitest, Playwright
# make check  form, interfaces and generated code
# make sdks   bin/sdks: what vendors are given (Java, Python, C#, Go, TypeScript,
#             till), tried against a running server
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: ready modules debian run build console passwords divisions test test-go test-web vitest e2e check lint breaking generated regenerated sdks gen gen-proto gen-sql fmt image bench soak clean

# No C compiler is needed, and the binary runs in an empty image: time zones inside.
export CGO_ENABLED := 0
# One way to compile, whatever is asked for: tools, tests, linters and the
# binary share what the build cache holds, in every clone. What only the makers
# of code need, or linters that don't run, is not optimized: two fifths of a first
# build went there. Without symbols and a debugger's tables, which nobody asks
# for, packages compile in an eighth less and a test's program links in half the time.
PLAIN := $(addprefix github.com/,pb33f sudorandom pingcap pganalyze sqlc-dev ncruces google/cel-go google/gnostic google/gnostic-models \
	alecthomas/chroma charmbracelet ccojocar dave/dst dlclark go-critic golangci/misspell nunnatsa quasilyte rivo spf13)
FLAGS := -trimpath -ldflags=-s -gcflags=all=-dwarf=false $(foreach p,$(PLAIN),'-gcflags=$p/...=-N -l -dwarf=false')
OWNFLAGS := $(shell go env GOFLAGS)
export GOFLAGS := $(if $(findstring -N -l,$(OWNFLAGS)),$(OWNFLAGS),$(FLAGS) $(filter-out -trimpath,$(OWNFLAGS)))
export PATH := $(CURDIR)/bin:$(CURDIR)/node_modules/.bin:$(PATH)

WEB := services/console/web
LINTER := bin/golangci-lint
MAKERS := bin/.makers
NODE := node_modules/.package-lock.json
CONSOLE := bin/.console
PASSWORDS := services/platform/passwords/list/common.json
DIVISIONS := services/customer/divisions/china.txt.gz
PROTODEP := third_party/protovalidate/buf/validate/validate.proto
REFERENCE := services/pos/sdk/reference
GENERATED := gen/go gen/ts/changke gen/openapi $(REFERENCE)/openapi.json $(foreach f,db.go models.go *.sql.go,'services/*/internal/*db/$(f)')
# What it is made from, makers and their settings included, and the sums of both.
SOURCES := proto buf.yaml buf.gen.yaml sqlc.yaml go.tools.mod $(REFERENCE)/finish $(REFERENCE)/overlay.yaml 'services/*/internal/*db/queries/*.sql' services/platform/db/migrations
FOREIGN := $(PROTODEP) node_modules/@bufbuild/buf/package.json node_modules/@bufbuild/protoc-gen-es/package.json
MADE := gen/made.sha256
sums = { git ls-files -co --exclude-standard -- $(GENERATED) $(SOURCES); printf '%s\n' $(FOREIGN); } | LC_ALL=C sort -u | xargs -d '\n' sha256sum
VERSION = $(or $(shell git describe --always --dirty 2>/dev/null),unknown)
TESTPG := go run ./services/platform/testdb/cmd/testpg --

run: build
	bin/changke up $(if $(RESET),--reset) $(if $(TLS),--tls-self)

build: $(CONSOLE) $(PASSWORDS) $(DIVISIONS)
	go build -ldflags='-s -w -X main.version=$(VERSION)' -o bin/changke ./services/changke

console: $(CONSOLE)

$(CONSOLE): $(NODE) $(shell find $(WEB) gen/ts \( -name node_modules -o -name dist -o -name test-results -o -name playwright-report \) -prune -o -type f -print)
	npm run build --workspace $(WEB)
	mkdir -p bin && touch $@

# The passwords that people choose most, which the program refuses.
passwords: $(PASSWORDS)

$(PASSWORDS): $(NODE)
	cp node_modules/@zxcvbn-ts/language-common/src/passwords.json $@

# China's provinces, cities and counties, by which a vague address is known.
divisions: $(DIVISIONS)

$(DIVISIONS): services/customer/divisions/names.mjs $(NODE)
	node $< | gzip -9n > $@

$(NODE): package-lock.json
	npm ci
	touch $@

# Compilers and linters clean up as seldom as the product does (platform/process): an eighth
# and a third of their time. Tests, which measure memory, keep to the usual.
$(LINTER) $(MAKERS) lint build: export GOGC := 400
lint: export GOMEMLIMIT := 3GiB

tool = go build -modfile=go.tools.mod -ldflags='-s -w' -o bin/

$(LINTER): go.tools.mod go.tools.sum
	$(tool) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	touch $@

# The makers of code; only who makes code needs them (see generated).
$(MAKERS): go.tools.mod go.tools.sum
	$(tool) google.golang.org/protobuf/cmd/protoc-gen-go connectrpc.com/connect/cmd/protoc-gen-connect-go github.com/sudorandom/protoc-gen-connect-openapi github.com/sqlc-dev/sqlc/cmd/sqlc
	touch $@

# What a machine needs before it proves anything. Side by side (-j): what comes
# over the network comes while the linters are compiled.
ready: $(LINTER) $(NODE) $(PROTODEP) modules debian

modules:
	go mod download

debian:
	$(needs-web)
	$(needs-sdks)
	$(needs-image)

# --- proving

test: test-go test-web

test-go: $(NODE) $(PASSWORDS) $(DIVISIONS)
	$(TESTPG) go test -timeout 20m -parallel 3 -vet=off ./services/changke ./...

define needs-web
$(call need,chromium-headless-shell,command -v chromium-headless-shell || command -v chromium)
$(call need,openssl,command -v openssl)
$(call need,fonts-noto-cjk,ls /usr/share/fonts/opentype/noto/NotoSansCJK* || fc-list :lang=zh-cn | grep .)
endef

test-web: vitest e2e

vitest: $(NODE)
	npm test --workspace $(WEB)

e2e: build
	$(needs-web)
	npm run e2e --workspace $(WEB)

# What go vet looks at, golangci-lint does too.
check: generated lint breaking
	go test -vet=off ./services

lint: $(LINTER) $(NODE) $(PROTODEP)
	golangci-lint run ./services/...
	buf lint
	buf format --diff --exit-code proto

# What clients may already speak: the protos before their last change, or BASE.
BASE ?= $(shell git diff --quiet HEAD -- 'proto/*.proto' && git log -1 --format=%H^ -- 'proto/*.proto' || echo HEAD)

breaking: $(NODE) $(PROTODEP)
	@rm -rf .cache/base && mkdir -p .cache/base
	@if ! git ls-tree -r --name-only $(BASE) proto 2>/dev/null | grep -q '\.proto$$'; then \
	  echo 'buf breaking: no older protos to compare with'; \
	else \
	  git archive $(BASE) proto buf.yaml | tar -x -C .cache/base; \
	  cp -r third_party .cache/base/; \
	  echo buf breaking proto --against $(BASE); \
	  buf breaking proto --against .cache/base/proto; \
	fi

# Generated code is fresh if all that made it and all that came of it is what it was when
# make gen wrote the sums. Only when it is not are the makers compiled, for minutes, and
# git says what they write differently; make soak lets them write whatever the sums say.
generated: $(NODE) $(PROTODEP)
	@$(sums) 2>/dev/null | cmp -s - $(MADE) && echo 'generated code is as it was made' || $(MAKE) regenerated

regenerated: gen
	@git diff --exit-code --stat -- $(GENERATED) $(MADE) && ! git ls-files -o --exclude-standard -- $(GENERATED) $(MADE) | grep . \
	  || { echo 'generated code differs from what is committed: commit what make gen wrote' >&2; exit 1; }

# --- making

gen: gen-proto gen-sql
	@$(sums) > $(MADE)

# What has lost its source goes: gen is replaced as a whole, SQL file by file.
# finish is run before: it needs no generated code.
gen-proto: $(MAKERS) $(NODE) $(PROTODEP)
	@rm -rf .cache/gen
	buf generate --output .cache/gen
	buf build proto --output .cache/gen/descriptors.binpb
	go run ./$(REFERENCE)/finish .cache/gen/pos/openapi.yaml .cache/gen/descriptors.binpb $(REFERENCE)/overlay.yaml $(REFERENCE)/openapi.json
	@rm -rf gen/go gen/openapi gen/ts/changke && cp -r .cache/gen/gen .

gen-sql: $(MAKERS)
	sqlc generate
	@for f in services/*/internal/*db/*.sql.go; do \
	  test -e "$$(dirname $$f)/queries/$$(basename $$f .go)" || rm -f "$$f"; done

$(PROTODEP): go.mod services/platform/protodep/main.go
	go run ./services/platform/protodep third_party/protovalidate
	@touch $@

fmt: $(LINTER) $(NODE)
	golangci-lint fmt ./...
	buf format --write proto

# --- what vendors build on

SDK := services/pos/sdk
comma := ,

# Only Debian's compilers and libraries; /usr/bin/python3 is the one they are for.
define needs-sdks
$(call need,openjdk-17-jdk-headless,command -v javac jar)
$(call need,protobuf-compiler,command -v protoc)
$(call need,protobuf-compiler-grpc-java-plugin,command -v grpc_java_plugin)
$(call need,protobuf-compiler-grpc,command -v grpc_python_plugin)
$(call need,libgrpc-java libprotobuf-java libnetty-java libnetty-tcnative-jni libnetty-tcnative-java libguava-java libperfmark-java libgoogle-common-protos-java libgoogle-gson-java libjsr305-java junit4,$(SDK)/build.sh --check)
$(call need,python3-grpcio python3-protobuf,/usr/bin/python3 -c 'import grpc$(comma) google.protobuf')
$(call need,python3-build python3-setuptools python3-wheel,/usr/bin/python3 -c 'import build$(comma) setuptools$(comma) wheel')
endef

sdks: build $(PROTODEP)
	$(needs-sdks)
	$(SDK)/build.sh
	$(TESTPG) go test -count=1 -v -tags sdks -run TestSDKs ./services/changke

# --- measuring and shipping

# A container image without a container engine: bin/image.tar, for `docker load`
# or any registry client. It is unpacked and started before it counts.
IMAGE := bin/.image
CA := /etc/ssl/certs/ca-certificates.crt
BUILDAH := buildah --root $(CURDIR)/bin/.buildah/root --runroot $(CURDIR)/bin/.buildah/run --storage-driver vfs

define needs-image
$(call need,buildah,command -v buildah)
$(call need,ca-certificates,test -s $(CA))
endef

image: build
	$(needs-image)
	@rm -rf $(IMAGE) bin/.buildah bin/image.tar && mkdir -p $(IMAGE)
	@install -D -m 0755 bin/changke $(IMAGE)/changke
	@install -D -m 0644 $(CA) $(IMAGE)$(CA)
	$(BUILDAH) build --quiet --isolation chroot --file deploy/Dockerfile --tag changke $(IMAGE)
	$(BUILDAH) push --quiet changke docker-archive:bin/image.tar:changke:latest
	@rm -rf bin/.buildah
	go test -count=1 -tags image -run TestImage ./services/changke || { rm -f bin/image.tar; exit 1; }

bench: build
	go run ./services/bench

FUZZ ?= 10m

# The long ones: kills, a million rows, fuzzing. make test runs their short form.
soak: regenerated $(PASSWORDS) $(DIVISIONS)
	SOAK=1 $(TESTPG) go test -count=1 -timeout 3h ./...
	@grep -rlE '^func Fuzz' services --include=*_test.go | while read -r f; do \
	  for target in $$(sed -nE 's/^func (Fuzz[A-Za-z]+).*/\1/p' $$f); do \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ) ./$$(dirname $$f); done; done
	go run ./services/bench

clean:
	rm -rf bin .cache third_party node_modules

# need PACKAGE,TEST: installs a Debian package unless the test finds it. What is to be
# had is asked for only when the package isn't known or is gone.
APT := apt-get install -qq --no-install-recommends
define need
@{ $(2); } >/dev/null 2>&1 \
  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && { $(APT) $(1) >/dev/null 2>&1 || { apt-get update -qq && $(APT) $(1) >/dev/null; }; }; } \
  || { echo 'make $@ needs $(1): install it (Debian: sudo apt-get install $(1)) and start again' >&2; exit 1; }
endef
