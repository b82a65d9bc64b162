"""Petitions that are not public when the sandbox starts: some open, some are refused, some never come out."""

from sandbox.parliament.catalogue.departments import GARDENS, HOMES, JOURNEYS, READING, SCHOOLS, SEASIDE
from sandbox.parliament.catalogue.telling import (
    Teller,
    Words,
    gains,
    gets_response,
    is_hidden,
    is_rejected,
    opens,
    waits,
)
from sandbox.parliament.growth import Shape
from sandbox.parliament.life import Petition, State

LAMPPOST_FLOWERS = Words(
    action="Let residents hang flower baskets from the lampposts they pass",
    background="Geraniums weigh less than Christmas lights, and lampposts carry those every winter.",
    creator="Petronella Hanger",
    topics=("environment", "local-government"),
    department=HOMES,
)
BEACH_WHEELCHAIRS = Words(
    action="Lend beach wheelchairs at every bathing beach with a car park",
    background="Wide wheels roll over sand. A few towns lend such chairs, and grandparents reach the sea again.",
    creator="Morwenna Sandiford",
    topics=("health", "transport"),
    department=SEASIDE,
)
BARN_OWLS = Words(
    action="Put owl boxes into farm buildings that are mended with grants",
    background="One board and one hole in the gable give a pair of owls a home for decades.",
    creator="Eustace Barnsdale",
    topics=("animals", "food"),
    department=GARDENS,
)
COLD_TAPS = Words(
    action="Fit a drinking tap on the platform of every busy station",
    background="Nobody should have to buy water on a hot journey.",
    creator="Araminta Fontwell",
    topics=("health", "transport"),
    department=JOURNEYS,
)
STORY_PHONES = Words(
    action="Turn disused phone boxes into places that read you a story",
    background="Lift the receiver, choose a number, hear ten minutes of somebody reading aloud.",
    creator="Balthazar Ringmore",
    topics=("communications", "culture"),
    department=READING,
)
MARBLES = Words(
    action="Recognise marbles as a sport in school games lessons",
    background="Quiet, cheap, played by all ages, and it needs only a flat bit of ground.",
    creator="Quentin Taw",
    topics=("education", "sport"),
    department=SCHOOLS,
)
MY_NEIGHBOUR = Words(
    action="Tell my neighbour to return my second-best wheelbarrow",
    background="He knows which one. It has the squeak.",
    creator="Mortimer Hodd",
    topics=("local-government",),
)
UNKIND = Words(
    action="A petition that the moderators will not publish",
    background="It says something unkind about somebody. You will never read it.",
    creator="Nobody Inparticular",
)
PARKED = Words(
    action="Number the clouds",
    background="They would be easier to talk about.",
    creator="Cirrus Fairweather",
)
STOPPED = Words(
    action="Publish the recipe of the parliamentary custard",
    background="It was asked for before the last election, and stopped with it.",
    creator="Agatha Ramekin",
)


def beginning(teller: Teller) -> tuple[Petition, ...]:
    """The ones to come. Their ids answer before they open: count.json with 200, the page with a redirect."""
    return (
        teller.unpublished(
            750301,
            LAMPPOST_FLOWERS,
            supporters=4,
            then=((5, 6), (10, 8), (29, 1_030, Shape.BURST), (75, 2_580), (180, 10_200)),
            plan=((-70, waits(State.VALIDATED)), (5, waits(State.SPONSORED)), (10, opens), (240, gets_response)),
        ),
        teller.unpublished(
            750302,
            BEACH_WHEELCHAIRS,
            supporters=9,
            then=((20, 14), (38, 1_080), (68, 5_200, Shape.WAVE), (120, 10_400), (230, 26_000)),
            plan=((-70, waits(State.FLAGGED)), (20, opens), (160, gets_response)),
        ),
        teller.unpublished(
            750303,
            BARN_OWLS,
            supporters=7,
            then=((52, 9), (78, 1_050), (300, 5_600)),
            plan=((-68, waits(State.SPONSORED)), (52, opens), (99, gains(4_800))),
        ),
        teller.unpublished(
            750304,
            COLD_TAPS,
            supporters=2,
            then=((60, 6), (76, 9), (108, 2_700), (200, 10_900)),
            plan=((-50, waits(State.VALIDATED)), (60, waits(State.SPONSORED)), (76, opens), (260, gets_response)),
        ),
        teller.unpublished(
            750305,
            STORY_PHONES,
            supporters=6,
            then=((116, 9), (140, 1_200), (300, 9_400), (420, 12_000)),
            plan=((-40, waits(State.SPONSORED)), (116, opens)),
        ),
        teller.unpublished(
            750306,
            MARBLES,
            supporters=8,
            then=((155, 11), (190, 1_400), (400, 6_000)),
            plan=((-30, waits(State.SPONSORED)), (155, opens)),
        ),
        teller.unpublished(
            750307,
            MY_NEIGHBOUR,
            supporters=6,
            plan=(
                (-60, waits(State.SPONSORED)),
                (6, is_rejected("personal", "This is about one wheelbarrow. Please speak to your neighbour.")),
            ),
        ),
        teller.unpublished(750308, UNKIND, supporters=6, plan=((-60, waits(State.SPONSORED)), (13, is_hidden))),
        teller.unpublished(750309, PARKED, supporters=3, plan=((-20, waits(State.DORMANT)),)),
        teller.unpublished(750310, STOPPED, supporters=5, plan=((-40, waits(State.STOPPED)),)),
    )
