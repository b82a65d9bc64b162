"""Petitions to which little happens: slow ones, settled ones, a Welsh one, and one whose text is hard to show."""

from sandbox.parliament.catalogue.departments import GARDENS, HOMES, JOURNEYS, LETTERS, READING, SCHOOLS, SEASIDE
from sandbox.parliament.catalogue.telling import (
    Teller,
    Words,
    gets_debate,
    gets_note,
    gets_outcome,
    gets_response,
    gets_response_saying,
    is_hidden,
    is_refused_debate,
    is_rejected,
)
from sandbox.parliament.life import Petition

WELSH_STOPS = Words(
    action="Enwau Cymraeg ar bob arhosfan: say every stop’s Welsh name aloud on Welsh buses",
    background="Ŵyn, tŷ, ffordd, Llanfair-ym-Muallt: visitors and children learn a name by hearing it on the way home.",
    details="Rydym yn gofyn am gyhoeddiadau dwyieithog ar bob bws yng Nghymru.",
    creator="Llŷr ap Gwilym-Tywi",
    topics=("culture", "transport"),
    department=JOURNEYS,
)
AWKWARD = Words(
    action="Label <b>jam</b> & _chutney_ *clearly* </a> 🍓🫙 \u202eylraelc\u202c \u200fجام\u200f",
    background='Jars say "best < 2027" & "keep > cool"; &lt;b&gt; is no fruit. [Read](tg://user?id=1) `it` ~twice~.',
    details="Line one\r\nLine two\twith a tab\n<script>alert('jam')</script> &amp; 100 % <i>plum</i> 👩\u200d🌾\n"
    + "__init__ || spoiler || \\ backslash. " * 8,
    creator="O'Brien & Daughters <jam@example.org>",
    topics=("food",),
    department=GARDENS,
)
LONG_ANSWER = Words(
    action="Name every footbridge that has no name",
    background="Walkers would know where they are, and so would those who come to find them.",
    creator="Theodora Spanwick",
    topics=("culture", "local-government"),
    department=HOMES,
)
PUDDLES = Words(
    action="Keep one good puddle in every resurfaced school yard",
    background="Wellingtons deserve it.",
    creator="Clementine Welling",
    topics=("education",),
    department=SCHOOLS,
)
PIGEON_POST = Words(
    action="Issue a stamp that honours the carrier pigeon",
    background="They delivered in all weathers and never asked for a signature.",
    creator="Ignatius Loft",
    topics=("animals", "communications"),
    department=LETTERS,
)
PIERS = Words(
    action="Open one deckchair in ten on public piers to those who cannot pay",
    background="The view is already free.",
    creator="Beatrix Prom",
    topics=("culture",),
    department=SEASIDE,
)
CROSSWORDS = Words(
    action="Print a crossword on the back of railway tickets",
    background="Small ones. Four clues. With the answers at the destination.",
    creator="Ptolemy Cluecott",
    topics=("culture", "transport"),
    department=JOURNEYS,
)
STILES = Words(
    action="Replace broken stiles with gates that a pushchair can pass",
    background="A footpath is only as wide as its narrowest stile.",
    creator="Verity Gapgate",
    topics=("health", "local-government"),
    department=HOMES,
)
STAR_NIGHTS = Words(
    action="Switch off floodlights on public buildings for one clear night a month",
    background="Towns would see the Milky Way again, and moths would find their way home.",
    creator="Caspian Nightingale",
    topics=("environment",),
    department=HOMES,
)
HANDWRITING = Words(
    action="Run a national week for writing letters by hand",
    background="One letter a person, posted with a stamp, to somebody who does not expect it.",
    creator="Rosamund Inkpen",
    topics=("communications", "education"),
    department=LETTERS,
)
CHOIRS = Words(
    action="Let community choirs rehearse in empty council rooms",
    background="Council chambers have a fine echo and stand empty in the evening.",
    creator="Alistair Contralto",
    topics=("culture", "local-government"),
    department=READING,
)
WASPS = Words(
    action="Teach children what wasps are for",
    background="They are for something. Ask us.",
    creator="Vespera Jarman",
    topics=("animals", "education"),
    department=SCHOOLS,
)
TOWN_CLOCKS = Words(
    action="Set every town clock right by midsummer",
    background="Four faces, four opinions.",
    creator="Horatio Chimeworth",
    topics=("culture", "local-government"),
    department=HOMES,
)
FREE_RAIN = Words(
    action="Make it rain only at night",
    background="It would be so much more convenient.",
    creator="Drusilla Mackintosh",
    topics=("environment",),
)
OLD_NEWS = Words(
    action="Something that was public for a week and had to go",
    background="It is gone.",
    creator="Anon Ymous",
)

