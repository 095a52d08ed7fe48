#!/usr/bin/env python3
"""Looks at memory and handles of the program while it trains, records and is steered for hours.

    tests/trials/long_use.py build/release/ganvas --hours 6

A script drives the explorer without a screen: a run that never ends, a film of it, and something else to look at
every second. Ends 0 when memory stays within 5 % of what it was after the first 10 minutes (or the first sixth of a
shorter time), and the handles do not grow.

    tests/trials/long_use.py build/release/ganvas --pictures 1000000

Makes a folder of so many small pictures and tells how long it takes until all are checked and listed.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib

# As it is: a smaller network collapses within minutes, and the alarm ends the script.
TRAINING = {"recipe": "starter-dcgan", "overrides": {"kimg": "1000000"}}


def script(seconds):
    steps = [{"command": "set_training", "controls": TRAINING},
             {"command": "start_training", "run_folder": "run", "resume_from": ""},
             {"wait": {"until_step": 1}}, {"command": "start_video", "path": "film.mp4", "fps": 10}]
    for i in range(int(seconds)):
        steps.append([{"command": "pan_seed", "dx": 0.3, "dy": 0.1}, {"command": "set_psi", "psi": 0.5 + i % 6 / 10},
                      {"command": "set_dimension", "index": i % 96, "value": i % 5 - 2}, {"command": "undo"}][i % 4])
        steps.append({"wait": {"seconds": 1}})
    return steps + [{"command": "stop_video"}, {"command": "stop_training"}, {"wait": {"until_state": "stopped"}}]


def held(process):
    """Bytes of memory, open files, threads."""
    status = open(f"/proc/{process}/status").read()
    field = lambda name: int(status.split(name + ":")[1].split()[0])
    return 1024 * field("VmRSS"), len(os.listdir(f"/proc/{process}/fd")), field("Threads")


def long_use(binary, hours):
    seconds = 3600 * hours
    settle = min(600, seconds / 6)
    with tempfile.TemporaryDirectory(prefix="ganvas-trial-") as folder:
        with open(os.path.join(folder, "script.json"), "w") as file:
            json.dump(script(seconds), file)
        program = subprocess.Popen([binary, "explore", "--headless", "--script", "script.json", "--out", "out"], cwd=folder)
        begun, first, most = time.time(), None, [0, 0, 0]
        while program.poll() is None:
            time.sleep(min(60, settle / 3))
            try:
                now = held(program.pid)
            except (FileNotFoundError, IndexError):
                break  # it has just ended
            if time.time() - begun < settle:
                continue
            first = first or now
            most = [max(pair) for pair in zip(most, now)]
            print(f"{(time.time() - begun) / 60:7.1f} min  {now[0] / 1e6:8.1f} MB  {now[1]} files  {now[2]} threads", flush=True)
        growth = most[0] / first[0] - 1
        print(f"memory grew by {100 * growth:.1f} %, files from {first[1]} to {most[1]}, threads from {first[2]} to {most[2]}")
        return program.wait() == 0 and growth <= 0.05 and most[1] <= first[1] + 2 and most[2] <= first[2] + 2


def png(color):
    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
    rows = b"".join(b"\0" + bytes(color) * 8 for _ in range(8))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0") + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def pictures(binary, count):
    with tempfile.TemporaryDirectory(prefix="ganvas-trial-") as folder:
        for i in range(count):
            place = os.path.join(folder, "data", f"{i // 1000:04}")
            if i % 1000 == 0:
                os.makedirs(place)
            with open(os.path.join(place, f"{i % 1000:03}.png"), "wb") as file:
                file.write(png([i % 256, i // 256 % 256, i // 65536]))
        begun = time.time()
        subprocess.run([binary, "dataset", "sheet", "--data", "data", "--resolution", "8", "--out", "sheet.png"], cwd=folder, check=True)
        seconds = time.time() - begun
        print(f"{count} pictures listed and checked in {seconds:.1f} s")
        return seconds < 60 * max(1, count / 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--hours", type=float, default=6)
    parser.add_argument("--pictures", type=int, default=0)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    return 0 if (pictures(binary, options.pictures) if options.pictures else long_use(binary, options.hours)) else 1


if __name__ == "__main__":
    sys.exit(main())
