"""`python -m local.gateways.bank --state FILE transfer|statement …`: an account at a bank on the command line."""

import argparse
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

from local.gateways.bank import Bank


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.gateways.bank", description=__doc__)
    parser.add_argument("--state", type=Path, default=Path(".local/bank.json"), help="JSON file that holds the lines")
    verbs = parser.add_subparsers(dest="verb", required=True)
    transfer = verbs.add_parser("transfer", help="money moves")
    transfer.add_argument("amount", type=int, help="minor units, negative where money leaves")
    transfer.add_argument("text", help="what the payer writes, such as the number of an invoice")
    transfer.add_argument("--currency", default="EUR")
    statement = verbs.add_parser("statement", help="all lines, or those from a day on")
    statement.add_argument("--since", type=date.fromisoformat)
    statement.add_argument("--csv", action="store_true")
    asked = parser.parse_args()
    bank = Bank(asked.state)
    if asked.verb == "transfer":
        print(json.dumps(asdict(bank.transfer(asked.amount, asked.text, currency=asked.currency))))
    else:
        print(bank.csv(asked.since) if asked.csv else json.dumps(bank.statement(asked.since)))


if __name__ == "__main__":
    main()
