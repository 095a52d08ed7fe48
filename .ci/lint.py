#!/usr/bin/env python3
"""lint.py BUILD [--all | FILE...]: Clang's warnings and clang-tidy over the sources of src/, then cppcheck.

BUILD is a configured build folder of GCC's. Its commands are given to Clang without GCC's precompiled header; sources
that read LibTorch get one of Clang's own, which lies in BUILD/lint. Clang's warnings, the check of locks among them
(core/threads/annotations.h), are of all sources. clang-tidy walks through all that a source reads, LibTorch's headers
too, which takes a quarter of a minute each: such sources have it where they are named, or with --all. Exits 1 when
anything is found.
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


def clang_command(entry):
    """The arguments of a compile command of GCC's as Clang takes them, without the source."""
    words, kept = shlex.split(entry["command"])[1:], []
    while words:
        word = words.pop(0)
        if word in ("-o", "-c", "-include"):
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
    every_check = len(sys.argv) > 2
    sources = [pathlib.Path(name).resolve() for name in sys.argv[2:] if name != "--all"]
    if not sources:
        sources = [f for f in entries if f.is_relative_to(root / "src") and f.suffix == ".cpp"]
    missing = [str(f) for f in sources if f not in entries]
    if missing:
        sys.exit(f"lint: not in the build {build.name}: {' '.join(missing)}")
    sources.sort(key=reads_torch, reverse=True)  # the slow ones first
    commands = {f: clang_command(entries[f]) + (["-include-pch", str(pch)] if reads_torch(f) else []) for f in sources}
    (folder / "compile_commands.json").write_text(json.dumps(
        [{"file": str(f), "directory": str(build), "arguments": [*c, "-c", str(f)]} for f, c in commands.items()]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = list(pool.map(lambda f: check(f, commands[f], every_check or not reads_torch(f)), sources))
    cppcheck = subprocess.run(
        ["cppcheck", "--quiet", "--std=c++20", "--language=c++", "--enable=warning,performance,portability",
         f"--suppressions-list={root}/.ci/cppcheck.txt", f"-I{root}/src", f"-j{os.cpu_count()}",
         f"--cppcheck-build-dir={folder}", "--error-exitcode=1", *map(str, sources)])
    print(f"lint: {clean.count(True)} of {len(sources)} sources are clean for Clang, "
          f"{'all' if cppcheck.returncode == 0 else 'not all'} for cppcheck")
    return 0 if all(clean) and cppcheck.returncode == 0 else 1


sys.exit(main())
