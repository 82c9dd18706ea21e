//! A ledger and its bank's statements of which the truth is known: for tests and benchmarks.
//!
//! Amounts are distributed as in the published list of margin-money cases: 31 in 100 are exactly
//! two and a half lakh, and the rest are of 417 amounts, few of them frequent. What goes wrong
//! goes wrong in set shares: references are missing, payments come back, lines and vouchers are
//! doubled, split or missing, returns come late, and the bank pays what the ledger never ordered.
//!
//! # Invariants
//! * The same seed gives the same ledger, statements and truth.
//! * Every line that is a voucher is in [`Truth`] with it, whatever can be known of it.

use std::collections::HashMap;

use bahi_core::{
    AccountKey, Day, Fingerprint, Ifsc, LineSide, Money, Payee, Position, Reference, SchemeNo,
};

use super::{
    Answer, AnswerFile, BatchPlace, Input, Line, LineId, LineKind, Name, NameKind, Statement,
    Verdict, Voucher,
};

/// How much goes wrong, in thousandths of the cases, or of the payments where it says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
    /// Single lines of payments and returns on which there is no reference of the payment.
    pub missing_references: u32,
    /// Payments that come back.
    pub returned: u32,
    /// Payments whose line the bank books twice, and as many whose voucher the ledger has twice.
    pub duplicated: u32,
    /// Payments that the bank never books, and as many that the ledger never ordered.
    pub missing: u32,
    /// Payments that the bank books in two parts under one reference.
    pub split: u32,
    /// Cases paid in two equal instalments to one account.
    pub instalments: u32,
    /// Payments ordered in batches, each debited in one line and answered payment by payment.
    pub batched: u32,
}

impl Shares {
    /// The shares that are published: so many thousandths without references, 2 % returned, 0.5 %
    /// doubled.
    #[must_use]
    pub const fn published(missing_references: u32) -> Shares {
        Shares {
            missing_references,
            returned: 20,
            duplicated: 5,
            missing: 5,
            split: 3,
            instalments: 100,
            batched: 200,
        }
    }
}

/// What belongs together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Truth {
    /// Lines that went out, with the payments they are. Of a doubled line both are here.
    pub paid: HashMap<LineId, Vec<Position>>,
    /// Lines that came in, with the payment that came back.
    pub returned: HashMap<LineId, Position>,
    /// Answers, with the payment they are about.
    pub answered: HashMap<LineId, Position>,
}

/// A ledger with statements, and their truth.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct World {
    /// What is compared.
    pub input: Input,
    /// What belongs together.
    pub truth: Truth,
}

/// The payments of one batch.
const BATCH_PAYMENTS: u32 = 60;
/// The days payments are ordered on, from the first.
const PAY_DAYS: u32 = 120;
/// How many amounts there are beside the most frequent.
const AMOUNTS: u64 = 417;

/// Numbers that look random and are not (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn happens(&mut self, thousandths: u32) -> bool {
        self.below(1_000) < u64::from(thousandths)
    }
}

/// A line, with the payments it is, or the one that came back by it.
type Booked = (Line, Vec<Position>, Option<Position>);

/// The world while it is made.
struct Maker {
    dice: Dice,
    shares: Shares,
    world: World,
    first: Day,
    position: u64,
    numbers: u64,
    /// Lines by the week of their file.
    weeks: Vec<Vec<Booked>>,
    batch: Vec<u32>,
    batches: u32,
    /// How far the weights of amounts have come, and all of them.
    weights: Vec<u64>,
}

