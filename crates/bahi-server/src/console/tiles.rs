//! Where each district stands on the tile map: one tile a district, roughly where it lies.
//!
//! # Invariants
//! * Every district of the rulebook has one tile and no two share one.

use bahi::core::District;

/// How many columns of tiles there are.
pub(super) const COLUMNS: u8 = 13;
/// How many rows of tiles there are.
pub(super) const ROWS: u8 = 11;

/// The column from the west and the row from the north of a district's tile, from 1; nothing for
/// the pool and for a district of another state.
pub(super) fn tile(district: District) -> Option<(u8, u8)> {
    let at = TILES.binary_search_by_key(&district.0, |(code, ..)| *code).ok()?;
    let (_, column, row) = TILES[at];
    Some((column, row))
}

/// Code, column and row, in order of code. Each district got the free tile that keeps all of them
/// together nearest to where their chief towns lie.
#[rustfmt::skip]
const TILES: [(u16, u8, u8); 75] = [
    (118, 2, 7), (119, 3, 5), (120, 9, 10), (121, 10, 7), (122, 5, 8), (123, 11, 8), (124, 1, 3),
    (125, 8, 5), (126, 13, 9), (127, 10, 5), (128, 7, 9), (129, 8, 6), (130, 5, 4), (131, 10, 6),
    (132, 3, 2), (133, 5, 5), (134, 3, 4), (135, 12, 10), (136, 7, 10), (137, 13, 8), (138, 3, 6),
    (139, 4, 7), (140, 9, 7), (141, 5, 6), (142, 7, 8), (143, 3, 7), (144, 1, 5), (145, 1, 4),
    (146, 12, 9), (147, 9, 6), (148, 12, 7), (149, 6, 9), (150, 6, 6), (151, 5, 9), (152, 11, 9),
    (153, 3, 9), (154, 3, 3), (155, 5, 7), (156, 6, 8), (157, 6, 7), (158, 8, 9), (159, 7, 5),
    (160, 13, 7), (161, 3, 11), (162, 8, 7), (163, 2, 5), (164, 12, 6), (165, 6, 10), (166, 4, 6),
    (167, 2, 6), (168, 12, 8), (169, 2, 3), (170, 10, 10), (171, 4, 3), (172, 2, 2), (173, 6, 4),
    (174, 9, 9), (175, 8, 8), (176, 5, 3), (177, 2, 1), (178, 11, 7), (179, 10, 9), (180, 6, 5),
    (181, 9, 5), (182, 11, 6), (183, 7, 6), (184, 11, 11), (185, 10, 8), (186, 7, 7),
    (187, 11, 10), (633, 4, 5), (640, 9, 8), (659, 4, 4), (660, 1, 2), (661, 2, 4),
];

#[cfg(test)]
mod tests {
    //! The map against the rulebook.

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_district_has_a_tile_of_its_own_on_the_map() {
        let mut taken = BTreeSet::new();
        for entry in &bahi::rulebook::DISTRICTS {
            let (column, row) = tile(entry.code).expect("a tile");
            assert!((1..=COLUMNS).contains(&column) && (1..=ROWS).contains(&row), "{}", entry.name);
            assert!(taken.insert((column, row)), "{} shares a tile", entry.name);
        }
        assert_eq!((taken.len(), tile(District::POOL)), (75, None));
    }

    #[test]
    fn neighbours_on_the_map_lie_as_they_do_in_the_world() {
        // North of, and west of.
        for (north, south) in [(177, 169), (169, 119), (162, 175), (148, 123), (153, 161)] {
            let row = |code| tile(District(code)).map(|(_, row)| row);
            assert!(row(north) < row(south), "{north} lies north of {south}");
        }
        for (west, east) in [(118, 162), (162, 140), (120, 187), (145, 130), (157, 148)] {
            let column = |code| tile(District(code)).map(|(column, _)| column);
            assert!(column(west) < column(east), "{west} lies west of {east}");
        }
    }
}
