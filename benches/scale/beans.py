"""Adds up a journal with beancount: reads it, checks it, and sums every account.

Arguments: the journal. Fails where the journal has errors or its sums are not zero together.
"""

import sys

from beancount import loader
from beancount.core import inventory


def main():
    entries, errors, _ = loader.load_file(sys.argv[1])
    if errors:
        sys.exit(str(errors[0]))
    sums = {}
    for entry in entries:
        for posting in getattr(entry, "postings", None) or ():
            sums.setdefault(posting.account, inventory.Inventory()).add_position(posting)
    whole = inventory.Inventory()
    for account in sums.values():
        whole.add_inventory(account)
    if not whole.is_empty():
        sys.exit(f"the accounts come to {whole}")


if __name__ == "__main__":
    main()
