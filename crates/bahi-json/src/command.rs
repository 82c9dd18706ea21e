//! Commands as JSON: one object a line in, the same object out.
//!
//! # Invariants
//! * What is written reads back as the same command.
//! * A command of each kind has one shape, and the schema is generated from it.
//!
//! # Not here
//! Whether a command is allowed (`bahi-rules`): an amount of zero or a fact too many is well formed.

use bahi_core::{
    Act, ActorName, AuditScope, CaseRef, Command, CommandId, CommandKind, Day, District, Money,
    Opinion, PaymentMode, Position, Reference, Role, SchemeName, Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Malformed,
    malformed::{Complaint, one_line, read},
    shapes::{ApplicantJson, AuthorityJson, FactsJson, FindingJson, FundJson, PayeeJson, district},
    terms::TermsJson,
    value::{DistrictText, Kind, Object, OneKey, OneOf, Text, Whole},
};

/// The district of a name, for names the caller knows; codes and `pool` are read without it.
pub type Districts<'a> = &'a dyn Fn(&str) -> Option<District>;

/// Reads one command from one line, with or without its line ending.
///
/// Facts come out in order of name, as an object has no order of its own.
///
/// # Errors
/// [`Malformed`], in checking order: length, UTF-8, JSON, kind, fields and their types, names of
/// districts, terms.
///
/// ```
/// let line = br#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot",
/// "actor":"fin-01"}"#;
/// let error = bahi_json::parse_command(line, &|_| None).expect_err("a line is one line");
/// assert_eq!(error.to_string(), "column 69: a line break stands inside the line");
/// ```
pub fn parse_command(line: &[u8], districts: Districts<'_>) -> Result<Command, Malformed> {
    let line = one_line(line)?;
    let command = match kind_of(line)? {
        CommandKind::OpenScheme => read::<OpenSchemeJson>(line)?.command(districts),
        CommandKind::ChangeTerms => read::<ChangeTermsJson>(line)?.command(),
        CommandKind::Allot => read::<AllotJson>(line)?.command(districts),
        CommandKind::Apply => read::<ApplyJson>(line)?.command(districts),
        CommandKind::Sanction => read::<SanctionJson>(line)?.command(districts),
        CommandKind::Disburse => Ok(read::<DisburseJson>(line)?.command()),
        CommandKind::Return => Ok(read::<ReturnJson>(line)?.command()),
        CommandKind::Recover => Ok(read::<RecoverJson>(line)?.command()),
        CommandKind::Audit => Ok(read::<AuditJson>(line)?.command()),
    };
    command.map_err(|complaint| Malformed::at_path(line, &complaint))
}

/// The first look at a line: is it an object at all, and of which kind?
#[derive(Deserialize)]
struct KindOfLine {
    kind: String,
}

fn kind_of(line: &[u8]) -> Result<CommandKind, Malformed> {
    let Object(KindOfLine { kind }) = read(line)?;
    let found = CommandKind::ALL.into_iter().find(|known| known.name() == kind);
    found.ok_or_else(|| {
        let known: Vec<_> = CommandKind::ALL.into_iter().map(CommandKind::name).collect();
        let what = format!("no command is of this kind; the kinds are {}", known.join(", "));
        Malformed::at_path(line, &Complaint::new("kind", what))
    })
}

/// A command in its JSON form, its fields in the documented order.
#[derive(Serialize)]
pub struct CommandLine(Shape);

#[derive(Serialize)]
#[serde(untagged)]
enum Shape {
    OpenScheme(OpenSchemeJson),
    ChangeTerms(ChangeTermsJson),
    Allot(AllotJson),
    Apply(ApplyJson),
    Sanction(SanctionJson),
    Disburse(DisburseJson),
    Return(ReturnJson),
    Recover(RecoverJson),
    Audit(AuditJson),
}

