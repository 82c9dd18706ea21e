//! What the hub itself remembers of the log, as it is put away: keys, certificates, evidence, details.
//!
//! # Invariants
//! * Certificates are in the log; the image says where, and they are read again.
//! * What is lent to a ledger, and what a crash forgets, is no part of it.
//!
//! # Not here
//! What each of them is: `keys`, `certify`, `evidence`, `details`.

use bahi_core::{
    Names, Position, Recorded, StateCertified,
    image::{Reader, put_position, put_short},
};
use bahi_log::Log;

use crate::{Ledger, beside::recorded, evidence::Meter, keys::Keys, ledger::note_certificate};

/// What is remembered.
#[derive(Default)]
pub(crate) struct House {
    keys: Keys,
    certificates: Vec<(Position, StateCertified)>,
    meter: Meter,
    #[cfg(feature = "vault")]
    details: crate::details::Standings,
}

/// The same, where it lies.
struct Parts<'a> {
    keys: &'a Keys,
    certificates: &'a [(Position, StateCertified)],
    meter: &'a Meter,
    #[cfg(feature = "vault")]
    details: &'a crate::details::Standings,
}

impl Parts<'_> {
    fn image(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.keys.put_image(&mut out);
        self.meter.put_image(&mut out);
        put_short(&mut out, self.certificates.len() as u64);
        self.certificates.iter().for_each(|(position, _)| put_position(&mut out, *position));
        #[cfg(feature = "vault")]
        self.details.put_image(&mut out);
        out
    }
}

impl House {
    /// Learns from the next event; the names are known that it introduces.
    pub(crate) fn apply(&mut self, recorded: &Recorded, names: &Names) {
        self.keys.take(recorded);
        #[cfg(feature = "vault")]
        self.details.take(recorded, names);
        note_certificate(&mut self.certificates, recorded);
        self.meter.apply(recorded, names);
    }

    /// What is remembered, as bytes.
    pub(crate) fn image(&self) -> Vec<u8> {
        Parts {
            keys: &self.keys,
            certificates: &self.certificates,
            meter: &self.meter,
            #[cfg(feature = "vault")]
            details: &self.details,
        }
        .image()
    }

    /// What an image says was remembered; `None` for bytes that are none.
    pub(crate) fn take(log: &Log, image: &[u8]) -> Option<House> {
        let mut from = Reader::new(image);
        let mut house = House { keys: Keys::take_image(&mut from)?, ..House::default() };
        house.meter = Meter::take_image(&mut from)?;
        for _ in 0..from.short_count(8)? {
            let (position, before) = (from.position()?, house.certificates.len());
            let last = house.certificates.last().map(|(position, _)| *position);
            (last < Some(position)).then_some(())?;
            note_certificate(&mut house.certificates, &recorded(log, position)?);
            (house.certificates.len() > before).then_some(())?;
        }
        #[cfg(feature = "vault")]
        {
            house.details = crate::details::Standings::take_image(&mut from)?;
        }
        from.is_empty().then_some(house)
    }
}

impl Ledger {
    /// What the hub itself remembers, as bytes; none while it counts refusals that were not recorded.
    pub(crate) fn house_image(&self) -> Option<Vec<u8>> {
        let parts = Parts {
            keys: &self.keys,
            certificates: &self.certificates,
            meter: &self.meter,
            #[cfg(feature = "vault")]
            details: &self.details,
        };
        (!self.meter.is_ahead()).then(|| parts.image())
    }

    /// Goes on from what was remembered.
    pub(crate) fn take_house(&mut self, house: House) {
        let House { keys, certificates, meter, .. } = house;
        (self.keys, self.certificates, self.meter) = (keys, certificates, meter);
        #[cfg(feature = "vault")]
        {
            self.details = house.details;
        }
    }
}
