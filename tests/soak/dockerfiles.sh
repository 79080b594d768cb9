#!/usr/bin/env bash
# Builds each of k8s/images/Dockerfile.* with a container engine and runs what comes out as its user, on a read-only root without rights.
# No image is fetched: a base is stood in for by Debian with this machine's .NET, under the name and with the variables of the one that the Dockerfile pins.
# dockerfiles.sh [FOLDER]: what debootstrap wrote there before is the root of all of them.
# Needs root, this machine's .NET in the versions of the bases, and Debian's packages podman, runc, debootstrap, binutils, python3. Writes results/dockerfiles.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
suite=trixie icu=libicu76
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
revision=$(git rev-parse HEAD)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
work=$(mktemp -d)

engine() { podman --root "$work/storage" --runroot "$work/state" --tmpdir "$work/tmp" --storage-driver overlay --cgroup-manager cgroupfs --events-backend none --runtime runc "$@"; }
clean() {
    engine rm --all --force --time 5 >/dev/null 2>&1 || true
    # Those of an interrupted build too, the innermost first.
    awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount
    find /sys/fs/cgroup -depth -type d \( -path '*/libpod_parent*' -o -name 'buildah-buildah*' \) -exec rmdir --ignore-fail-on-non-empty {} + 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap clean EXIT
# The engine's own default may be above what this machine lets it set.
printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n' "$(ulimit -Sn)" "$(ulimit -Hn)" 4096 4096 >"$work/containers.conf"
export CONTAINERS_CONF=$work/containers.conf
mkdir -p tests/soak/results
exec > >(tee tests/soak/results/dockerfiles.txt)

build() { engine build --pull-never --isolation oci --network host "$@" >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }; }
# Stands in for a pinned base: standIn NAME, with the lines of a Dockerfile on standard input; its context is this machine's .NET.
standIn() { cat >"$work/stand-in"; build -f "$work/stand-in" -t "$1" "$dotnet"; }

root() {
    local root=${1:-$work/root}
    [ $# -gt 0 ] || debootstrap --variant=minbase --include=ca-certificates,libssl3t64,libstdc++6,tzdata "$suite" "$root" >"$work/debootstrap.log" || { tail -5 "$work/debootstrap.log"; exit 1; }
    # Whom this machine trusts, its packages' sources among them.
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    tar -C "$root" --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' -c . | engine import -q - localhost/root >/dev/null
    [ $# -gt 0 ] || rm -rf "$root"
    printf 'FROM localhost/root\nRUN apt-get update && apt-get install -y --no-install-recommends %s && rm -rf /var/lib/apt/lists/*\n' "$icu" | standIn localhost/icu
}

aspnet() {
    [ -d "$dotnet/shared/Microsoft.AspNetCore.App/$1" ] || { echo "this machine has no ASP.NET Core $1"; exit 1; }
    cat <<LINES
FROM localhost/icu
COPY dotnet /usr/share/dotnet/
COPY host /usr/share/dotnet/host
COPY shared/Microsoft.NETCore.App/$1 /usr/share/dotnet/shared/Microsoft.NETCore.App/$1
COPY shared/Microsoft.AspNetCore.App/$1 /usr/share/dotnet/shared/Microsoft.AspNetCore.App/$1
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_VERSION=$1 ASPNET_VERSION=$1
LINES
}

sdk() {
    [ "$(dotnet --version)" = "$1" ] || { echo "this machine has no SDK $1"; exit 1; }
    cat <<LINES
FROM localhost/icu
COPY . /usr/share/dotnet/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS= DOTNET_RUNNING_IN_CONTAINER=true DOTNET_NOLOGO=true DOTNET_GENERATE_ASPNET_CERTIFICATE=false \
    DOTNET_USE_POLLING_FILE_WATCHER=true NUGET_XMLDOC_MODE=skip ${NUGET_CERT_REVOCATION_MODE:+NUGET_CERT_REVOCATION_MODE=$NUGET_CERT_REVOCATION_MODE}
LINES
}

echo "commit ${revision:0:7}, $(podman --version), bases stood in for by Debian $suite"
root "$@"
# Every FROM that names no earlier stage.
for base in $(awk 'toupper($1) == "FROM" { if (!($2 in stages)) print $2; if (toupper($3) == "AS") stages[$4] }' k8s/images/Dockerfile.* | sort -u); do
    case $base in
        */dotnet/sdk:*) sdk "${base##*:}" | standIn "$base" ;;
        */dotnet/aspnet:*) aspnet "${base##*:}" | standIn "$base" ;;
        nvidia/cuda:*) printf 'FROM localhost/root\nENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility\n' | standIn "docker.io/$base" ;;
        *) echo "nothing stands in for $base" && exit 1 ;;
    esac
