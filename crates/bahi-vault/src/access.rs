//! Who may do what with the details of a person, as a table.
//!
//! # Not here
//! Recording that it was done, or denied: the hub, which has the ledger.

use bahi_core::Role;

/// What may be asked of a vault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Access {
    /// To put in a person's details, or to replace them.
    Put,
    /// To see them.
    Show,
    /// To erase them for good.
    Erase,
    /// To keep what a bank wrote beside the lines of a statement.
    Keep,
}

impl Access {
    /// Every access.
    pub const ALL: [Access; 4] = [Access::Put, Access::Show, Access::Erase, Access::Keep];

    /// The word under which a ledger records it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Access::Put => "vault_put",
            Access::Show => "vault_show",
            Access::Erase => "vault_erase",
            Access::Keep => "vault_keep",
        }
    }

    /// The access that a ledger records under this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Access> {
        Access::ALL.into_iter().find(|access| access.word() == word)
    }

    /// The roles that may.
    ///
    /// Details come in where the applicant does, are seen by who decides, pays or audits, and are
    /// erased by who keeps the ledger. Who gives funds sees nobody; nor does the job that reads the
    /// bank's files, which keeps what they say and cannot look at it again.
    ///
    /// ```
    /// use bahi_core::Role;
    /// use bahi_vault::Access;
    /// assert!(Access::Show.is_for(Role::Auditor) && !Access::Show.is_for(Role::Finance));
    /// assert_eq!(Access::Erase.roles(), [Role::Administrator]);
    /// ```
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Access::Put => &[Role::DistrictOffice, Role::Administrator],
            Access::Show => &[
                Role::DistrictOffice,
                Role::SanctioningAuthority,
                Role::DrawingOfficer,
                Role::Auditor,
                Role::Administrator,
            ],
            Access::Erase => &[Role::Administrator],
            Access::Keep => &[Role::TreasuryJob],
        }
    }

    /// Whether a role may.
    #[must_use]
    pub fn is_for(self, role: Role) -> bool {
        self.roles().contains(&role)
    }
}
