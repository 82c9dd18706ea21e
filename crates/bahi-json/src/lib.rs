//! The JSON form of a subsidy ledger's commands, events, receipts and answers, and its schema.
