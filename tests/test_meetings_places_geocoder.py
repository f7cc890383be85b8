from collections.abc import Iterator

import pytest
from geopy.adapters import BaseAsyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderServiceError, GeocoderTimedOut
from geopy.geocoders import Photon

from meetings.errors import GeocodingFailed, InvalidSearch
from meetings.model import Point
from meetings.places import OfflineGeocoder, Place, Places, choices, typed_place
from tests.gazetteer import small_world


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with small_world(tmp_path_factory.mktemp("places")) as opened:
        yield opened


def first_slug(found: list[Place]) -> str:
    return found[0].slug if found else ""


async def test_a_typed_place_survives_the_way_through_geopy(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        found = await typed_place(geocoder, "Springfield")

    assert found == places.find("Springfield")
    assert choices(found) == choices(places.find("Springfield"))


async def test_a_deployments_country_is_preferred(places: Places) -> None:
    async with OfflineGeocoder(places, country="US") as geocoder:
        found = await typed_place(geocoder, "Vancouver")

    assert first_slug(found) == "us-wa-vancouver"


async def test_the_geocoder_answers_as_geopys_own_do(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        one = await geocoder.geocode("Dublin")
        some = await geocoder.geocode("Dublin", exactly_one=False, limit=2)
        ours = await geocoder.geocode("Dublin", country_codes="us,ca")
        none = await geocoder.geocode("Nowhere", exactly_one=False)

    assert (one.address, one.latitude, one.raw["slug"]) == (
        "Dublin, Leinster, Ireland",
        53.33306,
        "ie-dublin",
    )
    assert [location.raw["slug"] for location in some] == ["ie-dublin", "us-ca-dublin"]
    assert ours.raw["slug"] == "us-ca-dublin"
    assert none is None


async def test_the_geocoder_takes_the_parts_of_an_address(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        location = await geocoder.geocode(
            {"street": "12 Main St", "city": "Salem", "state": "MA", "country": "USA"}
        )
        coded = await geocoder.geocode({"city": "Brooklyn", "postalcode": "11201"})

    assert (location.raw["slug"], coded.raw["slug"]) == ("us-ma-salem", "us-11201")


async def test_a_typing_error_is_looked_for_when_nothing_matches(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        found = await typed_place(geocoder, "Brokolyn, NY")

    assert first_slug(found) == "us-ny-brooklyn"


async def test_a_typing_error_that_is_a_name_is_no_error(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        found = await typed_place(geocoder, "Salem")

    assert {place.name for place in found} == {"Salem"}


@pytest.mark.parametrize("text", ["40.65, -73.95", " 40.65 -73.95 ", "40.65,-73.95"])
async def test_typed_coordinates_are_a_point(places: Places, text: str) -> None:
    async with OfflineGeocoder(places) as geocoder:
        found = await typed_place(geocoder, text)

    assert found == [Place(name="40.65, -73.95", point=Point(40.65, -73.95), kind="point")]


@pytest.mark.parametrize("text", ["my 3 4", "51,5;0,12", "https://x/@51.5,-0.1", "90210", "٤٠, ٧٣"])
async def test_junk_is_not_taken_for_coordinates(places: Places, text: str) -> None:
    async with OfflineGeocoder(places) as geocoder:
        found = await typed_place(geocoder, text)

    assert found == []


@pytest.mark.parametrize("text", ["", "  ", "a" * 101, "91, 0", "40.7, 200"])
async def test_a_query_that_cannot_be_is_refused(places: Places, text: str) -> None:
    async with OfflineGeocoder(places) as geocoder:
        with pytest.raises(GeocoderQueryError):
            await geocoder.geocode(text)
        with pytest.raises(InvalidSearch):
            await typed_place(geocoder, text)


async def test_an_unknown_part_of_an_address_is_refused(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        with pytest.raises(GeocoderQueryError):
            await geocoder.geocode({"planet": "Earth"})


async def test_the_reverse_is_the_nearest_town(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        typed = await geocoder.reverse("40.65, -73.95")
        pair = await geocoder.reverse((-16.5, -179.9))
        ocean = await geocoder.reverse((-40.0, -120.0))
        with pytest.raises(GeocoderQueryError):
            await geocoder.reverse("Brooklyn")

    assert (typed.raw["slug"], pair.raw["slug"], ocean) == ("us-ny-brooklyn", "fj-labasa", None)


async def test_the_offline_geocoder_has_no_network(places: Places) -> None:
    async with OfflineGeocoder(places) as geocoder:
        with pytest.raises(GeocoderServiceError):
            await geocoder.adapter.get_json("https://example.org", timeout=1, headers={})


class _Canned(BaseAsyncAdapter):  # type: ignore[misc]  # geopy carries no types
    """Answers as photon.komoot.io does, without a network; or is too slow."""

    async def get_json(self, url: str, **_: object) -> object:
        if "Slow" in url:
            raise GeocoderTimedOut("https://example.org/?q=Slow")
        address = {"name": "Salem", "state": "Massachusetts", "country": "United States"}
        feature = {"geometry": {"coordinates": [-70.9, 42.52]}, "properties": address}
        return {"features": [feature]}

    get_text = get_json


async def test_another_geocoder_gives_places_without_a_slug() -> None:
    async with Photon(domain="photon.test", adapter_factory=_Canned) as geocoder:
        found = await typed_place(geocoder, "Salem")

    address = "Salem, Massachusetts, United States"
    assert found == [Place(name=address, point=Point(42.52, -70.9), kind="address")]
    assert choices(found) == found


async def test_a_geocoder_that_does_not_answer_is_no_unknown_place() -> None:
    async with Photon(domain="photon.test", adapter_factory=_Canned) as geocoder:
        with pytest.raises(GeocodingFailed) as failure:
            await typed_place(geocoder, "Slow")

    assert "Slow" not in str(failure.value)  # logs hold no typed place