/// A command as a JSON value. Reading it back gives the same command, with its facts in order of
/// name.
///
/// # Panics
/// Never: every field is a text, a whole number, a flag, or made of these.
#[must_use]
pub fn command_json(command: &Command) -> Value {
    serde_json::to_value(CommandLine::from(command)).expect("a command has a JSON form")
}

/// A command as one line of text without a line ending, its fields in the documented order.
///
/// # Panics
/// Never: every field is a text, a whole number, a flag, or made of these.
#[must_use]
pub fn command_line(command: &Command) -> String {
    serde_json::to_string(&CommandLine::from(command)).expect("a command has a JSON form")
}

/// What every command says beside its own fields.
struct Head {
    id: CommandId,
    actor: ActorName,
    role: Role,
    effective_day: Day,
    authority: Option<Object<AuthorityJson>>,
}

impl Head {
    fn of(command: &Command) -> Head {
        Head {
            id: command.id,
            actor: command.actor.clone(),
            role: command.role,
            effective_day: command.effective_day,
            authority: command.authority.as_ref().map(|authority| Object(authority.into())),
        }
    }

    fn command(self, act: Act) -> Command {
        Command {
            id: self.id,
            actor: self.actor,
            role: self.role,
            effective_day: self.effective_day,
            authority: self.authority.map(|Object(authority)| authority.into()),
            act,
        }
    }
}

