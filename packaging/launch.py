"""Starts ganvas with the LibTorch of a Python environment. torch is found, never imported.

    ganvas [--torch DIR | --install-torch | --library-path] [arguments of the program]

LibTorch is, in this order: of DIR (an environment, its package torch, or an unpacked LibTorch); of the interpreter that
runs this ($PYTHON, where the bundle's bin/ganvas starts it); of $VIRTUAL_ENV; under the user's cache, where it can be
installed: a person at a terminal is asked, --install-torch asks nobody. --library-path prints where libraries are
looked for, and starts nothing.
"""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
built = json.loads((here / "built.json").read_text())  # what the program was built with: tree.py
wanted = "LibTorch " + built["torch"] + (" with CUDA " + built["cuda"] if built["cuda"] else "")
cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ganvas"
# Where libraries of the system lie: those that are there come before the bundle's, which the driver's would not fit.
system = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"]


class Refused(Exception):
    """One sentence for the person."""


def packages(environment):
    """The folders "torch" of a virtual environment."""
    return sorted(environment.glob("lib/python3*/site-packages/torch"))


def problem_of(torch):
    """What keeps the program from using this LibTorch, or an empty text."""
    if not (torch / "lib/libtorch_cpu.so").exists():
        return "there is no lib/libtorch_cpu.so in it"
    said = [f.read_text() for f in (torch / "version.py", torch / "build-version") if f.exists()]
    version = re.search(r"\d+\.\d+\.\d+", said[0]) if said else None
    if version and version[0].split(".")[:2] != built["torch"].split(".")[:2]:
        return f"it is {version[0]}"
    if built["cuda"] and not (torch / "lib/libtorch_cuda.so").exists():
        return "it is built for the processor alone"
    cuda = re.search(r"^cuda\b.*'(\d+)", said[0], re.MULTILINE) if said else None
    if built["cuda"] and cuda and cuda[1] != built["cuda"].split(".")[0]:
        return f"it is built for CUDA {cuda[1]}"
    if built["cuda"] and said and not list(torch.parent.glob("nvidia/cudnn*")):
        return "NVIDIA's libraries are missing beside it"
    return ""


def chosen(folder):
    """LibTorch in a folder that a person has named."""
    for torch in [folder, *packages(folder), folder / "torch"]:
        if (torch / "lib/libtorch_cpu.so").exists():
            if problem := problem_of(torch):
                raise Refused(f"{torch} does not fit: {problem}; this program needs {wanted}.")
            return torch
    raise Refused(f"{folder} holds no LibTorch; name an environment with torch {built['torch']}, or its folder torch.")


def found():
    """The first LibTorch that fits, or None; says which are passed over."""
    places = [Path(p) for spec in [importlib.util.find_spec("torch")] if spec
              for p in spec.submodule_search_locations or []]
    if own := os.environ.get("VIRTUAL_ENV"):
        places += packages(Path(own))
    places += packages(cache / f"torch-{built['torch']}") + packages(cache / f"libtorch-{built['torch']}")
    for torch in dict.fromkeys(p.absolute() for p in places):
        problem = problem_of(torch)
        if not problem:
            return torch
        print(f"ganvas: {torch} is passed over: {problem}.", file=sys.stderr)
    return None


def install():
    """Installs the wheel that is LibTorch into an environment of its own; what is there under its name is whole."""
    place = cache / f"libtorch-{built['torch']}"
    part = place.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    names = [f"torch=={built['torch']}"]
    if not built["cuda"]:  # the processor's half needs just these two of the wheel's many CUDA libraries
        names += ["--no-deps", "nvidia-cuda-runtime==13.0.*", "nvidia-cuda-cupti==13.0.*"]
    try:
        subprocess.run([sys.executable, "-m", "venv", part], check=True)
        subprocess.run([part / "bin/python", "-m", "pip", "install", "--disable-pip-version-check", *names], check=True)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise Refused("LibTorch could not be installed. Mend what is said above (Debian's python3-venv may be missing), "
                      "then run ganvas --install-torch.") from error
    shutil.rmtree(place, ignore_errors=True)
    part.rename(place)
    return chosen(place)


def ask():
    """LibTorch after a person has agreed to its installation."""
    download, disk = ("2.7 GB", "5 GB") if built["cuda"] else ("0.6 GB", "1.3 GB")
    if not sys.stdin.isatty():
        terminal = shutil.which("x-terminal-emulator")
        if terminal and os.environ.get("DISPLAY"):  # started from a menu: the question needs a terminal
            os.execv(terminal, [terminal, "-e", sys.executable, __file__, *sys.argv[1:]])
        raise Refused(f"{wanted} is not here. Name one with --torch DIR, or run ganvas --install-torch, which downloads "
                      f"about {download} and keeps {disk} under {cache}.")
    print(f"ganvas runs on {wanted}, which is not here. It can be installed under\n{cache}: about {download} to "
          f"download, {disk} on the disk.\nWhere you have it already, give up and name it: ganvas --torch DIR.")
    if input("Install it now? [Y/n] ").strip().lower() not in ("", "y", "yes"):
        raise Refused("Nothing was installed.")
    return install()


def library_path(torch):
    """LD_LIBRARY_PATH of the program."""
    nvidia = sorted(str(p) for p in torch.parent.glob("nvidia/*/lib"))
    before = [p for p in os.environ.get("LD_LIBRARY_PATH", "").split(":") if p]
    return ":".join(dict.fromkeys([str(torch / "lib"), *nvidia, *before, *system, str(here / "libraries")]))


def main():
    """What the console script and bin/ganvas call."""
    arguments = sys.argv[1:]
    try:
        if arguments[:1] == ["--install-torch"]:
            torch = install()
            arguments = arguments[1:]
        elif arguments and arguments[0].split("=")[0] == "--torch":
            if "=" not in arguments[0]:
                arguments[:2] = ["=".join(arguments[:2])]
            torch = chosen(Path(arguments[0].partition("=")[2]).expanduser().absolute())
            arguments = arguments[1:]
        else:
            torch = found() or ask()
        path = library_path(torch)
        if arguments[:1] == ["--library-path"]:
            print(path)
        else:
            os.execve(here / "ganvas", ["ganvas", *arguments], dict(os.environ, LD_LIBRARY_PATH=path))
    except (Refused, OSError, EOFError, KeyboardInterrupt) as error:
        sys.exit(f"ganvas: {error or 'Given up.'}")


if __name__ == "__main__":
    main()
