//! Playing scenes: a scene becomes a command, and what comes of it must be what the script says.
//!
//! # Invariants
//! * A scene that comes to anything else is a bug, and ends the demonstration with its name.
//! * What a reader is told of a refusal is the refusal's own message; what is told of an event has
//!   its figures from the event.

use std::collections::BTreeMap;

use bahi_core::{
    Act, ActorName, CaseRef, Command, Event, EventKind, Position, Recorded, Role, Total,
};

use super::script::{Earlier, Scene, Script};
use super::{Look, Tale, TaleLine, TaleRefusal};
use crate::{Error, Ledger, Outcome, demo::life::authority, rulebook::derived_id};

/// A scene by its script and its place there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::demo) struct SceneNo {
    script: usize,
    scene: usize,
}

/// Where stories are played.
pub(in crate::demo) struct Stage {
    scripts: Vec<Script>,
    tales: Vec<Tale>,
    sums: Vec<Sums>,
    latest: BTreeMap<CaseRef, Latest>,
}

/// What a story paid, net of what came back, and what it recovered.
#[derive(Clone, Copy, Default)]
struct Sums {
    paid: Total,
    back: Total,
}

/// The latest events of a case that later ones name.
#[derive(Clone, Copy, Default)]
struct Latest {
    payment: Position,
    returned: Position,
    audit: Position,
}

impl Stage {
    pub(super) fn new(scripts: Vec<Script>) -> Stage {
        let tale = |script: &Script| Tale {
            name: script.name,
            title: script.title,
            scheme: script.scheme,
            cases: Vec::new(),
            lines: Vec::new(),
            refused: Vec::new(),
            look: script
                .look
                .iter()
                .map(|(command, arguments)| Look { command, arguments: arguments.clone() })
                .collect(),
        };
        let tales = scripts.iter().map(tale).collect();
        let sums = vec![Sums::default(); scripts.len()];
        Stage { scripts, tales, sums, latest: BTreeMap::new() }
    }

