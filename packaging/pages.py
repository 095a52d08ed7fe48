#!/usr/bin/env python3
"""pages.py PROGRAM FOLDER: the manual page, and completions for bash, zsh and fish, out of the program's own --help."""
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Option:
    """A line of a help text, of an option or of a positional argument."""
    names: list  # as ["-m", "--model"], or one name without dashes
    kind: str    # as "FILE" or "INT in [0 - 64]=1"; empty where no value follows
    text: str

    @property
    def choices(self):
        braces = re.search(r"\{(.*)\}", self.kind)
        return braces[1].split(",") if braces else []

    @property
    def opens(self):
        """What a value is: "folder", "file", or nothing of the disk."""
        word = re.split(r"[^A-Z|]", self.kind.replace("TEXT:FILE", "FILE").replace("RUN:DIR", "DIR"))[0]
        return "folder" if word == "DIR" else "file" if {"FILE", "PATH"} & set(word.split("|")) else ""


@dataclass
class Command:
    """What --help says of the program or of a subcommand."""
    words: list  # after "ganvas"
    about: str = ""
    usage: str = ""
    options: list = field(default_factory=list)
    positionals: list = field(default_factory=list)
    inner: list = field(default_factory=list)  # commands
    footer: str = ""

    @property
    def name(self):
        return " ".join(self.words)


def columns(lines):
    """Left and right text of each entry below a heading."""
    entries = []
    for line, after in zip(lines, [*lines[1:], ""]):
        if line.startswith(" " * 20):
            entries[-1][1] = (entries[-1][1] + " " + line.strip()).strip()
        elif gap := re.match(r"  (\S+(?: \S+)*) {2,}(\S.*)$", line):
            entries.append([gap[1], gap[2]])
        elif after.startswith(" " * 20):
            entries.append([line.strip(), ""])
        else:  # the left text ends just before the column of the right one
            entries.append([line[:30].strip(), line[30:].strip()])
    return entries


def option_of(left, right):
    left = re.sub(r" (REQUIRED|(Needs|Excludes): \S+)", "", left)
    head = re.match(r"-\S+(?:, +--\S+)?|\S+", left)[0]
    return Option([name.strip() for name in head.split(",")], left[len(head):].strip(), right)


def read(program, words=()):
    """The command with all that is inside it."""
    said = subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True).stdout
    command = Command(list(words))
    blocks = [block.split("\n") for block in said.rstrip("\n").split("\n\n")]
    first = blocks.pop(0)
    at = next(i for i, line in enumerate(first) if line.startswith("Usage:"))
    command.about, command.usage = "\n".join(first[:at]), first[at].removeprefix("Usage:").strip()
    for block in blocks:
        heading = block[0].lower()
        if heading == "options:":
            command.options = [option_of(*entry) for entry in columns(block[1:])]
        elif heading == "positionals:":
            command.positionals = [option_of(*entry) for entry in columns(block[1:])]
        elif heading == "subcommands:":
            command.inner = [read(program, (*words, left)) for left, _ in columns(block[1:])]
        else:
            command.footer = (command.footer + "\n\n" + "\n".join(block)).strip()
    return command


def everything(program):
    """The whole command line of an installed ganvas: the program's, and the two options of launch.py."""
    command = read(program)
    command.options += [
        Option(["--torch"], "DIR", "As the first argument: LibTorch of this environment, or of this package torch"),
        Option(["--install-torch"], "", "As the first argument: install LibTorch under the user's cache, without asking"),
    ]
    return command


def commands_of(command):
    return [command, *[deeper for inner in command.inner for deeper in commands_of(inner)]]


def roff(text):
    return "\n".join(re.sub(r"^([.'])", r"\\&\1", line) for line in text.replace("\\", "\\e").replace("-", "\\-").split("\n"))


def manual(top, version):
    """ganvas(1)."""
    about = top.about.removeprefix("ganvas: ").split("\n")
    page = [f'.TH GANVAS 1 "" "ganvas {version}"', ".SH NAME", f"ganvas \\- {roff(about[0].rstrip('.'))}", ".SH SYNOPSIS"]
    for command in commands_of(top):
        call = " ".join(["ganvas", *command.words])
        page += [".PP", f".B {roff(call)}", roff(command.usage.removeprefix(call).strip())]
    page += [".SH DESCRIPTION", roff("\n".join(about[1:]))]
    for command in commands_of(top):
        page += [f'.SH "{roff(command.name.upper())}"', roff(command.about)] if command.words else [".SH OPTIONS"]
        for option in command.positionals + command.options:
            names = ", ".join(f"\\fB{roff(name)}\\fR" for name in option.names)
            page += [".TP", f"{names} \\fI{roff(option.kind)}\\fR" if option.kind else names, roff(option.text)]
        if command.footer:
            page += [".PP", ".nf", roff(command.footer), ".fi"]
    page += [".SH EXIT STATUS", "0: done. 1: failed, with one sentence on standard error. 2: wrong usage.",
             ".SH ENVIRONMENT", ".TP", ".B PYTHON", "Of the bundle: the interpreter whose torch is used.",
             ".TP", ".B GANVAS_ASSETS", "A folder in place of the program's own models, recipes and shaders."]
    return "\n".join(page) + "\n"


