//! What a reconciliation says: matches, proposals, exceptions with their ages, and an abstract.
//!
//! # Invariants
//! * Every line and every voucher is counted once in each part of the abstract.

use std::collections::{BTreeMap, HashMap};

use bahi_core::{AccountKey, Day, LineReference, Money, Position, Total};
use bahi_json::{
    AbstractAnswer, AcceptedAnswer, AccountAnswer, AgeingAnswer, AnswersAnswer, DaysAnswer,
    ExceptionAnswer, FoundAnswer, MatchedAnswer, NeededAnswer, NotCoveredAnswer, ProposalAnswer,
    ReconciliationAnswer, TallyAnswer, ThreeWayAnswer, WithheldAnswer,
};
use bahi_recon::matching::{
    Account, Ageing, Bucket, Evidence, Exception, ItemId, Proposal, Reconciliation, Source,
    Standing, Verdict, VoucherKind,
};

use super::{
    gather::{Gathered, ItemName},
    run::{Withheld, content},
};
use crate::rulebook::DISTRICTS;

/// How many days after a payment a month's statement of it is here, at the latest: a month and the four
/// days that treasuries are given.
const STATEMENT_DAYS_MAX: u32 = 35;

/// What a reconciliation came to.
pub struct Report {
    pub(super) gathered: Gathered,
    /// What is left, once what was found is recorded.
    pub(super) left: Reconciliation,
    /// What was found and recorded; none where nothing was to be.
    found: Option<Reconciliation>,
    /// What was found and not recorded.
    pub withheld: Vec<Withheld>,
    today: Day,
}

#[derive(Clone, Copy, Default)]
struct Tally(Ageing);

impl Tally {
    fn add(&mut self, amount: Money) {
        self.0.count += 1;
        self.0.sum += amount.into();
    }

    fn answer(self) -> TallyAnswer {
        tally(self.0)
    }
}

fn tally(sums: Ageing) -> TallyAnswer {
    TallyAnswer { count: sums.count, value: sums.sum.to_string() }
}

impl Report {
    pub(super) fn new(
        gathered: Gathered,
        left: Reconciliation,
        found: Option<Reconciliation>,
        withheld: Vec<Withheld>,
        today: Day,
    ) -> Report {
        Report { gathered, left, found, withheld, today }
    }

    /// The answers that the ledger has, in numbers: those that say paid, and those that say failed. That a
    /// whole batch is paid settles none of its payments, and is none of them.
    fn answers(&self) -> AnswersAnswer {
        let of =
            |verdict| self.gathered.answered.values().filter(move |one| one.verdict == verdict);
        let failed = of(Verdict::Failed).count() as u64;
        AnswersAnswer { paid: of(Verdict::Paid).filter(|one| !one.whole).count() as u64, failed }
    }

    /// Whether something is left to a person. What no statement covers is, once a month's statement should
    /// have come.
    #[must_use]
    pub fn has_exceptions(&self) -> bool {
        let waits = |one: &Exception| one.reason.days_needed().is_some() && !is_overdue(one);
        !self.left.exceptions.iter().all(waits) || !self.withheld.is_empty()
    }

    /// What no statement covers, and which statements would tell of it.
    fn not_covered(&self) -> NotCoveredAnswer {
        let (mut all, mut overdue) = (Tally::default(), 0);
        let mut needed: Vec<((Day, Day), Money)> = Vec::new();
        for one in &self.left.exceptions {
            let Some(days) = one.reason.days_needed() else { continue };
            let amount = one.amount.unwrap_or(Money::ZERO);
            all.add(amount);
            overdue += u64::from(is_overdue(one));
            needed.push((days, amount));
        }
        needed.sort_unstable();
        let covered = self.gathered.input.covered.iter().flatten();
        let mut begins: Vec<Day> = covered.map(|one| one.from).collect();
        begins.sort_unstable();
        let mut stretches: Vec<((Day, Day), Tally)> = Vec::new();
        for ((from, to), amount) in needed {
            let mut last = stretches.last_mut();
            // A statement that lies between them parts what is needed, and so does a month's end: banks
            // give statements by the month.
            let month = |day: Day| (day.date().0, day.date().1);
            let one = last.as_mut().filter(|((first, last), _)| {
                month(*first) == month(from)
                    && begins.partition_point(|day| day <= last)
                        == begins.partition_point(|day| *day < from)
            });
            match one {
                Some((days, tally)) => {
                    days.1 = days.1.max(to);
                    tally.add(amount);
                }
                None => {
                    let mut tally = Tally::default();
                    tally.add(amount);
                    stretches.push(((from, to), tally));
                }
            }
        }
        let TallyAnswer { count, value } = all.answer();
        let statement = |((from, to), tally): ((Day, Day), Tally)| {
            let TallyAnswer { count, value } = tally.answer();
            NeededAnswer { from: from.to_string(), to: to.to_string(), count, value }
        };
        let statements_needed = stretches.into_iter().map(statement).collect();
        NotCoveredAnswer { count, value, overdue, statements_needed }
    }

