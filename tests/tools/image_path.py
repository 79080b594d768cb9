"""The way of one image through `musc score`: the files whose code runs, in the order in which it first runs.

    image_path.py [PROGRAM] FOLDER

.NET's runtime lists methods in the order in which it compiles them, that is, in which they are first called
(DOTNET_JitStdOutFile, DOTNET_JitDisasmSummary). This script runs the program on one thread, keeps the methods of the
project, finds the file of each type in src/, and prints the files, how many there are, and how often the folder changes.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECLARATION = re.compile(r"^[ ]{0,8}(?:\[[^\]]*\] *)?(?:(?:public|internal|private|protected|sealed|static|abstract|readonly|partial|file|unsafe|ref) )*"
                         r"(?:class|record struct|record|struct|enum|interface) (\w+)", re.M)


def files_of_types(root):
    files = {}
    for path in sorted((root / "src").rglob("*.cs")):
        text = path.read_text(encoding="utf-8")
        space = re.search(r"^namespace ([\w.]+);", text, re.M)
        for name in DECLARATION.findall(text):
            files.setdefault((space.group(1) if space else "", name), path.relative_to(root))
    return files


def main():
    *program, folder = sys.argv[1:]
    program = program or [str(ROOT / "artifacts/bin/Cli/release/musc")]
    root = pathlib.Path(program[0]).resolve().parents[4]
    files = files_of_types(root)
    with tempfile.TemporaryDirectory() as aside:
        log = pathlib.Path(aside, "methods")
        environment = {**os.environ, "DOTNET_JitStdOutFile": str(log), "DOTNET_JitDisasmSummary": "1", "DOTNET_TieredCompilation": "1"}
        subprocess.run([*program, "score", folder, "--threads", "1", "--out", str(pathlib.Path(aside, "out")),
                        "--maps", "none", "--no-overlays", "--no-report"], env=environment, check=True, stdout=subprocess.DEVNULL)
        methods = log.read_text(encoding="utf-8", errors="replace").splitlines()

    way = []
    for line in methods:
        found = re.search(r"for method (?:\[?[\w.]+\]?)?(MuSc\.[\w.]+):?", line) or re.search(r"(MuSc\.[\w.`+<>]+):", line)
        if not found:
            continue
        space, _, name = re.split(r"[+:`]", found.group(1))[0].rpartition(".")
        path = files.get((space, name))
        if path is not None and path not in way:
            way.append(path)

    changes = sum(one.parent != other.parent for one, other in zip(way, way[1:]))
    for path in way:
        print(path)
    print(f"{len(way)} files in {len({path.parent for path in way})} folders, {changes} changes of folder")


main()
