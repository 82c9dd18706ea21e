//! Schemes and their terms.

use bahi_core::{District, Event, Refusal, SchemeName, SchemeOpened, Terms, TermsChanged};

use super::{Answer, Ask, numbers_left};

impl Ask<'_> {
    pub(super) fn open_scheme(
        &mut self,
        scheme: &SchemeName,
        districts: &[District],
        terms: &Terms,
    ) -> Answer {
        let number = self.state.names().scheme_no(scheme.as_str());
        let open = number.is_some_and(|number| self.state.open(number).is_some());
        self.checks.refuse_if(open, || Refusal::SchemeAlreadyOpen {});
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund.scheme = draft.naming.scheme(scheme);
        numbers_left(!draft.envelope.fund.scheme.is_none(), "schemes")?;
        draft.envelope.terms = 1;
        let mut districts = districts.to_vec();
        districts.sort_unstable();
        Ok(draft.event(Event::SchemeOpened(SchemeOpened { districts, terms: terms.clone() })))
    }

    pub(super) fn change_terms(&mut self, scheme: &SchemeName, terms: &Terms) -> Answer {
        self.stage()?;
        let number = self.scheme(scheme)?;
        let versions = self.state.versions(number);
        let version = u16::try_from(versions.len() + 1).unwrap_or_default();
        numbers_left(version > 0, "versions")?;
        if let Some(latest) = versions.last() {
            let latest = latest.parts().from;
            let early = terms.parts().from <= latest;
            self.checks.refuse_if(early, || Refusal::TermsOutOfOrder { latest });
        }
        self.stage()?;
        let mut draft = self.draft();
        draft.envelope.fund.scheme = number;
        draft.envelope.terms = version;
        Ok(draft.event(Event::TermsChanged(TermsChanged { version, terms: terms.clone() })))
    }
}
