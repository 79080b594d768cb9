#!/usr/bin/env python3
"""Three silos of another build on PostgreSQL; in the middle of a job each in turn is asked to leave and replaced by one of this build. The job
ends with the bits of `musc score`.

    rolling.py OTHER [FOLDER] [SIZE]      writes results/rolling.txt; OTHER is a checkout of the other build, FOLDER of images

The other build is built where it lies: git archive COMMIT | tar x -C OTHER.
"""
import contextlib
import glob
import itertools
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

from server import MUSC, ROOT, build, report, same_bits

SILOS = 3
PATIENCE = 600


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def database(work):
    """A server of PostgreSQL; its connection string."""
    folder, port = work / "postgres", free_port()
    folder.mkdir()
    programs = pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
    as_user = []
    if os.getuid() == 0:
        subprocess.run(["chown", "postgres", folder], check=True)
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program, *arguments):
        subprocess.run([*as_user, programs / program, "-D", folder / "data", *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL)

    run("initdb", "-U", "musc", "-A", "trust", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-w", "-l", folder / "log", "-o", f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off", "start")
    try:
        yield f"Host=127.0.0.1;Port={port};Username=musc;Database=postgres"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")


def start(program, cluster, work, name):
    """A silo, once it has joined."""
    ports = ["--listen", str(free_port()), "--silo-port", str(free_port()), "--gateway-port", str(free_port())]
    environment = {**os.environ, "MuSc__Threads": "1", "Silo__Name": name, "MuSc__Scratch": str(work / name)}
    with open(work / f"{name}.log", "w", encoding="utf-8") as log:
        silo = subprocess.Popen(
            [program, "serve", "--cluster", cluster, "--data", work / "data", *ports], env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    if "http://" not in silo.stdout.readline():
        raise SystemExit(f"{name} has not started: {(work / f'{name}.log').read_text()[-2000:]}")
    return silo


def run(other, folder, size, work):
    there = other / "artifacts/bin/Cli/release/musc"
    began = time.monotonic()
    subprocess.run([MUSC, "score", folder, "-r", "--size", size, "--out", work / "one"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    alone = time.monotonic() - began
    yield f"{folder} at {size}: musc score {alone:.1f} s"
    silos = []
    with database(work) as cluster:
        subprocess.run([there, "init-db", "--cluster", cluster], check=True, stdout=subprocess.DEVNULL)
        try:
            silos = [start(there, cluster, work, f"other-{number}") for number in range(SILOS)]
            began = time.monotonic()
            job = subprocess.run(
                [there, "submit", folder, "-r", "--size", size, "--cluster", cluster], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[0]
            subprocess.run([MUSC, "init-db", "--cluster", cluster], check=True, stdout=subprocess.DEVNULL)
            time.sleep(alone / 4)
            for number in range(SILOS):
                silos[number].send_signal(signal.SIGTERM)
                code = silos[number].wait(PATIENCE)
                silos[number] = start(MUSC, cluster, work, f"this-{number}")
                yield f"silo {number} left after {time.monotonic() - began:.1f} s (exit code {code}), one of this build has joined"

            watched = subprocess.run([MUSC, "watch", job, "--cluster", cluster], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
            yield f"the job ended after {time.monotonic() - began:.1f} s (exit code {watched.returncode}) {watched.stderr.strip().splitlines()[-1]}"
            results = work / "data/jobs" / job / "results"
            good, files = same_bits(work / "one", results) if watched.returncode == 0 else (False, 0)
            yield f"{files} files the same bits: OK" if good else "FAILED"
        finally:
            for silo in silos:
                silo.kill()
                silo.wait()


def main():
    other = pathlib.Path(sys.argv[1]).resolve()
    folder = sys.argv[2] if len(sys.argv) > 2 else str(ROOT / "../shared/data/aws_cookie/test")
    subprocess.run(["dotnet", "build", other / "src/Cli", "-c", "Release", "-v", "q", "-nologo"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as work:
        pathlib.Path(work).chmod(0o755)
        lines = run(other, folder, sys.argv[3] if len(sys.argv) > 3 else "224", pathlib.Path(work))
        last = report("rolling.txt", itertools.chain([f"commit {build()}, other build {other}"], lines))
    sys.exit(0 if last.endswith("OK") else 1)


main()
