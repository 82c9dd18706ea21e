//! Commands and terms of every shape, for property tests.

mod acts;

mod procedure;

use std::collections::BTreeMap;

use bahi_core::{
    Across, Authority, Counted, Day, District, Expr, FactKind, FactSpec, FinancialYear, Fund,
    GivenFact, HeadName, Item, LIMIT_YEARS_MAX, Limit, Money, OrderNumber, Per, Policy, Require,
    Rounding, SchemeName, SlabRow, Terms, TermsParts, Test, Within, Word,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

pub(crate) use acts::command;

const IDENTIFIER: &str = "[!-~]([ -~]{0,62}[!-~])?";

pub(crate) fn word() -> impl Strategy<Value = Word> + Clone {
    IDENTIFIER.prop_map(|text: String| Word::new(&text).expect("an identifier"))
}

fn money() -> impl Strategy<Value = Money> + Clone {
    (0..=Money::MAX.paise()).prop_map(|paise| Money::from_paise(paise).expect("within range"))
}

fn day() -> impl Strategy<Value = Day> + Clone {
    (Day::MIN.epoch_days()..=Day::MAX.epoch_days())
        .prop_map(|days| Day::from_epoch_days(days).expect("within range"))
}

fn authority() -> impl Strategy<Value = Authority> {
    (IDENTIFIER, day(), option::of(word())).prop_map(|(order, date, paragraph)| Authority {
        order: OrderNumber::new(&order).expect("an identifier"),
        date,
        paragraph,
    })
}

fn fund() -> impl Strategy<Value = Fund> {
    (IDENTIFIER, IDENTIFIER, 1900_u16..=2199, any::<u16>()).prop_map(
        |(scheme, head, first, district)| Fund {
            scheme: SchemeName::new(&scheme).expect("an identifier"),
            head: HeadName::new(&head).expect("an identifier"),
            fy: FinancialYear::from_first(first).expect("a year"),
            district: District(district),
        },
    )
}

/// Facts in order of name, each once, as reading gives them.
pub(crate) fn facts() -> impl Strategy<Value = Vec<(Word, GivenFact)>> {
    let value = prop_oneof![
        word().prop_map(GivenFact::Text),
        any::<u64>().prop_map(GivenFact::Count),
        any::<bool>().prop_map(GivenFact::Flag),
    ];
    proptest::collection::btree_map(word(), value, 0..6)
        .prop_map(|facts| facts.into_iter().collect())
}

/// The facts the terms of these tests ask for, one of each kind.
fn asked() -> Vec<FactSpec> {
    let fact = |name: &str, kind| FactSpec {
        name: Word::new(name).expect("an identifier"),
        kind,
        required: kind == FactKind::Money,
    };
    vec![
        fact("cost", FactKind::Money),
        fact("heads", FactKind::Count),
        fact("special", FactKind::Flag),
        fact("event", FactKind::Word),
    ]
}

fn named(name: &'static str) -> Word {
    Word::new(name).expect("an identifier")
}

fn expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        select(vec!["cost", "heads"]).prop_map(|name| Expr::Fact(named(name))),
        money().prop_map(Expr::Const),
        any::<u32>().prop_map(Expr::Number),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let list = vec(inner.clone(), 1..3);
        let two = (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        let two = two.boxed();
        let holds = test(inner.clone());
        prop_oneof![
            (any::<u32>(), 1..=u32::MAX, inner.clone()).prop_map(|(parts, of, base)| Expr::Ratio {
                parts,
                of,
                base: Box::new(base)
            }),
            list.clone().prop_map(Expr::Min),
            list.clone().prop_map(Expr::Max),
            list.prop_map(Expr::Add),
            two.clone().prop_map(|(a, b)| Expr::Sub(a, b)),
            two.clone().prop_map(|(a, b)| Expr::Mul(a, b)),
            two.clone().prop_map(|(a, b)| Expr::Cap(a, b)),
            slab(inner.clone()),
            proptest::collection::btree_map(word(), inner.clone(), 1..3).prop_map(|rows| {
                Expr::Choose { fact: named("event"), rows: rows.into_iter().collect() }
            }),
            (holds.clone(), two).prop_map(|(holds, (yes, no))| Expr::If(Box::new(holds), yes, no)),
            (holds, word(), word(), inner).prop_map(|(test, code, paragraph, then)| {
                Expr::Require(Box::new(Require { test, code, paragraph }), Box::new(then))
            }),
        ]
    })
    .boxed()
}

