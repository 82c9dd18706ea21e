//! What a role may: which routes it may ask, and which commands it may bring.
//!
//! # Invariants
//! * A route that is not in the table is asked by nobody: [`right_of`] knows no default.
//! * Commands of the service's own, denials, are brought by nobody.
//!
//! # Not here
//! Whether a command is lawful, and that maker and checker differ: the ledger's rules.

use axum::http::Method;
use bahi::core::{CommandKind, Role};

/// What is asked for by a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    /// Whether the service runs, and how it is asked: nobody's secret.
    Open,
    /// Who one is, and leaving a session.
    Oneself,
    /// Bringing commands.
    Submit,
    /// Sums: balances, schemes.
    Sums,
    /// One case, followed.
    Trails,
    /// Everybody's trail of a person, an account or an order, across cases.
    People,
    /// Papers of funds, some of which list their cases.
    Papers,
    /// The log, event by event.
    Events,
    /// The log, written out.
    Exports,
    /// Checkpoints, and proofs under them.
    Proofs,
    /// The log's own bytes, as tiles.
    Tiles,
    /// What the auditor's tests find, and samples.
    Findings,
    /// Taking up a finding.
    TakeUp,
    /// Settling a finding.
    Settle,
    /// Statements of banks and what they are matched with.
    Reconciliation,
    /// Bringing a statement, and matching what a reference proves.
    Match,
    /// A person's word on a match.
    Decide,
    /// Payment files, with names and account numbers.
    Pay,
    /// Certifying balances.
    Certify,
    /// Closing a month.
    Seal,
    /// The service's own figures.
    Metrics,
}

use Role::{
    Administrator, Auditor, DistrictOffice, DrawingOfficer, Finance, SanctioningAuthority,
    TreasuryJob,
};

impl Right {
    /// Every right.
    pub const ALL: [Right; 21] = [
        Right::Open,
        Right::Oneself,
        Right::Submit,
        Right::Sums,
        Right::Trails,
        Right::People,
        Right::Papers,
        Right::Events,
        Right::Exports,
        Right::Proofs,
        Right::Tiles,
        Right::Findings,
        Right::TakeUp,
        Right::Settle,
        Right::Reconciliation,
        Right::Match,
        Right::Decide,
        Right::Pay,
        Right::Certify,
        Right::Seal,
        Right::Metrics,
    ];

    /// Its word in the record of a denial.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Right::Open => "http_open",
            Right::Oneself => "http_oneself",
            Right::Submit => "http_submit",
            Right::Sums => "http_sums",
            Right::Trails => "http_trails",
            Right::People => "http_people",
            Right::Papers => "http_papers",
            Right::Events => "http_events",
            Right::Exports => "http_exports",
            Right::Proofs => "http_proofs",
            Right::Tiles => "http_tiles",
            Right::Findings => "http_findings",
            Right::TakeUp => "http_take_up",
            Right::Settle => "http_settle",
            Right::Reconciliation => "http_reconciliation",
            Right::Match => "http_match",
            Right::Decide => "http_decide",
            Right::Pay => "http_pay",
            Right::Certify => "http_certify",
            Right::Seal => "http_seal",
            Right::Metrics => "http_metrics",
        }
    }

    /// The roles that have it.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Right::Open | Right::Oneself | Right::Sums | Right::Proofs | Right::Trails => {
                &Role::ALL
            }
            Right::Submit => &Role::ALL,
            Right::People => &[SanctioningAuthority, DrawingOfficer, Auditor, Administrator],
            Right::Papers => &[
                Finance,
                DistrictOffice,
                SanctioningAuthority,
                DrawingOfficer,
                Auditor,
                Administrator,
            ],
            Right::Events | Right::Exports => &[Finance, TreasuryJob, Auditor, Administrator],
            // The same bytes as exports of events, for those who are held to nothing.
            Right::Tiles => Right::Exports.roles(),
            Right::Findings => &[Finance, Auditor, Administrator],
            Right::TakeUp => brought_by(CommandKind::Audit),
            Right::Settle => brought_by(CommandKind::SettleFinding),
            Right::Reconciliation => {
                &[Finance, DrawingOfficer, TreasuryJob, Auditor, Administrator]
            }
            Right::Match => brought_by(CommandKind::Match),
            // Accepting that money came back records its return, which finance does not.
            Right::Decide | Right::Pay => &[DrawingOfficer],
            Right::Certify => brought_by(CommandKind::CertifyState),
            Right::Seal => brought_by(CommandKind::SealPeriod),
            Right::Metrics => &[TreasuryJob, Administrator],
        }
    }

    /// Whether a token that is held to a scheme or a district has it. What cannot be narrowed to
    /// one is for tokens that are held to none.
    #[must_use]
    pub const fn can_be_narrowed(self) -> bool {
        match self {
            Right::Open
            | Right::Oneself
            | Right::Submit
            | Right::Sums
            | Right::Trails
            | Right::Papers
            | Right::Events
            | Right::Exports
            | Right::Proofs => true,
            Right::People
            | Right::Tiles
            | Right::Findings
            | Right::TakeUp
            | Right::Settle
            | Right::Reconciliation
            | Right::Match
            | Right::Decide
            | Right::Pay
            | Right::Certify
            | Right::Seal
            | Right::Metrics => false,
        }
    }
}

