"""What billing does by the clock. Global: each enters what it needs by itself; ringing twice does no harm."""

from celery import shared_task

from billing import announcing, dunning, gateway, leaving, metering, news, overage, reconciling, trials
from billing.invoices import catching_up
from billing.vat import refreshing
from delivery import schedule


@shared_task(name="billing.daily")
def daily() -> None:
    """Close months of usage, say that trials end, remind of what was not paid, end what should not run on."""
    schedule.run_due("billing.close_months", lambda due_day: metering.close_due())
    schedule.run_due("billing.overage", lambda due_day: overage.bill_what_waits())
    schedule.run_due("billing.remind", lambda due_day: dunning.remind_due())
    schedule.run_due("billing.trials", trials.remind_of_the_end)
    schedule.run_due("billing.leaving", lambda due_day: leaving.look_after())
    schedule.run_due("billing.announce", announcing.announce_everywhere)
    schedule.run_due("billing.vat", lambda due_day: refreshing.look_after())
    schedule.run_due("billing.documents", lambda due_day: catching_up.look_after())
    announcing.announce_where_it_changed()


@shared_task(name="billing.look_again")
def look_again() -> None:
    """Make good for jobs that were lost. Happy to be rung twice."""
    news.look_again_where_stuck()


@shared_task(name="billing.reconcile")
def reconcile() -> None:
    """Compare the mirror with Stripe, once a day and for each day that was missed."""
    if gateway.is_set_up():
        schedule.run_due("billing.reconcile", reconciling.begin)
