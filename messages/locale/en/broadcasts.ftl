# Broadcasts, as operators see them, and announcements, as everybody does. Telegram HTML, but for the labels of buttons
# and toasts.

broadcast-heading = 📣 <b>{ $title }</b> · { $state }
broadcast-title-send = Broadcast { $number }
broadcast-title-edit = Broadcast { $number } (a change)
broadcast-title-remove = Broadcast { $number } (a deletion)
broadcast-state-draft = not sent yet
broadcast-state-scheduled = scheduled
broadcast-state-sending = under way
broadcast-state-paused = paused
broadcast-state-finished = done
broadcast-state-cancelled = cancelled

broadcast-to-everybody = everybody
broadcast-to-private-chats = private chats
broadcast-to-groups = groups
broadcast-to-channels = channels
broadcast-narrowed-petition = following petition { $value }
broadcast-narrowed-stream = watching “{ $value }”
broadcast-narrowed-topic = watching the topic “{ $value }”
broadcast-narrowed-site = following something of the site “{ $value }”
broadcast-narrowed-language = in the language “{ $value }”
broadcast-narrowed-active = heard from since { $value }
broadcast-narrowed-listed = of { $value } ids
broadcast-narrowed-ended = with which an earlier broadcast ended as { $value }
broadcast-audience = To { $to }: { $count ->
    [0] nobody
    [one] <b>one chat</b>
   *[other] <b>{ $count } chats</b>
}
broadcast-versions = In other words for the languages { $languages }; everybody else gets the first.
broadcast-as-news = As news: who has declined news doesn’t get it.
broadcast-as-service = As a service notice: who has declined these doesn’t get it.
broadcast-pinned = It is pinned where I may.
broadcast-begins = It begins at { $when }.
broadcast-narrow =
    <b>Reply to this message</b> to narrow it down or to choose a time, one a line:
    petition 700143
    watch 10000
    topic Health
    site uk
    language en
    active 30 (days)
    ids 123 456
    at 24 December 09:30
    all (takes everything back)
broadcast-narrow-stars = stars 500 (the most that is paid to send it faster)
broadcast-narrow-version = Or reply with <b>version cy</b> in the first line, and below it what chats in that language get instead.
broadcast-paid = ⭐ It is sent faster, for { $price ->
    [one] one Star
   *[other] { $price } Stars
} at most; you allow { $most }.
broadcast-balance = The bot has { $count ->
    [one] one Star
   *[other] { $count } Stars
}.
broadcast-unpaid-switched-off = Sent at the usual pace: paid broadcasts are switched off.
broadcast-unpaid-cap = Sent at the usual pace: it costs more Stars than you allow.
broadcast-unpaid-balance = Sent at the usual pace: the bot has too few Stars.
broadcast-unpaid-unknown = Sent at the usual pace: Telegram doesn’t say how many Stars the bot has.
broadcast-not-payable = Telegram can’t be paid here: ALLOW_PAID_BROADCAST and a MESSAGES_PER_SECOND above 30 make that possible. Nothing has been changed.
broadcast-note = ⚠️ { $reason }
broadcast-edit = <b>Reply to this message</b> with other words to change it everywhere.
broadcast-done = { $bar } { $percent } %
broadcast-count-sent = Sent: { $count }
broadcast-count-failed = Refused: { $count }
broadcast-count-uncertain = Uncertain: { $count }
broadcast-count-unreachable = Out of reach: { $count }
broadcast-count-left-out = Left out: { $count }
broadcast-count-waiting = Still waiting: { $count }
broadcast-count-total = In all: { $count }
broadcast-cost = ⭐ Stars: { $count } at most
broadcast-pace = { $rate } a minute, { $count ->
    [one] one more minute
   *[other] { $count } more minutes
}
broadcast-usage =
    What shall I tell everybody? Write it after the command, or reply to any message with /broadcast. Nothing is sent before you have seen it and pressed a button.

    Buttons go in the last lines, a row a line:
    { "[" }Read more] https://example.org/news | [Give] https://example.org/give
broadcast-words-left = Beside buttons I don’t understand anything after /broadcast when it answers a message. To send other words, send them without answering.
broadcast-refused = Telegram refuses this message: { $reason }
broadcast-unknown = There is no such broadcast any more.
broadcast-not-understood = I don’t understand “{ $line }”. Nothing has been changed.
broadcast-time-over = { $time } is over. Nothing has been changed.
broadcast-time-skipped = The clocks go forward then, so there is no { $time } that day. Nothing has been changed.
broadcast-not-changed = That broadcast can’t be changed: it has ended without being sent, or isn’t text.
broadcast-discarded = The draft is gone. Nothing was sent.
broadcast-fault = Paused by itself: { $count } messages in a row were refused.

broadcasts-heading = 📣 <b>Broadcasts</b>
broadcasts-none = Nothing has been broadcast yet. /broadcast begins one.
broadcasts-item = { $title } · { $state }: sent to { $count } of { $total }

button-everybody = Everybody ({ $count })
button-private-chats = Private ({ $count })
button-groups = Groups ({ $count })
button-to-channels = Channels ({ $count })
button-broadcast-se = As a service notice
button-broadcast-ne = As news
button-broadcast-pi = 📌 Pin it
button-broadcast-np = Don’t pin it
button-broadcast-st = { $count ->
    [one] ⭐ Send it faster for one Star
   *[other] ⭐ Send it faster for { $count } Stars
}
button-broadcast-fr = At the usual pace, for nothing
button-show-me = 👁 Show it to me
button-confirm-send = { $count ->
    [one] ✅ Send to one chat
   *[other] ✅ Send to { $count } chats
}
button-confirm-edit = { $count ->
    [one] ✅ Change it in one chat
   *[other] ✅ Change it in { $count } chats
}
button-confirm-remove = { $count ->
    [one] ✅ Delete it in one chat
   *[other] ✅ Delete it in { $count } chats
}
button-discard = ✖️ Discard
button-pause-broadcast = ⏸ Pause
button-resume-broadcast = ▶️ Go on
button-cancel = ⏹ Cancel
button-csv = 📄 Everything as a file
button-repeat-failed = 🔁 Again to those refused ({ $count })
button-repeat-uncertain = 🔁 Again to those uncertain ({ $count })
button-repeat-unreachable = 🔁 Again to those out of reach ({ $count })
button-delete-sent = 🗑 Delete it everywhere
button-show-broadcast = 📣 Show the broadcast
button-broadcasts = 📣 All broadcasts
broadcast-file = Who got broadcast { $number }, and how it ended.
toast-too-late = It is too late for that.
toast-confirmed = Confirmed

# Announcements.

button-announcements = 🔕 Announcements
announcements = 📣 <b>Announcements</b>
    Now and then whoever runs this bot has something to say. Alerts come in any case.
announcements-news-on = 🔔 News about the bot comes.
announcements-news-off = 🔕 News about the bot doesn’t come.
announcements-service-on = 🔔 Service notices, such as planned breaks, come.
announcements-service-off = 🔕 Service notices, such as planned breaks, don’t come.
button-decline-news = 🔕 No news
button-hear-news = 🔔 News, please
button-decline-service = 🔕 No service notices
button-hear-service = 🔔 Service notices, please
announcements-declined = 🔕 No more announcements here.
announcements-wanted = 🔔 Announcements are wanted here.
toast-announcements-changed = Noted
