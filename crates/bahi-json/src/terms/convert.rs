//! Terms to and from their JSON shapes, node by node.
//!
//! # Invariants
//! * Recursion is bounded: by the reader's nesting limit one way, by the depth of terms the other.

use super::*;

pub(super) fn parts(json: TermsJson) -> TermsParts {
    TermsParts {
        name: json.name.0,
        authority: json.authority.0.into(),
        from: json.from.0,
        until: json.until.map(|until| until.0),
        facts: json
            .facts
            .into_iter()
            .map(|Object(fact)| FactSpec {
                name: fact.name.0,
                kind: fact.kind.0,
                required: fact.required,
            })
            .collect(),
        requires: json
            .requires
            .into_iter()
            .map(|Object(RequireJson { test: holds, code, paragraph })| Require {
                test: test(holds),
                code: code.0,
                paragraph: paragraph.0,
            })
            .collect(),
        items: json.items.into_iter().map(|Object(json)| item(json)).collect(),
        own_contribution: json.own_contribution.map(expr),
        rounding: json.rounding.0,
        instalments_max: json.instalments_max.0,
        policies: json
            .policies
            .into_iter()
            .map(|Object(policy)| Policy { name: policy.name.0, value: policy.value.0 })
            .collect(),
        limits: json.limits.into_iter().map(|Object(json)| limit(json)).collect(),
        procedure: json.procedure.map_or_else(Procedure::default, |Object(json)| json.into()),
    }
}

fn limit(json: LimitJson) -> Limit {
    Limit {
        code: json.code.0,
        per: json.per.0,
        count: json.count.0,
        within: match json.within.0 {
            WithinJson::Ever => Within::Ever,
            WithinJson::FinancialYear => Within::FinancialYear,
            WithinJson::Years(years) => Within::Years(years.0),
        },
        of: json.of.0,
        across: json.across.0,
        when: json.when.map(test),
        same: json.same.map(|same| same.0),
        paragraph: json.paragraph.0,
    }
}

fn item(json: ItemJson) -> Item {
    Item {
        name: json.name.0,
        when: json.when.map(test),
        claimed: json.claimed.map(expr),
        allowed: expr(json.allowed),
        paragraph: json.paragraph.0,
    }
}

