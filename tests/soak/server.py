"""A server alone on one machine, as a person starts it, for the soak tests beside this file."""
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUSC = ROOT / "artifacts/bin/Cli/release/musc"
ADDRESS = "127.0.0.1:18081"
PORTS = ["--listen", ADDRESS, "--gateway-port", "30901", "--silo-port", "11901"]
WHERE = ["--cluster", "localhost:30901"]


def build():
    """Builds the program; the commit that it is of."""
    subprocess.run(["dotnet", "build", ROOT / "src/Cli", "-c", "Release", "-v", "q", "-nologo"], check=True, stdout=subprocess.DEVNULL)
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def start(data, environment=None):
    """A server that takes clients."""
    server = subprocess.Popen([MUSC, "serve", "--data", data, *PORTS], env=environment, stdout=subprocess.PIPE, text=True)
    if "http://" not in server.stdout.readline():
        raise SystemExit("musc serve has not started")
    return server


def ask(*arguments):
    """The answer of a command in JSON."""
    return json.loads(subprocess.run([MUSC, *arguments, *WHERE, "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)


def submit(folder, *settings):
    """Hands in a job; its identifier."""
    return subprocess.run([MUSC, "submit", folder, "-r", *settings, *WHERE], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[0]


def same_bits(one, other):
    """Every file of scores and maps, byte for byte; what names the job or its times is left out."""
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.suffix in (".csv", ".tiff", ".npy"))
    return len(files) > 1 and all((one / path).read_bytes() == (other / path).read_bytes() for path in files), len(files)


def report(name, lines):
    """Prints lines and writes them to results/; the last one."""
    line = ""
    with open(ROOT / "tests/soak/results" / name, "w", encoding="utf-8") as file:
        for line in lines:
            print(line, flush=True)
            file.write(line + "\n")
    return line
