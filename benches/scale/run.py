"""Runs a program to its end or to a limit, and says how long it took and what memory it had.

Arguments: the limit in seconds, then the program and its arguments. Prints the seconds and the peak of
memory in KiB, or "timeout". What the program prints goes nowhere.
"""

import resource
import subprocess
import sys
import time


def main():
    start = time.perf_counter()
    try:
        done = subprocess.run(
            sys.argv[2:],
            timeout=float(sys.argv[1]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print("timeout")
        return
    took = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(done.stderr.decode(errors="replace"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{took:.6f} {peak}")


if __name__ == "__main__":
    main()
