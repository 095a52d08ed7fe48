#!/usr/bin/env python3
"""What ./dev bench prints without Google Benchmark's arguments: the ratios by which speed is judged, all of one run.

    ./dev bench                                the table
    ./dev bench --json FILE                    the same as JSON
    ./dev bench --eager eager_dcgan.py         with eager PyTorch's DCGAN beside ours, in turns
    ./dev bench --before OLD_GANVAS            training of the starter networks against an older program's, in turns

Figures that this machine cannot give (bf16 without the processor's instructions) are left out.
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def median(values):
    return sorted(values)[len(values) // 2]


def benchmarks(program, only):
    """Name -> counters, of the benchmarks whose names begin with `only`."""
    done = subprocess.run([program, f"--benchmark_filter=^{only}", "--benchmark_format=json"], capture_output=True,
                          text=True, check=True)
    return {run["name"]: run for run in json.loads(done.stdout)["benchmarks"]}


def eager(python, script):
    """Pictures a second and milliseconds a picture of eager PyTorch, in its faster layout."""
    text = subprocess.run([python, script], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"training\s+([\d.]+) img/s\s+one image\s+([\d.]+) ms", text)
    return max(float(rate) for rate, _ in rows), min(float(ms) for _, ms in rows)


class Training:
    """A program that trains, to be let run and stopped."""

    def __init__(self, program, recipe, folder):
        self.log = os.path.join(folder, "log.jsonl")
        self.process = subprocess.Popen([program, "train", "--recipe", recipe, "--device", "cpu", "--quality", "0",
                                         "--history-mb", "0", "--progress", "none", "--out", folder],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={**os.environ, "OMP_WAIT_POLICY": "passive"})

    def images(self):
        try:
            with open(self.log) as log:
                return 1000 * json.loads([line for line in log if line.endswith("\n") and '"step"' in line][-1])["kimg"]
        except (OSError, IndexError):
            return 0

    def written(self):
        before = self.images()
        while self.images() == before:
            if self.process.poll() is not None:
                sys.exit("bench: a program ended while it trained")
            time.sleep(0.01)
        return time.monotonic(), self.images()

    def turn(self, seconds):
        self.process.send_signal(signal.SIGCONT)
        self.written()
        began, first = self.written()
        time.sleep(seconds)
        ended, last = self.written()
        self.process.send_signal(signal.SIGSTOP)
        return last - first, ended - began


def in_turns(programs, recipe, turns=4, seconds=6):
    """Pictures a second of each of two programs, which run by turns."""
    with tempfile.TemporaryDirectory() as work:
        runs = [Training(program, recipe, os.path.join(work, str(i))) for i, program in enumerate(programs)]
        try:
            totals = [[0.0, 0.0] for _ in runs]
            for run in runs:
                run.turn(1)
            for turn in range(turns):
                for who in range(len(runs)) if turn % 2 == 0 else reversed(range(len(runs))):
                    pictures, took = runs[who].turn(seconds)
                    totals[who][0] += pictures
                    totals[who][1] += took
            return [pictures / took for pictures, took in totals]
        finally:
            for run in runs:
                run.process.kill()
                run.process.wait()


def dcgan_beside_eager(options, figures, turns=3):
    ours, theirs, mine_ms, their_ms = [], [], [], []
    for _ in range(turns):
        runs = benchmarks(options.bench, "(train_step/anime_dcgan_v1|generate_one_dcgan_picture)")
        ours.append(next(run["img_per_s"] for name, run in runs.items() if name.startswith("train_step")))
        mine_ms.append(next(run["real_time"] for name, run in runs.items() if name.startswith("generate_one_")))
        rate, ms = eager(options.python, options.eager)
        theirs.append(rate)
        their_ms.append(ms)
    figures["training.dcgan.img_per_s"] = median(ours)
    figures["training.dcgan.ratio_to_eager"] = median(ours) / median(theirs)
    figures["synthesis.dcgan64.ratio_to_eager"] = median(their_ms) / median(mine_ms)


def start_seconds(program):
    """From the start of the program to its first picture on a window, or nothing without a display server."""
    if shutil.which("Xvfb") is None:
        return None
    screen = subprocess.Popen(["Xvfb", ":97", "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
                              stderr=subprocess.DEVNULL)
    try:
        times = []
        with tempfile.TemporaryDirectory() as work:
            for i in range(3):  # the first warms the cache of files
                look = os.path.join(work, f"look{i}.json")
                start = time.monotonic()
                run = subprocess.Popen([program, "explore", "--window", "--device", "cpu", "--inspect", look],
                                       env={**os.environ, "DISPLAY": ":97"}, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
                while not os.path.exists(look) and run.poll() is None and time.monotonic() - start < 60:
                    time.sleep(0.005)
                times.append(time.monotonic() - start)
                run.kill()
                run.wait()
        return min(times[1:])
    finally:
        screen.terminate()


def measure(options):
    figures = {}
    for name, run in benchmarks(options.bench, "synthesis/").items():
        resolution = name.split("/")[1]
        figures["conv_peak_gflops"] = run["peak_GFLOPS"]
        figures[f"synthesis.{resolution}.fraction_of_peak"] = run["fraction_of_peak"]
        figures[f"synthesis.{resolution}.ms"] = run["real_time"]
    for name, key in (("starter", "starter_stylegan2"), ("of_64", "stylegan2_64"), ("of_64_ada", "stylegan2_64_ada")):
        for run in benchmarks(options.bench, f"train_stylegan2/{name}/").values():
            figures[f"training.{key}.img_per_s"] = run["img_per_s"]
    for resolution in (256, 1024):  # each in a process of its own, for its memory
        for run in benchmarks(options.bench, f"latency/{resolution}/").values():
            figures[f"latency.{resolution}.median_ms"] = run["median_ms"]
            figures[f"latency.{resolution}.p99_ms"] = run["p99_ms"]
            figures[f"latency.{resolution}.exact_median_ms"] = run["exact_median_ms"]
            if resolution == 1024:
                figures["memory.1024.resident_mb"] = run["resident_mb"]
    if options.eager:
        dcgan_beside_eager(options, figures)
    if options.before:
        for recipe in ("starter-stylegan2", "starter-dcgan"):
            new, old = in_turns([options.program, options.before], recipe)
            figures[f"training.{recipe.replace('-', '_')}.ratio_to_before"] = new / old
    seconds = start_seconds(options.program)
    if seconds is not None:
        figures["start.first_frame_s"] = seconds
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", help="ganvas_bench")
    parser.add_argument("program", help="ganvas")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--eager", metavar="SCRIPT", help="prints the speed of eager PyTorch's DCGAN")
    parser.add_argument("--before", metavar="GANVAS", help="an older program")
    parser.add_argument("--python", default=sys.executable, help="a Python with PyTorch")
    options = parser.parse_args()
    figures = measure(options)
    for key, value in figures.items():
        print(f"{key:44s} {value:10.3f}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(figures, file, indent=2)


if __name__ == "__main__":
    main()