done

# Every package of which a file is there is in the bill of materials.
bill() {
    python3 - "$1" <<'CODE'
import json, sys
bill = json.load(open(f"{sys.argv[1]}/musc.cyclonedx.json"))
named = {f"{c['name']}/{c['version']}".lower() for c in bill["components"]}
used = {name.lower() for name, library in json.load(open(f"{sys.argv[1]}/musc.deps.json"))["libraries"].items() if library["type"] == "package"}
print(f"bill of materials: {len(named)} packages, {sum('licenses' in c for c in bill['components'])} with their license; {len(used)} have files here")
sys.exit(f"not in the bill: {sorted(used - named)}" if used - named else 0)
CODE
}

# As the pods run it: the image's own user, entrypoint and variables, nothing writable but what is mounted.
container() { engine run --rm --pull never --network none --read-only --cap-drop all --security-opt no-new-privileges --memory 2g "$@"; }

for dockerfile in k8s/images/Dockerfile.*; do
    kind=${dockerfile##*.} image=musc-cluster:$version-${dockerfile##*.} out=$work/out-${dockerfile##*.}
    echo "-- $dockerfile"
    SECONDS=0
    build --build-arg "REVISION=$revision" -f "$dockerfile" -t "$image" .
    echo "built in $SECONDS s: $(engine image inspect "$image" --format '{{.Size}}' | awk '{ printf "%.0f MB", $1 / 1e6 }'), $(engine image inspect "$image" --format '{{len .RootFS.Layers}} layers, user {{.Config.User}}, entrypoint {{.Config.Entrypoint}}, command {{.Config.Cmd}}')"
    engine history --format '{{.Size}}	{{.CreatedBy}}' "$image" | grep -v '^0 B' | cut -c1-110
    app=$(engine image mount "$image")/app
    find "$app" -type f | awk 'END { print NR " files below /app" }'
    [ -z "$(find "$app" ! -perm -o=r)" ] || { echo "files that its user cannot read"; exit 1; }
    bill "$app"
    provider=$(find "$app" -name libonnxruntime_providers_cuda.so)
    if [ "$kind" = cuda ]; then
        cuda=$(sed -n 's|^FROM nvidia/cuda:\([0-9]*\).*|\1|p' "$dockerfile")
        readelf -d "$provider" | grep -q "NEEDED.*libcudart.so.$cuda\]" || { echo "the CUDA provider is for another CUDA than $cuda:"; readelf -d "$provider" | grep NEEDED; exit 1; }
        readelf -d "$provider" | sed -n 's|.*NEEDED.*\[\(lib[cn][uv].*\)\].*|\1|p' | xargs echo "its CUDA provider calls"
    else
        [ -z "$provider" ]
    fi
    engine image unmount "$image" >/dev/null

    shown=$(container "$image" --version)
    echo "version $shown"
    [ "$shown" = "$version+$revision" ]

    install -d -m 700 -o 10001 -g 10001 "$out"
    container -v "$out:/results" "$image" demo --out /results/demo >"$work/demo.log" 2>&1 || { tail -5 "$work/demo.log"; exit 1; }
    container -v "$out:/results" "$image" score /results/demo/images --out /results/again >"$work/score.log" 2>&1 || { tail -5 "$work/score.log"; exit 1; }
    cmp "$out/demo/results/scores.csv" "$out/again/scores.csv"
    sha256sum "$out/again/scores.csv" | awk '{ print "scored the demonstration twice, the same: " substr($1, 1, 16) }'

    # Its CMD, with the settings that the pods give: answers the probes, ends on SIGTERM.
    engine run -d --name "served-$kind" --pull never --network none --read-only --cap-drop all --security-opt no-new-privileges --memory 2g \
        -v "$out:/results" -e "Silo__HealthListen=*:8081" "$image" serve --data /results/data >/dev/null
    for _ in $(seq 120); do engine exec "served-$kind" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8081' 2>/dev/null && break; sleep 0.5; done
    for probe in startup ready live; do
        answer=$(engine exec "served-$kind" bash -c "exec 3<>/dev/tcp/127.0.0.1/8081; printf 'GET /health/$probe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' >&3; head -1 <&3 | tr -d '\r'")
        echo "/health/$probe: $answer"
        [ "$answer" = "HTTP/1.1 200 OK" ] || { engine logs "served-$kind" | tail -5; exit 1; }
    done
    engine stop --time 60 "served-$kind" >/dev/null
    ended=$(engine inspect "served-$kind" --format '{{.State.ExitCode}}')
    echo "ended with $ended on SIGTERM"
    [ "$ended" = 0 ] || { engine logs "served-$kind" | tail -5; exit 1; }
    engine rm "served-$kind" >/dev/null
done
echo holds
