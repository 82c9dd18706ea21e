"""Merges the references of a ledger's payments with those of a bank's lines, by pandas.

Arguments: the payments' file and the lines' file, both CSV. Reading is not in the time. Prints the
seconds of the merge, the pairs it made, how many of them pair what does not belong together, and the
peak of memory in KiB before the merge and after it.
"""

import sys
import time

import pandas


def peak_kib():
    """The most memory the process ever had, where the system tells; 0 else."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def main():
    payments = pandas.read_csv(sys.argv[1], dtype={"reference": "string"})
    lines = pandas.read_csv(sys.argv[2], dtype={"reference": "string"})
    before = peak_kib()
    start = time.perf_counter()
    pairs = payments.merge(lines, on=["reference", "paise"], how="inner")
    took = time.perf_counter() - start
    after = peak_kib()
    wrong = int((pairs["payment"] != pairs["true_payment"]).sum())
    # A payment or a line that stands in several pairs is consumed more than once.
    again = int(pairs["payment"].duplicated().sum() + pairs["line"].duplicated().sum())
    print(f"{took:.6f} {len(pairs)} {wrong} {again} {before} {after}")


if __name__ == "__main__":
    main()
