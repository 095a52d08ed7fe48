#!/usr/bin/env python3
"""Interrupts training at random moments and compares how it ends with a run that nobody interrupted.

    tests/trials/interrupted_runs.py build/release/ganvas            50 kills and 5 full disks for each of four families
    tests/trials/interrupted_runs.py build/release/ganvas --kills 5 --disks 0 --only dcgan

A kill is SIGKILL; the run is resumed with --resume. A full disk is a small tmpfs (root needed) that a filler file
fills; training must pause with a sentence and its last checkpoint must open; the filler then goes and SIGUSR1 lets
training go on. Every run makes three live changes on its way. Ends 0 when every run ended with the same weights.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

RUNS = {
    "dcgan": ["starter-dcgan", 1.6, {
        "network": {"family": "dcgan", "resolution": 32, "image_channels": 3, "z_dim": 16,
                    "dcgan": {"channels": [16, 16, 8]}},
        "batch": 8}],
    "wgan-gp": ["faces-wgan-gp", 4.8, {
        "network": {"family": "dcgan", "resolution": 32, "image_channels": 3, "z_dim": 16,
                    "dcgan": {"channels": [16, 16, 8], "d_batch_norm": False}},
        "batch": 8}],
    "stylegan": ["starter-stylegan", 0.5, {
        "network": {"family": "stylegan", "resolution": 16, "image_channels": 3, "z_dim": 16, "w_dim": 16, "num_ws": 6,
                    "extra": {"channels": [16, 16, 8], "d_dense": 16, "mapping_layers": 2, "mapping_channels": 16}},
        "grow": {"start": 8, "stable_kimg": 0.1, "fade_kimg": 0.1, "repeats": 2, "batch": {"8": 8, "16": 4}, "lr": {}},
        "batch": 4}],
    "stylegan2-ada": ["starter-stylegan2", 0.4, {
        "network": {"family": "stylegan2", "resolution": 16, "image_channels": 3, "z_dim": 16, "w_dim": 16, "num_ws": 6,
                    "extra": {"channel_base": 256, "channel_max": 16, "mapping_layers": 2, "d_architecture": "resnet",
                              "conv_clamp": 0, "fp16_resolutions": 0, "mbstd_group": 4}},
        "augment.kimg": 0.5, "batch": 4}],
}
EDITS = [{"step": 7, "key": "g_optimizer.lr", "value": 0.0007}, {"step": 21, "key": "one_step", "value": "discriminator"},
         {"step": 40, "key": "loss.g_weight", "value": 0.9}]


class Trial:
    def __init__(self, binary, name, folder):
        self.binary, self.name, self.folder = binary, name, folder
        self.recipe, self.kimg, self.changes = RUNS[name]
        self.journal = os.path.join(folder, "edits.jsonl")
        with open(self.journal, "w") as file:
            file.writelines(json.dumps(edit) + "\n" for edit in EDITS)

    def command(self, run, fresh):
        if not fresh:
            return [self.binary, "train", "--resume", run, "--threads", "1", "--progress", "json"]
        line = [self.binary, "train", "--recipe", self.recipe, "--kimg", str(self.kimg), "--out", run, "--threads", "1",
                "--deterministic", "--replay", self.journal, "--progress", "json", "--set", "data.count=200",
                "--set", "save_seconds=0.05", "--set", "sample_kimg=0.5"]
        for key, value in self.changes.items():
            line += ["--set", f"{key}={json.dumps(value)}"]
        return line

    def out_of(self, run):
        """What a run prints goes here, beside the small disk and not on it."""
        return os.path.join(self.folder, os.path.basename(run) + ".out")

    def start(self, run, fresh=True):
        out = open(self.out_of(run), "a")
        return subprocess.Popen(self.command(run, fresh), stdout=out, stderr=subprocess.STDOUT)

    def to_the_end(self, run, fresh):
        code = self.start(run, fresh).wait()
        if code != 0:
            raise RuntimeError(f"{run} ended with {code}: {open(self.out_of(run)).read()[-600:]}")
        return self.hash_of(run)

    @staticmethod
    def hash_of(run):
        with open(os.path.join(run, "log.jsonl")) as log:
            return json.loads(log.readlines()[-1])["weights_hash"]


def has_checkpoint(run):
    try:
        return any(name.startswith("step-") and name.endswith(".safetensors")
                   for name in os.listdir(os.path.join(run, "checkpoints")))
    except FileNotFoundError:
        return False


def kills(trial, count, seconds, expected):
    good, steps = 0, []
    for i in range(count):
        run = os.path.join(trial.folder, f"kill-{i}")
        process = trial.start(run)
        time.sleep(random.uniform(0.05, seconds))
        process.send_signal(signal.SIGKILL)
        process.wait()
        fresh = not has_checkpoint(run)  # killed before the first was whole: the folder is as good as empty
        if not fresh:
            newest = sorted(name for name in os.listdir(os.path.join(run, "checkpoints")) if name.startswith("step-"))[-1]
            steps.append(int(newest[5:13]))
        same = trial.to_the_end(run, fresh) == expected
        good += same
        if not same:
            print(f"  {run}: other weights than the run that nobody interrupted")
        subprocess.run(["rm", "-rf", run])
    print(f"{trial.name}: {good} of {count} killed runs ended bit-equal; resumed from steps {sorted(steps)}", flush=True)
    return good == count


def pauses(out):
    """Sentences with which the run that prints to `out` has paused so far."""
    found = []
    for line in open(out, errors="replace"):
        if line.startswith("{") and line.endswith("}\n"):
            event = json.loads(line)
            if event.get("event") == "state" and event["state"] == "paused" and event["message"]:
                found.append(event["message"])
    return found


def full_disk(trial, disk, number, seconds):
    """One run on `disk`, which is filled at a random moment. -> its hash."""
    run = os.path.join(disk, f"disk-run-{number}")
    out = trial.out_of(run)
    process = trial.start(run)
    while not has_checkpoint(run):
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.5 * seconds))
    with open(os.path.join(disk, "filler"), "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass
    deadline = time.time() + 60
    while not pauses(out) and process.poll() is None and time.time() < deadline:
        time.sleep(0.05)
    sentences = pauses(out)
    ended = process.poll() is not None
    if not ended and not sentences:
        raise RuntimeError(f"{run} did not pause on a full disk")
    if has_checkpoint(run):
        newest = sorted(name for name in os.listdir(os.path.join(run, "checkpoints")) if name.startswith("step-"))[-1]
        subprocess.run([trial.binary, "info", os.path.join(run, "checkpoints", newest)], check=True,
                       stdout=subprocess.DEVNULL)
    os.remove(os.path.join(disk, "filler"))
    while process.poll() is None:
        process.send_signal(signal.SIGUSR1)  # pauses and resumes
        before = len(pauses(out))
        for _ in range(40):
            if process.poll() is not None or len(pauses(out)) > before:
                break
            time.sleep(0.25)
    print(f"  {trial.name} {number}: {sentences[0] if sentences else 'was done before the disk was full'}", flush=True)
    return trial.hash_of(run)


def full_disks(trial, count, seconds, expected):
    good = 0
    for i in range(count):
        disk = os.path.join(trial.folder, f"disk-{i}")
        os.mkdir(disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
        try:
            good += full_disk(trial, disk, i, seconds) == expected
        finally:
            subprocess.run(["umount", "-l", disk], check=True)
    print(f"{trial.name}: {good} of {count} runs on a full disk went on and ended bit-equal", flush=True)
    return good == count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=50, help="for each family")
    parser.add_argument("--disks", type=int, default=5, help="for each family")
    parser.add_argument("--only", choices=RUNS, help="one family")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments")
    options = parser.parse_args()
    random.seed(options.seed)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    fine = True
    for name in [options.only] if options.only else RUNS:
        with tempfile.TemporaryDirectory(prefix="ganvas-trial-") as folder:
            trial = Trial(os.path.abspath(options.binary), name, folder)
            start = time.time()
            expected = trial.to_the_end(os.path.join(folder, "whole"), True)
            seconds = time.time() - start
            print(f"{name}: uninterrupted in {seconds:.1f} s, weights_hash {expected}", flush=True)
            fine = kills(trial, options.kills, seconds, expected) and fine
            fine = full_disks(trial, options.disks, seconds, expected) and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
