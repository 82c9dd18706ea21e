//! The rules of a subsidy ledger: state, and the decision on each command.
