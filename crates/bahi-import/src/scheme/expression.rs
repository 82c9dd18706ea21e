//! Expressions and tests from their text.
//!
//! # Invariants
//! * Recursion is bounded by [`NESTED_MAX`], chains by the list bound of terms.
//! * A fact is known and of the kind its place wants, or the complaint stands at its name.

use bahi_core::{Expr, FactKind, FactSpec, Money, Require, SlabRow, TERMS_LIST_MAX, Test, Word};

use super::token::{Kind, Token, Wrong, tokens};

/// The deepest nesting of brackets, branches and operators: twice that of terms, with room.
const NESTED_MAX: usize = 48;

/// The words of the language; a fact of such a name is written `fact("by")`.
pub(super) const RESERVED: [&str; 24] = [
    "all", "and", "any", "above", "by", "cap", "choose", "else", "fact", "flag", "given", "if",
    "is", "max", "min", "not", "of", "or", "refuse", "require", "sum", "then", "under", "up",
];

/// What a piece of text may turn out to be.
enum Node {
    Expr(Expr),
    Test(Test),
}

/// A piece, and where it begins.
struct Piece {
    node: Node,
    at: usize,
}

/// Reads an expression over these facts.
pub(super) fn expr(text: &str, facts: &[FactSpec]) -> Result<Expr, Wrong> {
    let mut parser = Parser::new(text, facts)?;
    let found = parser.expr()?;
    parser.end()?;
    Ok(found)
}

/// Reads a test over these facts.
pub(super) fn test(text: &str, facts: &[FactSpec]) -> Result<Test, Wrong> {
    let mut parser = Parser::new(text, facts)?;
    let found = parser.test()?;
    parser.end()?;
    Ok(found)
}

struct Parser<'f> {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    facts: &'f [FactSpec],
}

impl<'f> Parser<'f> {
    fn new(text: &str, facts: &'f [FactSpec]) -> Result<Parser<'f>, Wrong> {
        Ok(Parser { tokens: tokens(text)?, next: 0, depth: 0, facts })
    }

    // ---- tokens

    fn peek(&self) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[self.next.min(last)]
    }

    fn at(&self) -> usize {
        self.peek().at
    }

