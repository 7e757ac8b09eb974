"""How much more several workers send than one, to a provider that takes 200 ms for each answer.

    python benchmarks/workers.py [NUMBERS] [ROUNDS] [SECONDS]

NUMBERS is how many workers at a time, such as 1,2,4,8. Each makes one request at a time, of 50
messages, so a worker that never waited for anything but the provider would send 250 a second.
PostgreSQL runs on this machine, with full sync, and so does the provider: where these and the
workers need more processors than there are, let the provider take more SECONDS.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from newsletter.campaigns import CampaignState, Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.lock import workers
from newsletter.campaigns.records import reread
from newsletter.storage import open_store
from tests.campaigns.samples import MESSAGE, add_people
from tests.crashes.crew import crew_of, workspace_on
from tests.fakes.sendgrid import fake_sendgrid
from tests.postgres import new_database, running_server, server_programs

_BATCH = 50
_BATCHES = 40  # for each worker


def main() -> None:
    numbers = [int(each) for each in (sys.argv[1] if len(sys.argv) > 1 else "1,2,4,8").split(",")]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    delay = float(sys.argv[3]) if len(sys.argv) > 3 else 0.2
    programs = server_programs()
    if programs is None:
        sys.exit("PostgreSQL's programs (initdb, pg_ctl) are not on this machine.")
    print("| workers | messages a second | for each worker | of one worker's |")
    print("| --- | --- | --- | --- |")
    with running_server(programs, durable=True) as server:
        for _ in range(rounds):
            alone = 0.0
            for number in numbers:
                rate = _measure(new_database(server), number, delay)
                alone = alone or rate / number
                print(f"| {number} | {rate:,.0f} | {rate / number:,.0f} | {rate / number / alone:.2f} |", flush=True)


def _measure(url: str, number: int, delay: float) -> float:
    """Let so many workers send one campaign; return how many messages a second the provider took."""
    with (
        tempfile.TemporaryDirectory() as folder,
        fake_sendgrid(delay=delay) as account,
        workspace_on(Path(folder), url, account, parallel=1) as workspace,
        open_store(workspace.database_url, workspace.key_file) as store,
        crew_of(workspace) as crew,
    ):
        people = len(add_people(store, number * _BATCHES * _BATCH))
        for _ in range(number):
            crew.hire()
        while len(workers(store)) < number:
            time.sleep(0.05)
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", batch_size=_BATCH))
        while reread(store, campaign).state is not CampaignState.FINISHED:
            time.sleep(0.1)
        taken = sorted({mail.taken_at for mail in account.mails})
        assert len(account.mails) == people
        return people / (taken[-1] - taken[0] + delay)


if __name__ == "__main__":
    main()
