//! `Lane`: signed amounts on two axes, their day and their position, summed up to any of each.
//!
//! # Invariants
//! * Amounts come in order of position. Those whose days rise with them, as nearly all do, stand
//!   in order on both axes, so that what a cut takes of them is a beginning, and its sum one
//!   subtraction away.
//! * The others stand in order of position. Every so often all of them up to there are summed by
//!   day; a cut takes one of those sums and what came after it. That is summed by day too, in blocks
//!   of [`BLOCK`].
//! * However days and positions fall, an amount takes at most [`BYTES_MAX`] bytes beside what a
//!   lane takes, and a cut looks at no more than a block of amounts one by one, at logarithms, and
//!   at a few amounts of each block: there are no more blocks than hold [`BLOCKED_MIN`] amounts, or
//!   [`BLOCKED_PER_DAY`] for each day that there is.

use alloc::{boxed::Box, vec::Vec};

use bahi_core::{Day, Money, Position, Total};

use bahi_core::image::{Reader, put_count, put_short, put_signed};

/// The most bytes of one amount: itself, its part of the sums, and the room a list keeps to grow.
pub(crate) const BYTES_MAX: usize = 32;

/// The fewest bytes of one amount in an image.
const ENTRY_BYTES_MIN: usize = 3;

/// After how many amounts in order a sum is kept. So many of the largest still fit an `i64`.
const SUM_EVERY: usize = 32;

/// How many late amounts are in order of day by themselves. A place among them is one byte.
const BLOCK: usize = 256;

/// After how many amounts of a block, in order of day, a sum is kept.
const BLOCK_SUM_EVERY: usize = 16;

/// How many late amounts are summed by blocks alone, whatever their days.
const BLOCKED_MIN: usize = 2 * BLOCK;

/// How many late amounts are summed by blocks alone for each day that they have.
///
/// It is also what keeps the sums of all of them small: they take a row a day, of no more bytes than
/// an amount.
const BLOCKED_PER_DAY: usize = 4;

/// What of the past counts: both bounds are inclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cut {
    pub(crate) upto: Position,
    pub(crate) as_of: Day,
}

/// Signed amounts, in order of position.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Lane {
    /// Those of days that do not fall.
    entries: Vec<Entry>,
    /// The sum of each beginning of them whose length is a multiple of [`SUM_EVERY`].
    sums: Vec<i128>,
    late: Option<Box<Late>>,
}

/// An amount with its place on both axes, in pieces that pad nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    position: [u32; 2],
    amount: [u32; 2],
    day: i32,
}

/// Amounts of days that others before them have passed.
#[derive(Clone, PartialEq, Debug, Default)]
struct Late {
    entries: Vec<Entry>,
    /// The places in each whole block of [`BLOCK`] amounts, in order of day.
    order: Vec<u8>,
    /// The sum of each beginning of a block in that order whose length is a multiple of
    /// [`BLOCK_SUM_EVERY`], the whole of it included.
    sums: Vec<i128>,
    tables: Vec<Table>,
    /// How many amounts must stand after the last table before another is tried.
    due: usize,
}

/// Late amounts up to one of them, summed by day.
#[derive(Clone, PartialEq, Debug)]
struct Table {
    covers: usize,
    rows: Vec<DayRow>,
}

/// What all amounts up to a day come to.
#[derive(Clone, Copy, PartialEq, Debug)]
struct DayRow {
    sum: [u32; 4],
    day: i32,
}

const _: () = {
    assert!(size_of::<Entry>() == 20 && size_of::<DayRow>() == 20);
    // An amount, its part of a kept sum or of a table's row and its block's, and an eighth to grow.
    let in_order = 20 * SUM_EVERY + 16;
    let late = 20 * SUM_EVERY
        + 20 * SUM_EVERY / BLOCKED_PER_DAY
        + SUM_EVERY
        + 16 * SUM_EVERY / BLOCK_SUM_EVERY;
    assert!(in_order * 9 <= BYTES_MAX * SUM_EVERY * 8);
    assert!(late * 9 <= BYTES_MAX * SUM_EVERY * 8);
    assert!(Money::MAX.paise() < i64::MAX / SUM_EVERY as i64);
    assert!(BLOCK == 1 << u8::BITS && BLOCK.is_multiple_of(BLOCK_SUM_EVERY));
    assert!(BLOCK_SUM_EVERY <= SUM_EVERY);
};

