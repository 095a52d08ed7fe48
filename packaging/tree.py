#!/usr/bin/env python3
"""tree.py BUILD OUT: all that an installed ganvas consists of, out of a build folder.

    bin/ganvas                 starts launch.py with $PYTHON, else python3
    lib/ganvas/                launch.py, the program, its assets, libraries, their licences, built.json
    share/                     icons, entry of the menu, manual page, completions of shells

wheel.py and bundle.sh pack this tree. LibTorch is not in it: launch.py finds it.
"""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import libraries
import pages

root = Path(__file__).resolve().parent.parent
launcher = """#!/bin/sh
# ganvas with the LibTorch of an environment, which launch.py finds; PYTHON names its interpreter.
exec "${PYTHON:-python3}" "$(dirname "$(readlink -f "$0")")/../lib/ganvas/launch.py" "$@"
"""


def written(path, content, executable=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o755 if executable else 0o644)


def licences(paths, folder):
    """Copies what Debian says of the packages that the libraries come from."""
    names = [name for path in paths for name in (str(path), str(path).removeprefix("/usr"))]  # as packages name them
    said = subprocess.run(["dpkg-query", "-S", *names], capture_output=True, text=True).stdout
    owners = {Path("/usr/lib") / name.split("/lib/", 1)[1]: package
              for package, name in re.findall(r"^([^:,\s]+)[^ ]* (/\S+)$", said, re.MULTILINE)}
    for path in paths:
        package = owners.get(Path("/usr/lib") / str(path).split("/lib/", 1)[1])
        said = Path("/usr/share/doc") / (package or "") / "copyright"
        if package and said.exists():
            written(folder / f"{package}.txt", said.read_bytes())
        else:
            print(f"packaging: no licence is known for {path}", file=sys.stderr)


def program_into(build, folder):
    """The program and what it needs to run."""
    program = build / "ganvas"
    written(folder / "ganvas", libraries.without_build_paths(program), executable=True)
    subprocess.run(["strip", folder / "ganvas"], check=True)
    carried = libraries.carried(program)
    for name, path in carried.items():
        written(folder / "libraries" / name, path.read_bytes())
    licences(sorted({path.resolve() for path in carried.values()}), folder / "licences")
    shutil.copy(root / "LICENSE", folder / "licences" / "ganvas.txt")
    shutil.copytree(root / "assets", folder / "assets")
    shutil.copytree(root / "shaders", folder / "assets/shaders")
    shutil.copy(root / "packaging/launch.py", folder)
    torch, cuda = libraries.torch_of(program)
    version = (torch / "version.py").read_text()
    built = {
        "version": re.search(r"project\(ganvas VERSION (\S+)", (root / "CMakeLists.txt").read_text())[1],
        "torch": re.search(r"__version__ = '([0-9.]+)", version)[1],
        "cuda": re.search(r"^cuda.*'([0-9.]+)'", version, re.MULTILINE)[1] if cuda else "",
    }
    written(folder / "built.json", json.dumps(built, indent=1) + "\n")


def shared_into(build, folder):
    """What a desktop and a shell look for."""
    written(folder / "applications/ganvas.desktop", (root / "packaging/ganvas.desktop").read_text())
    for icon in sorted((root / "packaging/icons").iterdir()):
        size = icon.stem.removeprefix("ganvas-")
        place = "scalable" if icon.suffix == ".svg" else f"{size}x{size}"
        written(folder / f"icons/hicolor/{place}/apps/ganvas{icon.suffix}", icon.read_bytes())
    for path, text in pages.all_of(build / "ganvas").items():
        written(folder / path, text)


def make(build, out):
    shutil.rmtree(out, ignore_errors=True)
    program_into(build, out / "lib/ganvas")
    shared_into(build, out / "share")
    written(out / "bin/ganvas", launcher, executable=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