/// Makes about so many payments.
///
/// ```
/// use bahi_recon::matching::{Settings, reconcile, truth};
/// let world = truth::world(7, 1_000, truth::Shares::published(100));
/// let today = truth::last_day();
/// let found = reconcile(&world.input, &Settings::on(today));
/// assert_eq!(truth::false_matches(&world.truth, &found), 0);
/// ```
#[must_use]
pub fn world(seed: u64, payments: u32, shares: Shares) -> World {
    let mut weights = Vec::new();
    let mut sum = 0;
    for rank in 1..=AMOUNTS {
        // Few amounts are frequent: the weight falls with the rank, and the first has it twice.
        sum += 1_000_000 / rank * if rank == 1 { 2 } else { 1 };
        weights.push(sum);
    }
    let mut maker = Maker {
        dice: Dice(seed),
        shares,
        world: World::default(),
        first: Day::from_date(2024, 4, 1).unwrap_or(Day::MIN),
        position: 1,
        numbers: 0,
        weeks: Vec::new(),
        batch: Vec::new(),
        batches: 0,
        weights,
    };
    while maker.world.input.vouchers.len() < payments as usize {
        maker.case();
    }
    maker.close_batch();
    maker.file();
    maker.world
}

/// A day after everything that happens in a world.
#[must_use]
pub fn last_day() -> Day {
    Day::from_date(2025, 3, 31).unwrap_or(Day::MAX)
}

/// How many matches, returns and confirmations pair what does not belong together.
#[must_use]
pub fn false_matches(truth: &Truth, found: &super::Reconciliation) -> usize {
    let wrong = |one: &&super::Match| truth.paid.get(&one.line) != Some(&one.vouchers);
    let back = |one: &&super::Return| match one.source {
        super::Source::Line(id) => truth.returned.get(&id) != Some(&one.payment),
        super::Source::Answer(id) => truth.answered.get(&id) != Some(&one.payment),
    };
    let told = |one: &&super::Confirmation| truth.answered.get(&one.answer) != Some(&one.payment);
    found.matches.iter().filter(wrong).count()
        + found.returns.iter().filter(back).count()
        + found.confirmations.iter().filter(told).count()
}

impl Maker {
    fn amount(&mut self) -> Money {
        if self.dice.happens(310) {
            return Money::from_rupees(250_000).unwrap_or(Money::MAX);
        }
        let all = self.weights.last().copied().unwrap_or(1);
        let drawn = self.dice.below(all);
        let rank = self.weights.partition_point(|sum| *sum <= drawn) as i64;
        // A quarter of the costs as printed, most of them round.
        Money::from_paise(1_000_000 + rank * 1_250_000).unwrap_or(Money::MAX)
    }

    fn name(&mut self, kind: NameKind, head: &str) -> Name {
        self.numbers += 1;
        let text = format!("{head}{:011}", self.numbers);
        Name::field(kind, Reference::new(&text).expect("letters and digits are a reference"))
    }

    fn account(&mut self) -> Payee {
        let mut print = [0_u8; 16];
        print[..8].copy_from_slice(&self.dice.next().to_be_bytes());
        let ifsc = Ifsc::from_bytes(*b"ABCD0000001").expect("the form of an IFSC");
        Payee { account: AccountKey(Fingerprint { key_id: 1, print }), ifsc }
    }

    /// A case with its payments: one of the whole, or two equal instalments.
    fn case(&mut self) {
        let amount = self.amount();
        let payee = self.account();
        let sanction = self.name(NameKind::Case, "SANC");
        let case = Position(self.position);
        self.position += 1;
        let scheme = SchemeNo(1 + u16::try_from(case.0 % 4).unwrap_or(0));
        let instalments = if self.dice.happens(self.shares.instalments) { 2 } else { 1 };
        let start = self.dice.below(u64::from(PAY_DAYS));
        for instalment in 1..=instalments {
            // Equal instalments are often ordered on one day.
            let later = if instalment == 2 { self.dice.below(2) * 20 } else { 0 };
            let own = self.name(NameKind::Own, "PX24");
            let voucher = Voucher {
                names: vec![own, sanction.clone()],
                payee: Some(payee),
                case,
                instalment,
                scheme,
                whole: instalments == 1,
                ..Voucher::payment(Position(self.position), amount, self.day(start + later))
            };
            self.position += 1;
            self.payment(voucher);
        }
    }

