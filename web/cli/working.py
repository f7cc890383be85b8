"""`openchair worker`: refresh the sources for ever beside web nodes, without a web server."""

from meetings.errors import SettingsError
from meetings.settings import Settings
from meetings.storage.migrate import check_schema
from web.cli.keeping_fresh import keep_fresh
from web.cli.opening import console, open_service
from web.cli.stopping import run_until_stopped
from web.logs import set_up
from web.metrics import Measurements, metrics_served
from web.service import Site


def work(settings: Settings) -> None:
    """Refresh until stopped; any number of workers may run."""
    if settings.database_url.startswith("sqlite"):
        raise SettingsError(
            "OPENCHAIR_DATABASE_URL: a worker needs PostgreSQL; over SQLite `openchair serve`"
            " reads the lists itself"
        )
    set_up(settings.log_format)
    measured = Measurements()
    with metrics_served(measured, settings.metrics):
        run_until_stopped(_work(settings, measured), exit_code=0)


async def _work(settings: Settings, measured: Measurements) -> None:
    site = Site(base_url=settings.base_url, is_public=False, uid_host=settings.uid_host)
    async with open_service(settings, site) as running:
        measured.watch(running)
        async with running.database.read() as reader:
            await check_schema(reader)
        console.print("Open Chair reads the lists")
        await keep_fresh(settings, running)
