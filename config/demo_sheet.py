"""var/demo.json and what the terminal shows: every address and sign-in of the demo."""

from collections.abc import Mapping
from typing import Any

from config import own_folder
from config.own_folder import VAR
from config.progress import say

DEMO = VAR / "demo.json"
#: What ``manage.py seed_demo --result`` left: ``accounts`` and ``configurators``, without addresses.
SEEDED = VAR / "seed.json"
ACCOUNT = ("email", "password", "totp_secret", "organisation", "role")


def write(environment: Mapping[str, str]) -> dict[str, Any]:
    """Write var/demo.json for people and programs, and return it."""
    seeded = own_folder.read_json(SEEDED)
    site, public = environment["SITE_URL"], environment["PUBLIC_URL"]
    demo = {
        "base_url": site,
        "mailbox_url": f"{site}/mailbox/",
        "customer_site_url": f"{environment['CUSTOMER_SITE_URL']}/",
        "accounts": [{name: account.get(name) for name in ACCOUNT} for account in seeded.get("accounts", [])],
        "configurators": [
            {
                "organisation": configurator["organisation"],
                "key": configurator["key"],
                "public_url": f"{public}/c/{configurator['key']}/",
                "language": configurator["language"],
            }
            for configurator in seeded.get("configurators", [])
        ],
    }
    own_folder.write_private(DEMO, own_folder.as_json(demo))
    return demo


def tell(demo: Mapping[str, Any]) -> None:
    """Print the addresses and sign-ins."""
    say(f"  Dashboard         {demo['base_url']}/")
    say(f"  Mailbox           {demo['mailbox_url']}")
    say(f"  Customers' sites  {demo['customer_site_url']}")
    for configurator in demo["configurators"]:
        say(f"  Configurator      {configurator['public_url']}  {configurator['organisation']}")
    if demo["accounts"]:
        say("\n  Sign in as")
    for account in demo["accounts"]:
        say(f"    {account['email']}  {account['password']}  ({account['role']}, {account['organisation']})")
        if account["totp_secret"]:
            say(f"      second step: {account['totp_secret']}")
    say(f"\n  All of this is also in {DEMO}; logs are in {VAR / 'log'}.")
    say("  Stop with Ctrl-C.")
