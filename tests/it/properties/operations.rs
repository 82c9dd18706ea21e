//! Operations of a random history: small numbers that pick among few names, so that operations
//! meet and a failing history shrinks to the few that matter.

use proptest::prelude::*;

/// One operation of a history.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    /// A command.
    Ask(Ask),
    /// Several commands that are all accepted or none.
    Batch(Vec<Ask>),
    /// An earlier command again, byte for byte.
    Retry(u8),
    /// Another command under an id that stands.
    Reuse(u8),
    /// The calendar moves on.
    Later,
    /// Close and open again.
    Reopen,
}

/// What is asked, and the numbers that pick its case, its fund, its amount and its object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    pub(super) what: What,
    pub(super) case: u8,
    pub(super) fund: u8,
    pub(super) amount: u8,
    pub(super) pick: u8,
}

macro_rules! whats {
    ($($weight:literal $name:ident)*) => {
        /// The kind of a command.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub(super) enum What {
            $($name,)*
        }

        fn what() -> impl Strategy<Value = What> {
            prop::sample::select(WEIGHTED.concat())
        }

        /// Every kind as often as it weighs.
        const WEIGHTED: &[&[What]] = &[$(&[What::$name; $weight],)*];
    };
}

whats! {
    14 Allot
    30 Apply
    34 Sanction
    24 Disburse
    8 Return
    4 Recover
    2 Audit
    8 Reverse
    3 Reissue
    2 ReviseSanction
    2 CancelSanction
    5 CarrySanction
    2 LapseSanction
    1 LapseFund
    2 WithdrawFunds
    2 MoveFunds
    2 Utilise
    2 Adjust
    1 DemandRecovery
    2 Suspend
    1 Confirm
    1 EarnInterest
    1 RemitInterest
    2 MoveStock
    1 Amend
    1 RecordStep
    1 Reject
    1 Withdraw
    1 CloseCase
    1 Bar
    1 SettleFinding
    1 SealPeriod
    1 ReceiveStatement
    8 Match
    1 Unmatch
    1 NoteExport
    1 DenyAccess
    1 RotateKey
    1 SetActorKey
    1 OpenScheme
    1 ChangeTerms
}

pub(super) fn ask() -> impl Strategy<Value = Ask> {
    (what(), 0..64_u8, 0..8_u8, 0..8_u8, any::<u8>())
        .prop_map(|(what, case, fund, amount, pick)| Ask { what, case, fund, amount, pick })
}

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        40 => ask().prop_map(Operation::Ask),
        2 => prop::collection::vec(ask(), 1..5).prop_map(Operation::Batch),
        2 => any::<u8>().prop_map(Operation::Retry),
        1 => any::<u8>().prop_map(Operation::Reuse),
        1 => Just(Operation::Later),
        1 => Just(Operation::Reopen),
    ]
}
