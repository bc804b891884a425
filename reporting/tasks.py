"""What the worker runs: load, call one function."""

from celery import shared_task
from celery.signals import worker_init

from portal import walls

from .evidence import verify
from .exports import jobs
from .imports import take_over
from .reminders import delivery, outbox


@worker_init.connect
def refuse_privileged_role(**kwargs) -> None:
    walls.refuse_privileged_role()


@shared_task
def run_export(public_id: str) -> None:
    jobs.run(public_id)


@shared_task
def requeue_lost_jobs() -> None:
    jobs.requeue_lost()


@shared_task
def remove_orphans() -> None:
    """Files that no job names, and those that were kept long enough."""
    jobs.remove_expired()
    jobs.remove_orphans()


@shared_task
def drop_expired_imports() -> None:
    take_over.drop_expired()


@shared_task
def tidy_evidence() -> None:
    verify.tidy()


@shared_task
def send_due_reminders() -> None:
    delivery.plan()
    outbox.nudge_waiting()


@shared_task
def deliver_reminder(public_id: str) -> None:
    delivery.deliver(public_id)