    /// Every scene with its day, story by story.
    pub(in crate::demo) fn scenes(&self) -> impl Iterator<Item = (bahi_core::Day, SceneNo)> + '_ {
        self.scripts.iter().enumerate().flat_map(|(script, one)| {
            let number = move |(scene, it): (usize, &Scene)| (it.day, SceneNo { script, scene });
            one.scenes.iter().enumerate().map(number)
        })
    }

    /// The stories as they were told.
    pub(in crate::demo) fn into_tales(self) -> Vec<Tale> {
        self.tales
    }

    /// The command of a scene.
    pub(in crate::demo) fn command(&self, at: SceneNo) -> Result<Command, Error> {
        let (script, scene) = self.scene(at);
        let mut act = scene.deed.act.clone();
        if let Some((earlier, case)) = &scene.deed.names {
            let latest = self.latest.get(case).copied().unwrap_or_default();
            let position = match earlier {
                Earlier::Payment => latest.payment,
                Earlier::Return => latest.returned,
                Earlier::Audit => latest.audit,
            };
            if position.is_none() || !names(&mut act, position) {
                return Err(self.bug(at, "what it names does not stand"));
            }
        }
        let content = format!("{}/{}", script.name, at.scene);
        Ok(Command {
            id: derived_id(b"bahi demo story", content.as_bytes()),
            actor: actor(scene),
            role: scene.role,
            effective_day: scene.day,
            authority: scene.ordered.then(|| authority(scene.day)),
            aliases: Vec::new(),
            signed: None,
            act,
        })
    }

    /// Takes what came of a scene; the kind of event it became, where it became one.
    pub(in crate::demo) fn take(
        &mut self,
        at: SceneNo,
        outcome: &Outcome,
        ledger: &Ledger,
    ) -> Result<Option<EventKind>, Error> {
        let (_, scene) = self.scene(at);
        match (outcome, scene.refused) {
            (Outcome::Accepted(receipt), None) if !receipt.repeated => {
                let recorded = ledger.event(receipt.position)?;
                self.happened(at, &recorded);
                Ok(Some(recorded.event.kind()))
            }
            (Outcome::Refused(refusal), Some(code)) if refusal.refused.first().code() == code => {
                let (day, message) = (scene.day, refusal.refused.message());
                let told = scene.told.map(|text| format!("{text}: refused, {code}: {message}"));
                let tale = &mut self.tales[at.script];
                tale.lines.extend(told.map(|text| TaleLine { day, text }));
                tale.refused.push(TaleRefusal { day, code, message });
                Ok(None)
            }
            (Outcome::Accepted(_), _) => Err(self.bug(at, "it was accepted")),
            (Outcome::Refused(refusal), _) => Err(self.bug(at, &refusal.refused.to_string())),
            (Outcome::TooLarge(error), _) => Err(self.bug(at, &error.to_string())),
        }
    }

    fn happened(&mut self, at: SceneNo, recorded: &Recorded) {
        let amount = Total::from(recorded.envelope.amount);
        let SceneNo { script, scene } = at;
        let Scene { deed, told, day, .. } = &self.scripts[script].scenes[scene];
        let case = deed.names.as_ref().map(|(_, case)| case).or(deed.act.case_ref());
        let mut unnamed = Latest::default();
        let latest = match case {
            Some(case) => self.latest.entry(case.clone()).or_default(),
            None => &mut unnamed,
        };
        let (tale, sums) = (&mut self.tales[script], &mut self.sums[script]);
        let kind = recorded.event.kind();
        if kind == EventKind::Applied {
            tale.cases.extend(case.cloned());
        } else if kind == EventKind::Disbursed {
            latest.payment = recorded.position;
            sums.paid += amount;
        } else if kind == EventKind::PaymentReturned {
            latest.returned = recorded.position;
            sums.paid -= amount;
        } else if kind == EventKind::Audited {
            latest.audit = recorded.position;
        } else if kind == EventKind::Recovered {
            sums.back += amount;
        }
        if let Some(text) = told {
            let text = text
                .replace("AMOUNT", &amount.grouped())
                .replace("PAID", &sums.paid.grouped())
                .replace("BACK", &sums.back.grouped())
                .replace("LATE", &days_late(&recorded.event).to_string());
            tale.lines.push(TaleLine { day: *day, text });
        }
    }

    fn scene(&self, at: SceneNo) -> (&Script, &Scene) {
        let script = &self.scripts[at.script];
        (script, &script.scenes[at.scene])
    }

    /// What ends a demonstration that does not go by its script.
    fn bug(&self, at: SceneNo, came: &str) -> Error {
        let (script, scene) = self.scene(at);
        let (name, number, day) = (script.name, at.scene + 1, scene.day);
        let kind = scene.deed.act.kind().name();
        let meant = scene.refused.unwrap_or("acceptance");
        let text = format!("scene {number} of {name}, {kind} on {day}: {meant} is meant; {came}");
        // A bug is told once, and the demonstration ends with it.
        Error::Bug(text.leak())
    }
}

/// Sets the position that an act names; whether it names one.
fn names(act: &mut Act, position: Position) -> bool {
    if let Act::Disburse { reissue_of: named, .. }
    | Act::Return { payment: named, .. }
    | Act::Confirm { payment: named, .. }
    | Act::SettleFinding { audit: named, .. } = act
    {
        *named = position;
        return true;
    }
    false
}

fn days_late(event: &Event) -> u32 {
    if let Event::StepRecorded(step) = event { step.late_by } else { 0 }
}

/// The office that acts in a role, in the district where it has one there.
fn actor(scene: &Scene) -> ActorName {
    let district = scene.deed.district;
    let name = match scene.role {
        Role::Finance => "fin-01".to_owned(),
        Role::DistrictOffice => format!("dic-{district}"),
        Role::SanctioningAuthority => format!("dm-{district}"),
        Role::DrawingOfficer => format!("ddo-{district}"),
        Role::TreasuryJob => "treasury".to_owned(),
        Role::Auditor => "ag-7".to_owned(),
        Role::Administrator => "administrator".to_owned(),
    };
    ActorName::new(&name).expect("an office and a code are an identifier")
}
