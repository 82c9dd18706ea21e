//! Lines about statements and what their lines are matched with.

use alloc::{format, string::String};

use bahi_core::{
    Further, LineReference, LineSide, MatchDecided, Matched, Position, StatementLines,
    StatementReceived, Total, Unmatched,
};

use super::{Teller, counted, short};

impl Teller<'_> {
    pub(super) fn statement(&self, statement: &StatementReceived) -> String {
        let held = |when: &str, total: Option<Total>| match total {
            Some(total) => format!(", {when} ₹ {}", total.grouped()),
            None => String::new(),
        };
        let beside = |what: &str, count: u32| match count {
            0 => String::new(),
            count => format!(", {count} {what}"),
        };
        format!(
            "statement of account {}, {}, from {} to {}, {}{}{}{}{}",
            short(&statement.account.0),
            self.word(statement.format),
            statement.from,
            statement.to,
            counted(statement.lines as usize, "line"),
            beside("told before", statement.repeated),
            beside("not read", statement.set_aside),
            held("opening", statement.opening),
            held("closing", statement.closing),
        )
    }

    pub(super) fn lines(&self, lines: &StatementLines) -> String {
        let sum = |side: LineSide| -> Total {
            let of_side = lines.lines.iter().filter(|line| line.side == side);
            of_side.map(|line| Total::from(line.amount)).sum()
        };
        format!(
            "{} of the statement at {} from line {}, ₹ {} in and ₹ {} out",
            counted(lines.lines.len(), "line"),
            lines.statement,
            lines.first,
            sum(LineSide::Credit).grouped(),
            sum(LineSide::Debit).grouped(),
        )
    }

    pub(super) fn matched(&self, matched: &Matched) -> String {
        let (lines, events) = joined(matched.line, matched.target, &matched.further);
        let rule = self.word(matched.rule);
        let differs = matched.difference.map_or_else(String::new, |one| {
            let (amount, tolerance) = (one.amount.grouped(), self.word(one.tolerance));
            let limit = one.limit.map_or_else(String::new, |limit| {
                format!(", whose limit is ₹ {}", limit.grouped())
            });
            format!(", ₹ {amount} apart within {tolerance}{limit}")
        });
        if matched.target.is_none() {
            return format!("{lines} taken as a charge by {rule}{differs}");
        }
        format!("{lines} matched with {events} by {rule}{differs}")
    }

    pub(super) fn unmatched(&self, unmatched: &Unmatched) -> String {
        format!("match at {} undone: {}", unmatched.matched, self.word(unmatched.reason))
    }

    pub(super) fn decided(&self, decided: &MatchDecided) -> String {
        let (lines, events) = joined(decided.line, decided.target, &decided.further);
        let reason = self.word(decided.reason);
        if decided.target.is_none() {
            format!("{lines} set aside: {reason}")
        } else if decided.rejected {
            format!("{lines} decided not to be {events}: {reason}")
        } else {
            format!("{lines} decided to be {events}: {reason}")
        }
    }
}

/// The lines and the events of a match, the first of each by name.
fn joined(line: LineReference, target: Position, further: &Further) -> (String, String) {
    let more = |count: usize| match count {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let lines = format!("{}{}", line_text(line), more(further.lines.len()));
    (lines, format!("{target}{}", more(further.targets.len())))
}

fn line_text(line: LineReference) -> String {
    format!("line {} of the statement at {}", line.line, line.statement)
}
