from datetime import timedelta

from inline_snapshot import snapshot

from messages import guide
from messages.clipping import MESSAGE_LIMIT
from messages.words import LOCALES, Words
from tests.messages.samples import WORDS, shown
from tests.messages.telegram_html import seen, units

UNOFFICIAL = "Unofficial: not run by Parliament or the government."
DAY = timedelta(days=1)
BOT = "petition_bot"


def test_the_start() -> None:
    assert shown(guide.start(WORDS, BOT)) == snapshot("""\
👋 <b>Petition Alerts</b>
Follow petitions to the UK Parliament and hear when they pass milestones, get a government response or are debated. You needn’t have signed them.

To begin, paste a petition’s link, or send
/follow 700143 to follow a petition by its number
/search school meals to look for one
/help for everything else

<i>Unofficial: not run by Parliament or the government.</i>
[➕ Add me to a group → https://t.me/petition_bot?startgroup=added]\
""")


def test_the_start_in_a_group() -> None:
    assert shown(guide.start_in_group(WORDS, BOT, -1001)) == snapshot("""\
👋 <b>Petition Alerts</b>
Follow petitions to the UK Parliament and hear when they pass milestones, get a government response or are debated. You needn’t have signed them.

Admins of this group can send
/follow 700143 to follow a petition by its number
/unfollow to stop
/settings to let everybody do that
Everyone can use /list, /petition and /search. Only whoever asks sees the answer, where Telegram lets me.

<i>Unofficial: not run by Parliament or the government.</i>
[⚙️ Set up in private → https://t.me/petition_bot?start=g_-1001]\
""")


def test_the_help() -> None:
    assert shown(guide.help_text(WORDS, ["follow", "list", "help"])) == snapshot("""\
<b>What I can do</b>

/follow – Follow petitions by number, link or words
/list – What is followed here
/help – All commands

You can follow several petitions at once, and paste links in any form. In groups, only admins change what is followed; in groups with topics, each topic has a list of its own.

<i>Unofficial: not run by Parliament or the government.</i>\
""")


def test_the_privacy_page() -> None:
    assert shown(
        guide.privacy(WORDS, sent=30 * DAY, announced=90 * DAY, held=7 * DAY, kept=90 * DAY, contact="a@b.example")
    ) == snapshot("""\
🔒 <b>Privacy</b>

<b>What we keep:</b> this chat’s Telegram number and kind, which petitions and kinds of news are followed here and since when, which are muted, which channels and groups you look after, which alerts and announcements are wanted, the day on which you last wrote, whether whoever runs this bot has banned this chat or set limits for it, and the alerts and announcements we have sent or are about to send.

<b>What we don’t keep:</b> names, usernames, phone numbers, or what you write. A message you send is stored only until it has been answered. The petition site is asked for the petitions and words that are looked for, but never learns by whom. Nothing about you is passed on to anyone.

<b>How long:</b> until you unfollow or delete it; sent alerts 30 days, so that nothing is sent twice; announcements 90 days. If you block the bot, alerts wait 7 days for you and your list 90 days; then they are deleted.

/mydata sends you all of it, /deleteme deletes it.

Questions: a@b.example

<i>Unofficial: not run by Parliament or the government.</i>\
""")


def test_the_descriptions_fit() -> None:
    for words in map(Words, LOCALES):
        assert len(guide.description(words)) <= guide.DESCRIPTION_LIMIT
        assert len(guide.short_description(words)) <= guide.SHORT_DESCRIPTION_LIMIT


def test_it_says_everywhere_that_it_is_unofficial() -> None:
    assert all(
        UNOFFICIAL in text
        for text in (
            guide.start(WORDS, BOT).text,
            guide.start_in_group(WORDS, BOT, -1001).text,
            guide.greeting(WORDS, BOT, -1001).text,
            guide.privacy(WORDS, sent=DAY, announced=DAY, held=DAY, kept=DAY, contact="").text,
            guide.description(WORDS),
            guide.short_description(WORDS),
        )
    )


def test_the_longest_guide_fits_into_a_message() -> None:
    assert (
        units(seen(guide.privacy(WORDS, sent=DAY, announced=DAY, held=DAY, kept=DAY, contact="x" * 200).text))
        < MESSAGE_LIMIT / 2
    )
