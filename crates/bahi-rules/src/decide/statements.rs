//! Statements, their lines, and what the lines are matched with.

use bahi_core::{
    AccountKey, Act, Event, MatchDecided, MatchDifference, Matched, Money, Position, Refusal,
    Refused, StatementLine, StatementLines, StatementReceived, Total, Unmatched, Word,
};

use super::{Answer, Ask, Draft};
use crate::state::Joined;

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
            part,
            repeated,
            set_aside,
        } = &self.command.act
        else {
            return self.fail(Refusal::LinesUnsound {});
        };
        if let Some(statement) = self.state.statement_of(file, *part) {
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
            part: *part,
            repeated: *repeated,
            set_aside: *set_aside,
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

    pub(super) fn match_lines(&mut self) -> Answer {
        let Act::Match { line, target, rule, further, evidence, difference } = &self.command.act
        else {
            return self.fail(Refusal::MatchUnsound {});
        };
        let joined = Joined::new(*line, *target, further, false);
        self.free(&joined);
        self.stage()?;
        let differs = difference.as_ref().map_or(Total::ZERO, |one| one.amount);
        // A charge is no event's money: all of it is what a rule with a limit accepts.
        let charge = difference.as_ref().is_some_and(|one| one.limit.is_some());
        let by_rule = charge || !target.is_none();
        self.checks.refuse_if(!by_rule, || Refusal::UnknownTarget { target: *target });
        self.one_money(&joined, differs, by_rule)?;
        self.stage()?;
        let mut draft = self.of_targets(&joined);
        let rule = draft.naming.word(rule);
        let difference = difference.as_ref().map(|one| MatchDifference {
            tolerance: draft.naming.word(&one.tolerance),
            amount: one.amount,
            limit: one.limit,
        });
        Ok(draft.event(Event::Matched(Matched {
            line: *line,
            target: *target,
            rule,
            further: further.clone(),
            evidence: evidence.clone(),
            difference,
        })))
    }

    pub(super) fn decide_match(&mut self) -> Answer {
        let Act::DecideMatch { line, target, reason, further, rejected } = &self.command.act else {
            return self.fail(Refusal::MatchUnsound {});
        };
        let joined = Joined::new(*line, *target, further, *rejected);
        self.free(&joined);
        self.maker_decides(&joined);
        self.stage()?;
        self.one_money(&joined, Total::ZERO, false)?;
        self.stage()?;
        let mut draft = self.of_targets(&joined);
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::MatchDecided(MatchDecided {
            line: *line,
            target: *target,
            reason,
            further: further.clone(),
            rejected: *rejected,
        })))
    }

    pub(super) fn unmatch(&mut self, matched: Position, reason: &Word) -> Answer {
        let Some(joined) = self.state.standing_match(matched) else {
            return self.fail(Refusal::UnknownMatch { matched });
        };
        let mut draft = self.of_targets(joined);
        let reason = draft.naming.word(reason);
        Ok(draft.event(Event::Unmatched(Unmatched { matched, reason })))
    }

    /// Refuses where a line or an event stands in a match, or a person said they are apart.
    fn free(&mut self, joined: &Joined) {
        for matched in joined.lines().filter_map(|line| self.state.line_match(line)) {
            self.checks.refuse(Refusal::LineMatched { matched });
        }
        for matched in joined.targets().filter_map(|one| self.state.matched_targets.get(&one)) {
            self.checks.refuse(Refusal::TargetMatched { matched: *matched });
        }
        if let Some(decided) = self.state.rejection(joined) {
            self.checks.refuse(Refusal::PairRejected { decided });
        }
    }

    /// Refuses where whoever decides received a statement, or issued a payment, that it is about.
    fn maker_decides(&mut self, joined: &Joined) {
        let Some(actor) = self.state.names().actor_no(self.command.actor.as_str()) else { return };
        let mut received = joined.lines().map(|line| line.statement).filter(|statement| {
            self.state.statements.get(statement).is_some_and(|held| held.actor == actor)
        });
        let mut issued = joined.targets().filter(|target| {
            self.state.payment(*target).is_some_and(|(_, payment)| payment.actor == actor)
        });
        if let Some(made) = received.next().or_else(|| issued.next()) {
            self.checks.refuse(Refusal::MakerDecides { made });
        }
    }

    /// Refuses where a line or an event is none, or their sums differ otherwise than is said. What is
    /// rejected may differ. An answer is no money: it can be rejected or set aside, and no event
    /// be it.
    fn one_money(&mut self, joined: &Joined, differs: Total, by_rule: bool) -> Result<(), Refused> {
        let (mut sum, mut sides) = (Total::ZERO, [None; 2]);
        let is_event = !joined.rejected && (by_rule || joined.targets().next().is_some());
        for line in joined.lines() {
            if !self.state.statements.contains_key(&line.statement) {
                return self.fail(Refusal::UnknownStatement { statement: line.statement });
            }
            let known = self.state.line(line).filter(|(.., answer)| !(*answer && is_event));
            let Some((amount, side, _)) = known else {
                return self.fail(Refusal::UnknownLine { line: line.line });
            };
            sum += amount.into();
            sides[side as usize] = Some(side);
        }
        let (mut paid, mut known, mut any) = (Total::ZERO, true, false);
        for target in joined.targets() {
            any = true;
            let found = self.state.target(target);
            match found.filter(|(_, side)| sides.iter().flatten().all(|one| one == side)) {
                Some((amount, _)) => paid += amount.into(),
                None => {
                    known = false;
                    self.checks.refuse(Refusal::UnknownTarget { target });
                }
            }
        }
        if (any || by_rule) && known && !joined.rejected && sum - paid != differs {
            let figure = |total: Total| total.to_money().unwrap_or(Money::MAX);
            self.whole(figure(paid + differs), figure(sum));
        }
        Ok(())
    }

    /// A draft of an event of the case that all the events are of, where it is one.
    fn of_targets(&self, joined: &Joined) -> Draft<'a> {
        let mut draft = self.draft();
        if let Some(case) = self.state.case(self.state.one_case(joined)) {
            draft.on_case(case.position, case, Money::ZERO);
        }
        draft
    }
}
