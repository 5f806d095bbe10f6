"""What is proved, part by part: one line each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: No part takes longer than this.
MINUTES = 20


@dataclass(frozen=True, slots=True)
class Part:
    """``tests`` are pytest's arguments, or with ``module`` that module's; ``seed`` names the variable for one."""

    name: str
    claim: str
    tests: str
    seed: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = "pytest"


PARTS = [
    Part("isolation", "No address, method or identity shows or changes another organisation's rows",
         "tests/architecture/test_isolation.py", environment={"WALK_FULL": "1"}),
    Part("mutants", "Each plausible mistake in the wall is found",
         "tests/architecture/test_policy_mutants.py"),
    Part("hash", "Every tenant table can be partitioned by organisation",
         "tests/architecture/test_hash_partitioned.py"),
    Part("plaintext", "No name, address or number of a lead stands anywhere unsealed",
         "tests/architecture/test_plaintext.py"),
    Part("jobs", "A killed worker loses and doubles nothing",
         "tests/delivery/test_kill_storm.py"),
    Part("storm", "What was acknowledged is stored once and done once, whatever is killed; a careless "
         "Postgres is found out",
         "tests/storm", seed="STORM_SEED", environment={"STORM_KILLS": "250"}),
    Part("restore", "Nobody who was erased comes back from a backup, and nothing is served before the replay; "
         "a kill -9 anywhere is made good",
         "tests/privacy/test_restore_drill.py tests/privacy/test_kills.py", seed="RESTORE_SEED",
         environment={"RESTORE_DRILLS": "150"}),
    Part("retention", "Over ten years of forty organisations every row goes on its day, and no period can move "
         "unseen; a killed sweep is made good",
         "tests/privacy/test_simulation.py tests/privacy/test_sweep_kills.py"),
    Part("orders", "Six messages of Stripe end in one mirror in each of their 720 orders, also when told twice",
         "tests/billing/mirror/test_orders.py"),
    *(Part(f"years-{number}", "Whatever dies, fails, is late or comes twice: each request is billed once, nobody pays "
           f"twice, and the mirror is Stripe ({number} of 4)",
           "tests/billing/years/test_years.py -n 2", seed="YEARS_SEED", environment={"YEARS_WORLDS": "6"})
      for number in range(1, 5)),
    Part("months", "A million months of organisations keep the rules on billing's pure functions",
         "tests/billing/years/test_model.py", seed="YEARS_SEED"),
    Part("formulas", "A million random formulas and 100,000 configurations come to the same in Python and in the "
         "browser's engine",
         "tests/configurators/test_interpreters.py", seed="FORMULA_SEED",
         environment={"FORMULA_COUNT": "1000000", "VERSION_COUNT": "20000"}),
    Part("proofs", "What is proved of a draft is what trying each of its configurations gives",
         "tests/configurators/test_proving.py", seed="PROOF_SEED", environment={"PROOF_COUNT": "300"}),
    Part("fuzz", "No submission makes a server error, and nothing undeclared is stored",
         "tests/leads/test_fuzz.py", seed="FUZZ_SEED", environment={"FUZZ_COUNT": "100000"}),
    Part("axe-nl", "axe finds nothing on any page in Dutch, wide or narrow",
         "tests/journeys/test_axe.py -n 2", environment={"AXE_FULL": "nl"}),
    Part("axe-en", "axe finds nothing on any page in English, wide or narrow",
         "tests/journeys/test_axe.py -n 2", environment={"AXE_FULL": "en"}),
    Part("axe-fr", "axe finds nothing on any page in French, wide or narrow",
         "tests/journeys/test_axe.py -n 2", environment={"AXE_FULL": "fr"}),
    Part("journeys", "From sign-up to the lead in the inbox, in the browser",
         "tests/journeys tests/leads/test_element_in_browser.py --ignore=tests/journeys/test_axe.py"),
    Part("switches", "The test of each promise notices when what keeps the promise is taken away",
         "", module="tests.promises"),
    Part("bench", "The targets for speed are reached",
         "", module="benchmarks"),
    Part("measurements", "Every measurement of the privacy engine runs and names its target",
         "tests/benchmarks"),
    Part("sweeps", "The targets for purging, searching and erasing are reached at a million leads",
         "", module="benchmarks.privacy"),
]  # fmt: skip


def chosen(names: list[str]) -> list[Part]:
    """The parts by these names; all of them for none or ``all``. Raises KeyError."""
    by_name = {part.name: part for part in PARTS}
    if not names or names == ["all"]:
        return PARTS
    return [by_name[name] for name in names]
