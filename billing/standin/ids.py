"""Names of things: a prefix that tells the kind, and letters that tell nothing.

The same seed gives the same names in the same order, so that a run can be run again.
"""

from __future__ import annotations

import hashlib

PREFIXES = {
    "billing_portal.configuration": "bpc_",
    "billing_portal.session": "bps_",
    "charge": "ch_",
    "checkout.session": "cs_test_",
    "credit_note": "cn_",
    "credit_note_line_item": "cnli_",
    "customer": "cus_",
    "dispute": "du_",
    "event": "evt_",
    "invoice": "in_",
    "invoice_payment": "inpay_",
    "invoiceitem": "ii_",
    "item": "li_",
    "line_item": "il_",
    "mandate": "mandate_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "price": "price_",
    "product": "prod_",
    "refund": "re_",
    "request": "req_",
    "secret": "whsec_",
    "setup_attempt": "setatt_",
    "setup_intent": "seti_",
    "subscription": "sub_",
    "subscription_item": "si_",
    "subscription_schedule": "sub_sched_",
    "tax_id": "txi_",
    "tax_rate": "txr_",
    "test_helpers.test_clock": "clock_",
    "webhook_endpoint": "we_",
}
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTHS = {"checkout.session": 58, "secret": 32, "customer": 14, "product": 14}


class Ids:
    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.given = 0

    def new(self, kind: str) -> str:
        return PREFIXES[kind] + self.letters(_LENGTHS.get(kind, 24))

    def letters(self, length: int) -> str:
        self.given += 1
        rest = int.from_bytes(hashlib.sha512(f"{self.seed}:{self.given}".encode()).digest())
        found = []
        for _ in range(length):
            rest, which = divmod(rest, len(_LETTERS))
            found.append(_LETTERS[which])
        return "".join(found)
