//! The workload that the benchmarks share.
