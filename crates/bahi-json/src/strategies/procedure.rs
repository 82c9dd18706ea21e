//! Arbitrary sound procedures.

use bahi_core::{
    AfterReturn, FactKind, Gate, LENGTH_DAYS_MAX, LENGTH_MONTHS_MAX, Length, Milestone, Outcome,
    Procedure, ReturnRule, Role, Span, Subject, Word,
};
use proptest::{
    collection::{btree_map, btree_set, vec},
    option,
    prelude::*,
    sample::select,
};

use super::{expr, test, word};

/// A milestone that a case can come to before any step, or one of these steps.
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

fn gate(of: Subject, before: Vec<Word>, instalments: u16) -> impl Strategy<Value = Gate> {
    let length = prop_oneof![
        (1..=LENGTH_DAYS_MAX).prop_map(Length::Days),
        (1..=LENGTH_MONTHS_MAX).prop_map(Length::Months),
    ];
    let milestone = milestone(before, instalments);
    let span = (length, milestone.clone()).prop_map(|(length, since)| Span { length, since });
    let reasons = if of == Subject::Adjustment { 0..=2 } else { 0..=0 };
    let who = (vec(word(), reasons), vec(select(Role::ALL.to_vec()), 0..=2), vec(word(), 0..=2));
    let when = (option::of(test(expr())), vec(vec(milestone, 1..=2), 0..=2));
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
    (btree_set(word(), 0..=2), vec(others, 0..=2)).prop_flat_map(move |(steps, others)| {
        let steps: Vec<Word> = steps.into_iter().collect();
        let of_steps = steps.iter().cloned().map(Subject::Step).enumerate();
        let all = of_steps.chain(others.into_iter().map(|of| (steps.len(), of)));
        let of = |(before, of): (usize, Subject)| gate(of, steps[..before].to_vec(), instalments);
        all.map(of).collect::<Vec<_>>()
    })
}

/// A sound procedure of cases that are paid in so many instalments at most.
pub(super) fn procedure(instalments: u16) -> impl Strategy<Value = Procedure> {
    let returns = btree_map(word(), select(AfterReturn::ALL.to_vec()), 0..3);
    let kind = select(vec![FactKind::Money, FactKind::Count]);
    let outcomes = btree_map(word(), (kind, word()), 0..3);
    (gates(instalments), returns, outcomes).prop_map(|(gates, returns, outcomes)| Procedure {
        gates,
        returns: returns.into_iter().map(|(reason, then)| ReturnRule { reason, then }).collect(),
        outcomes: outcomes
            .into_iter()
            .map(|(name, (kind, paragraph))| Outcome { name, kind, paragraph })
            .collect(),
    })
}