impl Entry {
    fn new(position: Position, day: Day, amount: i64) -> Entry {
        Entry { position: halves(position.0), amount: halves(amount as u64), day: day.epoch_days() }
    }

    const fn position(self) -> u64 {
        whole(self.position)
    }

    const fn amount(self) -> i64 {
        whole(self.amount) as i64
    }
}

impl DayRow {
    fn new(day: i32, sum: i128) -> DayRow {
        let (high, low) = (halves((sum >> 64) as u64), halves(sum as u64));
        DayRow { sum: [high[0], high[1], low[0], low[1]], day }
    }

    const fn sum(self) -> i128 {
        let [first, second, third, fourth] = self.sum;
        ((whole([first, second]) as i128) << 64) | whole([third, fourth]) as i128
    }
}

const fn halves(number: u64) -> [u32; 2] {
    [(number >> 32) as u32, number as u32]
}

const fn whole([high, low]: [u32; 2]) -> u64 {
    (high as u64) << 32 | low as u64
}

impl Lane {
    /// Adds an amount after all others. It is no larger than [`Money::MAX`](bahi_core::Money::MAX),
    /// either sign.
    pub(crate) fn push(&mut self, position: Position, day: Day, amount: i64) {
        let entry = Entry::new(position, day, amount);
        if self.entries.last().is_some_and(|last| last.day > entry.day) {
            return self.late.get_or_insert_default().push(entry);
        }
        push(&mut self.entries, entry);
        if self.entries.len().is_multiple_of(SUM_EVERY) {
            let chunk = &self.entries[self.entries.len() - SUM_EVERY..];
            let before = self.sums.last().copied().unwrap_or_default();
            push(&mut self.sums, before + i128::from(small_sum(chunk)));
        }
    }

    /// What a cut takes comes to; nothing where it takes no amount, be they zeros.
    pub(crate) fn sum(&self, cut: Cut) -> Option<Total> {
        let day = cut.as_of.epoch_days();
        let taken = |entry: &Entry| entry.day <= day && entry.position() <= cut.upto.0;
        // Of the present all are taken, and where they end need not be looked for.
        let count = match self.entries.last() {
            Some(last) if taken(last) => self.entries.len(),
            Some(_) | None => self.entries.partition_point(taken),
        };
        let mut sum = self.beginning(count);
        let mut any = count > 0;
        if let Some(late) = &self.late {
            let (more, some) = late.sum(cut.upto.0, day);
            sum += more;
            any |= some;
        }
        any.then(|| Total::from_paise(sum))
    }

