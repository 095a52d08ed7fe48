#!/usr/bin/env python3
"""lint.py BUILD [--all | FILE...]: Clang's warnings and clang-tidy over the sources of src/, then cppcheck.

BUILD is a configured build folder, of GCC or of Clang. Its commands are given to Clang without the build's precompiled
header, which need not be there yet; sources that read LibTorch get one that lies in BUILD/lint. Clang's warnings, the
check of locks among them (core/threads/annotations.h), are of all sources, as the build compiles them together.
clang-tidy walks through all that a source reads, LibTorch's headers too, which takes a quarter of a minute each: such
sources have it where they are named, or with --all. Exits 1 when anything is found.
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
header = root / "third_party/torch_pch.h"
pch = folder / "torch.pch"
warnings = ["-Wall", "-Wextra", "-Wthread-safety", "-Wno-missing-field-initializers"]


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
    """The arguments of a compile command as Clang takes them, without the source."""
    words, kept = shlex.split(entry["command"])[1:], []
    while words:
        word = words.pop(0)
        if word in ("-o", "-c", "-include", "-Xclang"):
            words.pop(0)
        elif not word.startswith(("-W", "-O", "-flto", "-fno-fat-lto", "-fsanitize")):
            kept.append(word)
    return ["clang++-16", *kept, *warnings]


def precompile(command):
    """Makes Clang's precompiled LibTorch header, when it is not there or the header or the command has changed."""
    stamp = folder / "torch.command"
    command = [*command, "-fpch-instantiate-templates", "-x", "c++-header", str(header), "-o", str(pch)]
    if not (pch.exists() and pch.stat().st_mtime > header.stat().st_mtime and stamp.read_text() == str(command)):
        subprocess.run(command, check=True, cwd=build)
        stamp.write_text(str(command))


def check(source, command, tidy):
    """Prints what is found in a source; true when nothing is."""
    if tidy:
        words = ["clang-tidy-16", "-quiet", "-p", str(folder), str(source)]
    else:
        words = [*command, "-Werror", "-fsyntax-only", str(source)]
    run = subprocess.run(words, capture_output=True, text=True, cwd=build)
    if run.returncode != 0:
        print(run.stdout + ("" if tidy else run.stderr), flush=True)
    return run.returncode == 0


def main():
    folder.mkdir(exist_ok=True)
    entries = {pathlib.Path(e["file"]): e for e in json.loads((build / "compile_commands.json").read_text())}
    precompile(clang_command(entries[root / "third_party/torch_pch.cpp"]))
    units = {f: members(f) for f in entries if f.is_relative_to(root / "src") or f.is_relative_to(build / "src")}
    units = {f: sources for f, sources in units.items() if f.suffix != ".cu"}
    unit_of = {source: unit for unit, sources in units.items() for source in sources}
    sources = [pathlib.Path(name).resolve() for name in sys.argv[2:] if name != "--all"] or list(unit_of)
    if missing := [str(f) for f in sources if f not in unit_of]:
        sys.exit(f"lint: not in the build {build.name}: {' '.join(missing)}")

    def command_of(unit, sources):
        return clang_command(entries[unit]) + (["-include-pch", str(pch)] if any(map(reads_torch, sources)) else [])

    commands = {unit: command_of(unit, units[unit]) for unit in {unit_of[f]: None for f in sources}}
    tidied = [f for f in sources if len(sys.argv) > 2 or not reads_torch(f)]
    (folder / "compile_commands.json").write_text(json.dumps(
        [{"file": str(f), "directory": str(build), "arguments": [*command_of(unit_of[f], [f]), "-c", str(f)]}
         for f in tidied]))
    checks = [(unit, command, False) for unit, command in commands.items()]
    checks += [(f, [], True) for f in sorted(tidied, key=reads_torch, reverse=True)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = list(pool.map(lambda c: check(*c), checks))
    cppcheck = subprocess.run(
        ["cppcheck", "--quiet", "--std=c++20", "--language=c++", "--enable=warning,performance,portability",
         f"--suppressions-list={root}/.ci/cppcheck.txt", f"-I{root}/src", f"-j{os.cpu_count()}",
         f"--cppcheck-build-dir={folder}", "--error-exitcode=1", *map(str, sources)])
    print(f"lint: {clean.count(True)} of {len(clean)} checks of {len(sources)} sources are clean for Clang, "
          f"{'all' if cppcheck.returncode == 0 else 'not all'} for cppcheck")
    return 0 if all(clean) and cppcheck.returncode == 0 else 1


sys.exit(main())
