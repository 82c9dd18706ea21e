#!/usr/bin/env bash
# Kills by the thousand: a thousand, or as many as the first argument says, with the draws of the
# seed that the second one says. Every third is followed by kills of a backup, a restoring and a
# salvage. It takes minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
BAHI_KILLS="${1:-1000}" BAHI_SEED="${2:-$RANDOM}" cargo test --release --test kill -- --nocapture