    /// Every amount that a cut takes with its position and day, the latest first.
    pub(crate) fn falling(&self, cut: Cut) -> Box<dyn Iterator<Item = (Position, Day, i64)> + '_> {
        let day = cut.as_of.epoch_days();
        let taken = move |entry: &&Entry| entry.day <= day;
        let in_order = |entry: &Entry| entry.day <= day && entry.position() <= cut.upto.0;
        let count = self.entries.partition_point(in_order);
        let late = self.late.as_ref().map_or(&[][..], |late| &late.entries);
        let late = &late[..late.partition_point(|entry| entry.position() <= cut.upto.0)];
        let mut early = self.entries[..count].iter().rev().peekable();
        let mut late = late.iter().rev().filter(taken).peekable();
        Box::new(core::iter::from_fn(move || {
            let later = match (early.peek(), late.peek()) {
                (Some(early), Some(late)) => late.position() > early.position(),
                (early, _) => early.is_none(),
            };
            let entry = if later { late.next()? } else { early.next()? };
            let day = Day::from_epoch_days(entry.day)?;
            Some((Position(entry.position()), day, entry.amount()))
        }))
    }

    /// Puts the amounts as bytes: those in order, then the late ones; of each by how much its
    /// position and its day differ from those before it, and the amount.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        let late = self.late.as_ref().map_or(&[][..], |late| &late.entries);
        for entries in [&self.entries, late] {
            put_count(out, entries.len());
            let (mut position, mut day) = (0, 0);
            for entry in entries {
                put_short(out, entry.position() - position);
                put_signed(out, i64::from(entry.day - day));
                put_signed(out, entry.amount());
                (position, day) = (entry.position(), entry.day);
            }
        }
    }

    /// The lane that bytes are of, none of whose amounts stands after a position; `None` for bytes
    /// that are none.
    pub(crate) fn take(reader: &mut Reader<'_>, last: Position) -> Option<Lane> {
        let mut lane = Lane::default();
        for late in [false, true] {
            let count = reader.count(ENTRY_BYTES_MIN)?;
            if !late {
                lane.entries.reserve_exact(count);
            }
            let (mut position, mut on) = (0_u64, 0_i32);
            for _ in 0..count {
                position = position.checked_add(reader.short()?)?;
                on = i32::try_from(i64::from(on).checked_add(reader.signed()?)?).ok()?;
                let (day, amount) = (Day::from_epoch_days(on)?, reader.signed()?);
                let passed = lane.entries.last().is_some_and(|last| last.day > on);
                let sound = position <= last.0 && passed == late;
                if !sound || amount.unsigned_abs() > Money::MAX.paise().unsigned_abs() {
                    return None;
                }
                lane.push(Position(position), day, amount);
            }
        }
        Some(lane)
    }

    /// How many amounts there are, and how many of them came after one of a later day.
    pub(crate) fn len(&self) -> (usize, usize) {
        let late = self.late.as_ref().map_or(0, |late| late.entries.len());
        (self.entries.len() + late, late)
    }

    /// The bytes on the heap, room to grow included.
    pub(crate) fn bytes(&self) -> usize {
        let late = self.late.as_ref().map_or(0, |late| size_of::<Late>() + late.bytes());
        self.entries.capacity() * size_of::<Entry>() + self.sums.capacity() * 16 + late
    }

    /// The sum of so many amounts in order.
    fn beginning(&self, count: usize) -> i128 {
        let kept = count / SUM_EVERY;
        let before = kept.checked_sub(1).map_or(0, |last| self.sums[last]);
        before + i128::from(small_sum(&self.entries[kept * SUM_EVERY..count]))
    }
}

impl Late {
    fn push(&mut self, entry: Entry) {
        push(&mut self.entries, entry);
        if !self.entries.len().is_multiple_of(BLOCK) {
            return;
        }
        self.close_block();
        let fresh = self.entries.len() - self.covered();
        if fresh >= self.due.max(BLOCKED_MIN) {
            self.tabulate();
        }
    }

    /// Puts the last block in order of day.
    fn close_block(&mut self) {
        let block = &self.entries[self.entries.len() - BLOCK..];
        let mut order: [u8; BLOCK] = core::array::from_fn(|place| place as u8);
        order.sort_unstable_by_key(|place| (block[usize::from(*place)].day, *place));
        reserve(&mut self.order, BLOCK);
        self.order.extend_from_slice(&order);
        let mut sum = 0;
        for some in order.chunks(BLOCK_SUM_EVERY) {
            sum += i128::from(
                some.iter().map(|place| block[usize::from(*place)].amount()).sum::<i64>(),
            );
            push(&mut self.sums, sum);
        }
    }

    /// What the amounts of a whole block up to a day come to, and whether there is one.
    fn block(&self, number: usize, day: i32) -> (i128, bool) {
        let block = &self.entries[number * BLOCK..][..BLOCK];
        let order = &self.order[number * BLOCK..][..BLOCK];
        let entry = |place: &u8| block[usize::from(*place)];
        let count = order.partition_point(|place| entry(place).day <= day);
        let kept = count / BLOCK_SUM_EVERY;
        let before = kept
            .checked_sub(1)
            .map_or(0, |last| self.sums[number * (BLOCK / BLOCK_SUM_EVERY) + last]);
        let rest = &order[kept * BLOCK_SUM_EVERY..count];
        (
            before + i128::from(rest.iter().map(|place| entry(place).amount()).sum::<i64>()),
            count > 0,
        )
    }

    /// How many amounts the last table sums.
    fn covered(&self) -> usize {
        self.tables.last().map_or(0, |table| table.covers)
    }