fn slab(inner: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Expr> {
    let bounds = proptest::collection::btree_set(money(), 1..3);
    (inner.clone(), bounds, any::<bool>(), inner, word()).prop_map(
        |(on, bounds, open, gives, paragraph)| {
            let row = |up_to| SlabRow { up_to, gives: gives.clone(), paragraph: paragraph.clone() };
            let mut rows: Vec<_> = bounds.into_iter().map(|bound| row(Some(bound))).collect();
            if open {
                rows.push(row(None));
            }
            Expr::Slab { on: Box::new(on), rows }
        },
    )
}

fn test(inner: impl Strategy<Value = Expr> + Clone + 'static) -> BoxedStrategy<Test> {
    let two = (inner.clone(), inner);
    let leaf = prop_oneof![
        two.clone().prop_map(|(a, b)| Test::AtMost(a, b)),
        two.prop_map(|(a, b)| Test::Below(a, b)),
        Just(Test::Flag(named("special"))),
        word().prop_map(|held| Test::Is(named("event"), held)),
        select(vec!["cost", "heads", "special", "event"]).prop_map(|name| Test::Given(named(name))),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Test::All),
            vec(inner.clone(), 1..3).prop_map(Test::Any),
            inner.prop_map(|inner| Test::Not(Box::new(inner))),
        ]
    })
    .boxed()
}

fn limits() -> impl Strategy<Value = BTreeMap<Word, Limit>> {
    let within = prop_oneof![
        Just(Within::Ever),
        Just(Within::FinancialYear),
        (1..=LIMIT_YEARS_MAX).prop_map(Within::Years),
    ];
    let kinds =
        (select(Per::ALL.to_vec()), select(Counted::ALL.to_vec()), select(Across::ALL.to_vec()));
    let same = select(vec!["cost", "heads", "special", "event"]).prop_map(named);
    let facts = (option::of(test(expr())), option::of(same));
    let limit = (word(), kinds, 1..=u16::MAX, within, facts, word()).prop_map(
        |(code, (per, of, across), count, within, (when, same), paragraph)| Limit {
            code,
            per,
            count,
            within,
            of,
            across,
            when,
            same,
            paragraph,
        },
    );
    vec(limit, 0..3)
        .prop_map(|limits| limits.into_iter().map(|limit| (limit.code.clone(), limit)).collect())
}

pub(crate) fn terms() -> impl Strategy<Value = Terms> {
    let require = (test(expr()), word(), word()).prop_map(|(test, code, paragraph)| Require {
        test,
        code,
        paragraph,
    });
    let item = (option::of(test(expr())), option::of(expr()), expr(), word());
    let lists = (
        vec(require, 0..2),
        proptest::collection::btree_map(word(), item, 1..3),
        proptest::collection::btree_map(word(), word(), 0..3),
        limits(),
    );
    let instalments = prop_oneof![1..=3_u16, 1..=u16::MAX];
    let procedure = instalments.prop_flat_map(|most| (Just(most), procedure::procedure(most)));
    let head = (word(), authority(), day(), any::<bool>(), procedure);
    let rounding = select(Rounding::ALL.to_vec());
    (head, lists, option::of(expr()), rounding).prop_filter_map(
        "terms stay within their bounds",
        |(head, (requires, items, policies, limits), own_contribution, rounding)| {
            let (name, authority, from, ends, (instalments_max, procedure)) = head;
            let items = items.into_iter().map(|(name, (when, claimed, allowed, paragraph))| Item {
                name,
                when,
                claimed,
                allowed,
                paragraph,
            });
            let policies = policies.into_iter().map(|(name, value)| Policy { name, value });
            Terms::new(TermsParts {
                name,
                authority,
                from,
                until: ends.then_some(Day::MAX),
                facts: asked(),
                requires,
                items: items.collect(),
                own_contribution,
                rounding,
                instalments_max,
                policies: policies.collect(),
                limits: limits.into_values().collect(),
                procedure,
            })
            .ok()
        },
    )
}
