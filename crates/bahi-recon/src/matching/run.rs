//! A run: what is given, in one order, what is consumed of it, and what is marked for a person.

use std::collections::{BTreeSet, HashMap, HashSet};

use bahi_core::{Fingerprint, LineSide, Money, Position, Reference};

use super::{
    Input, Settings,
    calendar::Calendar,
    index::{NameLists, Named, Owners, SEVERAL, Texts},
    intake::{self, LineAt},
    items::{Line, NameKind, Standing, Voucher, VoucherKind},
    outcome::{Difference, Evidence, ItemId, Match, Proposal, Reason, Reconciliation, Rule},
    proposals::NEAR_MAX,
};

/// The widths of fields that banks cut longer references to: MT940's, and that of common tables.
const FIELD_WIDTHS: [usize; 2] = [16, 30];

/// Why an item is left to a person.
pub(super) struct Mark {
    pub(super) reason: Reason,
    pub(super) near: Vec<ItemId>,
    pub(super) near_count: u64,
}

/// What is given, in the order of its ids, and what became of it.
pub(super) struct Run<'a> {
    pub(super) input: &'a Input,
    pub(super) settings: &'a Settings,
    pub(super) calendar: Calendar,
    pub(super) vouchers: Vec<&'a Voucher>,
    pub(super) lines: Vec<LineAt<'a>>,
    pub(super) texts: Texts<'a>,
    pub(super) texts_count: usize,
    pub(super) voucher_names: NameLists,
    pub(super) line_names: NameLists,
    /// Transfers that answers told: voucher, text and its length, sorted.
    pub(super) learned: Vec<(u32, u32, usize)>,
    /// Whom a name of a payment or a transfer names.
    pub(super) owners: Owners,
    /// Whom a name of a case names.
    pub(super) cases: Owners,
    /// Whom each line names by a reference of a payment or a transfer.
    pub(super) named: Vec<u32>,
    /// Words of narrations that may be what is left of longer references.
    cut: HashSet<u32>,
    /// Names in fields that may be what is left of longer references, each with the amounts of whatever is
    /// called so.
    cut_in_fields: HashSet<(u32, Money)>,
    /// Names of files and batches that narrations tell, each with the payments asked for under it, sorted.
    together: Vec<(u32, u32)>,
    pub(super) standings: Vec<Standing>,
    /// Returns that this run found, by payment: their number among them.
    pub(super) returned: HashMap<u32, usize>,
    pub(super) voucher_done: Vec<bool>,
    pub(super) line_done: Vec<bool>,
    pub(super) voucher_marks: Vec<Option<Box<Mark>>>,
    pub(super) line_marks: Vec<Option<Box<Mark>>>,
    pub(super) out: Reconciliation,
}