    /// Sums all amounts by day, and keeps that where it is small beside what it sums.
    fn tabulate(&mut self) {
        let covered = self.covered();
        let mut fresh: Vec<(i32, i128)> = self.entries[covered..]
            .iter()
            .map(|entry| (entry.day, i128::from(entry.amount())))
            .collect();
        fresh.sort_unstable_by_key(|(day, _)| *day);
        let rows = merged(self.tables.last().map_or(&[], |table| &table.rows), &fresh);
        self.due = rows.len() * BLOCKED_PER_DAY;
        if self.due <= fresh.len() {
            push(&mut self.tables, Table { covers: self.entries.len(), rows });
        }
    }

    /// What the amounts up to a position and a day come to, and whether there is one.
    fn sum(&self, upto: u64, day: i32) -> (i128, bool) {
        // Mostly all that is known is asked for, and where it ends need not be looked for.
        let count = match self.entries.last() {
            Some(last) if last.position() <= upto => self.entries.len(),
            Some(_) | None => self.entries.partition_point(|entry| entry.position() <= upto),
        };
        let tables = self.tables.partition_point(|table| table.covers <= count);
        let table = tables.checked_sub(1).map(|last| &self.tables[last]);
        let row = table.and_then(|table| {
            let days = table.rows.partition_point(|row| row.day <= day);
            days.checked_sub(1).map(|last| table.rows[last])
        });
        let mut sum = row.map_or(0, DayRow::sum);
        let mut some = row.is_some();
        // A table ends where a block does.
        let from = table.map_or(0, |table| table.covers) / BLOCK;
        for number in from..count / BLOCK {
            let (part, any) = self.block(number, day);
            sum += part;
            some |= any;
        }
        for chunk in self.entries[count / BLOCK * BLOCK..count].chunks(SUM_EVERY) {
            let mut part = 0;
            for entry in chunk {
                let taken = entry.day <= day;
                part += if taken { entry.amount() } else { 0 };
                some |= taken;
            }
            sum += i128::from(part);
        }
        (sum, some)
    }

    fn bytes(&self) -> usize {
        let rows: usize = self.tables.iter().map(|table| table.rows.capacity()).sum();
        self.entries.capacity() * size_of::<Entry>()
            + self.order.capacity()
            + self.sums.capacity() * size_of::<i128>()
            + self.tables.capacity() * size_of::<Table>()
            + rows * size_of::<DayRow>()
    }
}

/// What fits an `i64` because there are few of them.
fn small_sum(entries: &[Entry]) -> i64 {
    entries.iter().map(|entry| entry.amount()).sum()
}

/// Sums by day that go on through amounts in order of day.
fn merged(sums: &[DayRow], fresh: &[(i32, i128)]) -> Vec<DayRow> {
    let mut rows: Vec<DayRow> = Vec::with_capacity(sums.len());
    let (mut sums, mut fresh) = (sums.iter().peekable(), fresh.iter().peekable());
    let (mut before, mut added) = (0, 0);
    loop {
        let next = [sums.peek().map(|row| row.day), fresh.peek().map(|(day, _)| *day)];
        let Some(day) = next.into_iter().flatten().min() else { break };
        if let Some(row) = sums.next_if(|row| row.day == day) {
            before = row.sum();
        }
        while let Some((_, amount)) = fresh.next_if(|(fresh, _)| *fresh == day) {
            added += amount;
        }
        push(&mut rows, DayRow::new(day, before + added));
    }
    rows.shrink_to_fit();
    rows
}

/// Appends to a list that keeps room for an eighth of what it holds, and not for as much again.
fn push<T>(list: &mut Vec<T>, item: T) {
    reserve(list, 1);
    list.push(item);
}

/// Makes room for so many more, where there is none.
fn reserve<T>(list: &mut Vec<T>, more: usize) {
    if list.len() + more > list.capacity() {
        list.reserve_exact(list.len() / 8 + more + 1);
    }
}

#[cfg(test)]
mod tests {
    //! A lane against a list that is summed anew for every cut, however its days fall.

    use proptest::prelude::*;

    use super::*;