    /// The proposals that no person rejected, each with its id.
    pub(super) fn proposals(&self) -> impl Iterator<Item = (String, &Proposal)> {
        let apart = |one: &Proposal| {
            one.lines.iter().any(|line| {
                let at = self.gathered.known(*line).map(|known| known.at);
                let pair = |event: &Position| Some((at?, *event));
                let rejected = |pair| self.gathered.rejected.contains_key(&pair);
                one.vouchers.iter().filter_map(pair).any(rejected)
            })
        };
        let standing = self.left.proposals.iter().filter(move |one| !apart(one));
        standing.map(|one| (self.id_of(one), one))
    }

    /// What a proposal is known by: it follows from its lines, its events and its rule.
    fn id_of(&self, one: &Proposal) -> String {
        let lines = self.lines_of(one);
        let digest = bahi_proof::sha256(&content(&lines, &one.vouchers, one.rule.name()));
        format!("p{}", &bahi_core::hex(digest.as_bytes())[..12])
    }

    pub(super) fn lines_of(&self, one: &Proposal) -> Vec<LineReference> {
        one.lines.iter().filter_map(|id| self.gathered.known(*id)).map(|known| known.at).collect()
    }

    /// The exceptions that are about an item, or stand near it.
    pub(super) fn about(&self, item: ItemName) -> impl Iterator<Item = &Exception> {
        let is = move |one: &ItemId| self.gathered.name(*one) == Some(item);
        self.left.exceptions.iter().filter(move |one| is(&one.item) || one.near.iter().any(is))
    }

    /// The JSON shape.
    #[must_use]
    pub fn answer(&self) -> ReconciliationAnswer {
        let exceptions = self.left.exceptions.iter();
        ReconciliationAnswer {
            position: self.gathered.position.0,
            root: self.gathered.root.map(|root| root.to_string()).unwrap_or_default(),
            today: self.today.to_string(),
            matched: self.matched(),
            found: self.found(),
            answers: self.answers(),
            proposed: self.proposals().map(|(id, one)| self.proposal(id, one)).collect(),
            exceptions: exceptions.map(|one| self.exception(one)).collect(),
            ageing: self.left.ageing().map(|(bucket, sums)| ageing(bucket, sums)).to_vec(),
            not_covered: self.not_covered(),
            abstracts: self.abstracts(),
            three_way: self.three_way(),
            lines: account(&self.left.lines),
            vouchers: account(&self.left.vouchers),
        }
    }

    fn matched(&self) -> MatchedAnswer {
        let (mut all, mut by_rule) = (Tally::default(), BTreeMap::<String, Tally>::new());
        let mut accepted: BTreeMap<(String, Option<Money>), (u64, Total)> = BTreeMap::new();
        for joined in self.gathered.matches.values().filter(|joined| !joined.rejected) {
            let rule = joined.rule.map(|rule| self.gathered.word(rule));
            let rule = rule.unwrap_or_else(|| "decided".to_owned());
            if let Some(one) = joined.accepted {
                let (count, sum) =
                    accepted.entry((self.gathered.word(one.rule), one.limit)).or_default();
                *count += 1;
                *sum += one.amount;
            }
            let lines = joined.lines.iter().filter_map(|line| self.gathered.known_at(*line));
            for line in lines {
                all.add(line.amount);
                by_rule.entry(rule.clone()).or_default().add(line.amount);
            }
        }
        let TallyAnswer { count, value } = all.answer();
        let by_rule = by_rule.into_iter().map(|(rule, tally)| (rule, tally.answer())).collect();
        let told = |((rule, limit), (count, sum)): ((String, Option<Money>), (u64, Total))| {
            let limit = limit.map(|limit| limit.to_string());
            AcceptedAnswer { rule, limit, count, value: sum.to_string() }
        };
        let accepted = accepted.into_iter().map(told).collect();
        MatchedAnswer { count, value, by_rule, accepted }
    }

