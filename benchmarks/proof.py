"""How long it takes to prove a large draft: thirty questions of eight options, sixty rules (`tests.configurators`).

``python -m benchmarks.proof`` prints the figures of a few such drafts. Their measure is one evaluation of the same
draft in the same run, so that they say the same on any machine.
"""

import statistics
import sys
import time
from collections.abc import Callable

from configurators.answers import initial_answers
from configurators.compiling import compile_definition
from configurators.evaluation import evaluate
from configurators.proving import Proof, prove
from tests.configurators.large_definition import large

#: Long enough for any of them to be proved to the end.
_SECONDS = 300.0
_EVALUATIONS = 200


def measure(*, seeds: tuple[int, ...] = (1, 3, 5)) -> dict[str, float]:
    """Medians over some drafts: seconds of the processor, as so many evaluations, and how many were proved."""
    rows = [_one(seed) for seed in seeds]
    return {
        "proof_s": round(statistics.median(seconds for seconds, _, _ in rows), 3),
        "evaluations": round(statistics.median(seconds / each for seconds, each, _ in rows)),
        "proved": sum(proof.complete for _, _, proof in rows) / len(rows),
    }


def _one(seed: int) -> tuple[float, float, Proof]:
    compiled = compile_definition(large(seed))
    answers, proofs = initial_answers(compiled), []
    seconds = _clocked(lambda: proofs.append(prove(compiled, seconds=_SECONDS)))
    each = _clocked(lambda: [evaluate(compiled, answers) for _ in range(_EVALUATIONS)]) / _EVALUATIONS
    return seconds, each, proofs[0]


def _clocked(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ("1", "3", "5")):
        seconds, each, proof = _one(number)
        print(
            f"draft {number}: {seconds:.2f} s, {seconds / each:.0f} evaluations of {each * 1e3:.2f} ms,"
            f" {'proved' if proof.complete else 'not proved'}"
        )
