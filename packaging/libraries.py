#!/usr/bin/env python3
"""Which shared libraries go along with the program, and what they ask of a system. For tree.py, wheel.py, bundle.sh.

libraries.py FOLDER: prints what FOLDER/ganvas and FOLDER/libraries ask of the system, as a Debian package names it.

LibTorch's and CUDA's come with the torch wheel, and the C and C++ libraries are the system's: what the program needs of
those is said by system_needs(). All others are taken along, but used only where the system has none of that name
(launch.py): so the GL libraries fit the driver, and a newer system's own are preferred.
"""
import re
import subprocess
import sys
from pathlib import Path

# GLFW opens these by name.
by_name = ["libXcursor.so.1", "libXi.so.6", "libXinerama.so.1", "libXrandr.so.2", "libXrender.so.1", "libXxf86vm.so.1"]
of_the_system = re.compile(r"(ld-linux[^/]*|lib(c|m|dl|rt|pthread|resolv|util|anl|mvec|stdc\+\+|gcc_s|cuda|cudart|nvidia-[^/]*))\.so[^/]*$")


def loaded(program):
    """Name -> path of all that the loader finds for a program or a library."""
    said = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    if missing := re.findall(r"(\S+) => not found", said):
        raise SystemExit(f"packaging: {program} finds no {', '.join(missing)}.")
    return {name: Path(path) for name, path in re.findall(r"(\S+) => (/\S+)", said)}


def carried(program):
    """Name -> path of the libraries that are taken along."""
    libraries = loaded(program)
    known = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    for name, path in re.findall(r"^\s*(\S+) \(libc6,x86-64\) => (/\S+)", known, re.MULTILINE):
        if name in by_name:
            libraries |= {name: Path(path), **loaded(path)}
    return {name: path for name, path in sorted(libraries.items())
            if str(path).startswith(("/lib/", "/usr/lib/")) and not of_the_system.match(name)}


def torch_of(program):
    """The folder "torch" whose LibTorch the program is linked to, and whether with CUDA."""
    libraries = loaded(program)
    return libraries["libtorch_cpu.so"].parent.parent, "libtorch_cuda.so" in libraries


def system_needs(folder):
    """The newest versions that anything asks of the system's libraries: {"GLIBC": (2, 36), "GLIBCXX": (3, 4, 30)}."""
    needs = {}
    for file in [folder / "ganvas", *(folder / "libraries").iterdir()]:
        said = subprocess.run(["readelf", "--wide", "--version-info", file], check=True, capture_output=True, text=True).stdout
        for name, version in re.findall(r"Name: (GLIBC|GLIBCXX)_([0-9.]+)", said):
            needs[name] = max(needs.get(name, ()), tuple(map(int, version.split("."))))
    return needs


def without_build_paths(program):
    """The program's bytes without the folders of the machine that linked it, in which the loader would look."""
    data = program.read_bytes()
    said = subprocess.run(["readelf", "--wide", "--dynamic", program], check=True, capture_output=True, text=True).stdout
    for path in re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", said):
        data = data.replace(path.encode() + b"\0", bytes(len(path) + 1))
    return data


def main():
    needs = system_needs(Path(sys.argv[1]))
    glibc = ".".join(map(str, needs["GLIBC"][:2]))
    gcc = max(12, needs["GLIBCXX"][2] - 18 - (needs["GLIBCXX"][2] > 31))  # 3.4.30 came with 12, 31 and 32 with 13
    print(f"libc6 (>= {glibc}), libstdc++6 (>= {gcc})")


if __name__ == "__main__":
    main()