    fn found(&self) -> FoundAnswer {
        let found = self.found.as_ref().unwrap_or(&self.left);
        let (mut matches, mut returns, mut charges) =
            (Tally::default(), Tally::default(), Tally::default());
        let amount = |line| self.gathered.known(line).map_or(Money::ZERO, |known| known.amount);
        found.matches.iter().for_each(|one| matches.add(amount(one.line)));
        for back in &found.returns {
            let payment = self.gathered.voucher_at(back.payment).map(|payment| payment.amount);
            returns.add(match back.source {
                Source::Line(line) => amount(line),
                Source::Answer(_) => payment.unwrap_or(Money::ZERO),
            });
        }
        found.charges.iter().for_each(|one| charges.add(one.amount));
        let withheld = self.withheld.iter().map(|one| WithheldAnswer {
            ids: one.items.iter().map(ToString::to_string).collect(),
            why: one.why.clone(),
        });
        FoundAnswer {
            recorded: self.found.is_some(),
            matches: matches.answer(),
            returns: returns.answer(),
            confirmations: found.confirmations.len() as u64,
            charges: charges.answer(),
            withheld: withheld.collect(),
        }
    }

    pub(super) fn proposal(&self, id: String, one: &Proposal) -> ProposalAnswer {
        let known = || one.lines.iter().filter_map(|id| self.gathered.known(*id));
        let amount: Total = known().map(|known| Total::from(known.amount)).sum();
        ProposalAnswer {
            id,
            lines: known().map(|known| ItemName::Line(known.at).to_string()).collect(),
            events: one.vouchers.iter().map(|event| event.0).collect(),
            rule: one.rule.name().to_owned(),
            evidence: evidence(&one.evidence),
            amount: amount.to_string(),
        }
    }

    pub(super) fn exception(&self, one: &Exception) -> ExceptionAnswer {
        let name = |item: &ItemId| self.gathered.name(*item).map(|name| name.to_string());
        let side = match one.item {
            ItemId::Voucher(_) => "ledger",
            ItemId::Line(_) => "bank",
            ItemId::Answer(_) => "treasury",
        };
        let case = match one.item {
            ItemId::Voucher(event) => self.gathered.voucher_at(event).map(|voucher| voucher.case),
            ItemId::Line(_) | ItemId::Answer(_) => None,
        };
        let differs = one.reason.differs_by();
        ExceptionAnswer {
            reason: one.reason.name().to_owned(),
            side: side.to_owned(),
            ids: std::iter::once(&one.item).chain(&one.near).filter_map(name).collect(),
            amount: one.amount.map(|amount| amount.to_string()),
            differs_by: differs.map(|paise| Total::from_paise(paise.into()).to_string()),
            since: one.since.map(|day| day.to_string()),
            age_days: one.age_days,
            bucket: Bucket::of(one.age_days).name().to_owned(),
            resolved_by: match one.reason.days_needed() {
                Some((from, to)) => {
                    format!("a statement of {from} to {to}, which none here covers")
                }
                None => one.reason.resolved_by().to_owned(),
            },
            days_needed: one
                .reason
                .days_needed()
                .map(|(from, to)| DaysAnswer { from: from.to_string(), to: to.to_string() }),
            case_ref: case.and_then(|case| self.gathered.cases.get(&case)).map(ToString::to_string),
        }
    }

