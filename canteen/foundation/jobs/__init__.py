"""Work that takes longer than a page may: it runs beside the server, shows how far it is and
can be stopped.

    @job("close_claim", title=_l("结算申报"))
    def close(progress: Progress, *, claim: int) -> dict[str, Any]:
        for done, part in enumerate(parts):
            progress.say(done, len(parts))      # between transactions, never inside one
            ...
        return {"endpoint": "claims.claim", "values": {"claim_id": claim}}

    job_id = start("close_claim", arguments={"claim": 7}, site_id=1, by=staff_id, now=now)
    redirect(url_for("jobs.job", job_id=job_id))

The `jobs` table is the truth. Huey only wakes the worker (`canteen worker`, which a server
brings with it) and tells it a number; what is lost or told twice does no harm.
"""

from canteen.foundation.jobs.actions import cancel, repeat, start
from canteen.foundation.jobs.kinds import job
from canteen.foundation.jobs.models import Job, JobState
from canteen.foundation.jobs.progress import JobCancelled, Progress
from canteen.foundation.jobs.running import run_waiting

__all__ = [
    "Job",
    "JobCancelled",
    "JobState",
    "Progress",
    "cancel",
    "job",
    "repeat",
    "run_waiting",
    "start",
]