AWKWARD_SUMMARY = (
    "Jam <i>is</i> & remains _jam_: 🍓 we will *not* label what everybody [knows](https://example.org/?a=1&b=2)."
)
AWKWARD_ANSWER = "".join(
    f"{number}. The Government <b>likes</b> jam & chutney_{number} \u200fمربى\u200f 🫙 `{{jam}}` [1]\n\n"
    for number in range(1, 85)
)
LONG_NOTE = "The Committee asked for a list of footbridges. There are **many**.\n\n* Some are wood\n* Some are iron\n"


def quiet(teller: Teller) -> tuple[Petition, ...]:
    """The calm background of the site."""
    return (
        teller.published(
            750401,
            WELSH_STOPS,
            opened_days_ago=44,
            now=9_120,
            then=((75, 10_020), (400, 12_300)),
            plan=((112, gets_response),),
        ),
        teller.published(
            750402,
            AWKWARD,
            opened_days_ago=21,
            now=2_380,
            then=((16, 2_510), (54, 5_040), (125, 10_100), (500, 14_000)),
            plan=((148, gets_response_saying(AWKWARD_SUMMARY, AWKWARD_ANSWER)),),
        ),
        teller.published(
            750403,
            LONG_ANSWER,
            opened_days_ago=100,
            now=11_870,
            then=((400, 12_900),),
            plan=((-400, gets_response), (42, gets_note(LONG_NOTE))),
        ),
        teller.published(750404, PUDDLES, opened_days_ago=8, now=212, then=((400, 700),)),
        teller.published(750405, PIGEON_POST, opened_days_ago=31, now=1_420, then=((400, 1_980),)),
        teller.published(750406, PIERS, opened_days_ago=66, now=3_950, then=((600, 4_600),)),
        teller.published(750407, CROSSWORDS, opened_days_ago=14, now=860, then=((95, 1_010), (600, 1_700))),
        teller.published(750408, STILES, opened_days_ago=88, now=4_930, then=((61, 5_010), (600, 5_700))),
        teller.published(750409, STAR_NIGHTS, opened_days_ago=52, now=24_700, then=((82, 25_030), (600, 27_000))),
        teller.published(750410, HANDWRITING, opened_days_ago=3, now=44, then=((600, 260),)),
        teller.published(
            740511,
            CHOIRS,
            opened_days_ago=240,
            now=14_210,
            closes_in_days=-58,
            plan=((-4000, gets_response),),
        ),
        teller.published(740512, WASPS, opened_days_ago=230, now=2_040, closes_in_days=-48),
        teller.published(
            740513,
            TOWN_CLOCKS,
            opened_days_ago=260,
            now=121_300,
            closes_in_days=-78,
            plan=((-4800, gets_response), (-1200, gets_debate(in_days=20)), (-700, gets_outcome(days_after_debate=1))),
        ),
        teller.published(
            740514,
            Words(
                action="Bring back the long weekend of the village show",
                background="Marrows need a Monday.",
                creator="Zebedee Courgette",
                topics=("food",),
                department=GARDENS,
            ),
            opened_days_ago=250,
            now=104_600,
            closes_in_days=-68,
            plan=((-5000, gets_response), (-900, is_refused_debate)),
        ),
        teller.unpublished(
            750415,
            FREE_RAIN,
            supporters=11,
            plan=((-30, is_rejected("no-action", "Neither the Government nor Parliament decides when it rains.")),),
        ),
        teller.published(740516, OLD_NEWS, opened_days_ago=30, now=90, plan=((-500, is_hidden),)),
    )
