//! Payments, what became of them, and what is asked back.

use alloc::format;

use bahi_core::{
    AfterReturn, BarSubject, Day, Disbursed, PaymentConfirmed, PaymentReturned, Position, Recorded,
    RecoveryDemanded, Subject, WordNo,
};

use super::{Audit, cases::iso, hash_of};
use crate::memory::{Demand, Payment, push_single};

impl Audit {
    pub(super) fn take_payment(&mut self, recorded: &Recorded, case: usize, paid: &Disbursed) {
        self.look_at_cover(recorded, case);
        // A payment again answers to its return: what came before the first was looked at then.
        if paid.reissue_of.is_none() {
            self.look_at_gates(recorded, case, &Subject::Payment, None);
        }
        self.look_at_gates(recorded, case, &Subject::Instalment(paid.instalment), None);
        self.look_at_payer(recorded, case);
        self.look_at_instalment(recorded, case, paid);
        self.look_at_lapse(recorded, case);
        self.look_at_payee(recorded, case, paid);
        self.look_at_branch(recorded, paid);
        let envelope = &recorded.envelope;
        let Ok(number) = u32::try_from(self.payments.len()) else { return };
        let case_no = u32::try_from(case).unwrap_or(u32::MAX);
        self.payment_at.insert(hash_of(recorded.position), number);
        self.payments.push(Payment {
            position: recorded.position,
            day: envelope.effective_day,
            amount: envelope.amount,
            case: case_no,
            account: paid.payee.account,
            ifsc: paid.payee.ifsc,
            instalment: paid.instalment,
            fund: envelope.fund,
            returned: Position::NONE,
            returned_on: envelope.effective_day,
            again: Position::NONE,
            confirmed_on: None,
            other_account: false,
            reversed: false,
        });
        push_single(&mut self.cases[case].payments, number);
        if let Some(before) = self.payment_of_return(case, paid.reissue_of) {
            self.payments[before].again = recorded.position;
        }
    }

    /// C01: a sanction that stands, was before, and covers what is paid.
    fn look_at_cover(&mut self, recorded: &Recorded, case: usize) {
        let one = &self.cases[case];
        let detail = match one.grant() {
            None => "no sanction stands".into(),
            Some(grant) if grant.day > recorded.envelope.effective_day => {
                format!("paid before {}, the day of its sanction", iso(grant.day))
            }
            Some(_) => {
                let left = one.granted.paise() - one.paid.paise();
                if i128::from(recorded.envelope.amount.paise()) <= left {
                    return;
                }
                let left = bahi_core::Total::from_paise(left);
                format!("paid where {} of the sanction was left", left.grouped())
            }
        };
        self.note(recorded, 1, detail);
    }

    /// C04: who grants does not pay.
    fn look_at_payer(&mut self, recorded: &Recorded, case: usize) {
        let payer = recorded.envelope.actor;
        if self.cases[case].grants.iter().any(|grant| grant.alive && grant.actor == payer) {
            self.note(recorded, 4, "who granted the case paid it".into());
        }
    }

    /// C80: an instalment once, and again only after its return.
    fn look_at_instalment(&mut self, recorded: &Recorded, case: usize, paid: &Disbursed) {
        let of_case = self.cases[case].payments.iter();
        let standing = of_case
            .map(|number| &self.payments[*number as usize])
            .find(|payment| payment.instalment == paid.instalment && payment.stands());
        if let Some(standing) = standing {
            let before = standing.position;
            let detail = format!("instalment {} was paid by event {before}", paid.instalment);
            self.note(recorded, 80, detail).events.push(before);
        }
        if paid.reissue_of.is_none() {
            return;
        }
        match self.payment_of_return(case, paid.reissue_of) {
            None => {
                self.note(recorded, 80, format!("names {} as its return", paid.reissue_of));
            }
            Some(before) if !self.payments[before].again.is_none() => {
                let again = self.payments[before].again;
                if !self.reversed.contains(&again) {
                    let detail = format!("that return was paid again by event {again}");
                    self.note(recorded, 80, detail).events.push(again);
                }
            }
            Some(_) => {}
        }
    }

    /// C91: the year of the fund and the life of the sanction.
    fn look_at_lapse(&mut self, recorded: &Recorded, case: usize) {
        let envelope = &recorded.envelope;
        let day = envelope.effective_day;
        let Some(grant) = self.cases[case].grant() else { return };
        let ends = grant.day.plus_months(self.parameters.sanction_months).unwrap_or(Day::MAX);
        if day > envelope.fund.fy.last_day() {
            let year = envelope.fund.fy;
            self.note(recorded, 91, format!("paid after {year}, the year of its fund"));
        } else if day > ends {
            self.note(recorded, 91, format!("paid after {}, when its sanction ended", iso(ends)));
        }
    }

    /// C36, C37: accounts and persons whose money came back.
    fn look_at_payee(&mut self, recorded: &Recorded, case: usize, paid: &Disbursed) {
        let account = paid.payee.account;
        let person = self.cases[case].person();
        let stopped = self.stopped_accounts.get(&account).copied().or_else(|| {
            let stopped = self.stopped_persons.get(&person?).copied()?;
            // To another payee of the same case there may be an order; a further case has none.
            (!self.is_of_case(case, stopped)).then_some(stopped)
        });
        if let Some(returned) = stopped {
            let detail = format!("after return {returned}, whose reason is final");
            let finding = self.note(recorded, 36, detail);
            finding.events.push(returned);
            finding.parties.push(BarSubject::Account(account));
        }
        let Some(before) = self.payment_of_return(case, paid.reissue_of) else { return };
        let other = self.payments[before].other_account;
        if other && self.payments[before].account == account {
            let detail = format!("after return {}, which asks for another", paid.reissue_of);
            let finding = self.note(recorded, 37, detail);
            finding.events.push(paid.reissue_of);
            finding.parties.push(BarSubject::Account(account));
        }
    }