impl<'a> Run<'a> {
    pub(super) fn new(input: &'a Input, settings: &'a Settings) -> Run<'a> {
        let mut out = Reconciliation::default();
        let vouchers = once(&input.vouchers, &mut out.vouchers_repeated);
        let (lines, repeats) = intake::lines(&input.statements);
        out.repeats = repeats;
        let mut texts = Texts::with_capacity(vouchers.len() + 2 * lines.len());
        let mut voucher_names = NameLists::with_capacity(vouchers.len());
        for voucher in &vouchers {
            // What returns a payment is found by that payment's names.
            let of = (voucher.kind == VoucherKind::Return)
                .then(|| find(&vouchers, voucher.of))
                .flatten()
                .map(|of| vouchers[of as usize].names.iter());
            voucher_names.add(&mut texts, voucher.names.iter().chain(of.into_iter().flatten()));
        }
        let mut line_names = NameLists::with_capacity(lines.len());
        for at in &lines {
            line_names.add(&mut texts, at.line.names.iter());
        }
        for answer in input.answers.iter().flat_map(|file| &file.answers) {
            for name in &answer.names {
                texts.number(name.text.as_str());
            }
        }
        let mut run = Run {
            texts_count: texts.count(),
            owners: Owners::new(texts.count()),
            cases: Owners::new(texts.count()),
            calendar: Calendar::new(
                settings.window_days.min(super::proposals::WINDOW_DAYS_MAX),
                &settings.holidays,
            ),
            standings: vouchers.iter().map(|voucher| voucher.standing).collect(),
            voucher_done: vouchers.iter().map(|voucher| voucher.settled).collect(),
            line_done: lines.iter().map(|at| at.line.settled).collect(),
            voucher_marks: vouchers.iter().map(|_| None).collect(),
            line_marks: lines.iter().map(|_| None).collect(),
            learned: Vec::new(),
            named: Vec::new(),
            cut: HashSet::new(),
            cut_in_fields: HashSet::new(),
            together: Vec::new(),
            returned: HashMap::new(),
            input,
            settings,
            vouchers,
            lines,
            texts,
            voucher_names,
            line_names,
            out,
        };
        run.own();
        run.cut = run.cut();
        run.cut_in_fields = run.cut_in_fields();
        run.together = run.together();
        run
    }

    /// Names that just fill a field of a bank's, and with which a longer reference of a voucher begins.
    fn cut_in_fields(&self) -> HashSet<(u32, Money)> {
        let mut full: HashMap<&str, u32> = HashMap::new();
        for line in 0..self.line_count() {
            for (name, named) in self.line(line).names.iter().zip(self.line_names.of(line)) {
                if !name.in_narration && FIELD_WIDTHS.contains(&name.text.as_str().len()) {
                    full.insert(name.text.as_str(), named.text);
                }
            }
        }
        let mut found = HashSet::new();
        for voucher in self.vouchers.iter().filter(|_| !full.is_empty()) {
            for name in &voucher.names {
                let text = name.text.as_str();
                // References are ASCII, so that every place is one between characters.
                let begins = FIELD_WIDTHS.iter().filter(|width| text.len() > **width);
                let begins = begins.filter_map(|width| full.get(&text[..*width]));
                found.extend(begins.map(|text| (*text, voucher.amount)));
            }
        }
        found
    }

    /// Whether a name may be what is left of another voucher's longer one, of a line's amount.
    pub(super) fn is_cut_in_field(&self, named: Named, amount: Money) -> bool {
        !named.in_narration && self.cut_in_fields.contains(&(named.text, amount))
    }

    /// What payment files asked for under names that narrations tell. A name of two is nobody's.
    fn together(&self) -> Vec<(u32, u32)> {
        let mut told: HashMap<u32, Option<&[Position]>> = HashMap::new();
        for line in 0..self.line_count() {
            let named = self.line_names.of(line).iter();
            let named = named.filter(|one| one.in_narration && one.kind == NameKind::Batch);
            told.extend(named.map(|one| (one.text, None)));
        }
        let mut doubled = HashSet::new();
        for one in &self.input.together {
            let text = self.texts.find(one.name.as_str());
            let Some(held) = text.and_then(|text| told.get_mut(&text)) else { continue };
            if held.replace(&one.payments).is_some_and(|before| *before != *one.payments) {
                doubled.extend(text);
            }
        }
        let of = |(text, payments): (u32, &[Position])| {
            let found = payments.iter().filter_map(|payment| self.find(*payment));
            found.map(move |payment| (text, payment)).collect::<Vec<_>>()
        };
        let told = told.into_iter().filter(|(text, _)| !doubled.contains(text));
        let told = told.filter_map(|(text, payments)| Some((text, payments?)));
        let mut together: Vec<(u32, u32)> = told.flat_map(of).collect();
        together.sort_unstable();
        together
    }

    /// Whether a name that a narration tells is of a file or a batch that asked for a voucher.
    pub(super) fn asked_in(&self, text: u32, voucher: u32) -> bool {
        self.together.binary_search(&(text, voucher)).is_ok()
    }

    /// Words of narrations that may be what is left of a longer reference: one of a voucher, or one that
    /// is written like those, begins or ends like them. Which numbers there are, the ledger need not know;
    /// that there are longer ones, it does.
    fn cut(&self) -> HashSet<u32> {
        let mut told: HashMap<u32, &str> = HashMap::new();
        for line in 0..self.line_count() {
            for (name, named) in self.line(line).names.iter().zip(self.line_names.of(line)) {
                if name.in_narration && is_told(named.kind) {
                    told.insert(named.text, name.text.as_str());
                }
            }
        }
        let mut longer: HashMap<String, bool> = HashMap::new();
        longer.extend(told.values().map(|text| (digits_alike(text), false)));
        let lengths: BTreeSet<usize> = longer.keys().map(String::len).collect();
        for text in self.written(!told.is_empty()) {
            // References are ASCII, so that every place is one between characters.
            let ends = lengths.range(..text.len());
            let ends = ends.flat_map(|length| [&text[..*length], &text[text.len() - length..]]);
            for part in ends.chain(text.split(' ').filter(|word| word.len() < text.len())) {
                if let Some(is_longer) = longer.get_mut(part) {
                    *is_longer = true;
                }
            }
        }
        let is_cut = |text: &str| longer.get(&digits_alike(text)) == Some(&true);
        told.into_iter().filter(|(_, text)| is_cut(text)).map(|(text, _)| text).collect()
    }

    /// How the references of vouchers are written: each series once.
    fn written(&self, wanted: bool) -> HashSet<String> {
        let mut written = HashSet::new();
        for voucher in self.vouchers.iter().filter(|_| wanted) {
            let named = voucher.names.iter().filter(|name| name.kind != NameKind::Transfer);
            let batch = voucher.batch.iter().map(|place| &place.batch);
            let names = || named.clone().map(|name| &name.text).chain(batch.clone());
            for text in names().map(Reference::as_str) {
                // What the clearing house adds to a bill's own name makes no other series.
                let added = |name: &Reference| {
                    let rest = text.strip_prefix(name.as_str());
                    rest.is_some_and(|rest| rest.starts_with('/'))
                };
                if !names().any(added) {
                    written.insert(digits_alike(text));
                }
            }
        }
        written
    }

    /// Whether a name was found in a narration as one that the ledger knows, and may be what is left of a
    /// longer one.
    pub(super) fn is_cut(&self, named: Named) -> bool {
        named.in_narration && is_told(named.kind) && self.cut.contains(&named.text)
    }

    /// Fills the tables of owners.
    fn own(&mut self) {
        for item in 0..self.voucher_count() {
            let side = self.voucher(item).kind.side();
            for named in self.voucher_names.of(item) {
                match named.kind {
                    NameKind::Own | NameKind::Transfer => {
                        self.owners.add(side, named.text, named.kind, item);
                    }
                    NameKind::Case => self.cases.add(side, named.text, named.kind, item),
                    NameKind::Batch | NameKind::Unstated => {}
                }
            }
        }
    }

    pub(super) fn voucher_count(&self) -> u32 {
        u32::try_from(self.vouchers.len()).unwrap_or(SEVERAL)
    }

    pub(super) fn line_count(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(SEVERAL)
    }

    pub(super) fn voucher(&self, item: u32) -> &'a Voucher {
        self.vouchers[item as usize]
    }

    pub(super) fn line(&self, item: u32) -> &'a Line {
        self.lines[item as usize].line
    }

    pub(super) fn line_id(&self, item: u32) -> ItemId {
        ItemId::Line(self.lines[item as usize].id())
    }

    pub(super) fn voucher_id(&self, item: u32) -> ItemId {
        ItemId::Voucher(self.voucher(item).id)
    }

    pub(super) fn find(&self, id: Position) -> Option<u32> {
        find(&self.vouchers, id)
    }

    /// Neither consumed nor settled, nor marked.
    pub(super) fn line_free(&self, item: u32) -> bool {
        !self.line_done[item as usize] && self.line_marks[item as usize].is_none()
    }

    /// Neither consumed nor settled, nor marked, nor reversed.
    pub(super) fn voucher_free(&self, item: u32) -> bool {
        let open = !self.voucher_done[item as usize] && self.voucher_marks[item as usize].is_none();
        open && self.voucher(item).standing != Standing::Reversed
    }

    /// Payments by the batch they were ordered in, reversed ones left out.
    pub(super) fn batches(&self) -> HashMap<&'a str, Vec<u32>> {
        let mut batches: HashMap<&str, Vec<u32>> = HashMap::new();
        for item in 0..self.voucher_count() {
            let voucher = self.voucher(item);
            let counts =
                voucher.kind == VoucherKind::Payment && voucher.standing != Standing::Reversed;
            if let Some(place) = voucher.batch.as_ref().filter(|_| counts) {
                batches.entry(place.batch.as_str()).or_default().push(item);
            }
        }
        batches
    }

    /// Consumes a line and one voucher.
    pub(super) fn settle(
        &mut self,
        line: u32,
        voucher: u32,
        rule: Rule,
        evidence: Evidence,
        difference: Option<Difference>,
    ) {
        self.settle_all(line, &[voucher], rule, evidence, difference);
    }

    /// Consumes a line and its vouchers.
    pub(super) fn settle_all(
        &mut self,
        line: u32,
        vouchers: &[u32],
        rule: Rule,
        evidence: Evidence,
        difference: Option<Difference>,
    ) {
        self.line_done[line as usize] = true;
        self.line_marks[line as usize] = None;
        for voucher in vouchers {
            self.voucher_done[*voucher as usize] = true;
            self.voucher_marks[*voucher as usize] = None;
        }
        let vouchers = vouchers.iter().map(|item| self.voucher(*item).id).collect();
        let line = self.lines[line as usize].id();
        self.out.matches.push(Match { line, vouchers, rule, evidence, difference });
    }

    /// Proposes, and marks what is proposed.
    pub(super) fn propose(
        &mut self,
        lines: &[u32],
        vouchers: &[u32],
        rule: Rule,
        evidence: Evidence,
    ) {
        for line in lines {
            let near = vouchers.iter().map(|item| self.voucher_id(*item));
            let mark = mark(Reason::Proposed, near, vouchers.len());
            self.line_marks[*line as usize] = Some(mark);
        }
        for voucher in vouchers {
            let near = lines.iter().map(|item| self.line_id(*item));
            let mark = mark(Reason::Proposed, near, lines.len());
            self.voucher_marks[*voucher as usize] = Some(mark);
        }
        self.put(lines, vouchers, rule, evidence);
    }

    /// Proposes that a payment came back; whether it was seen to go out is another question.
    pub(super) fn propose_return(&mut self, line: u32, payment: u32, evidence: Evidence) {
        self.mark_line(line, Reason::Proposed, &[payment], 1);
        self.put(&[line], &[payment], Rule::Return, evidence);
    }

    fn put(&mut self, lines: &[u32], vouchers: &[u32], rule: Rule, evidence: Evidence) {
        self.out.proposals.push(Proposal {
            lines: lines.iter().map(|item| self.lines[*item as usize].id()).collect(),
            vouchers: vouchers.iter().map(|item| self.voucher(*item).id).collect(),
            rule,
            evidence,
        });
    }

    /// Leaves an open line to a person; the first reason stays.
    pub(super) fn mark_line(&mut self, line: u32, reason: Reason, near: &[u32], count: usize) {
        if self.line_free(line) {
            let near = near.iter().map(|item| self.voucher_id(*item));
            self.line_marks[line as usize] = Some(mark(reason, near, count));
        }
    }

    /// Leaves an open voucher to a person; the first reason stays.
    pub(super) fn mark_voucher(
        &mut self,
        voucher: u32,
        reason: Reason,
        near: &[u32],
        count: usize,
    ) {
        if self.voucher_free(voucher) {
            let near = near.iter().map(|item| self.line_id(*item));
            self.voucher_marks[voucher as usize] = Some(mark(reason, near, count));
        }
    }

    /// Leaves a line and a voucher to a person, each near the other.
    pub(super) fn mark_both(&mut self, line: u32, voucher: u32, reason: Reason) {
        self.mark_line(line, reason, &[voucher], 1);
        self.mark_voucher(voucher, reason, &[line], 1);
    }

    /// Whether a reference of the line contradicts one of the voucher: both have one of a kind,
    /// and share none of it. Transfers are compared with those of their own length: the systems
    /// have names of sixteen, of twenty-two, of twelve characters, and one payment may have two.
    pub(super) fn contradicts(&self, line: u32, voucher: u32) -> bool {
        let told = self.line(line).names.iter();
        let (mut agrees, mut differs) = ([false; 2], [false; 2]);
        for (name, named) in told.zip(self.line_names.of(line)) {
            if self.is_cut(*named) {
                continue;
            }
            let kind = usize::from(match named.kind {
                NameKind::Own => false,
                NameKind::Transfer => true,
                NameKind::Batch | NameKind::Case | NameKind::Unstated => continue,
            });
            for (text, length) in self.names_of(voucher, named.kind) {
                let same = text == named.text;
                let length_same = kind == 0 || length == name.text.as_str().len();
                agrees[kind] |= same;
                differs[kind] |= !same && length_same;
            }
        }
        (differs[0] && !agrees[0]) || (differs[1] && !agrees[1])
    }

    /// A voucher's names of a kind with their lengths, those that answers told included.
    pub(super) fn names_of(
        &self,
        voucher: u32,
        kind: NameKind,
    ) -> impl Iterator<Item = (u32, usize)> {
        let own = self.voucher(voucher);
        let of = (own.kind == VoucherKind::Return).then(|| self.find(own.of)).flatten();
        let of = of.map(|of| self.voucher(of).names.iter());
        let names = own.names.iter().chain(of.into_iter().flatten());
        let first = self.learned.partition_point(|(item, ..)| *item < voucher);
        let learned = self.learned[first..].iter().take_while(move |(item, ..)| *item == voucher);
        names
            .zip(self.voucher_names.of(voucher))
            .filter(move |(_, named)| named.kind == kind)
            .map(|(name, named)| (named.text, name.text.as_str().len()))
            .chain(
                learned
                    .filter(move |_| kind == NameKind::Transfer)
                    .map(|(_, text, length)| (*text, *length)),
            )
    }

    /// Whether both sides tell of an account or a branch under one key, and differ.
    pub(super) fn payee_differs(&self, line: u32, voucher: u32) -> bool {
        let (line, voucher) = (self.line(line), self.voucher(voucher));
        let Some(payee) = voucher.payee else { return false };
        let differs = |one: Fingerprint, other: Fingerprint| {
            one.key_id == other.key_id && one.print != other.print
        };
        line.counterparty.is_some_and(|account| differs(account.0, payee.account.0))
            || line.ifsc.is_some_and(|ifsc| ifsc != payee.ifsc)
    }

    /// Whether the days make no sense: money that goes out before it was ordered or after it was
    /// confirmed, or comes back before it went.
    pub(super) fn day_illogical(&self, line: u32, voucher: u32) -> bool {
        let (booked, own) = (self.line(line).booked, self.voucher(voucher));
        match own.kind.side() {
            LineSide::Debit => {
                let confirmed = match self.standings[voucher as usize] {
                    Standing::Confirmed(day) => Some(day),
                    Standing::Live | Standing::Returned(_) | Standing::Reversed => None,
                };
                booked < own.day || confirmed.is_some_and(|day| booked > day)
            }
            LineSide::Credit => {
                self.find(own.of).is_some_and(|payment| booked < self.voucher(payment).day)
            }
        }
    }

    pub(super) fn finish(mut self) -> Reconciliation {
        let out = &mut self.out;
        out.matches.sort_unstable();
        out.returns.sort_unstable();
        out.confirmations.sort_unstable();
        out.charges.sort_unstable();
        out.proposals.sort_unstable();
        out.exceptions.sort_unstable();
        self.out
    }
}