    fn is(&self, wanted: &str) -> bool {
        match &self.peek().kind {
            Kind::Name(name) => name == wanted,
            Kind::Mark(mark) => *mark == wanted,
            Kind::Count(_) | Kind::Amount(_) | Kind::Text(_) | Kind::End => false,
        }
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.is(wanted);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Wrong> {
        if self.take(wanted) { Ok(()) } else { Err(self.wrong(wanted)) }
    }

    /// The complaint that something else is allowed here.
    fn wrong(&self, allowed: &str) -> Wrong {
        let found = match &self.peek().kind {
            Kind::Name(found) | Kind::Count(found) | Kind::Amount(found) => found.clone(),
            Kind::Text(found) => format!("{found:?}"),
            Kind::Mark(mark) => (*mark).to_owned(),
            Kind::End => "the end".to_owned(),
        };
        Wrong::new(self.at(), format!("{found} stands where {allowed} is allowed"))
    }

    fn end(&self) -> Result<(), Wrong> {
        match self.peek().kind {
            Kind::End => Ok(()),
            Kind::Name(_) | Kind::Count(_) | Kind::Amount(_) | Kind::Text(_) | Kind::Mark(_) => {
                Err(self.wrong("an operator (+ - * <= < and or) or the end"))
            }
        }
    }

    fn text(&mut self, what: &str) -> Result<Word, Wrong> {
        let Kind::Text(text) = &self.peek().kind else {
            return Err(self.wrong(&format!("\"{what}\", a quoted text,")));
        };
        let word = Word::new(text).map_err(|error| Wrong::new(self.at(), error.to_string()))?;
        self.next += 1;
        Ok(word)
    }

    fn whole(&mut self, what: &str) -> Result<u32, Wrong> {
        let Kind::Count(digits) = &self.peek().kind else { return Err(self.wrong(what)) };
        let number = digits.parse().map_err(|_| {
            Wrong::new(self.at(), format!("a whole number is at most {}", u32::MAX))
        })?;
        self.next += 1;
        Ok(number)
    }

    fn amount(&mut self) -> Result<Money, Wrong> {
        let digits = match &self.peek().kind {
            Kind::Amount(digits) => digits,
            Kind::Count(digits) => {
                let what = format!("an amount has a point: {digits}.00");
                return Err(Wrong::new(self.at(), what));
            }
            Kind::Name(_) | Kind::Text(_) | Kind::Mark(_) | Kind::End => {
                return Err(self.wrong("an amount, such as 250000.00,"));
            }
        };
        let amount =
            Money::parse(digits).map_err(|error| Wrong::new(self.at(), error.to_string()))?;
        self.next += 1;
        Ok(amount)
    }

    /// A fact of one of these kinds, by name or quoted name.
    fn fact(&mut self, kinds: &[FactKind]) -> Result<Word, Wrong> {
        let at = self.at();
        let name = match &self.peek().kind {
            Kind::Name(name) if !RESERVED.contains(&name.as_str()) => name.clone(),
            Kind::Text(name) => name.clone(),
            Kind::Name(_) | Kind::Count(_) | Kind::Amount(_) | Kind::Mark(_) | Kind::End => {
                return Err(self.wrong("the name of a fact"));
            }
        };
        self.next += 1;
        self.known(&name, at, kinds)
    }

    fn known(&self, name: &str, at: usize, kinds: &[FactKind]) -> Result<Word, Wrong> {
        let list = |kinds: &[FactKind]| {
            kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
        };
        let Some(spec) = self.facts.iter().find(|fact| fact.name.as_str() == name) else {
            let fit = self.facts.iter().filter(|fact| kinds.contains(&fact.kind));
            let fit: Vec<&str> = fit.map(|fact| fact.name.as_str()).collect();
            let fit = if fit.is_empty() { "none".to_owned() } else { fit.join(", ") };
            let what = format!(
                "no [[fact]] has the name {}; of kind {} there are: {fit}",
                name.escape_default(),
                list(kinds)
            );
            return Err(Wrong::new(at, what));
        };
        if kinds.contains(&spec.kind) {
            return Ok(spec.name.clone());
        }
        let (kind, wanted) = (spec.kind.name(), list(kinds));
        let hint = match spec.kind {
            FactKind::Flag => format!("; flag({name}) tests it"),
            FactKind::Word => format!("; {name} is \"word\" tests it"),
            FactKind::Money | FactKind::Count => String::new(),
        };
        let what = format!("the fact {name} is a {kind} where a {wanted} is allowed{hint}");
        Err(Wrong::new(at, what))
    }

    // ---- pieces

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        if self.depth == NESTED_MAX {
            let what = format!("nested over {NESTED_MAX} deep");
            return Err(Wrong::new(self.at(), what));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn expr(&mut self) -> Result<Expr, Wrong> {
        self.piece().and_then(as_expr)
    }

    fn test(&mut self) -> Result<Test, Wrong> {
        self.piece().and_then(as_test)
    }

    fn piece(&mut self) -> Result<Piece, Wrong> {
        self.deeper(Parser::any_of)
    }

    fn any_of(&mut self) -> Result<Piece, Wrong> {
        self.joined("or", Parser::all_of, Test::Any)
    }

    fn all_of(&mut self) -> Result<Piece, Wrong> {
        self.joined("and", Parser::not, Test::All)
    }

    /// Tests joined by a word; the piece itself where the word does not follow.
    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Piece, Wrong>,
        made: fn(Vec<Test>) -> Test,
    ) -> Result<Piece, Wrong> {
        let first = part(self)?;
        if !self.is(word) {
            return Ok(first);
        }
        let at = first.at;
        let mut list = vec![as_test(first)?];
        while self.is(word) {
            self.in_list(list.len())?;
            self.next += 1;
            list.push(as_test(part(self)?)?);
        }
        Ok(Piece { node: Node::Test(made(list)), at })
    }

    fn in_list(&self, len: usize) -> Result<(), Wrong> {
        if len < TERMS_LIST_MAX {
            return Ok(());
        }
        Err(Wrong::new(self.at(), format!("more than {TERMS_LIST_MAX} in one list")))
    }

    fn not(&mut self) -> Result<Piece, Wrong> {
        let at = self.at();
        if !self.take("not") {
            return self.comparison();
        }
        let inner = self.deeper(Parser::not).and_then(as_test)?;
        Ok(Piece { node: Node::Test(Test::Not(Box::new(inner))), at })
    }

    fn comparison(&mut self) -> Result<Piece, Wrong> {
        let left = self.sum()?;
        let Some(mark) = ["<=", "<", ">=", ">"].into_iter().find(|mark| self.is(mark)) else {
            return Ok(left);
        };
        let at = left.at;
        let left = as_expr(left)?;
        self.next += 1;
        let right = self.sum().and_then(as_expr)?;
        let test = match mark {
            "<=" => Test::AtMost(left, right),
            "<" => Test::Below(left, right),
            ">=" => Test::AtMost(right, left),
            _ => Test::Below(right, left),
        };
        Ok(Piece { node: Node::Test(test), at })
    }

    /// Sums and differences from the left; a run of `+` is one sum.
    fn sum(&mut self) -> Result<Piece, Wrong> {
        let first = self.product()?;
        if !self.is("+") && !self.is("-") {
            return Ok(first);
        }
        let at = first.at;
        let mut run = vec![as_expr(first)?];
        let mut chained = 1;
        loop {
            let adds = self.is("+");
            if !adds && !self.is("-") {
                return Ok(Piece { node: Node::Expr(summed(run)), at });
            }
            self.in_list(chained)?;
            chained += 1;
            self.next += 1;
            let right = self.product().and_then(as_expr)?;
            if adds {
                run.push(right);
            } else {
                run = vec![Expr::Sub(Box::new(summed(run)), Box::new(right))];
            }
        }
    }

    fn product(&mut self) -> Result<Piece, Wrong> {
        let first = self.share()?;
        if !self.is("*") {
            return Ok(first);
        }
        let at = first.at;
        let mut left = as_expr(first)?;
        let mut chained = 1;
        while self.is("*") {
            self.in_list(chained)?;
            chained += 1;
            self.next += 1;
            let right = self.share().and_then(as_expr)?;
            left = Expr::Mul(Box::new(left), Box::new(right));
        }
        Ok(Piece { node: Node::Expr(left), at })
    }

    /// `25% of`, `3/8 of`, or what stands there.
    fn share(&mut self) -> Result<Piece, Wrong> {
        let at = self.at();
        if !matches!(self.peek().kind, Kind::Count(_)) {
            return self.single();
        }
        let parts = self.whole("a whole number")?;
        let of = if self.take("%") {
            100
        } else if self.take("/") {
            let at = self.at();
            let of = self.whole("the parts in the whole, a number,")?;
            if of == 0 {
                return Err(Wrong::new(at, "nothing has zero parts in the whole"));
            }
            of
        } else {
            return Ok(Piece { node: Node::Expr(Expr::Number(parts)), at });
        };
        self.expect("of")?;
        let base = Box::new(self.deeper(Parser::share).and_then(as_expr)?);
        Ok(Piece { node: Node::Expr(Expr::Ratio { parts, of, base }), at })
    }

    fn single(&mut self) -> Result<Piece, Wrong> {
        let at = self.at();
        let name = match &self.peek().kind {
            Kind::Amount(_) => {
                let amount = Expr::Const(self.amount()?);
                return Ok(Piece { node: Node::Expr(amount), at });
            }
            Kind::Mark("(") => {
                self.next += 1;
                let inner = self.piece()?;
                self.expect(")")?;
                return Ok(Piece { at, ..inner });
            }
            Kind::Name(name) => name.clone(),
            Kind::Count(_) | Kind::Text(_) | Kind::Mark(_) | Kind::End => {
                return Err(self.wrong(
                    "an amount (250000.00), a count (12), a fact, min, max, sum, cap, by, choose, \
                     if, require, a test or a bracket",
                ));
            }
        };
        let node = match name.as_str() {
            "flag" | "given" | "all" | "any" => Node::Test(self.test_of(&name)?),
            _ => return self.amount_of(&name, at),
        };
        Ok(Piece { node, at })
    }

    fn test_of(&mut self, name: &str) -> Result<Test, Wrong> {
        self.next += 1;
        self.expect("(")?;
        let test = match name {
            "flag" => Test::Flag(self.fact(&[FactKind::Flag])?),
            "given" => Test::Given(self.fact(&FactKind::ALL)?),
            "all" => Test::All(self.list(Parser::test)?),
            _ => Test::Any(self.list(Parser::test)?),
        };
        self.expect(")")?;
        Ok(test)
    }

    fn amount_of(&mut self, name: &str, at: usize) -> Result<Piece, Wrong> {
        let found = match name {
            "min" | "max" | "sum" => self.list_of(name)?,
            "cap" => self.cap()?,
            "by" => self.by()?,
            "choose" => self.choose()?,
            "if" => self.branch()?,
            "require" => self.require()?,
            _ => return self.stated(at),
        };
        Ok(Piece { node: Node::Expr(found), at })
    }

    /// A fact as a number, or the word it holds compared with another.
    fn stated(&mut self, at: usize) -> Result<Piece, Wrong> {
        let bracket = self.take("fact");
        if bracket {
            self.expect("(")?;
        }
        let from = self.next;
        self.fact(&FactKind::ALL)?;
        if bracket {
            self.expect(")")?;
        }
        let after = self.next;
        self.next = from;
        let compared = matches!(&self.tokens.get(after).map(|token| &token.kind),
            Some(Kind::Name(name)) if name == "is");
        let wanted: &[FactKind] =
            if compared { &[FactKind::Word] } else { &[FactKind::Money, FactKind::Count] };
        let fact = self.fact(wanted)?;
        self.next = after;
        if !self.take("is") {
            return Ok(Piece { node: Node::Expr(Expr::Fact(fact)), at });
        }
        let word = self.text("word")?;
        Ok(Piece { node: Node::Test(Test::Is(fact, word)), at })
    }

    fn list<T>(&mut self, one: fn(&mut Self) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
        let mut list = vec![one(self)?];
        while self.is(",") {
            self.in_list(list.len())?;
            self.next += 1;
            list.push(one(self)?);
        }
        Ok(list)
    }

    fn list_of(&mut self, name: &str) -> Result<Expr, Wrong> {
        self.next += 1;
        self.expect("(")?;
        let list = self.list(Parser::expr)?;
        self.expect(")")?;
        Ok(match name {
            "min" => Expr::Min(list),
            "max" => Expr::Max(list),
            _ => Expr::Add(list),
        })
    }

    fn cap(&mut self) -> Result<Expr, Wrong> {
        self.next += 1;
        self.expect("(")?;
        let value = self.expr()?;
        self.expect(",")?;
        let limit = self.expr()?;
        self.expect(")")?;
        Ok(Expr::Cap(Box::new(value), Box::new(limit)))
    }

    fn by(&mut self) -> Result<Expr, Wrong> {
        self.next += 1;
        let on = Box::new(self.expr()?);
        self.expect("{")?;
        let mut rows: Vec<SlabRow> = Vec::new();
        loop {
            self.in_list(rows.len())?;
            let last = rows.last().map(|row| row.up_to);
            rows.push(self.slab_row(last)?);
            if !self.take(",") {
                break;
            }
            if self.is("}") {
                break;
            }
        }
        self.expect("}")?;
        Ok(Expr::Slab { on, rows })
    }

    fn slab_row(&mut self, last: Option<Option<Money>>) -> Result<SlabRow, Wrong> {
        let at = self.at();
        let up_to = if self.take("above") {
            None
        } else if self.take("up") {
            // `to` is a word here alone, so that a fact may have its name.
            self.expect("to")?;
            Some(self.amount()?)
        } else {
            return Err(self.wrong("a row, up to AMOUNT: or above:,"));
        };
        match (last, up_to) {
            (Some(None), _) => {
                return Err(Wrong::new(at, "no row follows the row of everything above"));
            }
            (Some(Some(lower)), Some(upper)) if upper <= lower => {
                let what = format!("rows rise: this one ends above {lower}");
                return Err(Wrong::new(at, what));
            }
            (None | Some(Some(_)), _) => {}
        }
        self.expect(":")?;
        let gives = self.expr()?;
        self.expect("under")?;
        Ok(SlabRow { up_to, gives, paragraph: self.text("paragraph")? })
    }

    fn choose(&mut self) -> Result<Expr, Wrong> {
        self.next += 1;
        let fact = self.fact(&[FactKind::Word])?;
        self.expect("{")?;
        let mut rows: Vec<(Word, Expr)> = Vec::new();
        loop {
            self.in_list(rows.len())?;
            let at = self.at();
            let word = self.text("word")?;
            if rows.iter().any(|(other, _)| *other == word) {
                return Err(Wrong::new(at, format!("the word {word} has a row already")));
            }
            self.expect(":")?;
            rows.push((word, self.expr()?));
            if !self.take(",") || self.is("}") {
                break;
            }
        }
        self.expect("}")?;
        Ok(Expr::Choose { fact, rows })
    }

    fn branch(&mut self) -> Result<Expr, Wrong> {
        self.next += 1;
        let test = self.test()?;
        self.expect("then")?;
        let yes = self.expr()?;
        self.expect("else")?;
        let no = self.expr()?;
        Ok(Expr::If(Box::new(test), Box::new(yes), Box::new(no)))
    }

    fn require(&mut self) -> Result<Expr, Wrong> {
        self.next += 1;
        let test = self.test()?;
        self.expect("else")?;
        self.expect("refuse")?;
        let code = self.text("code")?;
        self.expect("under")?;
        let paragraph = self.text("paragraph")?;
        self.expect("then")?;
        let then = self.expr()?;
        Ok(Expr::Require(Box::new(Require { test, code, paragraph }), Box::new(then)))
    }
}

/// A run of what is added; one alone is no sum.
fn summed(mut run: Vec<Expr>) -> Expr {
    match (run.len(), run.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            run.extend(last);
            Expr::Add(run)
        }
    }
}

fn as_expr(piece: Piece) -> Result<Expr, Wrong> {
    match piece.node {
        Node::Expr(expr) => Ok(expr),
        Node::Test(_) => {
            Err(Wrong::new(piece.at, "a test stands where an amount or a count is allowed"))
        }
    }
}

fn as_test(piece: Piece) -> Result<Test, Wrong> {
    match piece.node {
        Node::Test(test) => Ok(test),
        Node::Expr(_) => Err(Wrong::new(
            piece.at,
            "an amount stands where a test is allowed: a <= b, flag(f), given(f), f is \"word\"",
        )),
    }
}
