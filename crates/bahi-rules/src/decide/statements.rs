//! Statements, their lines, and what the lines are matched with.

use bahi_core::{
    AccountKey, Act, Event, LineReference, MatchDecided, Matched, Money, Position, Refusal,
    Refused, StatementLine, StatementLines, StatementReceived, Unmatched, Word,
};

use super::{Answer, Ask, Draft};

impl<'a> Ask<'a> {
    pub(super) fn receive_statement(&mut self) -> Answer {
        let Act::ReceiveStatement {
            file,
            bytes,
            format,
            account,
            from,
            to,
            opening,
            closing,
            lines,
        } = &self.command.act
        else {
            return self.fail(Refusal::LinesUnsound {});
        };
        if let Some(statement) = self.state.files.get(file).copied() {
            self.checks.refuse(Refusal::StatementKnown { statement });
        }
        self.stage()?;
        let AccountKey(print) = *account;
        self.keyed(print);
        self.stage()?;
        let mut draft = self.draft();
        let format = draft.naming.word(format);
        Ok(draft.event(Event::StatementReceived(StatementReceived {
            file: *file,
            bytes: *bytes,
            format,
            account: *account,
            from: *from,
            to: *to,
            opening: *opening,
            closing: *closing,
            lines: *lines,
        })))
    }

    pub(super) fn receive_lines(
        &mut self,
        statement: Position,
        first: u32,
        lines: &[StatementLine],
    ) -> Answer {
        let Some(known) = self.state.statements.get(&statement) else {
            return self.fail(Refusal::UnknownStatement { statement });
        };
        for AccountKey(print) in lines.iter().filter_map(|line| line.counterparty) {
            self.keyed(print);
        }
        let next = u32::try_from(known.lines.len() + 1).unwrap_or(u32::MAX);
        let fit = known.lines.len() + lines.len() <= known.expected as usize;
        self.checks.refuse_if(first != next || !fit, || Refusal::LineOutOfOrder { next });
        self.stage()?;
        let lines = StatementLines { statement, first, lines: lines.to_vec() };
        Ok(self.draft().event(Event::StatementLines(lines)))
    }

    pub(super) fn match_line(
        &mut self,
        line: LineReference,
        target: Position,
        rule: &Word,
    ) -> Answer {
        let mut draft = self.matching(line, target, true)?;
        let rule = draft.naming.word(rule);
        Ok(draft.event(Event::Matched(Matched { line, target, rule })))
    }

    pub(super) fn decide_match(
        &mut self,
        line: LineReference,
        target: Position,
        reason: &Word,
    ) -> Answer {
        let mut draft = self.matching(line, target, !target.is_none())?;
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::MatchDecided(MatchDecided { line, target, reason })))
    }

    pub(super) fn unmatch(&mut self, matched: Position, reason: &Word) -> Answer {
        let found = self.state.matches.get(&matched).copied();
        let stands = found.filter(|(line, _)| self.state.line_match(*line) == Some(matched));
        let Some((_, target)) = stands else {
            return self.fail(Refusal::UnknownMatch { matched });
        };
        let mut draft = self.of_target(target);
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Unmatched(Unmatched { matched, reason })))
    }

    /// A draft of a match, both sides free and of one amount.
    fn matching(
        &mut self,
        line: LineReference,
        target: Position,
        with_target: bool,
    ) -> Result<Draft<'a>, Refused> {
        if let Some(matched) = self.state.line_match(line) {
            self.checks.refuse(Refusal::LineMatched { matched });
        }
        if let Some(matched) = self.state.matched_targets.get(&target).copied() {
            self.checks.refuse(Refusal::TargetMatched { matched });
        }
        self.stage()?;
        let Some(statement) = self.state.statements.get(&line.statement) else {
            return self.fail(Refusal::UnknownStatement { statement: line.statement });
        };
        let index = (line.line as usize).checked_sub(1);
        let Some((amount, side)) = index.and_then(|index| statement.lines.get(index)).copied()
        else {
            return self.fail(Refusal::UnknownLine { line: line.line });
        };
        if with_target {
            match self.state.target(target) {
                Some((paid, of)) if of == side => self.whole(paid, amount),
                Some(_) | None => self.checks.refuse(Refusal::UnknownTarget { target }),
            }
        }
        self.stage()?;
        Ok(self.of_target(target))
    }

    /// A draft of an event of the target's case, where it is of one.
    fn of_target(&self, target: Position) -> Draft<'a> {
        let mut draft = self.draft();
        if let Some(case) = self.state.owner(target) {
            draft.on_case(case.position, case, Money::ZERO);
        }
        draft
    }
}