    fn day(&self, after: u64) -> Day {
        let after = i32::try_from(after).unwrap_or(0);
        self.first.plus_days(after).unwrap_or(self.first)
    }

    fn payment(&mut self, voucher: Voucher) {
        if self.dice.happens(self.shares.batched) {
            self.batch.push(u32::try_from(self.world.input.vouchers.len()).unwrap_or(0));
            self.world.input.vouchers.push(voucher);
            if self.batch.len() == BATCH_PAYMENTS as usize {
                self.close_batch();
            }
            return;
        }
        if !self.dice.happens(self.shares.missing) {
            self.book(&voucher);
        }
        if self.dice.happens(self.shares.missing) {
            // The bank paid it; the ledger does not know.
            return;
        }
        if self.dice.happens(self.shares.duplicated) {
            let again = Voucher { id: Position(self.position), ..voucher.clone() };
            self.position += 1;
            self.world.input.vouchers.push(again);
        }
        self.world.input.vouchers.push(voucher);
    }

    /// The lines of a payment by itself: out, perhaps twice or in two parts, perhaps back.
    fn book(&mut self, voucher: &Voucher) {
        let after = i32::try_from(self.dice.below(3)).unwrap_or(0);
        let day = voucher.day.plus_days(after).unwrap_or(voucher.day);
        let utr = self.utr();
        let names = self.told(voucher, &utr);
        let told = self.dice.happens(500);
        let line = Line {
            names,
            counterparty: voucher.payee.filter(|_| told).map(|payee| payee.account),
            ..Line::new(0, voucher.amount, LineSide::Debit, day)
        };
        let of = vec![voucher.id];
        if self.dice.happens(self.shares.split) {
            let half = Money::from_paise(voucher.amount.paise() / 2).unwrap_or(Money::ZERO);
            let rest = voucher.amount.checked_sub(half).unwrap_or(Money::ZERO);
            self.put(Line { amount: half, ..line.clone() }, of.clone(), None);
            self.put(Line { amount: rest, ..line }, of, None);
            return;
        }
        if self.dice.happens(self.shares.duplicated) {
            self.put(line.clone(), of.clone(), None);
        }
        self.put(line, of, None);
        if self.dice.happens(self.shares.returned) {
            self.come_back(voucher, day, &utr);
        }
    }

    /// A return, some days after, or some weeks.
    fn come_back(&mut self, voucher: &Voucher, out: Day, utr: &Name) {
        let after = if self.dice.happens(300) { 30 } else { 1 } + self.dice.below(5);
        let day = out.plus_days(i32::try_from(after).unwrap_or(1)).unwrap_or(out);
        let kind = if self.dice.happens(800) { LineKind::Return } else { LineKind::Movement };
        let line = Line {
            kind,
            names: self.told(voucher, utr),
            counterparty: voucher.payee.map(|payee| payee.account),
            reason: Reference::new("54").ok(),
            ..Line::new(0, voucher.amount, LineSide::Credit, day)
        };
        self.put(line, Vec::new(), Some(voucher.id));
    }

    fn utr(&mut self) -> Name {
        self.name(NameKind::Transfer, "ABCDN")
    }

    /// The names a line has: mostly the payment's own, in a field or in a narration. Where it is
    /// missing, nothing, or the bank's name alone, or what names the case.
    fn told(&mut self, voucher: &Voucher, utr: &Name) -> Vec<Name> {
        let own = &voucher.names[0].text;
        if !self.dice.happens(self.shares.missing_references) {
            let own = match self.dice.below(3) {
                0 => Name::field(NameKind::Own, own.clone()),
                1 => Name::narrated(NameKind::Unstated, own.clone()),
                _ => Name::stored(own.clone()),
            };
            return vec![utr.clone(), own];
        }
        match self.dice.below(3) {
            0 => Vec::new(),
            1 => vec![utr.clone()],
            _ => vec![Name::narrated(NameKind::Unstated, voucher.names[1].text.clone())],
        }
    }

