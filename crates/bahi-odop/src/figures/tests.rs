//! The counts add up to the published totals, and each row is sound in itself.

use super::*;
use crate::districts::by_code;

const YEARS: [u16; 5] = [2020, 2021, 2022, 2023, 2024];

fn of_year(year: u16) -> impl Iterator<Item = &'static Figure> {
    FIGURES.iter().filter(move |figure| figure.fy_first == year)
}

#[test]
fn the_counts_add_up_to_the_published_totals() {
    let rows = YEARS.map(|year| of_year(year).map(|figure| u32::from(figure.rows)).sum::<u32>());
    assert_eq!(rows, [1_992, 2_416, 3_071, 2_495, 1_634]);
    assert_eq!(rows.iter().sum::<u32>(), 11_608);
    assert_eq!(FIGURES.iter().map(|figure| u32::from(figure.rows)).sum::<u32>(), 11_608);
}

#[test]
fn the_costs_add_up_to_the_published_crores_less_what_is_withheld() {
    let cost = |year| of_year(year).filter_map(|figure| figure.project_cost).sum::<u64>();
    let published_lakh = [42_000_u64, 80_870, 108_650, 98_880, 78_550];
    for (year, published) in YEARS.into_iter().zip(published_lakh) {
        let lakh = cost(year) / 100_000;
        let withheld: u16 =
            of_year(year).filter(|figure| figure.by_slab.is_none()).map(|figure| figure.rows).sum();
        let gap = published.checked_sub(lakh).expect("no more than was published");
        assert!(gap <= u64::from(withheld) * 25, "{year}: {gap} lakh for {withheld} rows");
    }
    assert_eq!(YEARS.map(cost).iter().sum::<u64>(), 40_788_360_567);
}

#[test]
fn the_slabs_split_as_published() {
    let slab = |index: usize| {
        FIGURES.iter().filter_map(|f| f.by_slab).map(|slabs| u32::from(slabs[index])).sum::<u32>()
    };
    assert_eq!([0, 1, 2, 3].map(slab), [9_205, 1_052, 563, 705]);
    let unread: u32 = FIGURES.iter().filter_map(Figure::unread).map(u32::from).sum();
    let withheld: u32 =
        FIGURES.iter().filter(|f| f.by_slab.is_none()).map(|f| u32::from(f.rows)).sum();
    assert_eq!((unread, withheld), (14, 69));
}

#[test]
fn each_figure_is_sound_and_stands_once() {
    let rising = FIGURES
        .windows(2)
        .all(|pair| (pair[0].district, pair[0].fy_first) < (pair[1].district, pair[1].fy_first));
    assert!(rising, "districts and years rise, so each pair stands once");
    for figure in FIGURES {
        assert!(by_code(figure.district).is_some(), "{}", figure.district);
        assert!(figure.fy().is_some() && YEARS.contains(&figure.fy_first));
        assert_eq!(figure.by_slab.is_none(), figure.project_cost.is_none());
        assert_eq!(figure.by_slab.is_none(), figure.rows < 5, "fewer than five are withheld");
        assert_eq!(figure.by_slab.is_some(), figure.unread().is_some(), "slabs exceed rows");
        if let (Some(slabs), Some(cost)) = (figure.by_slab, figure.project_cost) {
            let floors = [0, 2_500_001, 5_000_001, 15_000_001];
            let least: u64 = slabs.iter().zip(floors).map(|(n, floor)| u64::from(*n) * floor).sum();
            assert!(cost >= least, "{} {}", figure.district, figure.fy_first);
        }
    }
    let districts = FIGURES.iter().map(|figure| figure.district);
    assert_eq!(districts.collect::<alloc::collections::BTreeSet<_>>().len(), 75);
}
