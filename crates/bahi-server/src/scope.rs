//! Which scheme and district a command is of, for tokens that are held to one.
//!
//! # Invariants
//! * A command of which it cannot be told is outside: such a token brings what it is shown to be for.
//! * A case that is in the ledger is where the ledger says, whatever else a request says of it.
//! * What is looked up is asked of the ledger in bounded pieces.
//!
//! # Not here
//! Whether the command is lawful: the ledger's rules.

use std::collections::HashSet;

use bahi::{
    Error, Ledger, Service, Subject,
    core::{Act, CaseRef, Command, District, Event, FundKey, Position, SchemeName},
};

use crate::{
    caller::{Caller, outside},
    problem::{Code, Problem},
};

/// How many cases and events one question looks up.
const LOOKED_UP_AT_ONCE: usize = 64;

/// Where a command belongs.
enum Belongs<'c> {
    /// To these.
    To(Vec<(&'c SchemeName, District)>),
    /// Where this case does, and to these.
    Case(&'c CaseRef, Vec<(&'c SchemeName, District)>),
    /// Where the event of this position does.
    Event(Position),
    /// To the whole ledger.
    All,
}

fn belongs(act: &Act) -> Belongs<'_> {
    match act {
        Act::Allot { fund, .. }
        | Act::WithdrawFunds { fund, .. }
        | Act::LapseFund { fund, .. }
        | Act::EarnInterest { fund, .. }
        | Act::RemitInterest { fund, .. }
        | Act::Suspend { fund, .. } => Belongs::To(vec![(&fund.scheme, fund.district)]),
        Act::MoveFunds { from, to, .. } => {
            Belongs::To(vec![(&from.scheme, from.district), (&to.scheme, to.district)])
        }
        Act::Apply { scheme, district, .. } => Belongs::To(vec![(scheme, *district)]),
        Act::MoveStock { scheme, district, case_ref: None, .. } => {
            Belongs::To(vec![(scheme, *district)])
        }
        Act::MoveStock { scheme, district, case_ref: Some(case_ref), .. } => {
            Belongs::Case(case_ref, vec![(scheme, *district)])
        }
        Act::CarrySanction { case_ref, fund, .. } | Act::Sanction { case_ref, fund, .. } => {
            // The fund may be the scheme's pool, which is every district's.
            let own = (!fund.district.is_pool()).then_some((&fund.scheme, fund.district));
            Belongs::Case(case_ref, own.into_iter().collect())
        }
        Act::LapseSanction { case_ref, .. }
        | Act::Amend { case_ref, .. }
        | Act::RecordStep { case_ref, .. }
        | Act::Reject { case_ref, .. }
        | Act::Withdraw { case_ref, .. }
        | Act::CloseCase { case_ref, .. }
        | Act::ReviseSanction { case_ref, .. }
        | Act::CancelSanction { case_ref, .. }
        | Act::Disburse { case_ref, .. }
        | Act::Recover { case_ref, .. }
        | Act::DemandRecovery { case_ref, .. }
        | Act::Utilise { case_ref, .. }
        | Act::Adjust { case_ref, .. }
        | Act::Audit { case_ref: Some(case_ref), .. } => Belongs::Case(case_ref, Vec::new()),
        Act::Return { payment, .. } | Act::Confirm { payment, .. } => Belongs::Event(*payment),
        Act::SettleFinding { audit, .. } => Belongs::Event(*audit),
        Act::Reverse { of, .. } => Belongs::Event(*of),
        Act::OpenScheme { .. }
        | Act::ChangeTerms { .. }
        | Act::Bar { .. }
        | Act::Audit { case_ref: None, .. }
        | Act::CertifyState { .. }
        | Act::SealPeriod { .. }
        | Act::ReceiveStatement { .. }
        | Act::ReceiveLines { .. }
        | Act::Match { .. }
        | Act::Unmatch { .. }
        | Act::DecideMatch { .. }
        | Act::NoteExport { .. }
        | Act::DenyAccess { .. }
        | Act::RotateKey { .. }
        | Act::SetActorKey { .. } => Belongs::All,
    }
}