/// What a route asks for, by its method and its path as the router has it. This is the one table of
/// the routes of the API, and the console has the one of its pages; a route without a line in either
/// is answered to nobody.
pub const RIGHTS: &[(&str, &str, Right)] = &[
    ("GET", "/healthz", Right::Open),
    ("GET", "/readyz", Right::Open),
    ("GET", "/openapi.json", Right::Open),
    ("GET", "/metrics", Right::Metrics),
    ("GET", "/v1/me", Right::Oneself),
    ("POST", "/session", Right::Open),
    ("POST", "/session/end", Right::Open),
    ("POST", "/v1/commands", Right::Submit),
    ("GET", "/v1/schema/commands", Right::Open),
    ("GET", "/v1/ledger", Right::Oneself),
    ("GET", "/v1/schemes", Right::Sums),
    ("GET", "/v1/balances", Right::Sums),
    ("GET", "/v1/outcomes", Right::Sums),
    ("GET", "/v1/suspense", Right::Sums),
    ("GET", "/v1/trail", Right::Trails),
    ("GET", "/v1/explain", Right::Trails),
    ("GET", "/v1/events", Right::Events),
    ("GET", "/v1/events/{position}", Right::Events),
    ("GET", "/v1/stream", Right::Events),
    ("GET", "/v1/export/events", Right::Exports),
    ("GET", "/v1/export/postings", Right::Exports),
    ("GET", "/v1/export/gl-detail", Right::Exports),
    ("GET", "/v1/export/cases", Right::Exports),
    ("GET", "/v1/export/balances", Right::Exports),
    ("GET", "/v1/papers/certificate", Right::Papers),
    ("GET", "/v1/papers/expenditure", Right::Papers),
    ("GET", "/v1/papers/sanctions", Right::Papers),
    ("GET", "/v1/papers/term-deposits", Right::Papers),
    ("GET", "/v1/papers/ageing", Right::Papers),
    ("GET", "/v1/papers/case", Right::Trails),
    ("GET", "/v1/findings", Right::Findings),
    ("POST", "/v1/findings/take-up", Right::TakeUp),
    ("POST", "/v1/findings/settle", Right::Settle),
    ("GET", "/v1/sample", Right::Findings),
    ("GET", "/v1/payments", Right::Reconciliation),
    ("GET", "/v1/payments/due", Right::Reconciliation),
    ("POST", "/v1/payments/file", Right::Pay),
    ("POST", "/v1/payments/written", Right::Pay),
    ("GET", "/v1/statements", Right::Reconciliation),
    ("POST", "/v1/statements", Right::Match),
    ("GET", "/v1/reconciliation", Right::Reconciliation),
    ("POST", "/v1/reconciliation", Right::Match),
    ("GET", "/v1/reconciliation/explain", Right::Reconciliation),
    ("POST", "/v1/reconciliation/decide", Right::Decide),
    ("GET", "/v1/certificates", Right::Proofs),
    ("POST", "/v1/certificates", Right::Certify),
    ("POST", "/v1/seals", Right::Seal),
    ("GET", "/v1/proofs/{position}", Right::Proofs),
    ("GET", "/v1/proofs/balance", Right::Proofs),
    ("GET", "/v1/proofs/history", Right::Proofs),
    ("GET", "/checkpoint", Right::Proofs),
    ("GET", "/tile/{*path}", Right::Tiles),
];

/// What a route asks for; `HEAD` asks for what `GET` does.
#[must_use]
pub fn right_of(method: &Method, route: &str) -> Option<Right> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut all = RIGHTS.iter().chain(crate::console::PAGES);
    let found = all.find(|(one, path, _)| *one == method && *path == route);
    found.map(|(_, _, right)| *right)
}

/// The methods that a route takes, as `Allow` names them; none for a route that there is not.
pub(crate) fn methods_of(route: &str) -> Vec<&'static str> {
    let all = RIGHTS.iter().chain(crate::console::PAGES).filter(|(_, path, _)| *path == route);
    let methods = all.flat_map(|(method, ..)| match *method {
        "GET" => vec!["GET", "HEAD"],
        other => vec![other],
    });
    methods.collect()
}

/// Words by which the programs themselves account for what they gave out or opened: payments in a
/// file, details in a vault, what an account of a statement is called. Over HTTP nobody notes such a thing, since nobody did it there.
const NOTED_BY_PROGRAMS: [&str; 4] = ["payment_", "payments_", "vault_", "account:"];

/// Whether an export that a command notes is one that programs alone account for.
pub(crate) fn is_noted_by_programs(what: &str) -> bool {
    NOTED_BY_PROGRAMS.iter().any(|begin| what.starts_with(begin))
}