/// Whether a name in a narration is one of the ledger's own, which it was found by.
pub(super) fn is_told(kind: NameKind) -> bool {
    kind == NameKind::Own || kind == NameKind::Batch
}

/// A reference with a zero for each of its digits.
fn digits_alike(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// A mark with the first of what is near.
fn mark(reason: Reason, near: impl Iterator<Item = ItemId>, count: usize) -> Box<Mark> {
    Box::new(Mark { reason, near: near.take(NEAR_MAX).collect(), near_count: count as u64 })
}

fn find(vouchers: &[&Voucher], id: Position) -> Option<u32> {
    if id.is_none() {
        return None;
    }
    let index = vouchers.binary_search_by_key(&id, |voucher| voucher.id).ok()?;
    u32::try_from(index).ok()
}

/// Vouchers by position, each once.
fn once<'a>(vouchers: &'a [Voucher], repeated: &mut Vec<Position>) -> Vec<&'a Voucher> {
    // Positions are sorted by themselves: the vouchers they are of lie far apart.
    let mut order: Vec<(Position, &Voucher)> = vouchers.iter().map(|own| (own.id, own)).collect();
    order.sort_unstable_by(|(one, of_one), (other, of_other)| {
        let order = |v: &Voucher| (!v.settled, v.kind, v.amount, v.day, v.standing, v.of);
        one.cmp(other)
            .then_with(|| order(of_one).cmp(&order(of_other)))
            .then_with(|| of_one.names.cmp(&of_other.names))
    });
    let mut once: Vec<&Voucher> = order.into_iter().map(|(_, voucher)| voucher).collect();
    once.dedup_by(|later, first| {
        let again = later.id == first.id;
        if again {
            repeated.push(later.id);
        }
        again
    });
    once
}