def bash(top):
    """Words after the cursor by command; a value by command and option; files otherwise."""
    lines = ["# Completions of ganvas for bash.", "_ganvas() {",
             "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=",
             "  [ \"$COMP_CWORD\" -gt 1 ] || command=", "  COMPREPLY=()"]
    for command in commands_of(top):
        if command.words and command.inner:
            lines += [f"  [ \"$command\" != {command.name} ] || [ \"$COMP_CWORD\" -lt 3 ] || command=\"$command ${{COMP_WORDS[2]}}\""]
    lines += ["  case \"$command $before\" in"]
    for command in commands_of(top):
        for option in command.options:
            cases = "|".join(f"'{command.name} {name}'" for name in option.names)
            if option.choices:
                lines += [f"    {cases}) COMPREPLY=($(compgen -W '{' '.join(option.choices)}' -- \"$word\")); return ;;"]
            elif option.opens == "folder":
                lines += [f"    {cases}) COMPREPLY=($(compgen -d -- \"$word\")); return ;;"]
            elif option.kind:
                lines += [f"    {cases}) return ;;"]
    lines += ["  esac", "  case $command in"]
    for command in commands_of(top):
        words = [inner.words[-1] for inner in command.inner] + [option.names[-1] for option in command.options]
        lines += [f"    '{command.name}') words='{' '.join(words)}' ;;"]
    lines += ["  esac",
              "  if [[ $word == -* || $words != -* ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); fi", "}",
              "complete -o default -F _ganvas ganvas"]
    return "\n".join(lines) + "\n"


def zsh_text(text):
    return re.sub(r"([\[\]:\\])", r"\\\1", text).replace("'", "’")


def zsh_value(option):
    if not option.kind:
        return ""
    does = f"({' '.join(option.choices)})" if option.choices else {"folder": "_files -/", "file": "_files"}.get(option.opens, " ")
    return f":{zsh_text(option.kind)}:{does}"


def zsh(top):
    """One function a command."""
    lines = ["#compdef ganvas", "# Completions of ganvas for zsh."]
    for command in reversed(commands_of(top)):
        function = "_".join(["_ganvas", *command.words]).replace("-", "_")
        specs = [f"'({' '.join(o.names)})'{'{' + ','.join(o.names) + '}' if len(o.names) > 1 else o.names[0]}"
                 f"'[{zsh_text(o.text)}]{zsh_value(o)}'" for o in command.options]
        lines += [f"{function}() {{"]
        if command.inner:
            entries = " ".join(f"'{inner.words[-1]}:{zsh_text(inner.about.splitlines()[0])}'" for inner in command.inner)
            cases = [f"      {inner.words[-1]}) {'_'.join(['_ganvas', *inner.words]).replace('-', '_')} ;;" for inner in command.inner]
            lines += ["  local line state", "  _arguments -C \\", *[f"    {spec} \\" for spec in specs],
                      "    '1: :->command' '*:: :->rest'", "  case $state in", "    command)",
                      f"      local -a names=({entries})", "      _describe command names ;;",
                      "    rest) case $line[1] in", *cases, "      esac ;;", "  esac", "}"]
        else:
            lines += ["  _arguments \\", *[f"    {spec} \\" for spec in specs], "    '*:file:_files'", "}"]
    return "\n".join([*lines, '_ganvas "$@"']) + "\n"


def fish(top):
    lines = ["# Completions of ganvas for fish."]
    for command in commands_of(top):
        seen = " && ".join(f"__fish_seen_subcommand_from {word}" for word in command.words)
        names = " ".join(inner.words[-1] for inner in command.inner)
        here = " && ".join(filter(None, [seen, f"not __fish_seen_subcommand_from {names}" if names else ""]))
        for inner in command.inner:
            lines += [f"complete -c ganvas -f -n '{here}' -a {inner.words[-1]} -d '{fish_text(inner.about.splitlines()[0])}'"]
        for option in command.options:
            flags = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
            value = f" -x -a '{' '.join(option.choices)}'" if option.choices else \
                " -x -a '(__fish_complete_directories)'" if option.opens == "folder" else \
                " -r -F" if option.opens == "file" else " -x" if option.kind else ""
            lines += [f"complete -c ganvas -n '{here}' {flags}{value} -d '{fish_text(option.text)}'"]
    return "\n".join(lines) + "\n"


def fish_text(text):
    return text.replace("\\", "\\\\").replace("'", "\\'")


def all_of(program):
    """Path below share/ -> text of each page."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # else the program starts itself again
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    top = everything(program)
    return {
        "man/man1/ganvas.1": manual(top, version),
        "bash-completion/completions/ganvas": bash(top),
        "zsh/site-functions/_ganvas": zsh(top),
        "fish/vendor_completions.d/ganvas.fish": fish(top),
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for path, text in all_of(sys.argv[1]).items():
        target = Path(sys.argv[2]) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
