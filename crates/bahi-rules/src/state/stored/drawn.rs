//! `Drawn`: what of a log an image is taken up with, because it is drawn at random.
//!
//! # Invariants
//! * Events are noted in order, none left out; whoever takes an image up with others is refused.

use alloc::vec::Vec;

use bahi_core::{Applicant, BarSubject, CommandId, Position, Rows};

/// The command ids of a log's events from the first on, and who applied. What is noted of parts of a
/// log, side by side, is put together by [`Drawn::absorb`].
///
/// ```
/// use bahi_core::CommandId;
/// use bahi_rules::{Drawn, State};
///
/// let image = State::default().image();
/// assert!(State::from_image(&image, &[], || Some(Drawn::default())).is_some());
/// let mut more = Drawn::default();
/// more.note(CommandId::from_bytes([7; 16]));
/// assert!(State::from_image(&image, &[], || Some(more)).is_none(), "it is of an event more");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// Each as it was noted, so that none is moved to be put beside another.
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Default)]
struct Part {
    commands: Rows<CommandId>,
    /// Each application's position, and where its subjects end.
    applications: Rows<(Position, usize)>,
    subjects: Rows<BarSubject>,
}

impl Drawn {
    /// Notes the command of the next event.
    pub fn note(&mut self, command: CommandId) {
        self.part().commands.push(command);
    }

    /// Notes who applied in the event at a position, which is the last that was noted.
    pub fn note_applicant(&mut self, position: Position, applicant: &Applicant) {
        let part = self.part();
        applicant.each_subject(|subject| part.subjects.push(subject));
        part.applications.push((position, part.subjects.len()));
    }

    /// Adds what was noted of the events that come after these.
    pub fn absorb(&mut self, later: Drawn) {
        self.parts.extend(later.parts);
    }

    fn part(&mut self) -> &mut Part {
        if self.parts.is_empty() {
            self.parts.push(Part::default());
        }
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }

    /// Every command, which is then no longer there.
    pub(super) fn take_commands(&mut self) -> Rows<CommandId> {
        let parts = self.parts.iter_mut().map(|part| core::mem::take(&mut part.commands));
        let joined = parts.reduce(|mut early, late| {
            early.extend(late.iter().copied());
            early
        });
        joined.unwrap_or_default()
    }

    pub(super) fn subjects(&self) -> usize {
        self.parts.iter().map(|part| part.subjects.len()).sum()
    }

    /// Each application, with where its subjects are in a part: from, and how many.
    pub(super) fn applications(&self) -> impl Iterator<Item = (Position, Subjects<'_>)> {
        self.parts.iter().flat_map(|part| {
            part.applications.iter().scan(0, |begin, (position, end)| {
                let from = core::mem::replace(begin, *end);
                Some((*position, Subjects { all: &part.subjects, from, count: *end - from }))
            })
        })
    }
}

/// Whose an application is.
pub(super) struct Subjects<'a> {
    all: &'a Rows<BarSubject>,
    from: usize,
    pub(super) count: usize,
}

impl Subjects<'_> {
    pub(super) fn iter(&self) -> impl Iterator<Item = BarSubject> {
        self.all.iter_from(self.from).take(self.count).copied()
    }
}
