//! Retries under a newer fingerprint key: the same thing under another name.

use alloc::{vec, vec::Vec};

use bahi_core::{
    AccountKey, Act, Alias, Applicant, BarSubject, BodyKey, Command, FamilyKey, Fingerprint,
    LineSide, PersonKey, Reference,
};

use super::super::{builders::*, check_same_at};

/// A fingerprint of the first key under the second.
fn newer(byte: u8) -> Fingerprint {
    Fingerprint { key_id: 2, print: [byte ^ 0x80; 16] }
}

fn alias(byte: u8) -> Alias {
    Alias { newest: newer(byte), older: print(byte) }
}

/// Both commands of a row: the one first sent, and the same under the second key.
type Row = (&'static str, Vec<Command>, Command, Command, Vec<u8>);

fn applying(applicant: Applicant) -> Command {
    edited(apply("A"), |command| {
        if let Act::Apply { applicant: one, .. } = &mut command.act {
            *one = applicant;
        }
    })
}

fn applicants() -> Vec<Row> {
    let of = |key: fn(u8) -> Fingerprint| {
        let person = |byte| PersonKey(key(byte));
        vec![
            Applicant::Person { person: person(1), family: Some(FamilyKey(key(2))) },
            Applicant::Unit { unit: BodyKey(key(3)), owner: Some(person(4)) },
            Applicant::Spv { spv: BodyKey(key(5)), members: vec![person(6), person(7)] },
            Applicant::Institution { institution: BodyKey(key(8)) },
        ]
    };
    let bytes = [vec![1, 2], vec![3, 4], vec![5, 6, 7], vec![8]];
    let pairs = of(print).into_iter().zip(of(newer)).zip(bytes);
    let row = |((first, again), bytes)| {
        ("an applicant", allotted(), applying(first), applying(again), bytes)
    };
    pairs.map(row).collect()
}

fn paying(print: Fingerprint, reference: Reference) -> Command {
    edited(disburse("A", 1, 5), |command| {
        if let Act::Disburse { payee, reference: one, .. } = &mut command.act {
            payee.account = AccountKey(print);
            *one = reference;
        }
    })
}

fn others() -> Vec<Row> {
    let of = Reference::of_print;
    let confirming = |reference: Reference| {
        edited(confirm(5), |command| {
            if let Act::Confirm { reference: one, .. } = &mut command.act {
                *one = reference;
            }
        })
    };
    let stating = |print: Fingerprint| {
        edited(statement(1, 4), |command| {
            if let Act::ReceiveStatement { account, .. } = &mut command.act {
                *account = AccountKey(print);
            }
        })
    };
    let listing = |other: Fingerprint, called: Fingerprint| {
        let mut one = line(LineSide::Credit, 5);
        one.counterparty = Some(AccountKey(other));
        one.references = vec![of(called)];
        lines(6, 1, vec![one])
    };
    let barring = |print: Fingerprint| bar(BarSubject::Family(FamilyKey(print)), None);
    vec![
        ("a bar", opened(), barring(print(2)), barring(newer(2)), vec![2]),
        (
            "a payment",
            sanctioned(),
            paying(print(7), of(print(9))),
            paying(newer(7), of(newer(9))),
            vec![7, 9],
        ),
        ("a UTR", disbursed(), confirming(of(print(9))), confirming(of(newer(9))), vec![9]),
        ("a statement", disbursed(), stating(print(40)), stating(newer(40)), vec![40]),
        (
            "a line",
            then(disbursed(), statement(1, 4)),
            listing(print(7), print(9)),
            listing(newer(7), newer(9)),
            vec![7, 9],
        ),
    ]
}

#[test]
fn a_retry_under_a_newer_key_is_the_same_by_its_aliases_alone() {
    for (says, given, first, again, bytes) in [applicants(), others()].concat() {
        let number = given.len() + 1;
        let story = then(then(given, first.clone()), add_key(2));
        check_same_at(says, &story, number, first, true);
        check_same_at(says, &story, number, again.clone(), false);
        let second = again.clone();
        let aliases: Vec<Alias> = bytes.iter().copied().map(alias).collect();
        for missing in 0..aliases.len() {
            let mut fewer = aliases.clone();
            fewer[missing].older.print[0] ^= 1;
            let again = Command { aliases: fewer, ..again.clone() };
            check_same_at(says, &story, number, again, false);
            let mut of_another = aliases.clone();
            of_another[missing].newest.print[0] ^= 1;
            let again_still = Command { aliases: of_another, ..second.clone() };
            check_same_at(says, &story, number, again_still, false);
        }
        check_same_at(says, &story, number, Command { aliases, ..again }, true);
    }
}