    /// C34: a branch code that somebody typed to fill a field.
    fn look_at_branch(&mut self, recorded: &Recorded, paid: &Disbursed) {
        let code = paid.payee.ifsc.to_bytes();
        let (bank, branch) = (&code[..4], &code[5..]);
        let same = |all: &[u8]| all.iter().all(|one| *one == all[0]);
        if same(bank) || same(branch) || branch == b"123456" {
            let detail = format!("the payee's branch is {}", paid.payee.ifsc);
            let finding = self.note(recorded, 34, detail);
            finding.parties.push(BarSubject::Account(paid.payee.account));
        }
    }

    fn is_of_case(&self, case: usize, returned: Position) -> bool {
        self.payment_of_return(case, returned).is_some()
    }

    /// The number of a case's payment that came back by this return.
    fn payment_of_return(&self, case: usize, returned: Position) -> Option<usize> {
        let of_case = self.cases.get(case)?.payments.iter().map(|number| *number as usize);
        let is = |number: &usize| self.payments[*number].returned == returned;
        if returned.is_none() { None } else { of_case.into_iter().find(is) }
    }

    pub(crate) fn payment(&self, position: Position) -> Option<usize> {
        let is = |number: u32| self.payments[number as usize].position == position;
        self.payment_at.find(hash_of(position), is).map(|number| number as usize)
    }

    pub(super) fn take_return(&mut self, recorded: &Recorded, returned: &PaymentReturned) {
        let Some(number) = self.payment(returned.payment) else {
            self.note(recorded, 6, "returns a payment that is none".into());
            return;
        };
        let case = self.payments[number].case as usize;
        let day = recorded.envelope.effective_day;
        let then = self.after_return(case, recorded, returned.reason);
        let payment = &mut self.payments[number];
        payment.returned = recorded.position;
        payment.returned_on = day;
        payment.other_account = then == Some(AfterReturn::OtherAccount);
        if then == Some(AfterReturn::Stop) {
            self.stopped_accounts.insert(payment.account, recorded.position);
            let person = self.cases[case].person();
            if let Some(person) = person {
                self.stopped_persons.insert(person, recorded.position);
            }
        }
    }

    /// What the terms make of a return's reason.
    fn after_return(
        &self,
        case: usize,
        recorded: &Recorded,
        reason: WordNo,
    ) -> Option<AfterReturn> {
        let one = &self.cases[case];
        let version = one.grant().map_or(recorded.envelope.terms, |grant| grant.terms);
        let terms = self.terms(one.fund.scheme, version, recorded.envelope.effective_day)?;
        let reason = self.names.word(reason)?;
        let rules = &terms.parts().procedure.returns;
        rules.iter().find(|rule| rule.reason == *reason).map(|rule| rule.then)
    }

    /// C81: a bank's reference once.
    pub(super) fn take_confirmation(&mut self, recorded: &Recorded, confirmed: &PaymentConfirmed) {
        if let Some(number) = self.payment(confirmed.payment) {
            self.payments[number].confirmed_on = Some(recorded.envelope.effective_day);
        }
        let text = confirmed.reference.as_str();
        match self.transfers.get(text) {
            Some((before, payment)) if payment != confirmed.payment => {
                if !self.reversed.contains(&before) {
                    let detail = format!("the reference of event {before}");
                    self.note(recorded, 81, detail).events.push(before);
                }
            }
            Some(_) => {}
            None => {
                self.transfers.insert(text, (recorded.position, confirmed.payment));
            }
        }
    }

    pub(super) fn take_demand(
        &mut self,
        recorded: &Recorded,
        case: usize,
        demanded: &RecoveryDemanded,
    ) {
        let one = &mut self.cases[case];
        one.followed = Some(recorded.envelope.effective_day);
        let recovered_before = one.recovered.paise();
        one.contested().demands.push(Demand {
            position: recorded.position,
            due: demanded.due,
            amount: i128::from(demanded.demanded.paise()),
            recovered_before,
            alive: true,
        });
    }

    pub(super) fn take_use(
        &mut self,
        recorded: &Recorded,
        case: usize,
        of: &Subject,
        reason: Option<WordNo>,
    ) {
        self.look_at_gates(recorded, case, of, reason);
        self.cases[case].first_use.get_or_insert(recorded.envelope.effective_day);
    }

    pub(super) fn unpay(&mut self, position: Position) {
        if let Some(number) = self.payment(position) {
            self.payments[number].reversed = true;
        }
    }

    pub(super) fn unreturn(&mut self, position: Position) {
        let is = |number: &usize| self.payments[*number].returned == position;
        if let Some(number) = (0..self.payments.len()).rev().find(is) {
            self.payments[number].returned = Position::NONE;
        }
        self.stopped_accounts.retain(|_, returned| *returned != position);
        self.stopped_persons.retain(|_, returned| *returned != position);
    }
}
