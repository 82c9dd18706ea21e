//! A fold of a subsidy ledger: the audit trail of a case, a person, an account and an order.