    /// How the days of a history fall, by the number of the amount and something drawn.
    type Shape = (&'static str, fn(i32, i32) -> i32);

    const SHAPES: [Shape; 7] = [
        ("in order", |number, _| number / 7),
        ("nearly in order", |number, drawn| number / 3 - drawn % 60),
        ("one in twenty late", |number, drawn| number / 5 - if drawn % 20 == 0 { 900 } else { 0 }),
        ("five years in any order", |_, drawn| drawn % 1_826),
        ("backwards", |number, _| -number / 2),
        ("every day another, backwards", |number, _| -number),
        ("two days in turn", |number, _| number % 2),
    ];

    fn day(number: i32) -> Day {
        Day::from_epoch_days(number).expect("a day in range")
    }

    /// A mixture that is the same every time.
    fn drawn(number: i32) -> i32 {
        let mixed = (number as u32).wrapping_mul(0x9e37_79b9).rotate_left(15);
        (mixed.wrapping_mul(0x85eb_ca6b) >> 8) as i32
    }

    fn filled(count: i32, shape: impl Fn(i32, i32) -> i32) -> (Lane, Vec<(u64, i32, i64)>) {
        let (mut lane, mut list) = (Lane::default(), Vec::new());
        for number in 0..count {
            let (position, on) = (3 * number as u64 + 1, shape(number, drawn(number)));
            let amount = i64::from(drawn(number ^ 0x5555)) - 4_000_000;
            lane.push(Position(position), day(on), amount);
            list.push((position, on, amount));
        }
        (lane, list)
    }

    fn naive(list: &[(u64, i32, i64)], upto: u64, as_of: i32) -> Option<Total> {
        let taken = |one: &&(u64, i32, i64)| one.0 <= upto && one.1 <= as_of;
        let amounts = list.iter().filter(taken).map(|one| i128::from(one.2));
        amounts.reduce(|sum, amount| sum + amount).map(Total::from_paise)
    }

    #[test]
    fn every_cut_is_the_sum_of_what_it_takes() {
        for (name, shape) in SHAPES {
            let (lane, list) = filled(6_000, shape);
            let days: Vec<i32> = list.iter().map(|one| one.1).collect();
            let (from, to) = (days.iter().min().expect("a day"), days.iter().max().expect("a day"));
            for step in 0..60 {
                let upto = step * 311;
                for part in -1..=12 {
                    let as_of = from + (to - from) * part / 11;
                    let cut = Cut { upto: Position(upto), as_of: day(as_of) };
                    let expected = naive(&list, upto, as_of);
                    assert_eq!(lane.sum(cut), expected, "{name}, up to {upto}, as of {as_of}");
                }
            }
        }
    }

    #[test]
    fn an_amount_takes_few_bytes_and_a_cut_few_looks_however_the_days_fall() {
        for (name, shape) in SHAPES {
            let (lane, _) = filled(80_000, |number, drawn| shape(number, drawn).max(-25_000));
            assert!(lane.bytes() <= 80_000 * BYTES_MAX, "{name}: {} bytes", lane.bytes());
            let Some(late) = &lane.late else { continue };
            let distinct = late.tables.last().map_or(25_001, |table| table.rows.len());
            let looked = (late.entries.len() - late.covered()).max(
                late.tables.windows(2).map(|two| two[1].covers - two[0].covers).max().unwrap_or(0),
            );
            let bound = BLOCKED_MIN.max(BLOCKED_PER_DAY * (distinct + 1)) + BLOCK;
            assert!(looked <= bound, "{name}: {looked} of {bound}");
        }
    }

    #[test]
    fn the_largest_amounts_do_not_overflow() {
        let (largest, mut lane) = (Money::MAX.paise(), Lane::default());
        for number in 0..2_000 {
            lane.push(Position(number + 1), day(-(number as i32 % 3)), largest);
        }
        let all = Cut { upto: Position(u64::MAX), as_of: Day::MAX };
        assert_eq!(lane.sum(all), Some(Total::from_paise(2_000 * i128::from(largest))));
    }

    proptest! {
        #[test]
        fn a_lane_of_any_history_is_its_list(
            drawn in prop::collection::vec((1_u64..4, 0_i32..40, -9_i64..9), 0..1_500),
            cuts in prop::collection::vec((0_u64..4_000, -1_i32..41), 1..40),
        ) {
            let (mut lane, mut list, mut position) = (Lane::default(), Vec::new(), 0);
            for (step, on, amount) in drawn {
                position += step;
                lane.push(Position(position), day(on), amount);
                list.push((position, on, amount));
            }
            for (upto, as_of) in cuts {
                let cut = Cut { upto: Position(upto), as_of: day(as_of) };
                prop_assert_eq!(lane.sum(cut), naive(&list, upto, as_of));
            }
        }
    }
}
