//! A fold of a subsidy ledger: postings, the fund register, and balances per scheme, district, head and year.
