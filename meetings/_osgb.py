"""
Great Britain's National Grid (OSGB36) as WGS 84 coordinates, to some 5 metres.

Source: Ordnance Survey, "A guide to coordinate systems in Great Britain", annexes B and C.
Northern Ireland's postcodes are on the Irish grid: do not pass them (location.md 2).
"""

from math import atan2, cos, hypot, radians, sin, sqrt, tan

from meetings.model import Point

# Airy 1830 and the grid's true origin
_A, _B = 6_377_563.396, 6_356_256.909
_SCALE = 0.9996012717
_LATITUDE_0, _LONGITUDE_0 = radians(49), radians(-2)
_EASTING_0, _NORTHING_0 = 400_000.0, -100_000.0
_E2 = 1 - (_B / _A) ** 2
_N = (_A - _B) / (_A + _B)

_WGS84_A, _WGS84_E2 = 6_378_137.0, 0.00669437999014
# Helmert's seven parameters from OSGB36 to WGS 84: metres, parts, seconds of arc
_TX, _TY, _TZ = 446.448, -125.157, 542.060
_S = -20.4894e-6
_RX, _RY, _RZ = (radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))


def wgs84(easting: float, northing: float) -> Point:
    latitude, longitude = _airy(easting, northing)
    x, y, z = _cartesian(latitude, longitude)
    x, y, z = (
        _TX + x * (1 + _S) - y * _RZ + z * _RY,
        _TY + x * _RZ + y * (1 + _S) - z * _RX,
        _TZ - x * _RY + y * _RX + z * (1 + _S),
    )
    return _geodetic(x, y, z)


def _airy(easting: float, northing: float) -> tuple[float, float]:
    """Return latitude and longitude on Airy's ellipsoid, in radians (annex C.2)."""
    latitude = _LATITUDE_0
    arc = 0.0
    while abs(northing - _NORTHING_0 - arc) >= 1e-5:
        latitude += (northing - _NORTHING_0 - arc) / (_A * _SCALE)
        arc = _meridian_arc(latitude)
    nu = _A * _SCALE / sqrt(1 - _E2 * sin(latitude) ** 2)
    rho = _A * _SCALE * (1 - _E2) / (1 - _E2 * sin(latitude) ** 2) ** 1.5
    eta2, t, sec = nu / rho - 1, tan(latitude), 1 / cos(latitude)
    e = easting - _EASTING_0
    return (
        latitude
        - t / (2 * rho * nu) * e**2
        + t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta2 - 9 * t**2 * eta2) * e**4
        - t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4) * e**6,
        _LONGITUDE_0
        + sec / nu * e
        - sec / (6 * nu**3) * (nu / rho + 2 * t**2) * e**3
        + sec / (120 * nu**5) * (5 + 28 * t**2 + 24 * t**4) * e**5
        - sec / (5040 * nu**7) * (61 + 662 * t**2 + 1320 * t**4 + 720 * t**6) * e**7,
    )


def _meridian_arc(latitude: float) -> float:
    apart, together = latitude - _LATITUDE_0, latitude + _LATITUDE_0
    n2, n3 = _N**2, _N**3
    return (
        _B
        * _SCALE
        * (
            (1 + _N + 5 / 4 * n2 + 5 / 4 * n3) * apart
            - (3 * _N + 3 * n2 + 21 / 8 * n3) * sin(apart) * cos(together)
            + (15 / 8 * n2 + 15 / 8 * n3) * sin(2 * apart) * cos(2 * together)
            - 35 / 24 * n3 * sin(3 * apart) * cos(3 * together)
        )
    )


def _cartesian(latitude: float, longitude: float) -> tuple[float, float, float]:
    nu = _A / sqrt(1 - _E2 * sin(latitude) ** 2)
    x, y = nu * cos(latitude) * cos(longitude), nu * cos(latitude) * sin(longitude)
    return x, y, nu * (1 - _E2) * sin(latitude)


def _geodetic(x: float, y: float, z: float) -> Point:
    across = hypot(x, y)
    latitude = atan2(z, across * (1 - _WGS84_E2))
    for _ in range(6):  # 1e-12 after three
        nu = _WGS84_A / sqrt(1 - _WGS84_E2 * sin(latitude) ** 2)
        latitude = atan2(z + _WGS84_E2 * nu * sin(latitude), across)
    return Point(latitude / radians(1), atan2(y, x) / radians(1))
