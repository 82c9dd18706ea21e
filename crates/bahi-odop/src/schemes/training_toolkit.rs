//! Training and toolkits: ten days of training in a batch, with an honorarium, and a kit of tools.
//!
//! # Invariants
//! * A trainee costs the state at most 28,500 rupees, certification aside.
//!
//! # Not here
//! Who may be trained: `limits`. The way of a batch: `procedures`. Kits as things in stock.

use alloc::vec::Vec;

use bahi_core::{Expr, FactKind, Item, Procedure, Require, Terms, TermsParts};

use super::{ROUNDING, Scheme, named, terms, titles};
use crate::compose::{
    all, asks, at_most, cap, either, fact, given, if_stated, item, item_when, policy, require,
    rounding_policy, rupees, takes, times, word,
};
use crate::orders::GO_347;
use crate::{limits, procedures};

/// The most trainees of a batch.
const BATCH_MAX: u16 = 25;
/// The institute is paid half at the start and half on completion (4(2)).
const INSTITUTE_HALVES: u16 = 2;
/// A batch is one case with many payees, and an instalment is one payment to one of them: each
/// trainee's honorarium by direct transfer, the institute's halves, and at worst a bill a kit.
const INSTALMENTS_MAX: u16 = BATCH_MAX + INSTITUTE_HALVES + BATCH_MAX;
/// Five of skill or bridge training, five of entrepreneurship.
const DAYS: u32 = 10;

/// The scheme.
pub(super) fn scheme() -> Scheme {
    Scheme {
        name: named("training-toolkit"),
        title: "Training and toolkits",
        title_hi: titles::TRAINING_TOOLKIT,
        versions: Vec::from([tt_2020()]),
        summary: &[
            "Ten days of training, without lodging and free of charge, in batches of at most 25.",
            "Honorarium: 200 a day to each trainee, after completion.",
            "Institute: its actual fee, at most 400 a day for each trainee; food at most 250.",
            "A toolkit of at most 20,000 for each trainee; certification besides, at its actual fee.",
        ],
    }
}

/// The first terms, in force since.
fn tt_2020() -> Terms {
    terms(procedures::training_toolkit(limits::training_toolkit(TermsParts {
        name: word("tt-2020"),
        authority: GO_347.authority(),
        from: GO_347.day(),
        until: None,
        facts: Vec::from([
            asks("trainees", FactKind::Count),
            asks("days", FactKind::Count),
            takes("institute_fee_per_trainee_day", FactKind::Money),
            takes("food_per_trainee_day", FactKind::Money),
            takes("toolkit_each", FactKind::Money),
            takes("skill_days", FactKind::Count),
            takes("entrepreneurship_days", FactKind::Count),
            takes("honoraria", FactKind::Count),
            takes("toolkits", FactKind::Count),
            takes("certification_paid", FactKind::Money),
            takes("product", FactKind::Word),
        ]),
        requires: requires(),
        items: items(),
        own_contribution: None,
        rounding: ROUNDING,
        instalments_max: INSTALMENTS_MAX,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: Vec::from([
            rounding_policy(),
            policy("certification_fee", "actual_cost"),
            policy("trainee_not_completing", "no_honorarium"),
        ]),
    })))
}

/// How large a batch is, how long it trains, and that nobody is paid for twice.
fn requires() -> Vec<Require> {
    let days = |name: &str, exactly: u32| {
        let (days, exactly) = (fact(name), Expr::Number(exactly));
        all([at_most(days.clone(), exactly.clone()), at_most(exactly, days)])
    };
    let half = |name: &str| if_stated(name, days(name, DAYS / 2));
    Vec::from([
        require(
            "batch_at_most_25",
            "batch",
            at_most(trainees(), Expr::Number(u32::from(BATCH_MAX))),
        ),
        require("ten_days", "length of training", days("days", DAYS)),
        require(
            "five_and_five_days",
            "length of training",
            all(["skill_days", "entrepreneurship_days"].map(half)),
        ),
        require("honoraria_at_most_trainees", "honorarium", at_most(fact("honoraria"), trainees())),
        require("toolkits_at_most_trainees", "5", at_most(fact("toolkits"), trainees())),
    ])
}

fn trainees() -> Expr {
    fact("trainees")
}

/// How many of the trainees, where the case says so; otherwise all of them.
fn of_trainees(name: &str) -> Expr {
    either(given(name), fact(name), trainees())
}

fn trainee_days() -> Expr {
    times(trainees(), fact("days"))
}

fn items() -> Vec<Item> {
    let completed_days = times(of_trainees("honoraria"), fact("days"));
    let certification =
        item("certification", "4", Some(fact("certification_paid")), fact("certification_paid"));
    Vec::from([
        item("honorarium", "honorarium", None, times(completed_days, rupees(200))),
        actual_up_to("institute", "4", "institute_fee_per_trainee_day", trainee_days(), 400),
        actual_up_to("food", "4", "food_per_trainee_day", trainee_days(), 250),
        actual_up_to("toolkit", "5", "toolkit_each", of_trainees("toolkits"), 20_000),
        item_when(given("certification_paid"), certification),
    ])
}

/// What each of so many cost, but no more than so much for each; only where stated.
fn actual_up_to(name: &str, line: &str, each: &str, count: Expr, limit_each: u64) -> Item {
    let actual = times(count.clone(), fact(each));
    let limit = times(count, rupees(limit_each));
    item_when(given(each), item(name, line, Some(actual.clone()), cap(actual, limit)))
}
