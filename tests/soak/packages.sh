#!/usr/bin/env bash
# Packs the tool and the client; the tool, installed in an empty folder, scores the demonstration; a project of its own with the client's package
# submits a job to a server. Writes results/packages.txt.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
root=$PWD work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
mkdir -p tests/soak/results "$work/packages" "$work/empty" "$work/project"
exec > >(tee tests/soak/results/packages.txt)
echo "commit $(git rev-parse --short HEAD), version $version"
for project in Cli Client Contracts Grains.Interfaces; do dotnet pack "src/$project" -c Release -o "$work/packages" -v q -nologo >/dev/null; done
(cd "$work/packages" && for package in *.nupkg; do echo "$package $(($(stat -c %s "$package") >> 10)) KiB"; done)
export NUGET_PACKAGES=$work/cache

cd "$work/empty"
dotnet tool install MuSc.Tool --tool-path tool --add-source "$work/packages" --version "$version" >/dev/null
tool/musc --version
tool/musc demo --out demo 2>/dev/null | tail -2
[ -s demo/results/scores.csv ]

tool/musc serve --data "$work/data" --listen 127.0.0.1:18099 --silo-port 18098 --gateway-port 18097 >"$work/serve.log" 2>&1 &
server=$!
for _ in $(seq 120); do curl -sf http://127.0.0.1:18099/v1/me >/dev/null && break; sleep 0.5; done
cd "$work/project"
cat >nuget.config <<CONFIG
<configuration><packageSources><add key="packed" value="$work/packages" /></packageSources></configuration>
CONFIG
cat >project.csproj <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MuSc.Client" Version="$version" />
    <!-- As Directory.Packages.props says: where the analyzer of MessagePack's own version is not served. -->
    <PackageReference Include="MessagePackAnalyzer" Version="2.5.307" IncludeAssets="none" NoWarn="NU1605" />
  </ItemGroup>
</Project>
PROJECT
cp "$root/samples/ClusterClient/Program.cs" .
dotnet run -c Release -- 127.0.0.1:18097 "$work/empty/demo/images" "$work/results.msgpack" | tail -3
[ -s "$work/results.msgpack" ]
echo holds