    /// Lines by bank account and by day, vouchers by scheme and by district.
    fn abstracts(&self) -> Vec<AbstractAnswer> {
        let mut rows: BTreeMap<(&str, String), (Tally, Tally)> = BTreeMap::new();
        let mut add = |by, key: String, settled: bool, amount| {
            let (matched, open) = rows.entry((by, key)).or_default();
            if settled { matched.add(amount) } else { open.add(amount) }
        };
        let mut banks: HashMap<_, String> = HashMap::new();
        for line in &self.gathered.lines {
            let bank = banks.entry(line.account).or_insert_with(|| line.account.0.to_string());
            add("bank", bank.clone(), line.settled, line.amount);
            add("day", line.booked.to_string(), line.settled, line.amount);
        }
        for voucher in &self.gathered.input.vouchers {
            if voucher.standing == Standing::Reversed && !voucher.settled {
                continue;
            }
            let Some((scheme, district)) = self.gathered.funds.get(&voucher.id) else { continue };
            let scheme = self.gathered.schemes.get(scheme).map(ToString::to_string);
            add("scheme", scheme.unwrap_or_default(), voucher.settled, voucher.amount);
            add("district", district.to_string(), voucher.settled, voucher.amount);
        }
        let name =
            |(account, key): (AccountKey, String)| (key, self.gathered.account_name(account));
        let names: HashMap<String, Option<String>> = banks.into_iter().map(name).collect();
        let row = |((by, key), (matched, open)): ((&str, String), (Tally, Tally))| {
            let (matched, open) = (matched.answer(), open.answer());
            let name = match by {
                "bank" => names.get(&key).cloned().flatten(),
                "district" => district(&key),
                _ => None,
            };
            AbstractAnswer { by: by.to_owned(), key, name, matched, open }
        };
        rows.into_iter().map(row).collect()
    }

    /// Payments by which of treasury and bank speak of them.
    fn three_way(&self) -> Vec<ThreeWayAnswer> {
        let mut rows: BTreeMap<(bool, bool), Tally> = BTreeMap::new();
        for voucher in &self.gathered.input.vouchers {
            let counts =
                voucher.kind == VoucherKind::Payment && voucher.standing != Standing::Reversed;
            if counts {
                let told = (self.gathered.is_confirmed(voucher.id), voucher.settled);
                rows.entry(told).or_default().add(voucher.amount);
            }
        }
        let row = |((treasury, bank), tally): ((bool, bool), Tally)| {
            let TallyAnswer { count, value } = tally.answer();
            ThreeWayAnswer { treasury, bank, count, value }
        };
        rows.into_iter().map(row).collect()
    }
}

/// Whether a month's statement should have come since.
const fn is_overdue(one: &Exception) -> bool {
    one.age_days > STATEMENT_DAYS_MAX
}

/// A district by its code.
fn district(code: &str) -> Option<String> {
    let entry = DISTRICTS.iter().find(|entry| entry.code.to_string() == code);
    entry.map(|entry| entry.name.to_owned())
}

fn ageing(bucket: Bucket, sums: Ageing) -> AgeingAnswer {
    let TallyAnswer { count, value } = tally(sums);
    AgeingAnswer { days: bucket.name().to_owned(), count, value }
}

fn account(sums: &Account) -> AccountAnswer {
    AccountAnswer {
        present: tally(sums.present),
        settled: tally(sums.settled),
        matched: tally(sums.matched),
        returned: tally(sums.returned),
        charges: tally(sums.charges),
        open: tally(sums.open),
    }
}

/// What a proposal rests on, for a person.
pub(super) fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Name(name) => format!("both have the reference {name}"),
        Evidence::Batch { batch, payments, failed } => {
            let of = if *payments == 1 { "payment" } else { "payments" };
            format!("{payments} {of} of batch {batch} sum up to it, {failed} failed")
        }
        Evidence::Item { batch, item } => format!("item {item} of batch {batch}"),
        Evidence::Account(None) => "one account and one amount".to_owned(),
        Evidence::Account(Some(reason)) => {
            format!("one account and one amount, back for reason {reason}")
        }
        Evidence::Amount { days: 0 } => "one amount, of one day, and nothing else".to_owned(),
        Evidence::Amount { days: 1 } => "one amount, a day apart, and nothing else".to_owned(),
        Evidence::Amount { days } => format!("one amount, {days} days apart, and nothing else"),
        Evidence::Sum => "amounts that sum up, in one way".to_owned(),
    }
}
