#!/usr/bin/env python3
"""wheel.py BUILD DIST: the tree of tree.py as a Python wheel, which depends on torch and gives the command ganvas.

The wheel's tag names the oldest C library that it runs on: the newest version that anything in it asks for.
"""
import base64
import hashlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path

import libraries
import tree


def metadata(built):
    return {
        "METADATA": f"""Metadata-Version: 2.1
Name: ganvas
Version: {built["version"]}
Summary: Explore the latent space of image GANs live, and train them live
License: MIT; the libraries in it have their own, beside them in ganvas/licences
Requires-Python: >=3.10
Requires-Dist: torch=={built["torch"].rsplit(".", 1)[0]}.*
""",
        "entry_points.txt": "[console_scripts]\nganvas = ganvas.launch:main\n",
    }


def entries_of(folder, name, built):
    """Path in the wheel -> (bytes, whether it is executable)."""
    entries = {"ganvas/__init__.py": (b'"""The program ganvas, and what starts it: launch.py."""\n', False)}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        part = file.relative_to(folder)
        if part.parts[0] == "bin":
            continue  # pip writes the command
        inside = part.relative_to("lib") if part.parts[0] == "lib" else Path(f"{name}.data/data") / part
        entries[str(inside)] = (file.read_bytes(), file.stat().st_mode & 0o100 != 0)
    for file, text in metadata(built).items():
        entries[f"{name}.dist-info/{file}"] = (text.encode(), False)
    return entries


def write(path, entries, name):
    """The archive with its RECORD; the same entries give the same bytes."""
    record = ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        def add(inside, data, executable):
            info = zipfile.ZipInfo(inside)
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
        for inside, (data, executable) in entries.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            record += f"{inside},sha256={digest},{len(data)}\n"
            add(inside, data, executable)
        add(f"{name}.dist-info/RECORD", (record + f"{name}.dist-info/RECORD,,\n").encode(), False)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build, dist = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    dist.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "tree"
        tree.make(build, folder)
        inside = folder / "lib/ganvas"
        built = json.loads((inside / "built.json").read_text())
        major, minor = libraries.system_needs(inside)["GLIBC"][:2]
        name, tag = f"ganvas-{built['version']}", f"py3-none-manylinux_{major}_{minor}_x86_64"
        entries = entries_of(folder, name, built)
    entries[f"{name}.dist-info/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: ganvas packaging/wheel.py\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(), False)
    wheel = dist / f"{name}-{tag}.whl"
    write(wheel, entries, name)
    print(f"wheel: {wheel}, {wheel.stat().st_size / 1e6:.0f} MB; pip install it, then ganvas opens the window")


if __name__ == "__main__":
    main()
