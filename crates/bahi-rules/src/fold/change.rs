//! What each event changes, after its own structure was checked.

use alloc::vec::Vec;

use bahi_core::{
    AccountKey, ActorKeySet, AuditScope, Disbursed, Event, EventKind, KeyChange, KeyRotated,
    LineSide, Money, PeriodSealed, Position, Recorded, StatementLine, StatementLines,
    StatementReceived, StockMoved,
};

use super::{Check, holds, matching, remembered};
use crate::state::{
    AccountMark, ActorKey, Bar, Case, Certificate, Change, Detail, Draw, Ending, Entry, Payment,
    Sanction, Scheme, State, Statement, Stock, Store,
};

impl State {
    /// The change an event makes to what it is about; nothing is changed where it fails.
    pub(super) fn change(&mut self, recorded: &Recorded) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let fund = &envelope.fund;
        match &recorded.event {
            Event::SchemeOpened(opened) => {
                holds(self.names.scheme(fund.scheme).is_some(), "its scheme has no name")?;
                let next = usize::from(fund.scheme.0) == self.schemes.len() + 1;
                holds(next, "its scheme is not the next one")?;
                let rising = opened.districts.windows(2).all(|pair| pair[0] < pair[1]);
                holds(rising && !opened.districts.is_empty(), "its districts are unsound")?;
                let versions = Vec::from([opened.terms.clone()]);
                let districts = opened.districts.clone();
                self.schemes.push(Scheme { districts, versions });
                self.terms_at.push(position);
                Ok(())
            }
            Event::TermsChanged(changed) => {
                let scheme = self.open_mut(fund.scheme).ok_or("its scheme is not open")?;
                let next = usize::from(changed.version) == scheme.versions.len() + 1;
                holds(next, "its version is not the next one")?;
                scheme.versions.push(changed.terms.clone());
                self.terms_at.push(position);
                Ok(())
            }
            Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_) => self.known_fund(fund),
            Event::FundsMoved(moved) => {
                self.known_fund(fund)?;
                self.known_fund(&moved.to)?;
                holds(moved.to != *fund, "it moves from a fund to itself")?;
                holds(moved.to.fy == fund.fy, "it moves to another year")
            }
            Event::Lapsed(_) if envelope.case.is_none() => {
                self.known_fund(fund)?;
                let left = self.fund(fund).available();
                holds(left == bahi_core::Total::from(envelope.amount), "it is not all that is left")
            }
            Event::Applied(applied) => self.begin(recorded, &applied.facts),
            Event::ApplicationAmended(amended) => {
                let version = self.open(self.case_scheme(envelope.case)?);
                let version = version.is_some_and(|scheme| scheme.has_version(envelope.terms));
                holds(version, "its terms are none of the scheme's")?;
                let facts = self.keep_facts(&amended.facts)?;
                self.on_case(recorded, |case| {
                    case.facts = facts;
                    Ok(())
                })
            }
            Event::StepRecorded(step) => {
                let version = self.open(self.case_scheme(envelope.case)?);
                let version = version.is_some_and(|scheme| scheme.has_version(envelope.terms));
                holds(envelope.terms == 0 || version, "its terms are none of the scheme's")?;
                self.touch(recorded)?;
                let taken = (position, envelope.effective_day);
                self.steps.take((envelope.case, step.step), taken);
                Ok(())
            }
            Event::Rejected(_) | Event::Withdrawn(_) | Event::CaseClosed(_) => {
                let kind = recorded.event.kind();
                self.on_case(recorded, |case| end(case, position, kind))
            }
            Event::Barred(barred) => {
                let bar = Bar { position, from: envelope.effective_day, until: barred.until };
                self.bars.entry(barred.subject).or_default().push(bar);
                Ok(())
            }
            Event::Sanctioned(_) => self.sanction(recorded),
            Event::SanctionRevised(revised) => {
                let raised = revised.raised;
                let change = Change {
                    position,
                    raised_by: if raised { envelope.actor } else { Default::default() },
                };
                let amount = envelope.amount;
                self.on_case(recorded, |case| {
                    regrant(
                        case,
                        fund,
                        if raised { (amount, Money::ZERO) } else { (Money::ZERO, amount) },
                    )?;
                    let sanction = case.sanction.ok_or("its case is not sanctioned")?;
                    holds(sanction.draw.fund == *fund, "its fund is not the sanction's")?;
                    holds(
                        sanction.amount == revised.sanctioned,
                        "it does not come to what it says",
                    )?;
                    case.changes.push(change);
                    Ok(())
                })
            }
            Event::SanctionCancelled(_) => {
                let amount = envelope.amount;
                self.on_case(recorded, |case| {
                    regrant(case, fund, (Money::ZERO, amount))?;
                    let sanction = case.sanction.as_mut().ok_or("its case is not sanctioned")?;
                    holds(sanction.draw.fund == *fund, "its fund is not the sanction's")?;
                    holds(sanction.draw.unpaid.is_zero(), "it leaves something unpaid")?;
                    sanction.cancelled = position;
                    case.changes.push(Change { position, raised_by: Default::default() });
                    Ok(())
                })
            }
            Event::Lapsed(_) => {
                self.in_open_case(envelope.case)?;
                let amount = envelope.amount;
                self.on_case(recorded, |case| {
                    regrant(case, fund, (Money::ZERO, amount))?;
                    let left = case.draw(fund).is_some_and(|draw| !draw.unpaid.is_zero());
                    holds(!left, "it leaves something unpaid")?;
                    case.changes.push(Change { position, raised_by: Default::default() });
                    Ok(())
                })
            }
            Event::SanctionCarried(carried) => {
                self.known_fund(fund)?;
                let (from, amount) = (carried.from, envelope.amount);
                self.on_case(recorded, |case| carry(case, position, (from, *fund), amount))
            }
            Event::Disbursed(disbursed) => self.disburse(recorded, disbursed),
            Event::PaymentReturned(returned) => {
                self.take_back(recorded, returned.payment)?;
                self.return_reasons.insert(position, returned.reason);
                Ok(())
            }
            Event::PaymentConfirmed(confirmed) => {
                let (case, payment) =
                    self.payment(confirmed.payment).ok_or("its payment is unknown")?;
                holds(case.position == envelope.case, "its payment is not the case's")?;
                holds(payment.is_live(), "its payment does not live")?;
                let fresh = !self.confirmations.contains_key(&confirmed.payment);
                holds(fresh, "its payment is confirmed already")?;
                self.touch(recorded)?;
                self.confirmations.insert(confirmed.payment, (position, confirmed.own_day));
                Ok(())
            }
            Event::MovedToSuspense(moved) => {
                self.known_fund(fund)?;
                let owner = self.payment(moved.payment).map(|(case, _)| case.position);
                holds(owner.is_some() || moved.payment.is_none(), "its payment is unknown")?;
                let owner = owner.unwrap_or_default();
                holds(owner == envelope.case, "its payment is not the case's")?;
                self.touch(recorded)?;
                if !moved.payment.is_none() {
                    self.suspended.entry(moved.payment).or_default().push(position);
                }
                Ok(())
            }
            Event::Recovered(_) | Event::Utilised(_) | Event::Adjusted(_) => {
                let case = self.case_mut(envelope.case)?;
                let draw = case.draw_mut(fund).ok_or("its fund is not the sanction's")?;
                let sum = draw.accounted.checked_add(envelope.amount);
                draw.accounted = sum.ok_or("more is accounted for than there is")?;
                if matches!(recorded.event, Event::Utilised(_)) {
                    let used = case.used.checked_add(envelope.amount);
                    case.used = used.ok_or("more is used than there is")?;
                }
                case.last = position;
                Ok(())
            }
            Event::RecoveryDemanded(demand) => {
                let case = self.case_mut(envelope.case)?;
                let sum = case.demanded.checked_add(demand.demanded);
                case.demanded = sum.ok_or("more is asked back than there is")?;
                case.last = position;
                Ok(())
            }
            Event::StockMoved(moved) => self.move_stock(recorded, moved),
            Event::Audited(audited) => {
                let findings = u16::try_from(audited.findings.len());
                let findings = findings.map_err(|_| "it has too many findings")?;
                if audited.scope != AuditScope::Ledger {
                    let case = self.case_mut(envelope.case)?;
                    let audits = case.audits.checked_add(1);
                    case.audits = audits.ok_or("its case has too many audits")?;
                    case.last = position;
                }
                if findings > 0 {
                    self.audits.insert(position, findings);
                }
                Ok(())
            }
            Event::FindingSettled(settled) => {
                let key = (settled.audit, settled.finding);
                let known = self
                    .audits
                    .get(&settled.audit)
                    .is_some_and(|count| (1..=*count).contains(&settled.finding));
                holds(known, "its finding is unknown")?;
                let owner = self.owner(settled.audit).map(|case| case.position);
                let owner = owner.unwrap_or_default();
                holds(owner == envelope.case, "its audit is not the case's")?;
                holds(!self.settlements.contains_key(&key), "its finding is settled already")?;
                self.touch(recorded)?;
                self.settlements.insert(key, position);
                Ok(())
            }
            Event::StateCertified(certified) => {
                holds(certified.upto < position, "it certifies what is not there yet")?;
                self.certificates.push(Certificate {
                    position,
                    upto: certified.upto,
                    as_of: certified.as_of,
                });
                Ok(())
            }
            Event::PeriodSealed(sealed) => self.seal(recorded, sealed),
            Event::StatementReceived(statement) => self.receive(recorded, statement),
            Event::StatementLines(lines) => self.receive_lines(lines),
            Event::Matched(_) | Event::MatchDecided(_) => self.match_line(recorded),
            Event::Unmatched(unmatched) => {
                let stands = self.standing_match(unmatched.matched).cloned();
                let joined = stands.ok_or("its match does not stand")?;
                let owner = self.one_case(&joined);
                holds(owner == envelope.case, "its target is not the case's")?;
                self.touch(recorded)?;
                self.let_go(&joined);
                Ok(())
            }
            Event::Reversed(reversed) => self.reverse(recorded, reversed),
            Event::CommandRefused(refused) => holds(refused.count > 0, "it counts no refusal"),
            Event::Exported(exported) => {
                holds(exported.upto < position, "it exports what is not there yet")
            }
            Event::AccessDenied(denied) => holds(denied.count > 0, "it counts no denial"),
            Event::KeyRotated(rotated) => self.rotate(rotated),
            Event::ActorKeySet(set) => self.set_actor_key(recorded, set),
        }
    }

    /// What is remembered of every event that was taken: whose it is, its command, its money.
    pub(super) fn note(&mut self, recorded: &Recorded) {
        let envelope = &recorded.envelope;
        let begins = envelope.case == recorded.position;
        let number =
            if begins { self.cases.len().checked_sub(1) } else { self.owner_number(envelope.case) };
        let owner = number.and_then(|number| u32::try_from(number + 1).ok()).unwrap_or_default();
        self.owners.push(owner);
        self.commands.push(envelope.command, remembered(&recorded.event));
        if let Some((movement, back)) = recorded.movement() {
            self.post(movement, envelope.fund, envelope.amount, back);
        }
        if let Some(detail) = detail(recorded) {
            let entry = Entry {
                kind: recorded.event.kind(),
                movement: recorded.movement().map(|(movement, _)| movement),
                fund: envelope.fund,
                amount: envelope.amount,
                detail,
            };
            self.entries.insert(recorded.position, entry);
        }
    }

    pub(super) fn case_mut(&mut self, case: Position) -> Result<&mut Case, &'static str> {
        let number = self.owner_number(case).ok_or("its case has not applied")?;
        self.cases.get_mut(number).ok_or("its case has not applied")
    }

    fn case_scheme(&self, case: Position) -> Result<bahi_core::SchemeNo, &'static str> {
        self.case(case).map(|case| case.scheme).ok_or("its case has not applied")
    }

    /// Changes a case and keeps it as it was, so that the change can be unmade.
    pub(super) fn on_case(
        &mut self,
        recorded: &Recorded,
        change: impl FnOnce(&mut Case) -> Check,
    ) -> Check {
        let case = self.case_mut(recorded.envelope.case)?;
        let before = case.clone();
        if let Err(what) = change(case) {
            *case = before;
            return Err(what);
        }
        case.last = recorded.position;
        self.undo.0.push((recorded.position, before));
        Ok(())
    }

    /// Makes the event its case's last, where it is of one.
    pub(super) fn touch(&mut self, recorded: &Recorded) -> Check {
        if !recorded.envelope.case.is_none() {
            self.case_mut(recorded.envelope.case)?.last = recorded.position;
        }
        Ok(())
    }

    fn begin(
        &mut self,
        recorded: &Recorded,
        facts: &[(bahi_core::WordNo, bahi_core::StoredFact)],
    ) -> Check {
        let Event::Applied(applied) = &recorded.event else { return Err("it is no application") };
        let envelope = &recorded.envelope;
        let scheme = self.open(envelope.fund.scheme).ok_or("its scheme is not open")?;
        let runs = scheme.districts.binary_search(&envelope.fund.district).is_ok();
        holds(runs, "its district is not the scheme's")?;
        holds(scheme.has_version(envelope.terms), "its terms are none of the scheme's")?;
        let taken = self.case_of(applied.case_ref.as_str()).is_some();
        holds(!taken, "its case reference stands already")?;
        let room = (u32::try_from(self.cases.len()), u32::try_from(self.claims.next()));
        let (Ok(number), Ok(claims)) = room else {
            return Err("the ledger has no room for one more case");
        };
        let facts = self.keep_facts(facts)?;
        let Some(reference) = self.case_refs.push(applied.case_ref.as_str(), number) else {
            self.facts.truncate(facts.0 as usize);
            return Err("the ledger has no room for one more case");
        };
        let Some(shared) = self.claim(envelope.fund.scheme, &applied.applicant) else {
            self.case_refs.pop(&reference, number);
            self.facts.truncate(facts.0 as usize);
            return Err("the ledger has no room for whose the case is");
        };
        self.cases.push(Case {
            position: recorded.position,
            last: recorded.position,
            number,
            claims,
            shared,
            reference,
            scheme: envelope.fund.scheme,
            district: envelope.fund.district,
            facts,
            applied: envelope.effective_day,
            sanction: None,
            older: Vec::new(),
            changes: Vec::new(),
            payments: Vec::new(),
            demanded: Money::ZERO,
            used: Money::ZERO,
            ending: None,
            audits: 0,
        });
        Ok(())
    }

    /// Remembers whose the next case is, where that is counted; whether somebody of it is of another
    /// one too. `None` when there is no room.
    fn claim(
        &mut self,
        scheme: bahi_core::SchemeNo,
        applicant: &bahi_core::Applicant,
    ) -> Option<bool> {
        if !self.is_counted(scheme) {
            return Some(false);
        }
        let number = u32::try_from(self.cases.len()).ok()?;
        let (mut room, mut shared) = (true, false);
        applicant.each_subject(|subject| match self.claims.push(subject, number) {
            Some(None) => {}
            Some(Some(other)) => {
                shared = true;
                if let Some(other) = self.cases.get_mut(other as usize) {
                    other.shared = true;
                }
            }
            None => room = false,
        });
        if !room {
            self.unclaim(number);
        }
        room.then_some(shared)
    }

    /// Forgets whose the latest case is.
    pub(super) fn unclaim(&mut self, number: u32) {
        for other in self.claims.pop(number) {
            if let Some(other) = self.cases.get_mut(other as usize) {
                other.shared = self.claims.is_shared(other.number, other.claims);
            }
        }
    }

    fn keep_facts(
        &mut self,
        facts: &[(bahi_core::WordNo, bahi_core::StoredFact)],
    ) -> Result<(u32, u8), &'static str> {
        let from =
            u32::try_from(self.facts.len()).map_err(|_| "the ledger holds too many facts")?;
        let len = u8::try_from(facts.len()).map_err(|_| "it states too many facts")?;
        self.facts.extend(facts.iter().copied());
        Ok((from, len))
    }

    fn sanction(&mut self, recorded: &Recorded) -> Check {
        let envelope = &recorded.envelope;
        self.known_fund(&envelope.fund)?;
        let scheme = self.open(envelope.fund.scheme);
        let version = scheme.is_some_and(|scheme| scheme.has_version(envelope.terms));
        let case = self.case_mut(envelope.case)?;
        holds(case.sanction.is_none(), "its case is sanctioned already")?;
        holds(case.scheme == envelope.fund.scheme, "its fund is of another scheme")?;
        holds(version, "its terms are none of the scheme's")?;
        case.sanction = Some(Sanction {
            position: recorded.position,
            actor: envelope.actor,
            day: envelope.effective_day,
            terms: envelope.terms,
            amount: envelope.amount,
            cancelled: Position::NONE,
            draw: Draw {
                fund: envelope.fund,
                unpaid: envelope.amount,
                accounted: Money::ZERO,
                until: Position::NONE,
            },
        });
        case.last = recorded.position;
        Ok(())
    }

    fn disburse(&mut self, recorded: &Recorded, disbursed: &Disbursed) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let AccountKey(account) = disbursed.payee.account;
        let case = self.case_mut(envelope.case)?;
        let sanction = case.sanction.ok_or("its case is not sanctioned")?;
        holds(sanction.draw.fund == envelope.fund, "its fund is not the sanction's")?;
        holds(sanction.cancelled.is_none(), "its case's sanction is cancelled")?;
        let latest = case.latest(disbursed.instalment);
        let waits = latest.map(|payment| payment.returned).unwrap_or_default();
        holds(!latest.is_some_and(Payment::is_live), "its instalment has a live payment")?;
        holds(disbursed.reissue_of == waits, "it does not name the return it follows")?;
        let draw = case.draw_mut(&envelope.fund).ok_or("its fund is not the sanction's")?;
        let unpaid = draw.unpaid.checked_sub(envelope.amount);
        draw.unpaid = unpaid.ok_or("more is paid than sanctioned")?;
        if case.payments.is_empty() {
            // Most cases are paid once, and a vector would begin with room for four.
            case.payments.reserve_exact(1);
        }
        case.payments.push(Payment {
            position,
            amount: envelope.amount,
            fund: envelope.fund,
            returned: Position::NONE,
            reversed: Position::NONE,
            instalment: disbursed.instalment,
            day: envelope.effective_day,
            actor: envelope.actor,
            payee: AccountMark::of(account),
        });
        case.last = position;
        Ok(())
    }

    fn take_back(&mut self, recorded: &Recorded, payment: Position) -> Check {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        let case = self.case_mut(envelope.case)?;
        let place = case.payments.iter().position(|one| one.position == payment);
        let place = place.ok_or("its payment is not the case's")?;
        let paid = case.payments[place];
        holds(paid.returned.is_none(), "its payment came back already")?;
        holds(paid.reversed.is_none(), "its payment was reversed")?;
        let whole = paid.amount == envelope.amount && paid.fund == envelope.fund;
        holds(whole, "it is not the whole payment in the payment's fund")?;
        let draw = case.draw_mut(&envelope.fund).ok_or("its fund is not the sanction's")?;
        let unpaid = draw.unpaid.checked_add(envelope.amount);
        draw.unpaid = unpaid.ok_or("more came back than there is")?;
        case.payments[place].returned = position;
        case.last = position;
        Ok(())
    }

    fn move_stock(&mut self, recorded: &Recorded, moved: &StockMoved) -> Check {
        self.in_open_case(recorded.envelope.case)?;
        let fund = &recorded.envelope.fund;
        let scheme = self.open(fund.scheme).ok_or("its scheme is not open")?;
        let district =
            fund.district.is_pool() || scheme.districts.binary_search(&fund.district).is_ok();
        holds(district, "its district is not the scheme's")?;
        let case = self.case(recorded.envelope.case);
        let elsewhere = case.is_some_and(|case| !case.may_draw_on(fund));
        holds(!elsewhere, "its case is of another scheme or district")?;
        holds(moved.quantity > 0, "it moves nothing")?;
        let store = (fund.scheme, fund.district, moved.item);
        let mut stock = self.stock(fund.scheme, fund.district, moved.item);
        let count = stock.count(moved.movement);
        *count = count.checked_add(u64::from(moved.quantity)).ok_or("it counts too many")?;
        holds(stock.sound(), "more things go than there are")?;
        self.touch(recorded)?;
        self.keep_stock(store, stock);
        Ok(())
    }

    /// Keeps a count of things; a count of nothing at all is not remembered.
    pub(super) fn keep_stock(&mut self, store: Store, stock: Stock) {
        if stock == Stock::default() {
            self.stock.remove(&store);
        } else {
            self.stock.insert(store, stock);
        }
    }

    /// Whether the event's case, where it is of one, is open.
    fn in_open_case(&self, case: Position) -> Check {
        let closed = self.case(case).is_some_and(|case| case.ending.is_some());
        holds(!closed, "its case is closed")
    }

    fn seal(&mut self, recorded: &Recorded, sealed: &PeriodSealed) -> Check {
        let next = self.sealed().is_none_or(|until| until < sealed.until);
        holds(next, "its period is sealed already")?;
        let over = sealed.until < recorded.envelope.effective_day;
        holds(over, "its period is not over")?;
        let rests = self.seal_rests_on(sealed.certified, sealed.until);
        holds(rests, "it does not rest on the certificate before it")?;
        self.seals.push(sealed.until);
        Ok(())
    }

    /// Forgets that money in suspense seems to be a payment's.
    pub(super) fn forget_suspended(&mut self, payment: Position, suspense: Position) {
        if let Some(standing) = self.suspended.get_mut(&payment) {
            standing.retain(|one| *one != suspense);
            if standing.is_empty() {
                self.suspended.remove(&payment);
            }
        }
    }

    fn receive(&mut self, recorded: &Recorded, statement: &StatementReceived) -> Check {
        let (position, file) = (recorded.position, statement.file);
        let key = (file, statement.part);
        holds(statement.part > 0, "its part of the file has no number")?;
        holds(!self.files.contains_key(&key), "its file was received already")?;
        self.files.insert(key, position);
        let (expected, actor) = (statement.lines, recorded.envelope.actor);
        self.statements.insert(position, Statement { file, actor, expected, lines: Vec::new() });
        Ok(())
    }

    fn receive_lines(&mut self, lines: &StatementLines) -> Check {
        let statement =
            self.statements.get_mut(&lines.statement).ok_or("its statement is unknown")?;
        let next = statement.lines.len() + 1;
        holds(usize::try_from(lines.first) == Ok(next), "its lines are not the next ones")?;
        let room = (statement.expected as usize).saturating_sub(statement.lines.len());
        let fit = !lines.lines.is_empty() && lines.lines.len() <= room;
        holds(fit, "its statement has not so many lines")?;
        let answer = |line: &StatementLine| {
            line.particulars.as_ref().is_some_and(|told| told.kind.is_answer())
        };
        statement
            .lines
            .extend(lines.lines.iter().map(|line| (line.amount, line.side, answer(line))));
        Ok(())
    }

    fn match_line(&mut self, recorded: &Recorded) -> Check {
        let (joined, difference) = matching(&recorded.event).ok_or("it is no match")?;
        let decided = matches!(recorded.event, Event::MatchDecided(_));
        let (mut sum, mut sides) = (bahi_core::Total::ZERO, [false; 2]);
        for line in joined.lines() {
            let known = self.statements.contains_key(&line.statement);
            holds(known, "its statement is unknown")?;
            let (amount, side, answer) = self.line(line).ok_or("its line is unknown")?;
            let money = !answer || joined.rejected || decided && joined.targets().next().is_none();
            holds(money, "its line is an answer and no money")?;
            holds(self.line_match(line).is_none(), "its line is matched already")?;
            sum += amount.into();
            sides[usize::from(side == LineSide::Debit)] = true;
        }
        let mut targets = joined.targets().peekable();
        let with_something = targets.peek().is_some();
        let alone = if decided { !joined.rejected } else { difference != bahi_core::Total::ZERO };
        holds(with_something || alone, "it matches a line with nothing")?;
        let mut other = bahi_core::Total::ZERO;
        for target in targets {
            let held = self.target(target);
            let (amount, side) = held.ok_or("its target is not the line's money")?;
            let same = !sides[usize::from(side == LineSide::Credit)];
            holds(same, "its target is not the line's money")?;
            let fresh = !self.matched_targets.contains_key(&target);
            holds(fresh, "its target is matched already")?;
            other += amount.into();
        }
        let adds_up = sum - other == difference || decided && !with_something || joined.rejected;
        holds(adds_up, "its target is not the line's money")?;
        holds(self.rejection(&joined).is_none(), "its line was found not to be its target")?;
        holds(self.one_case(&joined) == recorded.envelope.case, "its target is not the case's")?;
        self.touch(recorded)?;
        self.hold(&joined, recorded.position);
        self.matches.insert(recorded.position, joined);
        Ok(())
    }

    fn rotate(&mut self, rotated: &KeyRotated) -> Check {
        let keys = &mut self.keys;
        match rotated.change {
            KeyChange::Added if rotated.key_id == 1 => {
                holds(keys.added == 0 && !keys.first, "its key is recorded already")?;
                keys.first = true;
            }
            KeyChange::Added => {
                let next = keys.added.checked_add(2) == Some(rotated.key_id);
                holds(next, "its key is not the next one")?;
                keys.added += 1;
            }
            KeyChange::Destroyed => {
                let older = rotated.key_id < keys.newest() && keys.holds(rotated.key_id);
                holds(older, "its key is not an older one that is held")?;
                keys.destroyed.push(rotated.key_id);
                keys.destroyed.sort_unstable();
            }
        }
        Ok(())
    }

    fn set_actor_key(&mut self, recorded: &Recorded, set: &ActorKeySet) -> Check {
        let from = recorded.envelope.effective_day;
        holds(set.until.is_none_or(|until| from <= until), "its days are out of order")?;
        let ActorKeySet { key, until, required, .. } = *set;
        self.actor_keys.entry(set.signer).or_default().push(ActorKey {
            key,
            from,
            until,
            required,
        });
        Ok(())
    }
}

