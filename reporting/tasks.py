"""What the worker runs: load, call one function."""

from celery import shared_task

from . import jobs


@shared_task
def run_export(public_id: str) -> None:
    jobs.run(public_id)


@shared_task
def requeue_lost_jobs() -> None:
    jobs.requeue_lost()
