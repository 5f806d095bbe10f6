"""Workers are killed with -9 while they drain: nothing is lost, nothing is done twice."""

import random

import pytest
from django.conf import settings
from django.db import connections

from config.celery import app
from delivery.doorbell import DRAIN
from delivery.jobs import enqueue
from delivery.mail import send_account_mail
from delivery.mailbox import newest
from delivery.models import DeadLetter, Job, MailboxMessage
from tenancy.ids import uuid7
from tests.delivery import kill_storm
from tests.delivery.conftest import marks

MAILS_PER_JOB = 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kills", "jobs"), [(3, 300), pytest.param(60, 12_000, marks=pytest.mark.prove, id="prove")]
)
def test_a_killed_worker_loses_and_doubles_nothing(acme, globex, kills, jobs, tmp_path):
    organisations = [acme.pk, globex.pk]
    asked = {organisation: [uuid7() for _ in range(jobs // 2)] for organisation in organisations}
    for organisation, things in asked.items():
        for thing in things:
            enqueue(kill_storm.TASK, organisation_id=organisation, ids={"thing": str(thing)})
    mails = [f"mail-{number}@example.org" for number in range(jobs // MAILS_PER_JOB)]
    random.shuffle(mails)
    for address in mails:
        send_account_mail(
            user_id=None,
            to=address,
            template="organisation_member_removed",
            context={"name": "Dana", "organisation": "Acme", "url": settings.SITE_URL},
            language="en",
        )

    def effects() -> int:
        return (
            sum(len(marks(organisation)) for organisation in organisations) + MailboxMessage.objects.count()
        )

    with (tmp_path / "worker.log").open("wb") as log:
        killed = kill_storm.brew(
            kills=kills,
            database=connections["default"].settings_dict["NAME"],
            ring=lambda: app.send_task(DRAIN, expires=5),
            effects=effects,
            waiting=Job.objects.count,
            patience=60 + 20 * kills,
            log=log,
        )

    outcome = kill_storm.judge(
        kills=killed,
        left=Job.objects.count(),
        buried=DeadLetter.objects.count(),
        expected=asked,
        done={organisation: marks(organisation) for organisation in organisations},
        mails=mails,
        arrived=[message.to for message in newest(limit=10 * len(mails))],
    )
    assert (outcome.clean, outcome.kills) == (True, kills), (
        outcome,
        (tmp_path / "worker.log").read_text()[-2000:],
    )
