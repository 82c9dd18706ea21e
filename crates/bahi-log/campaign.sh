#!/usr/bin/env bash
# Power cuts by the thousand: ten thousand disks, or as many as the first argument says, beginning
# with the seed that the second one says. It needs strace, and takes minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
BAHI_POWER_REQUIRED=1 cargo test --release --features testing --test power -- \
    --states "${1:-10000}" --seed "${2:-$RANDOM}"
