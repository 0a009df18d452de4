#!/usr/bin/env bash
# Builds what vendors are given into bin/sdks: the SDKs for Java, Python and C# from
# the protos (jars, a wheel with its sources, a C# project), those for Go and TypeScript
# as packages, and the program till. `make sdks` installs what it needs, calls it, and
# lets what came of it call a running server.
set -euo pipefail
cd "$(dirname "$0")/../../.."

version=1.0.0
here=services/pos/sdk
out=$PWD/bin/sdks
work=$PWD/.cache/sdks
python=${PYTHON:-/usr/bin/python3}
# What Debian's packages bring; a vendor's build fetches the same by pom.xml.
jars=(/usr/share/java/{grpc-{api,core,context,stub,protobuf,protobuf-lite,netty},protobuf{,-util},guava,proto-google-common-protos,gson,perfmark-api,netty-{buffer,codec,codec-http,codec-http2,codec-socks,common,handler,handler-proxy,resolver,tcnative,transport},jsr305,junit4,hamcrest}.jar)
native=/usr/lib/$(uname -m)-linux-gnu/jni/libnetty-tcnative.so # TLS with ALPN, which Debian's netty leaves out
libs=$(IFS=:; echo "${jars[*]}")
if [[ ${1-} = --check ]]; then # is all of it there?
  ls "${jars[@]}" "$native"
  exit
fi

rm -rf "$out" "$work"
mkdir -p "$out" "$work"
buf generate --template "$here/buf.gen.yaml" --output "$work"

java() {
  local classes=$work/classes
  # An annotation that is in no JDK since 11, and that nobody reads.
  sed -i '/^@javax.annotation.Generated($/,/")$/d' "$work/java/com/changke/pos/v1/PosServiceGrpc.java"
  # shellcheck disable=SC2046 # no path of ours holds a blank
  javac --release 11 -Xlint:all,-processing -Werror -proc:none -d "$classes/plain" $(find "$here/java/src/main/java/com/changke/pos/plain" -name '*.java')
  javac --release 11 -nowarn -proc:none -cp "$libs" -d "$classes/gen" $(find "$work/java" -name '*.java')
  javac --release 11 -Xlint:all,-processing,-classfile,-path -Werror -proc:none -cp "$classes/plain:$classes/gen:$libs" -d "$classes/grpc" "$here"/java/src/main/java/com/changke/pos/*.java
  jar --create --file "$out/changke-pos-plain-$version.jar" --date=2026-01-01T00:00:00Z -C "$classes/plain" .
  jar --create --file "$out/changke-pos-$version.jar" --date=2026-01-01T00:00:00Z -C "$classes/plain" . -C "$classes/gen" . -C "$classes/grpc" .
  jar --create --file "$out/changke-pos-$version-sources.jar" --date=2026-01-01T00:00:00Z -C "$work/java" . -C "$here/java/src/main/java" .
  sed "s/@VERSION@/$version/" "$here/java/pom.xml" > "$out/changke-pos-$version.pom"
  javac --release 11 -Xlint:all,-processing,-classfile,-path -Werror -proc:none -cp "$out/changke-pos-$version.jar:$libs" -d "$work/tests" \
    $(find "$here/java/src/test/java" "$here/java/examples" -name '*.java')
  install -D "$native" "$work/native/libnetty_tcnative.so" # under the name that netty's classes ask for
  printf '%s' "$out/changke-pos-$version.jar:$work/tests:$libs" > "$work/classpath"
}

python() {
  cp -r "$here/python/"{changke_pos,pyproject.toml,README.md} "$work/python/"
  find "$work/python/changke" -name '*_pb2_grpc.py' ! -name 'pos_service_*' -delete # those without a service
  (cd "$work/python" && "$python" -m build --no-isolation --outdir "$out" . > "$work/python.log" 2>&1) || { cat "$work/python.log" >&2; return 1; }
  "$python" -m zipfile -e "$out"/changke_pos-*.whl "$work/site"
}

csharp() {
  cp "$here/csharp/"{Changke.Pos.csproj,README.md} "$work/csharp/"
  (cd "$work/csharp" && "$python" -m zipfile -c "$out/changke-pos-csharp-$version.zip" .)
}

typescript() {
  npm run --silent build --workspace "$here/ts"
  npm pack --silent --workspace "$here/ts" --pack-destination "$out" > /dev/null
}

# A module for a vendor's `replace`, since this repository is not open to his `go get`:
# the files that the SDK is compiled of, and no module more than those need.
golang() {
  local parts
  parts=$(for os in linux windows; do
    GOOS=$os go list -deps -f '{{with .Module}}{{if .Main}}{{range $.GoFiles}}{{$.ImportPath}}/{{.}}{{"\n"}}{{end}}{{else}}require {{.Path}} {{.Version}}{{end}}{{end}}' "./$here/go"
  done | sort -u)
  mkdir "$work/changke-go"
  # shellcheck disable=SC2046 # no path of ours holds a blank
  cp --parents -t "$work/changke-go" LICENSE $(sed -n "s|^$(go list -m)/||p" <<< "$parts")
  { go list -m -f 'module {{.Path}}{{"\n\n"}}go {{.GoVersion}}{{"\n\n"}}' && grep '^require ' <<< "$parts"; } > "$work/changke-go/go.mod"
  (cd "$work" && "$python" -m zipfile -c "$out/changke-go-$version.zip" changke-go)
}

till() {
  # Without tags: the packages for Linux are those of everything else.
  GOOS=linux GOARCH=amd64 go build -trimpath -ldflags='-s -w' -o "$out/till-linux-amd64" ./services/till
  GOOS=windows GOARCH=amd64 go build -trimpath -ldflags='-s -w' -o "$out/till-windows-amd64.exe" ./services/till
}

java
python
csharp
golang
typescript
till
ls -l "$out"
