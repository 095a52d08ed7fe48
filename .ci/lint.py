#!/usr/bin/env python3
"""lint.py BUILD [--all | FILE...]: clang-tidy over the sources of src/, then cppcheck.

BUILD is a configured build folder, of GCC or of Clang, whose commands clang-tidy gets. It walks through all that a source
reads, LibTorch's headers too, which takes a quarter of a minute each: such sources are looked at where they are named, or
with --all. Clang's own warnings, the check of locks among them (core/threads/annotations.h), come with every build by
Clang. Exits 1 when anything is found.
"""
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

root = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(sys.argv[1]).resolve()
folder = build / "lint"


@functools.cache
def reads_torch(file):
    """Whether a file of ours includes LibTorch, directly or through others of ours."""
    names = re.findall(r'^#include ["<]([^">]+)', file.read_text(), re.MULTILINE)
    ours = [root / "src" / name for name in names if (root / "src" / name).exists()]
    return any(name.startswith(("torch/", "ATen/", "c10/")) for name in names) or any(map(reads_torch, ours))


def members(unit):
    """The sources of ours that a file given to the compiler stands for: itself, or those that CMake has put into it."""
    return [pathlib.Path(f) for f in re.findall(r'^#include "(.*)"', unit.read_text(), re.MULTILINE)] \
        if unit.name.startswith("unity_") else [unit]


def clang_command(entry):
    """The arguments of a compile command as Clang takes them, without the source and the precompiled header."""
    words, kept = shlex.split(entry["command"])[1:], []
    while words:
        word = words.pop(0)
        if word in ("-o", "-c", "-include", "-Xclang"):
            words.pop(0)
        elif not word.startswith(("-W", "-O", "-flto", "-fno-fat-lto", "-fsanitize")):
            kept.append(word)
    return ["clang++-16", *kept]


def check(source):
    """Prints what is found in a source; true when nothing is."""
    run = subprocess.run(["clang-tidy-16", "-quiet", "-p", str(folder), str(source)], capture_output=True, text=True,
                         cwd=build)
    if run.returncode != 0:
        print(run.stdout, flush=True)
    return run.returncode == 0


def main():
    folder.mkdir(exist_ok=True)
    entries = {pathlib.Path(e["file"]): e for e in json.loads((build / "compile_commands.json").read_text())}
    units = {f: members(f) for f in entries if f.is_relative_to(root / "src") or f.is_relative_to(build / "src")}
    units = {f: sources for f, sources in units.items() if f.suffix != ".cu"}
    unit_of = {source: unit for unit, sources in units.items() for source in sources}
    sources = [pathlib.Path(name).resolve() for name in sys.argv[2:] if name != "--all"] or list(unit_of)
    if missing := [str(f) for f in sources if f not in unit_of]:
        sys.exit(f"lint: not in the build {build.name}: {' '.join(missing)}")

    tidied = [f for f in sources if len(sys.argv) > 2 or not reads_torch(f)]
    (folder / "compile_commands.json").write_text(json.dumps(
        [{"file": str(f), "directory": str(build), "arguments": [*clang_command(entries[unit_of[f]]), "-c", str(f)]}
         for f in tidied]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = list(pool.map(check, tidied))
    cppcheck = subprocess.run(
        ["cppcheck", "--quiet", "--std=c++20", "--language=c++", "--enable=warning,performance,portability",
         f"--suppressions-list={root}/.ci/cppcheck.txt", f"-I{root}/src", f"-j{os.cpu_count()}",
         f"--cppcheck-build-dir={folder}", "--error-exitcode=1", *map(str, sources)])
    print(f"lint: {clean.count(True)} of {len(clean)} sources are clean for clang-tidy, "
          f"{'all' if cppcheck.returncode == 0 else 'not all'} of {len(sources)} for cppcheck")
    return 0 if all(clean) and cppcheck.returncode == 0 else 1


sys.exit(main())