/// Ends a case: one that is done has nothing unpaid, and one that was turned down or taken back
/// has no sanction that stands.
fn end(case: &mut Case, position: Position, kind: EventKind) -> Check {
    let stands = case.sanction.is_some_and(|sanction| sanction.cancelled.is_none());
    holds(kind == EventKind::CaseClosed || !stands, "its case's sanction stands")?;
    holds(case.oldest_unpaid(None).is_none(), "it leaves something unpaid")?;
    case.ending = Some(Ending { position, kind });
    Ok(())
}

/// Adds to what a case is granted from a fund, or takes from it.
pub(super) fn regrant(
    case: &mut Case,
    fund: &bahi_core::FundKey,
    (more, less): (Money, Money),
) -> Check {
    let change = |sum: Money| sum.checked_add(more).and_then(|sum| sum.checked_sub(less));
    let draw = case.draw_mut(fund).ok_or("its fund is not the sanction's")?;
    draw.unpaid = change(draw.unpaid).ok_or("more is taken than is unpaid")?;
    let sanction = case.sanction.as_mut().ok_or("its case is not sanctioned")?;
    sanction.amount = change(sanction.amount).ok_or("more is taken than is sanctioned")?;
    Ok(())
}

/// Carries what a case has left unpaid in one fund to another, which it draws on from then on.
fn carry(
    case: &mut Case,
    position: Position,
    (from, to): (bahi_core::FundKey, bahi_core::FundKey),
    amount: Money,
) -> Check {
    holds(to.scheme == case.scheme, "its fund is of another scheme")?;
    holds(from.fy < to.fy, "it is not carried into a later year")?;
    let sanction = case.sanction.as_mut().ok_or("its case is not sanctioned")?;
    holds(sanction.cancelled.is_none(), "its case's sanction is cancelled")?;
    if sanction.draw.fund != to {
        holds(sanction.draw.fund.fy < to.fy, "the case draws on a later year already")?;
        let retired = Draw { until: position, ..sanction.draw };
        sanction.draw =
            Draw { fund: to, unpaid: Money::ZERO, accounted: Money::ZERO, until: Position::NONE };
        case.older.push(retired);
    }
    let left =
        case.draw_mut(&from).ok_or("the case does not draw on the fund it is carried from")?;
    holds(left.unpaid == amount, "it does not carry all that is unpaid")?;
    left.unpaid = Money::ZERO;
    let draw = case.draw_mut(&to).ok_or("the case does not draw on the fund it is carried to")?;
    draw.unpaid = draw.unpaid.checked_add(amount).ok_or("more is carried than there is")?;
    case.changes.push(Change { position, raised_by: Default::default() });
    Ok(())
}

