"""Adds up a table of postings by fund and account with DuckDB.

Arguments: the directory of Parquet files. Prints the seconds of the sum, the rows it read, and the peak
of memory in KiB.
"""

import resource
import sys
import time

import duckdb


def main():
    files = f"read_parquet('{sys.argv[1]}/*/*/*.parquet', hive_partitioning = true)"
    start = time.perf_counter()
    connection = duckdb.connect()
    sums = connection.execute(
        f"""select scheme, district, head, fy, ledger_account, sum(debit), sum(credit), count(*)
        from {files} group by all"""
    ).fetchall()
    took = time.perf_counter() - start
    debits, credits = sum(row[5] for row in sums), sum(row[6] for row in sums)
    if debits != credits:
        sys.exit(f"debits of {debits} and credits of {credits}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{took:.6f} {sum(row[7] for row in sums)} {peak}")


if __name__ == "__main__":
    main()
