//! The government orders of the programme: number, date and subject, as each prints them.
//!
//! # Not here
//! What an order gives: `schemes`.

use bahi_core::{Authority, Day, OrderNumber};

/// A government order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// What people call it: `GO 861`.
    pub short: &'static str,
    /// Its number, verbatim.
    pub number: &'static str,
    /// Its date: year, month, day of the month.
    pub date: (i16, i8, i8),
    /// What it is about.
    pub subject: &'static str,
    /// Whether its text was read; otherwise other orders cite it.
    pub read: bool,
}

impl Order {
    /// Its date.
    #[must_use]
    pub fn day(&self) -> Day {
        let (year, month, day) = self.date;
        Day::from_date(year, month, day).expect("an order's date is a date")
    }

    /// The order as what a decision rests on, without a paragraph.
    #[must_use]
    pub fn authority(&self) -> Authority {
        Authority {
            order: OrderNumber::new(self.number).expect("an order's number is an identifier"),
            date: self.day(),
            paragraph: None,
        }
    }
}

/// The programme begins.
pub const GO_123: Order = Order {
    short: "GO 123",
    number: "2/2018/123/18-4-2018-18(Vividh)/17TC",
    date: (2018, 1, 25),
    subject: "start of the programme",
    read: false,
};

/// Committees in three tiers.
pub const GO_506: Order = Order {
    short: "GO 506",
    number: "506/18-4-2018-18(Vividh)/17TC",
    date: (2018, 5, 23),
    subject: "committees in three tiers and the programme's cell",
    read: true,
};

/// Margin money.
pub const GO_861: Order = Order {
    short: "GO 861",
    number: "13/2018/861/18-4-2018-18(Vividh)/17TC-I",
    date: (2018, 9, 24),
    subject: "assistance for financing: margin money",
    read: true,
};

/// Common facility centres.
pub const GO_1095: Order = Order {
    short: "GO 1095",
    number: "1095/18-4-2018-18(Vividh)/17TC-III",
    date: (2018, 11, 6),
    subject: "common facility centres",
    read: true,
};

/// Marketing development assistance.
pub const GO_56: Order = Order {
    short: "GO 56",
    number: "4/2019/56/18-4-2019-18(Vividh)/17TC-II",
    date: (2019, 1, 22),
    subject: "marketing development assistance",
    read: true,
};

/// Marketing development assistance, amended.
pub const GO_263: Order = Order {
    short: "GO 263",
    number: "263/18-4-2020-18(Vividh)/17TC-2",
    date: (2020, 4, 22),
    subject: "marketing development assistance: amendment",
    read: true,
};

/// Training and toolkits.
pub const GO_347: Order = Order {
    short: "GO 347",
    number: "347/18-4-2020-4(Vividh)/20",
    date: (2020, 5, 5),
    subject: "training and toolkits",
    read: true,
};

/// Common facility centres, amended in part.
///
/// Copies print the number with and without the hyphen before the bracket; this is the one with.
pub const GO_613: Order = Order {
    short: "GO 613",
    number: "613/18-4-2023-18-(Vividh)/17TC-3",
    date: (2023, 10, 3),
    subject: "common facility centres: amendment in part",
    read: true,
};

/// Every order of the programme, in order of date.
pub const ORDERS: [Order; 8] = [GO_123, GO_506, GO_861, GO_1095, GO_56, GO_263, GO_347, GO_613];

#[cfg(test)]
mod tests {
    //! Each order's number and date are sound, and dates rise.

    use super::*;

    #[test]
    fn every_order_is_an_authority_and_dates_rise() {
        for order in &ORDERS {
            let (authority, short) = (order.authority(), order.short.trim_start_matches("GO "));
            assert_eq!(authority.order.as_str(), order.number);
            assert!(order.number.split('/').any(|part| part == short), "{}", order.short);
            assert!(order.number.contains(&alloc::format!("18-4-{}-", order.date.0)));
        }
        assert!(ORDERS.windows(2).all(|pair| pair[0].day() < pair[1].day()));
    }
}
