"""By which words and hosts lists say that one joins from elsewhere."""

_HOSTS = """
zoom.us zoom.com zoomgov.com meet.google.com teams.microsoft.com teams.live.com webex.com
gotomeeting.com gotomeet.me goto.com jitsi.org jit.si whereby.com bluejeans.com
freeconferencecall.com skype.com bigbluebutton.org pathcheck.net discord.gg discord.com
"""
_ONLINE = """
online virtual zoom internet video virtuell enlínea enlinea skype webex teams meet discord jitsi
gotomeeting whereby bluejeans teamspeak whatsapp facetime
"""
JOINING_HOSTS = tuple(_HOSTS.split())  # with their subdomains
ONLINE_WORDS = frozenset(_ONLINE.split())
HYBRID_WORDS = frozenset({"hybrid", "híbrido", "hibrido", "hybride"})


def is_for_joining(host: str) -> bool:
    """Say whether *host*, in lower case, is of a service by which people join."""
    return any(host == each or host.endswith(f".{each}") for each in JOINING_HOSTS)
