//! Arbitrary sound terms.

use bahi_core::{
    Across, AfterReturn, Counted, Expr, FactKind, FactSpec, Gate, Item, LENGTH_DAYS_MAX,
    LENGTH_MONTHS_MAX, LIMIT_YEARS_MAX, Length, Limit, Milestone, Outcome, Per, Policy, Procedure,
    Require, ReturnRule, Role, Rounding, SlabRow, Span, Subject, Terms, TermsParts, Test, Within,
    Word,
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::select,
};

use super::strategies::{authority, day, money, word};

/// The facts that every arbitrary set of terms asks for, one of each kind and more.
const FACTS: [(&str, FactKind); 5] = [
    ("project_cost", FactKind::Money),
    ("land_cost", FactKind::Money),
    ("trainees", FactKind::Count),
    ("special_category", FactKind::Flag),
    ("purpose", FactKind::Word),
];

fn fact(kinds: &'static [FactKind]) -> impl Strategy<Value = Word> + Clone {
    let names: Vec<Word> = FACTS
        .iter()
        .filter(|(_, kind)| kinds.contains(kind))
        .map(|(name, _)| Word::new(name).expect("a word"))
        .collect();
    select(names)
}

/// A test without tests in it, over leaves.
fn plain_test() -> impl Strategy<Value = Test> + Clone {
    prop_oneof![
        fact(&[FactKind::Flag]).prop_map(Test::Flag),
        (fact(&[FactKind::Word]), word()).prop_map(|(name, word)| Test::Is(name, word)),
        fact(&FactKind::ALL).prop_map(Test::Given),
        (leaf(), leaf()).prop_map(|(left, right)| Test::AtMost(left, right)),
        (leaf(), leaf()).prop_map(|(left, right)| Test::Below(left, right)),
    ]
}

fn test() -> impl Strategy<Value = Test> + Clone {
    plain_test().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..=3).prop_map(Test::All),
            vec(inner.clone(), 1..=3).prop_map(Test::Any),
            inner.prop_map(|inner| Test::Not(Box::new(inner))),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Expr> + Clone {
    prop_oneof![
        fact(&[FactKind::Money, FactKind::Count]).prop_map(Expr::Fact),
        money().prop_map(Expr::Const),
        any::<u32>().prop_map(Expr::Number),
    ]
}

fn require() -> impl Strategy<Value = Require> + Clone {
    (test(), word(), word()).prop_map(|(test, code, paragraph)| Require { test, code, paragraph })
}