/// Declares the shape of each kind: the fields of every command, then its own. A struct inside a
/// struct would lose the columns of errors and the refusal of unknown fields.
macro_rules! shapes {
    ($(
        $(#[$doc:meta])*
        $schema:literal $name:ident $kind:ident {
            $($(#[$field_doc:meta])* $field:ident : $type:ty,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = $schema)]
        pub(crate) struct $name {
            command_id: Text<CommandId>,
            /// What is asked.
            kind: Kind<{ CommandKind::$kind.number() }>,
            /// Who asks: an office or a job, never a person's own name.
            actor: Text<ActorName>,
            /// As what the actor acts.
            role: OneOf<Role>,
            /// The day on which the event is to count.
            effective_day: Text<Day>,
            /// The order it rests on.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            authority: Option<Object<AuthorityJson>>,
            $($(#[$field_doc])* $field: $type,)*
        }

        impl $name {
            #[allow(clippy::type_complexity)] // The own fields of a kind are what they are.
            fn join(head: Head, own: ($($type,)*)) -> $name {
                let ($($field,)*) = own;
                $name {
                    command_id: Text(head.id),
                    kind: Kind,
                    actor: Text(head.actor),
                    role: OneOf(head.role),
                    effective_day: Text(head.effective_day),
                    authority: head.authority,
                    $($field,)*
                }
            }

            #[allow(clippy::type_complexity)] // The own fields of a kind are what they are.
            fn split(self) -> (Head, ($($type,)*)) {
                let head = Head {
                    id: self.command_id.0,
                    actor: self.actor.0,
                    role: self.role.0,
                    effective_day: self.effective_day.0,
                    authority: self.authority,
                };
                (head, ($(self.$field,)*))
            }
        }
    )*};
}

shapes! {
    /// Open a scheme with its first terms.
    "open_scheme" OpenSchemeJson OpenScheme {
        /// The scheme's name.
        scheme: Text<SchemeName>,
        /// The districts it runs in, each once; its pool comes with it.
        districts: Vec<Text<DistrictText>>,
        /// Its first terms.
        terms: Object<TermsJson>,
    }
    /// Give a scheme further terms; the older ones stay for the days they cover.
    "change_terms" ChangeTermsJson ChangeTerms {
        /// The scheme.
        scheme: Text<SchemeName>,
        /// The terms; they begin after the latest ones do.
        terms: Object<TermsJson>,
    }
    /// Allot money to a fund.
    "allot" AllotJson Allot {
        /// The fund.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
    }
    /// Record an application.
    "apply" ApplyJson Apply {
        /// The scheme.
        scheme: Text<SchemeName>,
        /// The district.
        district: Text<DistrictText>,
        /// What the office calls the case; unique in the ledger.
        case_ref: Text<CaseRef>,
        /// Who applies.
        applicant: OneKey<ApplicantJson>,
        /// What the application states.
        facts: FactsJson,
    }
    /// Grant money to a case from a fund.
    "sanction" SanctionJson Sanction {
        /// The case.
        case_ref: Text<CaseRef>,
        /// The fund to draw on.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
    }
    /// Issue an instruction to pay.
    "disburse" DisburseJson Disburse {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Which instalment, from 1.
        instalment: Whole<u16>,
        /// How much.
        amount: Text<Money>,
        /// To whom.
        payee: Object<PayeeJson>,
        /// How it travels; "unstated" where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<OneOf<PaymentMode>>,
        /// What the drawing officer calls it.
        reference: Text<Reference>,
        /// For a re-issue: the position of the PaymentReturned it follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reissue_of: Option<Whole<Position>>,
    }
    /// Record that a payment came back whole.
    "return" ReturnJson Return {
        /// The position of the Disbursed that came back.
        payment: Whole<Position>,
        /// How much came back: the whole payment.
        amount: Text<Money>,
        /// The return code.
        reason: Text<Word>,
    }
    /// Record money recovered.
    "recover" RecoverJson Recover {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How much.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
        /// The challan or bank reference.
        reference: Text<Reference>,
    }
    /// Record an audit of a case.
    "audit" AuditJson Audit {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How far it looked.
        scope: OneOf<AuditScope>,
        /// What it came to.
        opinion: OneOf<Opinion>,
        /// What it found.
        findings: Vec<Object<FindingJson>>,
    }
}

impl OpenSchemeJson {
    fn command(self, named: Districts<'_>) -> Result<Command, Complaint> {
        let (head, (scheme, districts, Object(terms))) = self.split();
        let districts = districts
            .iter()
            .enumerate()
            .map(|(index, text)| district(&text.0, &format!("districts[{index}]"), named))
            .collect::<Result<_, _>>()?;
        let terms = terms.terms_field()?;
        Ok(head.command(Act::OpenScheme { scheme: scheme.0, districts, terms }))
    }
}

impl ChangeTermsJson {
    fn command(self) -> Result<Command, Complaint> {
        let (head, (scheme, Object(terms))) = self.split();
        let terms = terms.terms_field()?;
        Ok(head.command(Act::ChangeTerms { scheme: scheme.0, terms }))
    }
}

impl AllotJson {
    fn command(self, districts: Districts<'_>) -> Result<Command, Complaint> {
        let (head, (Object(fund), amount)) = self.split();
        Ok(head.command(Act::Allot { fund: fund.fund(districts)?, amount: amount.0 }))
    }
}

impl ApplyJson {
    fn command(self, districts: Districts<'_>) -> Result<Command, Complaint> {
        let (head, (scheme, place, case_ref, applicant, facts)) = self.split();
        Ok(head.command(Act::Apply {
            scheme: scheme.0,
            district: district(&place.0, "district", districts)?,
            case_ref: case_ref.0,
            applicant: applicant.into(),
            facts: facts.0,
        }))
    }
}

impl SanctionJson {
    fn command(self, districts: Districts<'_>) -> Result<Command, Complaint> {
        let (head, (case_ref, Object(fund), amount)) = self.split();
        let fund = fund.fund(districts)?;
        Ok(head.command(Act::Sanction { case_ref: case_ref.0, fund, amount: amount.0 }))
    }
}

impl DisburseJson {
    fn command(self) -> Command {
        let (head, own) = self.split();
        let (case_ref, instalment, amount, Object(payee), mode, reference, reissue_of) = own;
        head.command(Act::Disburse {
            case_ref: case_ref.0,
            instalment: instalment.0,
            amount: amount.0,
            payee: payee.into(),
            mode: mode.map_or(PaymentMode::Unstated, |mode| mode.0),
            reference: reference.0,
            reissue_of: reissue_of.map_or(Position::NONE, |position| position.0),
        })
    }
}

impl ReturnJson {
    fn command(self) -> Command {
        let (head, (payment, amount, reason)) = self.split();
        head.command(Act::Return { payment: payment.0, amount: amount.0, reason: reason.0 })
    }
}

impl RecoverJson {
    fn command(self) -> Command {
        let (head, (case_ref, amount, reason, reference)) = self.split();
        head.command(Act::Recover {
            case_ref: case_ref.0,
            amount: amount.0,
            reason: reason.0,
            reference: reference.0,
        })
    }
}

impl AuditJson {
    fn command(self) -> Command {
        let (head, (case_ref, scope, opinion, findings)) = self.split();
        let findings = findings.into_iter().map(|Object(f)| (f.check.0, f.amount.0)).collect();
        head.command(Act::Audit {
            case_ref: case_ref.0,
            scope: scope.0,
            opinion: opinion.0,
            findings,
        })
    }
}

impl From<&Command> for CommandLine {
    fn from(command: &Command) -> CommandLine {
        let head = Head::of(command);
        CommandLine(match &command.act {
            Act::OpenScheme { scheme, districts, terms } => {
                let districts = districts.iter().copied().map(code).collect();
                let own = (text(scheme), districts, Object(TermsJson::from(terms)));
                Shape::OpenScheme(OpenSchemeJson::join(head, own))
            }
            Act::ChangeTerms { scheme, terms } => {
                let own = (text(scheme), Object(TermsJson::from(terms)));
                Shape::ChangeTerms(ChangeTermsJson::join(head, own))
            }
            Act::Allot { fund, amount } => {
                Shape::Allot(AllotJson::join(head, (Object(fund.into()), text(amount))))
            }
            Act::Apply { scheme, district, case_ref, applicant, facts } => {
                let (applicant, facts) = (OneKey(applicant.into()), FactsJson(facts.clone()));
                let own = (text(scheme), code(*district), text(case_ref), applicant, facts);
                Shape::Apply(ApplyJson::join(head, own))
            }
            Act::Sanction { case_ref, fund, amount } => {
                let own = (text(case_ref), Object(fund.into()), text(amount));
                Shape::Sanction(SanctionJson::join(head, own))
            }
            Act::Disburse { case_ref, instalment, amount, payee, mode, reference, reissue_of } => {
                Shape::Disburse(DisburseJson::join(
                    head,
                    (
                        text(case_ref),
                        Whole(*instalment),
                        text(amount),
                        Object((*payee).into()),
                        (*mode != PaymentMode::Unstated).then_some(OneOf(*mode)),
                        text(reference),
                        (!reissue_of.is_none()).then_some(Whole(*reissue_of)),
                    ),
                ))
            }
            Act::Return { payment, amount, reason } => {
                let own = (Whole(*payment), text(amount), text(reason));
                Shape::Return(ReturnJson::join(head, own))
            }
            Act::Recover { case_ref, amount, reason, reference } => {
                let own = (text(case_ref), text(amount), text(reason), text(reference));
                Shape::Recover(RecoverJson::join(head, own))
            }
            Act::Audit { case_ref, scope, opinion, findings } => {
                let findings = findings.iter().map(finding).collect();
                let own = (text(case_ref), OneOf(*scope), OneOf(*opinion), findings);
                Shape::Audit(AuditJson::join(head, own))
            }
        })
    }
}

fn text<T: Clone>(value: &T) -> Text<T> {
    Text(value.clone())
}

fn code(district: District) -> Text<DistrictText> {
    Text(DistrictText(district.to_string()))
}

fn finding((check, amount): &(Word, Money)) -> Object<FindingJson> {
    Object(FindingJson { check: text(check), amount: text(amount) })
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
