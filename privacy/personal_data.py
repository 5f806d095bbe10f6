"""What the privacy engine itself keeps: counts and times, nothing about a person."""

from privacy.declarations import NotPersonal, declare

_COUNT = NotPersonal("a count over all organisations")
_TIME = NotPersonal("when a sweep ran")

declare(
    "privacy.RetentionRun",
    role="controller",
    fields={
        "id": NotPersonal("identifier of a sweep"),
        "rule": NotPersonal("name of a retention rule"),
        "table": NotPersonal("name of a table"),
        "registry": NotPersonal("fingerprint of the declarations"),
        "due_day": _TIME,
        "started_at": _TIME,
        "finished_at": _TIME,
        "cutoff": _TIME,
        "rows_planned": _COUNT,
        "rows_allowed": _COUNT,
        "rows_deleted": _COUNT,
        "slices": _COUNT,
        "longest_slice_ms": NotPersonal("a duration"),
        "overdue_seconds": NotPersonal("a duration"),
        "outcome": NotPersonal("how the sweep ended"),
        "approves": NotPersonal("the held sweep that this one carried out"),
    },
)