/// Rows in rising order, the last of them with or without bound.
fn slab_rows(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Vec<SlabRow>> {
    let row = (money(), inner, word());
    (vec(row, 1..=4), any::<bool>()).prop_map(|(mut rows, open)| {
        rows.sort_by_key(|(up_to, _, _)| *up_to);
        rows.dedup_by_key(|(up_to, _, _)| *up_to);
        let last = rows.len() - 1;
        let bounded = |index: usize| !(open && index == last);
        rows.into_iter()
            .enumerate()
            .map(|(index, (up_to, gives, paragraph))| SlabRow {
                up_to: bounded(index).then_some(up_to),
                gives,
                paragraph,
            })
            .collect()
    })
}

fn choices(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Vec<(Word, Expr)>> {
    vec((word(), inner), 1..=4).prop_map(|mut rows| {
        rows.sort_by(|left, right| left.0.cmp(&right.0));
        rows.dedup_by(|left, right| left.0 == right.0);
        rows
    })
}

fn expr() -> impl Strategy<Value = Expr> + Clone {
    leaf().prop_recursive(5, 24, 4, |inner| {
        let one = || inner.clone().prop_map(Box::new);
        let pair = || (one(), one());
        let list = || vec(inner.clone(), 1..=4);
        prop_oneof![
            (any::<u32>(), 1..=u32::MAX, one()).prop_map(|(parts, of, base)| Expr::Ratio {
                parts,
                of,
                base
            }),
            list().prop_map(Expr::Min),
            list().prop_map(Expr::Max),
            list().prop_map(Expr::Add),
            pair().prop_map(|(left, right)| Expr::Sub(left, right)),
            pair().prop_map(|(left, right)| Expr::Mul(left, right)),
            pair().prop_map(|(value, limit)| Expr::Cap(value, limit)),
            (one(), slab_rows(inner.clone())).prop_map(|(on, rows)| Expr::Slab { on, rows }),
            (fact(&[FactKind::Word]), choices(inner.clone()))
                .prop_map(|(fact, rows)| Expr::Choose { fact, rows }),
            (test(), one(), one()).prop_map(|(test, yes, no)| Expr::If(Box::new(test), yes, no)),
            (require(), one()).prop_map(|(require, then)| Expr::Require(Box::new(require), then)),
        ]
    })
}

fn item() -> impl Strategy<Value = (Word, Item)> {
    (word(), option::of(test()), option::of(expr()), expr(), word()).prop_map(
        |(name, when, claimed, allowed, paragraph)| {
            (name.clone(), Item { name, when, claimed, allowed, paragraph })
        },
    )
}

/// Rows by name, each name once.
fn once<T>(rows: impl IntoIterator<Item = (Word, T)>) -> Vec<T> {
    let mut rows: Vec<(Word, T)> = rows.into_iter().collect();
    rows.sort_by(|left, right| left.0.cmp(&right.0));
    rows.dedup_by(|left, right| left.0 == right.0);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn facts() -> impl Strategy<Value = Vec<FactSpec>> {
    vec(any::<bool>(), FACTS.len()).prop_map(|required| {
        let spec = |((name, kind), required)| FactSpec {
            name: Word::new(name).expect("a word"),
            kind,
            required,
        };
        FACTS.into_iter().zip(required).map(spec).collect()
    })
}

fn limit() -> impl Strategy<Value = (Word, Limit)> {
    let within = prop_oneof![
        Just(Within::Ever),
        Just(Within::FinancialYear),
        (1..=LIMIT_YEARS_MAX).prop_map(Within::Years),
    ];
    let kinds = (select(&Per::ALL[..]), select(&Counted::ALL[..]), select(&Across::ALL[..]));
    let facts = (option::of(test()), option::of(fact(&FactKind::ALL)));
    (word(), kinds, 1..=u16::MAX, within, facts, word()).prop_map(
        |(code, (per, of, across), count, within, (when, same), paragraph)| {
            let limit =
                Limit { code: code.clone(), per, count, within, of, across, when, same, paragraph };
            (code, limit)
        },
    )
}

/// A milestone that a case can come to before any step, or one of the steps before this one.
fn milestone(steps: Vec<Word>, instalments: u16) -> BoxedStrategy<Milestone> {
    let plain = prop_oneof![
        Just(Milestone::Application),
        Just(Milestone::Sanction),
        Just(Milestone::Payment),
        Just(Milestone::Credit),
        (1..=instalments).prop_map(Milestone::Instalment),
    ];
    if steps.is_empty() {
        return plain.boxed();
    }
    prop_oneof![plain, select(steps).prop_map(Milestone::Step)].boxed()
}

/// Any sound gate whose steps are among these.
fn gate(of: Subject, before: Vec<Word>, instalments: u16) -> impl Strategy<Value = Gate> {
    let length = prop_oneof![
        (1..=LENGTH_DAYS_MAX).prop_map(Length::Days),
        (1..=LENGTH_MONTHS_MAX).prop_map(Length::Months),
    ];
    let milestone = milestone(before, instalments);
    let span = (length, milestone.clone()).prop_map(|(length, since)| Span { length, since });
    let reasons = if of == Subject::Adjustment { 0..=3 } else { 0..=0 };
    let who = (vec(word(), reasons), vec(select(&Role::ALL[..]), 0..=3), vec(word(), 0..=3));
    let when = (option::of(test()), vec(vec(milestone, 1..=3), 0..=3));
    let rest = (option::of(span.clone()), option::of(span), 0..=100_u8, any::<bool>(), word());
    (who, when, rest).prop_map(move |((reasons, roles, evidence), (when, after), rest)| {
        let (earliest, latest, used_percent, binding, paragraph) = rest;
        Gate {
            of: of.clone(),
            reasons,
            when,
            roles,
            after,
            evidence,
            earliest,
            latest,
            used_percent,
            binding,
            paragraph,
        }
    })
}

/// Gates of some steps, each after those before it, then of anything.
fn gates(instalments: u16) -> impl Strategy<Value = Vec<Gate>> {
    let others = prop_oneof![
        Just(Subject::Sanction),
        Just(Subject::Payment),
        (1..=instalments).prop_map(Subject::Instalment),
        Just(Subject::Use),
        Just(Subject::Adjustment),
    ];
    (btree_set(word(), 0..=3), vec(others, 0..=3)).prop_flat_map(move |(steps, others)| {
        let steps: Vec<Word> = steps.into_iter().collect();
        let of_steps = steps.iter().cloned().map(Subject::Step).enumerate();
        let all = of_steps.chain(others.into_iter().map(|of| (steps.len(), of)));
        let of = |(before, of): (usize, Subject)| gate(of, steps[..before].to_vec(), instalments);
        all.map(of).collect::<Vec<_>>()
    })
}

fn procedure(instalments: u16) -> impl Strategy<Value = Procedure> {
    let returns = vec((word(), select(&AfterReturn::ALL[..])), 0..=3).prop_map(|rows| {
        once(rows.into_iter().map(|(reason, then)| (reason.clone(), ReturnRule { reason, then })))
    });
    let kind = select(&[FactKind::Money, FactKind::Count][..]);
    let outcomes = vec((word(), kind, word()), 0..=3).prop_map(|rows| {
        once(
            rows.into_iter()
                .map(|(name, kind, paragraph)| (name.clone(), Outcome { name, kind, paragraph })),
        )
    });
    (gates(instalments), returns, outcomes).prop_map(|(gates, returns, outcomes)| Procedure {
        gates,
        returns,
        outcomes,
    })
}

/// Any sound terms.
pub(super) fn terms() -> impl Strategy<Value = Terms> {
    let policy = (word(), word()).prop_map(|(name, value)| (name.clone(), Policy { name, value }));
    let limits = vec(limit(), 0..=3);
    let lists = (facts(), vec(require(), 0..=3), vec(item(), 1..=3), vec(policy, 0..=3), limits);
    let days = (day(), option::of(day()));
    let rounding = select(&Rounding::ALL[..]);
    let instalments = prop_oneof![1..=3_u16, 1..=u16::MAX];
    let procedure = instalments.prop_flat_map(|most| (Just(most), procedure(most)));
    let rest = (option::of(expr()), rounding, procedure);
    (word(), authority(), days, lists, rest).prop_map(|(name, authority, days, lists, rest)| {
        let (facts, requires, items, policies, limits) = lists;
        let (own_contribution, rounding, (instalments_max, procedure)) = rest;
        let parts = TermsParts {
            name,
            authority,
            from: days.1.map_or(days.0, |until| until.min(days.0)),
            until: days.1.map(|until| until.max(days.0)),
            facts,
            requires,
            items: once(items),
            own_contribution,
            rounding,
            instalments_max,
            policies: once(policies),
            limits: once(limits),
            procedure,
        };
        Terms::new(parts).expect("the parts are made sound")
    })
}