fn expr(OneKey(json): Expression) -> Expr {
    let all = |list: Vec<Expression>| list.into_iter().map(expr).collect();
    match json {
        ExprJson::Fact(Text(name)) => Expr::Fact(name),
        ExprJson::Amount(Text(amount)) => Expr::Const(amount),
        ExprJson::Number(Whole(number)) => Expr::Number(number),
        ExprJson::Ratio(ratio) => {
            let Object(RatioJson { parts, of, base }) = *ratio;
            Expr::Ratio { parts: parts.0, of: of.0, base: Box::new(expr(base)) }
        }
        ExprJson::Min(list) => Expr::Min(all(list)),
        ExprJson::Max(list) => Expr::Max(all(list)),
        ExprJson::Add(list) => Expr::Add(all(list)),
        ExprJson::Sub(Pair(pair)) => {
            let [left, right] = (*pair).map(|side| Box::new(expr(side)));
            Expr::Sub(left, right)
        }
        ExprJson::Mul(Pair(pair)) => {
            let [left, right] = (*pair).map(|side| Box::new(expr(side)));
            Expr::Mul(left, right)
        }
        ExprJson::Cap(cap) => {
            let Object(CapJson { value, limit }) = *cap;
            Expr::Cap(Box::new(expr(value)), Box::new(expr(limit)))
        }
        ExprJson::Slab(slab) => {
            let Object(SlabJson { on, rows }) = *slab;
            let rows = rows.into_iter().map(|Object(row)| slab_row(row)).collect();
            Expr::Slab { on: Box::new(expr(on)), rows }
        }
        ExprJson::Choose(Object(ChooseJson { fact, rows })) => {
            let row = |Object(row): Object<ChoiceJson>| (row.is.0, expr(row.gives));
            Expr::Choose { fact: fact.0, rows: rows.into_iter().map(row).collect() }
        }
        ExprJson::If(branch) => {
            let Object(IfJson { test: holds, then, r#else }) = *branch;
            Expr::If(Box::new(test(holds)), Box::new(expr(then)), Box::new(expr(r#else)))
        }
        ExprJson::Require(require) => {
            let Object(RequireThenJson { test: holds, code, paragraph, then }) = *require;
            let require = Require { test: test(holds), code: code.0, paragraph: paragraph.0 };
            Expr::Require(Box::new(require), Box::new(expr(then)))
        }
    }
}

fn slab_row(json: SlabRowJson) -> SlabRow {
    SlabRow {
        up_to: json.up_to.map(|up_to| up_to.0),
        gives: expr(json.gives),
        paragraph: json.paragraph.0,
    }
}

pub(super) fn test(OneKey(json): Condition) -> Test {
    match json {
        TestJson::AtMost(Pair(pair)) => {
            let [left, right] = *pair;
            Test::AtMost(expr(left), expr(right))
        }
        TestJson::Below(Pair(pair)) => {
            let [left, right] = *pair;
            Test::Below(expr(left), expr(right))
        }
        TestJson::Flag(Text(name)) => Test::Flag(name),
        TestJson::Is(Object(IsJson { fact, word })) => Test::Is(fact.0, word.0),
        TestJson::Given(Text(name)) => Test::Given(name),
        TestJson::All(list) => Test::All(list.into_iter().map(test).collect()),
        TestJson::Any(list) => Test::Any(list.into_iter().map(test).collect()),
        TestJson::Not(inner) => Test::Not(Box::new(test(*inner))),
    }
}

impl From<&Terms> for TermsJson {
    fn from(terms: &Terms) -> TermsJson {
        let parts = terms.parts();
        let fact = |fact: &FactSpec| FactSpecJson {
            name: Text(fact.name.clone()),
            kind: OneOf(fact.kind),
            required: fact.required,
        };
        let policy = |policy: &Policy| PolicyJson {
            name: Text(policy.name.clone()),
            value: Text(policy.value.clone()),
        };
        TermsJson {
            name: Text(parts.name.clone()),
            authority: Object(AuthorityJson::from(&parts.authority)),
            from: Text(parts.from),
            until: parts.until.map(Text),
            facts: parts.facts.iter().map(fact).map(Object).collect(),
            requires: parts.requires.iter().map(require_json).map(Object).collect(),
            items: parts.items.iter().map(item_json).map(Object).collect(),
            own_contribution: parts.own_contribution.as_ref().map(expr_json),
            rounding: OneOf(parts.rounding),
            instalments_max: Whole(parts.instalments_max),
            policies: parts.policies.iter().map(policy).map(Object).collect(),
            limits: parts.limits.iter().map(limit_json).map(Object).collect(),
            procedure: (parts.procedure != Procedure::default())
                .then(|| Object(ProcedureJson::from(&parts.procedure))),
        }
    }
}

fn limit_json(limit: &Limit) -> LimitJson {
    LimitJson {
        code: Text(limit.code.clone()),
        per: OneOf(limit.per),
        count: Whole(limit.count),
        within: OneKey(match limit.within {
            Within::Ever => WithinJson::Ever,
            Within::FinancialYear => WithinJson::FinancialYear,
            Within::Years(years) => WithinJson::Years(Whole(years)),
        }),
        of: OneOf(limit.of),
        across: OneOf(limit.across),
        when: limit.when.as_ref().map(test_json),
        same: limit.same.clone().map(Text),
        paragraph: Text(limit.paragraph.clone()),
    }
}

fn require_json(require: &Require) -> RequireJson {
    RequireJson {
        test: test_json(&require.test),
        code: Text(require.code.clone()),
        paragraph: Text(require.paragraph.clone()),
    }
}

fn item_json(item: &Item) -> ItemJson {
    ItemJson {
        name: Text(item.name.clone()),
        when: item.when.as_ref().map(test_json),
        claimed: item.claimed.as_ref().map(expr_json),
        allowed: expr_json(&item.allowed),
        paragraph: Text(item.paragraph.clone()),
    }
}

fn expr_json(expr: &Expr) -> Expression {
    let all = |list: &[Expr]| list.iter().map(expr_json).collect();
    let pair = |left: &Expr, right: &Expr| Pair(Box::new([expr_json(left), expr_json(right)]));
    OneKey(match expr {
        Expr::Fact(name) => ExprJson::Fact(Text(name.clone())),
        Expr::Const(amount) => ExprJson::Amount(Text(*amount)),
        Expr::Number(number) => ExprJson::Number(Whole(*number)),
        Expr::Ratio { parts, of, base } => ExprJson::Ratio(Box::new(Object(RatioJson {
            parts: Whole(*parts),
            of: Whole(*of),
            base: expr_json(base),
        }))),
        Expr::Min(list) => ExprJson::Min(all(list)),
        Expr::Max(list) => ExprJson::Max(all(list)),
        Expr::Add(list) => ExprJson::Add(all(list)),
        Expr::Sub(left, right) => ExprJson::Sub(pair(left, right)),
        Expr::Mul(left, right) => ExprJson::Mul(pair(left, right)),
        Expr::Cap(value, limit) => ExprJson::Cap(Box::new(Object(CapJson {
            value: expr_json(value),
            limit: expr_json(limit),
        }))),
        Expr::Slab { on, rows } => ExprJson::Slab(Box::new(Object(SlabJson {
            on: expr_json(on),
            rows: rows.iter().map(slab_row_json).map(Object).collect(),
        }))),
        Expr::Choose { fact, rows } => {
            let row = |(is, gives): &(Word, Expr)| {
                Object(ChoiceJson { is: Text(is.clone()), gives: expr_json(gives) })
            };
            let rows = rows.iter().map(row).collect();
            ExprJson::Choose(Object(ChooseJson { fact: Text(fact.clone()), rows }))
        }
        Expr::If(holds, then, other) => ExprJson::If(Box::new(Object(IfJson {
            test: test_json(holds),
            then: expr_json(then),
            r#else: expr_json(other),
        }))),
        Expr::Require(require, then) => {
            let RequireJson { test, code, paragraph } = require_json(require);
            let then = expr_json(then);
            ExprJson::Require(Box::new(Object(RequireThenJson { test, code, paragraph, then })))
        }
    })
}

fn slab_row_json(row: &SlabRow) -> SlabRowJson {
    SlabRowJson {
        up_to: row.up_to.map(Text),
        gives: expr_json(&row.gives),
        paragraph: Text(row.paragraph.clone()),
    }
}

pub(super) fn test_json(test: &Test) -> Condition {
    let pair = |left: &Expr, right: &Expr| Pair(Box::new([expr_json(left), expr_json(right)]));
    let all = |list: &[Test]| list.iter().map(test_json).collect();
    OneKey(match test {
        Test::AtMost(left, right) => TestJson::AtMost(pair(left, right)),
        Test::Below(left, right) => TestJson::Below(pair(left, right)),
        Test::Flag(name) => TestJson::Flag(Text(name.clone())),
        Test::Is(fact, word) => {
            TestJson::Is(Object(IsJson { fact: Text(fact.clone()), word: Text(word.clone()) }))
        }
        Test::Given(name) => TestJson::Given(Text(name.clone())),
        Test::All(list) => TestJson::All(all(list)),
        Test::Any(list) => TestJson::Any(all(list)),
        Test::Not(inner) => TestJson::Not(Box::new(test_json(inner))),
    })
}
