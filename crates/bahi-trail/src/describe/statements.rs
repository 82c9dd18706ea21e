//! Lines about statements and what their lines are matched with.

use alloc::{format, string::String};

use bahi_core::{
    LineReference, LineSide, MatchDecided, Matched, StatementLines, StatementReceived, Total,
    Unmatched,
};

use super::{Teller, counted, short};

impl Teller<'_> {
    pub(super) fn statement(&self, statement: &StatementReceived) -> String {
        let held = |when: &str, total: Option<Total>| match total {
            Some(total) => format!(", {when} ₹ {}", total.grouped()),
            None => String::new(),
        };
        format!(
            "statement of account {}, {}, from {} to {}, {}{}{}",
            short(&statement.account.0),
            self.word(statement.format),
            statement.from,
            statement.to,
            counted(statement.lines as usize, "line"),
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
        let (line, rule) = (line_text(matched.line), self.word(matched.rule));
        format!("{line} matched with {} by {rule}", matched.target)
    }

    pub(super) fn unmatched(&self, unmatched: &Unmatched) -> String {
        format!("match at {} undone: {}", unmatched.matched, self.word(unmatched.reason))
    }

    pub(super) fn decided(&self, decided: &MatchDecided) -> String {
        let (line, reason) = (line_text(decided.line), self.word(decided.reason));
        if decided.target.is_none() {
            format!("{line} set aside: {reason}")
        } else {
            format!("{line} decided to be {}: {reason}", decided.target)
        }
    }
}

fn line_text(line: LineReference) -> String {
    format!("line {} of the statement at {}", line.line, line.statement)
}
