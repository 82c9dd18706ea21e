//! The fingerprints of a command, wherever they stand in it, and the same command under another key.

use super::{Act, Command};
use crate::{
    AccountKey, Applicant, BarSubject, BodyKey, FamilyKey, Fingerprint, PersonKey, Reference,
};

impl Act {
    /// Shows every fingerprint of the act to be changed in place: of people, families, bodies and
    /// accounts, and those that stand for a bank's reference.
    pub fn each_print_mut(&mut self, mut take: impl FnMut(&mut Fingerprint)) {
        if let Act::Apply { applicant, .. } = self {
            of_applicant(applicant, &mut take);
        } else if let Act::Bar { subject, .. } = self {
            of_subject(subject, &mut take);
        } else if let Act::Disburse { payee, .. } = self {
            take(&mut payee.account.0);
        } else if let Act::ReceiveStatement { account: AccountKey(print), .. } = self {
            take(print);
        } else if let Act::ReceiveLines { lines, .. } = self {
            let known = lines.iter_mut().filter_map(|line| line.counterparty.as_mut());
            known.for_each(|AccountKey(print)| take(print));
        }
        self.each_bank_reference_mut(|reference| {
            if let Some(mut print) = reference.print() {
                take(&mut print);
                *reference = Reference::of_print(print);
            }
        });
    }
}

impl Command {
    /// The same command as it was said when a key was the newest: each fingerprint as the aliases
    /// give it under that key. `None` where they give none.
    ///
    /// ```
    /// # use bahi_core::*;
    /// # let print = |key_id, byte| Fingerprint { key_id, print: [byte; 16] };
    /// # let act = Act::Bar {
    /// #     subject: BarSubject::Person(PersonKey(print(2, 7))),
    /// #     until: None,
    /// #     reason: Word::new("default").map_err(|_| "a word")?,
    /// # };
    /// # let command = Command {
    /// #     id: CommandId::from_bytes([1; 16]),
    /// #     actor: ActorName::new("dm-vns").map_err(|_| "an actor")?,
    /// #     role: Role::SanctioningAuthority,
    /// #     effective_day: Day::MAX,
    /// #     authority: None,
    /// #     aliases: vec![Alias { newest: print(2, 7), older: print(1, 9) }],
    /// #     signed: None,
    /// #     act,
    /// # };
    /// let before = command.under(1).ok_or("an alias under key 1")?;
    /// let Act::Bar { subject, .. } = before.act else { return Err("a bar") };
    /// assert_eq!(subject.print(), print(1, 9));
    /// assert_eq!(command.under(3), None);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn under(&self, key_id: u16) -> Option<Command> {
        let mut command = self.clone();
        let mut any = false;
        let aliases = self.aliases.iter().filter(|alias| alias.older.key_id == key_id);
        command.act.each_print_mut(|print| {
            if let Some(alias) = aliases.clone().find(|alias| alias.newest == *print) {
                *print = alias.older;
                any = true;
            }
        });
        any.then_some(command)
    }
}

fn of_applicant(applicant: &mut Applicant, take: &mut impl FnMut(&mut Fingerprint)) {
    match applicant {
        Applicant::Person { person: PersonKey(print), family } => {
            take(print);
            if let Some(FamilyKey(print)) = family {
                take(print);
            }
        }
        Applicant::Unit { unit: BodyKey(print), owner } => {
            take(print);
            if let Some(PersonKey(print)) = owner {
                take(print);
            }
        }
        Applicant::Spv { spv: BodyKey(print), members } => {
            take(print);
            members.iter_mut().for_each(|PersonKey(print)| take(print));
        }
        Applicant::Institution { institution: BodyKey(print) } => take(print),
        Applicant::NotInSource => {}
    }
}

fn of_subject(subject: &mut BarSubject, take: &mut impl FnMut(&mut Fingerprint)) {
    let mut print = subject.print();
    take(&mut print);
    *subject = subject.under(print);
}
