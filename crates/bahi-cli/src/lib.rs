//! The bahi program: a subsidy ledger from the command line.
