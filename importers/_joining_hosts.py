"""The hosts of services by which people join from elsewhere, known with their subdomains."""

_HOSTS = """
zoom.us zoom.com zoomgov.com meet.google.com teams.microsoft.com teams.live.com webex.com
gotomeeting.com gotomeet.me goto.com jitsi.org jit.si whereby.com bluejeans.com
freeconferencecall.com skype.com bigbluebutton.org pathcheck.net discord.gg discord.com
"""
JOINING_HOSTS = tuple(_HOSTS.split())


def is_for_joining(host: str) -> bool:
    """Say whether *host*, in lower case, is of such a service."""
    return any(host == each or host.endswith(f".{each}") for each in JOINING_HOSTS)
