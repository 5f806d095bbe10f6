"""Preview, carry out, approve and verify the retention rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import retention, verification
from privacy.models import RetentionRun


class Command(BaseCommand):
    help = "Show what has expired, delete it, approve a run that was held, or check the dates."

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--preview", action="store_true", help="Count what has expired; change nothing.")
        action.add_argument("--run", action="store_true", help="Carry out every rule now.")
        action.add_argument("--held", action="store_true", help="List the runs that wait for an officer.")
        action.add_argument("--approve", type=UUID, metavar="RUN", help="Carry out a held run as planned.")
        action.add_argument("--verify", action="store_true", help="Recompute every date from its anchor.")
        parser.add_argument("--plan", default="", help="The plan that --held printed for the run to approve.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["preview"]:
            self._preview()
        elif options["run"]:
            self._run()
        elif options["held"]:
            self._held()
        elif options["verify"]:
            self._verify()
        else:
            self._approve(options["approve"], options["plan"])

    def _preview(self) -> None:
        for plan in retention.preview():
            verdict = "waits for an officer" if plan.abnormal else "would run"
            self.stdout.write(f"{plan.swept.name}: {plan.rows} expired, {plan.allowed} allowed, {verdict}")

    def _run(self) -> None:
        for run in retention.sweep_all(due_day=timezone.localdate()):
            self._print(run)

    def _held(self) -> None:
        for run in RetentionRun.objects.filter(outcome=RetentionRun.Outcome.HELD):
            self.stdout.write(
                f"{run.pk} {run.rule}: {run.rows_planned} rows up to {run.cutoff.isoformat()},"
                f" {run.rows_allowed} allowed. Approve with --approve {run.pk}"
                f" --plan {retention.plan_hash(run)}"
            )

    def _approve(self, run_id: UUID, plan: str) -> None:
        try:
            self._print(retention.approve(run_id, plan=plan))
        except RetentionRun.DoesNotExist:
            raise CommandError("There is no such run.") from None
        except retention.NotApprovable as refusal:
            raise CommandError(str(refusal)) from None

    def _verify(self) -> None:
        reports = verification.verify()
        for report in reports:
            self.stdout.write(str(report))
        if any(report.wrong for report in reports):
            raise CommandError("Some rows are kept too long, or would go too early.")

    def _print(self, run: RetentionRun) -> None:
        self.stdout.write(
            f"{run.rule}: {run.outcome}, {run.rows_deleted} of {run.rows_planned} deleted"
            f" in {run.slices} slices, longest {run.longest_slice_ms:.1f} ms"
        )
