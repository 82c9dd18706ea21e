//! An embeddable, event-sourced subsidy ledger: open, submit, query, replay, verify.