/// The scheme and district of a fund that an event is of; nothing where it is of none.
type Home = Option<(SchemeName, District)>;

/// The scheme and district of a case.
pub(crate) fn home_of_case(ledger: &Ledger, case_ref: &str) -> Result<Home, Error> {
    match ledger.case(case_ref) {
        Some(Subject::Case(applied)) => {
            Ok(homes_of_event(ledger, applied)?.into_iter().next().flatten())
        }
        Some(_) | None => Ok(None),
    }
}

/// The homes of an event: of its fund, and of the other one where money moved between two.
fn homes_of_event(ledger: &Ledger, position: Position) -> Result<Vec<Home>, Error> {
    if position.is_none() || position > ledger.position() {
        return Ok(vec![None]);
    }
    let recorded = ledger.event(position)?;
    let home = |fund: FundKey| {
        let scheme = ledger.names().scheme(fund.scheme);
        scheme.map(|scheme| (scheme.clone(), fund.district))
    };
    let mut homes = vec![home(recorded.envelope.fund)];
    if let Event::FundsMoved(moved) = &recorded.event {
        homes.push(home(moved.to));
    }
    Ok(homes)
}

/// Makes sure that commands lie within what a caller is held to.
///
/// # Errors
/// [`Code::OutsideScope`]; [`Code::NothingKnown`] for a case that is not in the ledger and not
/// applied for by an earlier command of the same request; those of [`Service::ask`].
pub(crate) async fn check(
    service: &Service,
    caller: &Caller,
    commands: &[Command],
) -> Result<(), Problem> {
    if !caller.is_scoped() {
        return Ok(());
    }
    let (mut cases, mut events) = (Vec::new(), Vec::new());
    let mut applied: HashSet<CaseRef> = HashSet::new();
    for command in commands {
        let stated = match belongs(&command.act) {
            Belongs::To(stated) => stated,
            Belongs::Case(case_ref, stated) => {
                // One that an earlier command applies for need not be there yet.
                cases.push((case_ref.clone(), applied.contains(case_ref)));
                stated
            }
            Belongs::Event(position) => {
                events.push(position);
                Vec::new()
            }
            Belongs::All => return Err(outside()),
        };
        if !stated.iter().all(|(scheme, district)| caller.covers(scheme, *district)) {
            return Err(outside());
        }
        if let Act::Apply { case_ref, .. } = &command.act {
            applied.insert(case_ref.clone());
        }
    }
    for piece in cases.chunks(LOOKED_UP_AT_ONCE) {
        let piece = piece.to_vec();
        let homes = move |ledger: &Ledger| -> Result<Vec<Home>, Error> {
            let home =
                |(case_ref, new): &(CaseRef, bool)| match home_of_case(ledger, case_ref.as_str()) {
                    Ok(None) if *new => None,
                    found => Some(found),
                };
            piece.iter().filter_map(home).collect()
        };
        within(caller, &service.ask(homes).await??)?;
    }
    for piece in events.chunks(LOOKED_UP_AT_ONCE) {
        let piece = piece.to_vec();
        let homes = move |ledger: &Ledger| -> Result<Vec<Home>, Error> {
            let homes = piece.iter().map(|position| homes_of_event(ledger, *position));
            Ok(homes.collect::<Result<Vec<_>, _>>()?.concat())
        };
        within(caller, &service.ask(homes).await??)?;
    }
    Ok(())
}

fn within(caller: &Caller, homes: &[Home]) -> Result<(), Problem> {
    for home in homes {
        let Some((scheme, district)) = home else {
            let what = "a case or an event that a command names is not in the ledger";
            return Err(Problem::new(Code::NothingKnown, what));
        };
        if !caller.covers(scheme, *district) {
            return Err(outside());
        }
    }
    Ok(())
}
