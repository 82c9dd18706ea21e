//! What payments, batches and files are called in the payment files that have them, as the log tells, or
//! the payer's description where a file is older than what the log tells of it.
//!
//! # Invariants
//! * A name is given to a payment, or to several together, only where the log records that a file has it,
//!   at which place, and for which day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bahi_core::{Day, Exported, PaymentMode, Position, Reference, Word, WordNo};
use bahi_recon::{
    Called, EkuberCodes, FileMark, Payer, PaymentForm,
    matching::{BatchPlace, Name, NameKind, Together, Voucher},
    own_references,
};
use bahi_vault::Access;

use crate::payments::{CODES, IN_FILE, due::service, word_of};

/// A file of payments.
struct File {
    form: PaymentForm,
    mark: FileMark,
    /// By their place in it.
    payments: BTreeMap<u64, Position>,
    /// What its identifications are put together of: as the log says, else the payer's description.
    codes: Option<EkuberCodes>,
}

/// What the log says of files and of what is in the vault.
pub(super) struct Written {
    files: Vec<File>,
    /// Statements of which what the bank wrote is in the vault.
    pub(super) kept: BTreeSet<Position>,
}

impl Written {
    pub(super) fn of(
        exported: &[(Position, Day, Exported)],
        words: &HashMap<WordNo, Word>,
        payer: Option<&Payer>,
    ) -> Written {
        let mut codes: BTreeMap<[u8; 32], EkuberCodes> = BTreeMap::new();
        let mut places: BTreeMap<[u8; 32], BTreeMap<u64, Position>> = BTreeMap::new();
        let (mut files, mut kept): (Vec<File>, _) = (Vec::new(), BTreeSet::new());
        for (_, day, one) in exported {
            let what = words.get(&one.what).map_or("", Word::as_str);
            if let Some(text) = what.strip_prefix(CODES) {
                codes.extend(EkuberCodes::parse(text).map(|read| (one.digest, read)));
            } else if what == IN_FILE {
                places.entry(one.digest).or_default().insert(one.rows, one.upto);
            } else if what == Access::Keep.word() {
                kept.insert(one.upto);
            } else if let Some(form) = PaymentForm::ALL.into_iter().find(|f| word_of(*f) == what) {
                let number = u32::try_from(files.len() + 1).unwrap_or(u32::MAX);
                let payments = places.remove(&one.digest).unwrap_or_default();
                let told = codes.remove(&one.digest).or_else(|| payer.and_then(Payer::codes));
                let codes = told.filter(|_| form == PaymentForm::Ekuber);
                files.push(File { form, mark: FileMark { number, day: *day }, payments, codes });
            }
        }
        Written { files, kept }
    }

    /// Gives payments the names they have in their files.
    pub(super) fn name(
        &self,
        vouchers: &mut [Voucher],
        places: &HashMap<Position, usize>,
        own: &HashMap<Position, (Reference, PaymentMode)>,
    ) {
        for file in &self.files {
            let known = |position: &Position| {
                let (reference, mode) = own.get(position)?;
                service(*mode)?;
                Some((*places.get(position)?, position.0, reference.as_str()))
            };
            let payments: Option<Vec<_>> = file.payments.values().map(known).collect();
            let Some(payments) = payments else { continue };
            match file.form {
                PaymentForm::Nach306 => {
                    let named: Vec<_> = payments.iter().map(|one| (one.1, one.2)).collect();
                    for ((place, ..), name) in payments.iter().zip(own_references(&named)) {
                        give(&mut vouchers[*place], &name);
                    }
                    // The clearing house debits a file as one. A bill in it is a batch already.
                    let billed =
                        payments.iter().any(|(place, ..)| vouchers[*place].batch.is_some());
                    let batch = self.message(file).filter(|_| !billed);
                    for ((place, ..), item) in payments.iter().zip(1_u32..) {
                        vouchers[*place].batch = vouchers[*place]
                            .batch
                            .take()
                            .or_else(|| batch.clone().map(|batch| BatchPlace { batch, item }));
                    }
                }
                PaymentForm::Ekuber => {
                    let called = self.called(file, own).into_iter().zip(1_u32..);
                    for ((place, ..), (called, item)) in payments.iter().zip(called) {
                        let voucher = &mut vouchers[*place];
                        give(voucher, &called.end_to_end);
                        let batch = Reference::new(&called.batch).ok().filter(|_| called.one_debit);
                        if let Some(batch) = batch {
                            voucher.batch = Some(BatchPlace { batch, item });
                        }
                    }
                }
            }
        }
    }

    /// What each file asked for together: its batches, and all of it. Names that need the payer's codes
    /// are none where nobody says these.
    pub(super) fn together(
        &self,
        own: &HashMap<Position, (Reference, PaymentMode)>,
    ) -> Vec<Together> {
        let mut together = Vec::new();
        for file in &self.files {
            let payments = || file.payments.values().copied();
            let whole = self.message(file);
            together.extend(whole.map(|name| Together { name, payments: payments().collect() }));
            let mut batches: BTreeMap<String, Vec<Position>> = BTreeMap::new();
            for (payment, called) in payments().zip(self.called(file, own)) {
                batches.entry(called.batch).or_default().push(payment);
            }
            for (name, payments) in batches {
                let name = Reference::new(&name).ok();
                together.extend(name.map(|name| Together { name, payments }));
            }
        }
        together
    }

    /// What the payments of an e-Kuber file are called; nothing of another, or where that is not known.
    fn called(
        &self,
        file: &File,
        own: &HashMap<Position, (Reference, PaymentMode)>,
    ) -> Vec<Called> {
        let numbered = |position: &Position| {
            let (_, mode) = own.get(position)?;
            Some((position.0, service(*mode)?))
        };
        let numbered: Option<Vec<_>> = file.payments.values().map(numbered).collect();
        let (Some(codes), Some(numbered)) = (&file.codes, numbered) else { return Vec::new() };
        codes.called(file.mark, &numbered)
    }

    /// What a file calls itself.
    fn message(&self, file: &File) -> Option<Reference> {
        let message = match (file.form, &file.codes) {
            (PaymentForm::Ekuber, codes) => codes.as_ref()?.message(file.mark),
            (PaymentForm::Nach306, _) => Payer::message(None, file.form, file.mark)?,
        };
        Reference::new(&message).ok()
    }
}

/// A name of a payment, once.
fn give(voucher: &mut Voucher, name: &str) {
    let Ok(text) = Reference::new(name) else { return };
    // What several share names none of them.
    let shared = voucher.batch.as_ref().is_some_and(|place| place.batch == text);
    let known = voucher.names.iter().any(|one| one.kind == NameKind::Own && one.text == text);
    if !shared && !known {
        voucher.names.push(Name::field(NameKind::Own, text));
    }
}
