//! Names and accounts of payees, out of the vault and into a file's payments.
//!
//! # Invariants
//! * An account number is given only where a fingerprint of it is the instruction's payee.
//! * Details that the ledger says were erased are not looked at, whatever a vault has of them.
//! * Every subject whose details were read for a payment is known, for the event that says so.

use std::collections::BTreeMap;

use bahi_core::{Applicant, Day, Event, Fingerprint, Position, looks_like_aadhaar};
use bahi_recon::{OutwardPayment, Secret};
use bahi_vault::{Contents, FingerprintKind, Subject, SubjectId, Vault};

use super::due::{AccountBar, Instruction, service};
use super::{PaymentProblem, PaymentsError, WhyNot};
use crate::details::Standing;
use crate::{Error, Ledger};

/// The text in the vault that is an account's number.
const NUMBER: &str = "account_number";
/// The text that says how many digits it has, where that may be two.
const DIGITS: &str = "account_digits";
/// The texts that are the payee's name: as the bank has it, else as anybody.
const NAMES: [&str; 2] = ["account_name", "name"];

/// A payment with every fingerprint of its account.
type Found = (OutwardPayment, Vec<Fingerprint>);

/// The payments of a file, with names and accounts.
pub(super) struct Payees {
    payments: Vec<OutwardPayment>,
    problems: Vec<PaymentProblem>,
    shown: BTreeMap<SubjectId, u64>,
}

impl Payees {
    /// Finds every payee in the vault.
    ///
    /// # Errors
    /// [`PaymentsError::Refused`] with every payment whose payee is not there or may not be paid;
    /// those of the vault and of reading the log.
    pub(super) fn gather(
        ledger: &Ledger,
        vault: &Vault,
        bars: &[AccountBar],
        chosen: &[(Position, &Instruction)],
        on: Day,
    ) -> Result<Payees, PaymentsError> {
        let mut payees = Payees {
            payments: Vec::with_capacity(chosen.len()),
            problems: Vec::new(),
            shown: BTreeMap::new(),
        };
        let mut refused = Vec::new();
        for (position, instruction) in chosen {
            let case = ledger.case_ref(instruction.case);
            let place = PaymentProblem { payment: *position, case, why: WhyNot::NoAccount };
            match payees.find(ledger, vault, *position, instruction)? {
                Ok((payment, prints)) => match barred(bars, &prints, on) {
                    Some(bar) => {
                        refused.push(PaymentProblem { why: WhyNot::Barred(bar), ..place });
                    }
                    None => {
                        payees.payments.push(payment);
                        payees.problems.push(place);
                    }
                },
                Err(why) => refused.push(PaymentProblem { why, ..place }),
            }
        }
        if refused.is_empty() { Ok(payees) } else { Err(PaymentsError::Refused(refused)) }
    }

    pub(super) fn payments(&self) -> &[OutwardPayment] {
        &self.payments
    }

    /// Whose details were read, and how many texts they have.
    pub(super) const fn shown(&self) -> &BTreeMap<SubjectId, u64> {
        &self.shown
    }

    /// The payment at a place, with a reason.
    pub(super) fn problem(&self, index: usize, why: WhyNot) -> Option<PaymentProblem> {
        self.problems.get(index).map(|place| PaymentProblem { why, ..place.clone() })
    }

    fn find(
        &mut self,
        ledger: &Ledger,
        vault: &Vault,
        position: Position,
        instruction: &Instruction,
    ) -> Result<Result<Found, WhyNot>, PaymentsError> {
        let payee = instruction.body.payee;
        let mut why = WhyNot::NoAccount;
        for print in subjects(ledger, instruction)? {
            let id = Subject::Person(print).id(ledger.id());
            if let Some(Standing::Erased(at)) = ledger.details.of(id) {
                why = WhyNot::Erased(at);
                continue;
            }
            let Some(contents) = vault.show(id)? else { continue };
            match account(ledger, &contents, payee.account.0) {
                Ok((account, name, prints)) => {
                    self.shown.insert(id, contents.len() as u64);
                    let Some(service) = service(instruction.body.mode) else {
                        return Err(Error::Bug("a payment of no service is due").into());
                    };
                    let payment = OutwardPayment {
                        number: position.0,
                        reference: instruction.body.reference.to_string(),
                        service,
                        amount: instruction.amount,
                        branch: payee.ifsc,
                        account,
                        name,
                    };
                    return Ok(Ok((payment, prints)));
                }
                Err(WhyNot::NoAccount) => {}
                Err(other) => why = other,
            }
        }
        Ok(Err(why))
    }
}

/// Under whose keys a payee's details may lie: the account's own, then the applicant's.
fn subjects(ledger: &Ledger, instruction: &Instruction) -> Result<Vec<Fingerprint>, Error> {
    let mut subjects = vec![instruction.body.payee.account.0];
    if let Event::Applied(applied) = &ledger.event(instruction.case)?.event {
        match &applied.applicant {
            Applicant::Person { person, .. } => subjects.push(person.0),
            Applicant::Unit { unit, owner } => {
                subjects.push(unit.0);
                subjects.extend(owner.iter().map(|owner| owner.0));
            }
            Applicant::Spv { spv, .. } => subjects.push(spv.0),
            Applicant::Institution { institution } => subjects.push(institution.0),
            Applicant::NotInSource => {}
        }
    }
    Ok(subjects)
}

fn barred(bars: &[AccountBar], prints: &[Fingerprint], on: Day) -> Option<Position> {
    let covers = |bar: &&AccountBar| {
        bar.from <= on && bar.until.is_none_or(|until| on <= until) && prints.contains(&bar.account)
    };
    bars.iter().find(covers).map(|bar| bar.position)
}

fn text<'c>(contents: &'c Contents, wanted: &str) -> Option<&'c str> {
    contents.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text)
}

/// The account number and the name among details, and every fingerprint of the number; provided
/// that one of these is the payee.
fn account(
    ledger: &Ledger,
    contents: &Contents,
    payee: Fingerprint,
) -> Result<(Secret, Secret, Vec<Fingerprint>), WhyNot> {
    let number = text(contents, NUMBER).ok_or(WhyNot::NoAccount)?.trim();
    let prints = ledger.fingerprint(FingerprintKind::Account, number);
    let prints = prints.ok().flatten().ok_or(WhyNot::OtherAccount)?;
    if !prints.contains(&payee) {
        return Err(WhyNot::OtherAccount);
    }
    let number = digits(number, text(contents, DIGITS))?;
    let name = NAMES.iter().find_map(|name| text(contents, name)).ok_or(WhyNot::NoName)?;
    Ok((Secret::new(number), Secret::new(name), prints))
}

/// The number as the bank has it. A vault takes an account of twelve digits that could be an Aadhaar
/// number with a zero before it; whether that zero is the account's own is not to be guessed.
pub(super) fn digits<'t>(number: &'t str, said: Option<&str>) -> Result<&'t str, WhyNot> {
    let rest = number.strip_prefix('0').filter(|rest| looks_like_aadhaar(rest));
    match (rest, said.map(str::trim)) {
        (Some(rest), Some("12")) => Ok(rest),
        (Some(_), Some("13")) => Ok(number),
        (Some(_), None) => Err(WhyNot::TwelveOrThirteen),
        (None, Some(said)) if said.parse() != Ok(number.len()) => Err(WhyNot::Digits),
        (Some(_), Some(_)) => Err(WhyNot::Digits),
        (None, Some(_) | None) => Ok(number),
    }
}
