#!/usr/bin/env python3
"""What looking costs: training in the window, under Xvfb, against the same training with no window.

    bench/view_share.py build/release/ganvas                                     starter-dcgan at 10 %
    bench/view_share.py build/release/ganvas --recipe starter-stylegan2 --share 5 --turns 20

Both programs run at once, but only one of them at any time: the other one is stopped (SIGSTOP). They take turns of some
seconds, so that a machine whose speed changes by the minute is equally slow for both. Prints the ratio of their speeds,
each the pictures trained in the time that its program had, and what the window's own meter said meanwhile.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time


def script(recipe, share, folder):
    return [{"command": "set_settings", "settings": {"view_share": share / 100}},
            {"command": "set_training", "controls": {"recipe": recipe, "data": "faces", "follow": True}},
            {"command": "start_training", "run_folder": folder}, {"wait": {"until_step": 3, "timeout": 600}},
            {"command": "set_animate", "on": True, "speed": 0.5}, {"wait": {"seconds": 100000}}]


def images(run):
    """Pictures that the run has trained with, as its log tells."""
    try:
        with open(os.path.join(run, "log.jsonl")) as log:
            steps = [json.loads(line) for line in log if line.endswith("\n") and '"step"' in line]
        return 1000 * steps[-1]["kimg"]
    except (OSError, IndexError):
        return 0


def meter(look):
    try:
        return json.load(open(look))["state"]["view_share_used"]
    except (OSError, ValueError, KeyError):
        return None


class Program:
    """One of the two, which runs only during its turns."""

    def __init__(self, command, run, environment):
        self.run = run
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)

    def send(self, number):
        self.process.send_signal(number)

    def begin(self, steps):
        """Until it trains."""
        while images(self.run) < steps:
            if self.process.poll() is not None:
                sys.exit("view_share: a program ended before it trained")
            time.sleep(0.2)
        self.send(signal.SIGSTOP)

    def written(self):
        """Waits until the log grows, which is about once a second and then to the newest step. -> when, and pictures."""
        log = os.path.join(self.run, "log.jsonl")
        before = os.path.getsize(log)
        while os.path.getsize(log) == before:
            if self.process.poll() is not None:
                sys.exit("view_share: a program ended in its turn")
            time.sleep(0.005)
        return time.monotonic(), images(self.run)

    def turn(self, seconds, each=lambda: None):
        """-> the pictures of a turn, and the seconds that they took."""
        self.send(signal.SIGCONT)
        self.written()  # what waited since the turn before
        began, first = self.written()
        while time.monotonic() - began < seconds:
            time.sleep(min(1.0, seconds))
            each()
        ended, last = self.written()
        self.send(signal.SIGSTOP)
        return last - first, ended - began


def measure(options, work):
    environment = {**os.environ, "DISPLAY": ":96", "OMP_WAIT_POLICY": "passive"}
    runs = [os.path.join(work, name) for name in ("seen", "alone")]
    look = os.path.join(work, "look.json")
    with open(os.path.join(work, "script.json"), "w") as file:
        json.dump(script(options.recipe, options.share, runs[0]), file)
    seen = Program([options.program, "explore", "--window", "--device", "cpu", "--script", file.name, "--out",
                    os.path.join(work, "out"), "--inspect", look], runs[0], environment)
    programs = [seen]
    try:
        seen.begin(options.first)
        alone = Program([options.program, "train", "--recipe", options.recipe, "--data", "faces", "--device", "cpu",
                         "--quality", "0", "--progress", "none", "--out", runs[1]], runs[1], environment)
        programs.append(alone)
        alone.begin(options.first)
        trained, seconds, readings = [0.0, 0.0], [0.0, 0.0], []
        for turn in range(options.turns):
            # Who goes first alternates, so that neither always follows the other one's heat.
            for who in (0, 1) if turn % 2 == 0 else (1, 0):
                each = (lambda: readings.append(meter(look))) if who == 0 else (lambda: None)
                pictures, took = programs[who].turn(options.seconds, each)
                trained[who] += pictures
                seconds[who] += took
        speeds = [pictures / took for pictures, took in zip(trained, seconds)]
        used = [reading for reading in readings if reading]
        print(f"{options.recipe}: {speeds[0]:.1f} of {speeds[1]:.1f} img/s, ratio {speeds[0] / speeds[1]:.3f} at a budget of "
              f"{options.share:.0f} %; the meter said {100 * sum(used) / max(1, len(used)):.1f} %, measured "
              f"{100 * (1 - speeds[0] / speeds[1]):.1f} %; {options.turns} turns of {options.seconds:.0f} s each", flush=True)
    finally:
        for program in programs:
            program.send(signal.SIGKILL)
            program.send(signal.SIGCONT)
            program.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the ganvas to measure")
    parser.add_argument("--recipe", default="starter-dcgan")
    parser.add_argument("--share", type=float, default=10, help="the view's budget in percent")
    parser.add_argument("--seconds", type=float, default=6, help="of a turn")
    parser.add_argument("--turns", type=int, default=15, help="of each program")
    parser.add_argument("--first", type=float, default=200, help="pictures that each trains before it is measured")
    options = parser.parse_args()
    screen = subprocess.Popen(["Xvfb", ":96", "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
                              stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as work:
            measure(options, work)
    finally:
        screen.terminate()


if __name__ == "__main__":
    main()