/// What a reversal must know of an event; none for one that its case remembers, or that has
/// another way to be corrected.
fn detail(recorded: &Recorded) -> Option<Detail> {
    Some(match &recorded.event {
        Event::FundsAllotted
        | Event::FundsWithdrawn(_)
        | Event::FundsMoved(_)
        | Event::Lapsed(_)
        | Event::SanctionCarried(_)
        | Event::Rejected(_)
        | Event::Withdrawn(_)
        | Event::CaseClosed(_)
        | Event::SanctionRevised(_)
        | Event::SanctionCancelled(_)
        | Event::Recovered(_)
        | Event::Utilised(_)
        | Event::Adjusted(_)
        | Event::InterestEarned(_)
        | Event::InterestRemitted(_) => Detail::None,
        Event::Barred(barred) => Detail::Bar(
            barred.subject,
            Bar {
                position: recorded.position,
                from: recorded.envelope.effective_day,
                until: barred.until,
            },
        ),
        Event::StepRecorded(step) => Detail::Step(step.step, recorded.envelope.effective_day),
        Event::PaymentConfirmed(confirmed) => {
            Detail::Confirmed(confirmed.payment, confirmed.own_day)
        }
        Event::MovedToSuspense(moved) if moved.payment.is_none() => Detail::None,
        Event::MovedToSuspense(moved) => Detail::Suspended(moved.payment),
        Event::RecoveryDemanded(demand) => Detail::Demanded(demand.demanded),
        Event::FindingSettled(settled) => Detail::Settled(settled.audit, settled.finding),
        Event::StockMoved(moved) => {
            let fund = &recorded.envelope.fund;
            let store = (fund.scheme, fund.district, moved.item);
            Detail::Stock(store, moved.movement, moved.quantity)
        }
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::Applied(_)
        | Event::ApplicationAmended(_)
        | Event::Sanctioned(_)
        | Event::Disbursed(_)
        | Event::PaymentReturned(_)
        | Event::Audited(_)
        | Event::StateCertified(_)
        | Event::PeriodSealed(_)
        | Event::StatementReceived(_)
        | Event::StatementLines(_)
        | Event::Matched(_)
        | Event::Unmatched(_)
        | Event::MatchDecided(_)
        | Event::Reversed(_)
        | Event::CommandRefused(_)
        | Event::Exported(_)
        | Event::AccessDenied(_)
        | Event::KeyRotated(_)
        | Event::ActorKeySet(_) => return None,
    })
}