    /// Debits a batch in one line and answers for its payments; some fail.
    fn close_batch(&mut self) {
        let payments = std::mem::take(&mut self.batch);
        let Some(last) = payments.iter().map(|item| self.of(*item).day).max() else { return };
        self.batches += 1;
        let name = self.name(NameKind::Batch, "ADV");
        let mut ids = Vec::new();
        let mut paise = 0;
        let mut file = [0xA5; 32];
        file[..4].copy_from_slice(&self.batches.to_be_bytes());
        let mut answers = Vec::new();
        for (item, payment) in (1_u32..).zip(&payments) {
            let place = BatchPlace { batch: name.text.clone(), item };
            let failed = self.dice.happens(self.shares.returned);
            let named = self.dice.happens(500);
            let utr = self.utr();
            let voucher = &mut self.world.input.vouchers[*payment as usize];
            voucher.batch = Some(place);
            ids.push(voucher.id);
            paise += voucher.amount.paise();
            let verdict = if failed { Verdict::Failed } else { Verdict::Paid };
            let own = named.then(|| voucher.names[0].clone());
            answers.push(Answer {
                whole: false,
                count: None,
                number: item,
                item,
                names: own.into_iter().chain([utr]).collect(),
                amount: Some(voucher.amount),
                verdict,
                reason: failed.then(|| Reference::new("02").ok()).flatten(),
                day: last.plus_days(1).unwrap_or(last),
            });
            self.world.truth.answered.insert(LineId { file, number: item }, voucher.id);
        }
        let batch = Some(name.text.clone());
        self.world.input.answers.push(AnswerFile { file, batch, complete: true, answers });
        let amount = Money::from_paise(paise).unwrap_or(Money::MAX);
        ids.sort_unstable();
        let line = Line {
            names: vec![name],
            batch_count: Some(ids.len() as u64),
            ..Line::new(0, amount, LineSide::Debit, last)
        };
        self.put(line, ids, None);
    }

    fn of(&self, item: u32) -> &Voucher {
        &self.world.input.vouchers[item as usize]
    }

    /// Puts a line into the file of its week.
    fn put(&mut self, line: Line, paid: Vec<Position>, back: Option<Position>) {
        let days = line.booked.epoch_days() - self.first.epoch_days();
        let week = usize::try_from(days / 7).unwrap_or(0);
        while self.weeks.len() <= week {
            self.weeks.push(Vec::new());
        }
        self.weeks[week].push((line, paid, back));
    }

    /// Writes the files: one for each week, which begins with the last day of the week before.
    fn file(&mut self) {
        let account = AccountKey(Fingerprint { key_id: 1, print: [9; 16] });
        let weeks = std::mem::take(&mut self.weeks);
        let mut carried: Vec<Booked> = Vec::new();
        for (number, week) in (0_u32..).zip(weeks) {
            let mut file = [0x5A; 32];
            file[..4].copy_from_slice(&number.to_be_bytes());
            let last_day = self.day(u64::from(number) * 7 + 6);
            let of_last = week.iter().filter(|(line, ..)| line.booked == last_day).cloned();
            let next: Vec<_> = of_last.collect();
            let mut lines = Vec::with_capacity(carried.len() + week.len());
            let all = std::mem::replace(&mut carried, next).into_iter().chain(week);
            for (number, (mut line, paid, back)) in (1_u32..).zip(all) {
                line.number = number;
                let id = LineId { file, number };
                if let Some(payment) = back {
                    self.world.truth.returned.insert(id, payment);
                } else {
                    self.world.truth.paid.insert(id, paid);
                }
                lines.push(line);
            }
            let recorded = false;
            self.world.input.statements.push(Statement { file, account, recorded, lines });
        }
    }
}