/// The roles that bring a kind of command.
#[must_use]
pub const fn brought_by(kind: CommandKind) -> &'static [Role] {
    match kind {
        CommandKind::OpenScheme | CommandKind::ChangeTerms => &[Finance, Administrator],
        CommandKind::Allot
        | CommandKind::WithdrawFunds
        | CommandKind::MoveFunds
        | CommandKind::LapseFund => &[Finance],
        CommandKind::LapseSanction | CommandKind::CarrySanction => &[Finance, SanctioningAuthority],
        CommandKind::Apply
        | CommandKind::Amend
        | CommandKind::Withdraw
        | CommandKind::CloseCase => &[DistrictOffice],
        // Whose step it is, the scheme's own terms say.
        CommandKind::RecordStep => {
            &[Finance, DistrictOffice, SanctioningAuthority, DrawingOfficer, Administrator]
        }
        CommandKind::Reject => &[DistrictOffice, SanctioningAuthority],
        CommandKind::Bar => &[SanctioningAuthority, Administrator],
        CommandKind::Sanction | CommandKind::ReviseSanction | CommandKind::CancelSanction => {
            &[SanctioningAuthority]
        }
        CommandKind::Disburse => &[DrawingOfficer],
        CommandKind::Return | CommandKind::Confirm => &[DrawingOfficer, TreasuryJob],
        CommandKind::Suspend => &[Finance, DrawingOfficer, TreasuryJob],
        CommandKind::Recover => &[DistrictOffice, DrawingOfficer, TreasuryJob],
        CommandKind::DemandRecovery => &[DistrictOffice, SanctioningAuthority, DrawingOfficer],
        CommandKind::Utilise | CommandKind::Adjust => &[DistrictOffice, DrawingOfficer],
        CommandKind::EarnInterest | CommandKind::RemitInterest => &[Finance, DrawingOfficer],
        CommandKind::MoveStock => &[DistrictOffice, DrawingOfficer],
        CommandKind::Audit => &[Auditor],
        CommandKind::SettleFinding => &[Finance, SanctioningAuthority, Auditor],
        CommandKind::CertifyState => &[Finance, Auditor, Administrator],
        CommandKind::SealPeriod => &[Finance, Administrator],
        CommandKind::ReceiveStatement
        | CommandKind::ReceiveLines
        | CommandKind::Match
        | CommandKind::Unmatch => &[TreasuryJob],
        CommandKind::DecideMatch => &[Finance, DrawingOfficer],
        CommandKind::Reverse => &[Finance, Administrator],
        CommandKind::NoteExport => &[Finance, TreasuryJob, Auditor, Administrator],
        CommandKind::RotateKey | CommandKind::SetActorKey => &[Administrator],
        CommandKind::DenyAccess => &[],
    }
}

#[cfg(test)]
mod tests {
    //! The tables themselves.

    use axum::http::Method;
    use bahi::core::{CommandKind, Role};

    use super::{RIGHTS, Right, brought_by, right_of};

    #[test]
    fn a_route_that_is_not_in_the_table_is_nobodys() {
        let nobodys =
            ["/v1", "/console/", "/v1/balances/", "/v1//balances", "/V1/balances", "/v1/events/7"];
        for path in nobodys {
            assert_eq!(right_of(&Method::GET, path), None, "{path}");
        }
        assert_eq!(right_of(&Method::POST, "/v1/balances"), None);
        assert_eq!(right_of(&Method::HEAD, "/v1/balances"), Some(Right::Sums));
        assert_eq!(right_of(&Method::DELETE, "/v1/commands"), None);
    }

    #[test]
    fn each_route_stands_once_and_each_right_is_asked_for_or_is_a_matter_of_parameters() {
        for (index, (method, path, _)) in RIGHTS.iter().enumerate() {
            let twice = RIGHTS[index + 1..]
                .iter()
                .any(|(other, route, _)| (other, route) == (method, path));
            assert!(!twice, "{method} {path}");
        }
        for right in Right::ALL {
            let asked = RIGHTS.iter().any(|(_, _, one)| *one == right);
            assert!(asked || right == Right::People, "{right:?}");
        }
    }

    #[test]
    fn each_command_is_brought_by_somebody_but_a_denial_and_no_role_brings_all() {
        for kind in CommandKind::ALL {
            let none = brought_by(kind).is_empty();
            assert_eq!(none, kind == CommandKind::DenyAccess, "{}", kind.name());
        }
        for role in Role::ALL {
            let brings = CommandKind::ALL.iter().filter(|kind| brought_by(**kind).contains(&role));
            let count = brings.count();
            assert!(0 < count && count < CommandKind::ALL.len() / 2, "{role:?} {count}");
        }
        // Who asks for money, who grants it and who pays it are three.
        let three = [CommandKind::Apply, CommandKind::Sanction, CommandKind::Disburse];
        for (index, kind) in three.iter().enumerate() {
            let others = three.iter().skip(index + 1).flat_map(|other| brought_by(*other));
            assert!(!others.into_iter().any(|role| brought_by(*kind).contains(role)), "{kind:?}");
        }
    }
}
