//! The stored form of a subsidy ledger's events, by version.
